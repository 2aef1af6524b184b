"""What is compressed as one stream (gzip, bzip2, xz, zstd, lz4) is read as what it holds."""

from __future__ import annotations

import bz2
import io
import lzma
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Literal, cast

from isal import igzip_lib, isal_zlib

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS, MB
from transforms.read.bytes.sniff import sniff
from transforms.read.bytes.streams import BUFFER_BYTES, Buffered, StreamDamaged, peek

# Its stubs take the exception of isal for an instance.
_DAMAGE = (cast("type[Exception]", igzip_lib.IsalError), OSError, lzma.LZMAError, EOFError)
_SUFFIXES = {".gz", ".tgz", ".bz2", ".xz", ".zst", ".lz4"}
_GZIP_MEMBER = b"\x1f\x8b\x08"
# So many bytes of a member tell what its contents begin with.
_MEMBER_HEAD = 4096
# So many parts of the input of a member, of 256 kB at most, are kept until it has ended well.
_PARTS_BEHIND = 8
_PADDING = b"\0\t\n\r "
_NEXT_RECORD = re.compile(rb"\r\n\r\n(?=WARC/1\.[01]\r\n)")


class Inflated(io.RawIOBase):
    """The decompressed bytes of a stream of one or more members; damage and bombs raise StreamDamaged.

    `ends` are the offsets, in decompressed bytes, at which members ended so far; `has_junk`: what followed
    the last one was neither a member nor padding; `lost`: what was wrong with a beginning that was passed over.
    """

    def __init__(self, stream: BinaryIO, magic: bytes) -> None:
        self._stream = stream
        self._magic = magic
        self._inflate = self._new()
        self._pending = b""
        self._in = 0
        self._out = 0
        self._is_finished = False
        self._damage: StreamDamaged | None = None
        self._behind: deque[bytes] = deque(maxlen=_PARTS_BEHIND)
        self.ends: list[int] = []
        self.has_junk = False
        self.lost: StreamDamaged | None = None

    def readable(self) -> bool:
        """A stream to read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer; damage behind the bytes that can be had is raised at the next call."""
        if self._damage:
            raise self._damage
        filled = 0
        try:
            while filled < len(buffer) and not self._is_finished:
                data = self._step(min(len(buffer) - filled, MB))
                buffer[filled : filled + len(data)] = data
                filled += len(data)
                self._out += len(data)
                self._check()
        except StreamDamaged as error:
            if not filled:
                raise
            self._damage = error
        return filled

    def resume(self, start: bytes) -> bool:
        """After damage: go on with the next gzip member whose contents begin with `start`; False: there is none.

        A member that was cut has taken what follows for its own: the search begins behind its start, or as
        far back as was kept. Never after a bomb.
        """
        is_bomb = self._damage is not None and self._damage.reason is Reason.DECOMPRESSED_TOO_LARGE
        if is_bomb or self._magic != _GZIP_MEMBER[:2]:
            return False
        self._damage, self.has_junk, self._is_finished = None, False, False
        rest, at = b"".join(self._behind) + self._pending, 0
        while True:
            while (at := rest.find(_GZIP_MEMBER, at + 1)) >= 0:
                while len(rest) < at + _MEMBER_HEAD and (more := self._read()):
                    rest, at = rest[at:] + more, 0
                if _begins(rest[at : at + _MEMBER_HEAD], start):
                    self._begin(rest[at:])
                    return True
            if not (more := self._read()):
                self._is_finished = True
                return False
            rest, at = rest[-len(_GZIP_MEMBER) :] + more, 0

    def _begin(self, pending: bytes) -> None:
        self._inflate, self._pending = self._new(), pending
        self._behind.clear()

    def _read(self) -> bytes:
        data = self._stream.read(BUFFER_BYTES)
        self._in += len(data)
        return data

    def _check(self) -> None:
        taken = self._in - len(self._pending)
        if self._out > LIMITS.ratio_floor and self._out > taken * LIMITS.ratio:
            raise StreamDamaged(Reason.DECOMPRESSED_TOO_LARGE, f"{taken} bytes hold {self._out} or more")
        if self._out > LIMITS.archive_bytes:
            raise StreamDamaged(Reason.DECOMPRESSED_TOO_LARGE, f"more than {LIMITS.archive_bytes} bytes")

    def _step(self, size: int) -> bytes:
        if self._inflate.eof:
            self._next_member()
            return b""
        if not self._pending:
            self._pending = self._read()
        is_ended = not self._pending
        try:
            data = self._inflate.decompress(self._pending, size)
        except _DAMAGE as error:
            is_checksum = "checksum" in str(error) or "CRC" in str(error)
            raise StreamDamaged(
                Reason.CHECKSUM_FAILED
                if is_checksum
                else Reason.TRUNCATED_STREAM
                if is_ended
                else Reason.UNREADABLE,
                str(error),
            ) from error
        tail = getattr(self._inflate, "unconsumed_tail", b"")
        self._behind.append(self._pending[: len(self._pending) - len(tail)])
        self._pending = tail
        if is_ended and not data and not self._inflate.eof:
            raise StreamDamaged(Reason.TRUNCATED_STREAM, "the compressed data end too early")
        return bytes(data)

    def _next_member(self) -> None:
        """Go on with what follows a member: another one, or padding and junk, which end the stream."""
        rest = self._inflate.unused_data
        while len(rest) < len(self._magic) and (more := self._read()):
            rest += more
        self.ends.append(self._out)
        if rest.startswith(self._magic):
            self._begin(rest)
            return
        while not rest.strip(_PADDING) and (more := self._read()):
            rest = rest[-1:] + more
        self._begin(rest)
        self._is_finished = True
        self.has_junk = bool(rest.strip(_PADDING))

    def _new(self) -> Any:
        if self._magic == b"\x1f\x8b":
            return isal_zlib.decompressobj(31)
        return bz2.BZ2Decompressor() if self._magic == b"BZh" else lzma.LZMADecompressor()


