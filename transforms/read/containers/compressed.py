"""Files compressed as one stream (gzip, bzip2, xz, zstd, lz4) are read like the file inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import reader
from transforms.read.bytes.decoders import DecodedStream, decoded_stream
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.sniff import sniff
from transforms.read.bytes.streams import BUFFER_BYTES, Buffered, StreamDamaged, peek

_SUFFIXES = {".gz", ".tgz", ".bz2", ".xz", ".zst", ".lz4"}
_NEXT_RECORD = re.compile(rb"\r\n\r\n(?=WARC/1\.[01]\r\n)")


def unwrap(stream: BinaryIO, origin: Origin) -> tuple[BinaryIO, Origin, tuple[Repair, ...]]:
    """The decompressed stream (the same one if nothing is compressed), under its name without the suffix."""
    repairs: tuple[Repair, ...] = ()
    for depth in range(LIMITS.gzip_depth + 1):
        head, stream = peek(stream, 512)
        if not head or sniff(head) != "compressed":
            return stream, origin, repairs
        if depth == 1:
            repairs = (Repair.DOUBLE_COMPRESSED,)
        raw = decoded_stream(stream, head)
        stream = cast("BinaryIO", Buffered(raw, BUFFER_BYTES))
        origin = replace(origin, member_path=_inner_name(origin))
        if depth == 0 and isinstance(raw, DecodedStream):
            try:
                head, stream = peek(stream)
            except StreamDamaged as error:
                if not raw.resume(b"WARC/"):
                    raise
                raw.lost = error
                head, stream = peek(stream)
            if _is_whole_file_warc(head, raw.ends):
                repairs = (Repair.WARC_NOT_RECORD_COMPRESSED,)
    raise StreamDamaged(Reason.ARCHIVE_TOO_DEEP, f"compressed more than {LIMITS.gzip_depth} times")


@reader("compressed")
def read_compressed(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the items of the decompressed stream; a stream compressed twice by mistake is read too."""
    from transforms.read import read_documents

    inner, inside, repairs = unwrap(stream, origin)
    for item in read_documents(inner, inside):
        if isinstance(item, RawDocument):
            item.repairs += repairs
        yield item


def _inner_name(origin: Origin) -> str | None:
    name = origin.member_path or origin.container_uri
    if name is None:
        return None
    path = PurePosixPath(name.replace("\\", "/"))
    if path.suffix.lower() not in _SUFFIXES:
        return path.name if origin.member_path is None else name
    inner = path.with_suffix(".tar" if path.suffix.lower() == ".tgz" else "")
    return str(inner) if origin.member_path else inner.name


def _is_whole_file_warc(head: bytes, ends: list[int]) -> bool:
    """Whether the second record of a WARC does not start where a gzip member ended."""
    if not head.startswith(b"WARC/"):
        return False
    second = _NEXT_RECORD.search(head)
    return second is not None and second.end() not in ends