def _begins(member: bytes, start: bytes) -> bool:
    """Whether the contents of a gzip member begin so."""
    try:
        return bool(isal_zlib.decompressobj(31).decompress(member, len(start)) == start)
    except _DAMAGE:
        return False


class _ArrowInflated(io.RawIOBase):
    """zstd and lz4 through Arrow's codecs."""

    def __init__(self, stream: BinaryIO, codec: Literal["zstd", "lz4"]) -> None:
        import pyarrow as pa

        self._errors = (pa.ArrowInvalid, OSError)
        self._stream = pa.CompressedInputStream(pa.PythonFile(cast("io.IOBase", stream), mode="r"), codec)
        self._out = 0

    def readable(self) -> bool:
        """A stream to read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except self._errors as error:
            is_short = "trunc" in str(error).lower() or "prematurely" in str(error).lower()
            reason = Reason.TRUNCATED_STREAM if is_short else Reason.UNREADABLE
            raise StreamDamaged(reason, str(error)) from error
        buffer[: len(data)] = data
        self._out += len(data)
        if self._out > LIMITS.archive_bytes:
            raise StreamDamaged(Reason.DECOMPRESSED_TOO_LARGE, f"more than {LIMITS.archive_bytes} bytes")
        return len(data)


def unwrap(stream: BinaryIO, origin: Origin) -> tuple[BinaryIO, Origin, tuple[Repair, ...]]:
    """The decompressed stream (the given one if nothing is compressed), under its name without the suffix."""
    repairs: tuple[Repair, ...] = ()
    for depth in range(LIMITS.gzip_depth + 1):
        head, stream = peek(stream, 512)
        if not head or sniff(head) != "compressed":
            return stream, origin, repairs
        if depth == 1:
            repairs = (Repair.DOUBLE_COMPRESSED,)
        raw = _inflated(stream, head)
        stream = cast("BinaryIO", Buffered(raw, BUFFER_BYTES))
        origin = replace(origin, member_path=_inner_name(origin))
        if depth == 0 and isinstance(raw, Inflated):
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
    """Yield what the stream holds when decompressed, once or, by mistake, twice."""
    from transforms.read import read_documents

    inner, inside, repairs = unwrap(stream, origin)
    for item in read_documents(inner, inside):
        if isinstance(item, RawDocument):
            item.repairs += repairs
        yield item


def _inflated(stream: BinaryIO, head: bytes) -> io.RawIOBase:
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return _ArrowInflated(stream, "zstd")
    if head.startswith(b"\x04\x22\x4d\x18"):
        return _ArrowInflated(stream, "lz4")
    return Inflated(stream, next(m for m in (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00") if head.startswith(m)))


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
