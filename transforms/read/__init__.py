"""Readers: bytes in an envelope become RawDocuments, one module per format."""

from __future__ import annotations

import importlib
import pkgutil
from collections import deque
from collections.abc import Iterator, Mapping, Set
from functools import cache
from typing import BinaryIO
from urllib.parse import urlsplit

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import Reader, registered_readers
from transforms.read.bytes.sniff import agrees, sniff
from transforms.read.bytes.streams import StreamDamaged, peek

_NOTED = {
    Reason.MEMBER_PATH_UNSAFE: Repair.MEMBER_PATH_UNSAFE,
    Reason.MEMBER_NOT_REGULAR: Repair.MEMBER_NOT_REGULAR,
    Reason.URL_FORBIDDEN: Repair.URL_FORBIDDEN,
}
# Damage to the stream, which may have cut the document before it. A record that cannot be read does not
# concern its neighbours: that the file has one is said by its row in quarantine.
_CUTTING = frozenset(
    {Reason.MALFORMED_WARC, Reason.MALFORMED_XML, Reason.TRUNCATED_STREAM, Reason.CHECKSUM_FAILED}
)
# Members of an archive are files of their own: damage to one does not concern the others.
_ARCHIVES = frozenset({"zip", "tar"})
_OF_ARCHIVES = frozenset({Reason.MEMBER_PATH_UNSAFE, Reason.MEMBER_NOT_REGULAR})
_WAITING_DOCUMENTS = 256
_WAITING_BYTES = 4 << 20


def read_documents(
    stream: BinaryIO, origin: Origin, *, name: str | None = None
) -> Iterator[RawDocument | Rejected]:
    """Yield everything a stream holds, in order: each item as a document or as a rejection with its reason.

    The format is recognised by content. The document before damage to the file carries the repair
    `partial_file`. Documents of an archive with members that are not read, or of a list with forbidden
    addresses, carry the matching repair when they lie after these, or at most 256 documents or 4 MB before.
    `name` is the file name whose extension states a format; default: the origin's; "": none.
    """
    try:
        head, whole = peek(stream)
    except StreamDamaged as error:
        yield Rejected(error.reason, error.detail, origin)
        return
    name = _name(origin) if name is None else name
    format = sniff(head, name)
    repairs = () if agrees(name, format) else (Repair.EXTENSION_MISMATCH,)
    noted = {r: n for r, n in _NOTED.items() if format not in _ARCHIVES or r in _OF_ARCHIVES}
    cutting = frozenset() if format in _ARCHIVES else _CUTTING
    yield from _with_repairs(_read(_reader(format), whole, origin, head), repairs, noted, cutting)


def _read(read: Reader, stream: BinaryIO, origin: Origin, head: bytes) -> Iterator[RawDocument | Rejected]:
    count = 0
    try:
        for item in read(stream, origin):
            count += 1
            yield item
        if count == 0:
            yield Rejected(Reason.EMPTY_INPUT, "no item in it", origin, sample=head)
    except StreamDamaged as error:
        yield Rejected(error.reason, error.detail, origin, count, sample=head)
    except OSError as error:
        yield Rejected(Reason.UNREADABLE, str(error), origin, count, sample=head)
    except Exception as error:  # a bug of ours loses the rest of this file, not the batch
        detail = f"{type(error).__name__}: {error}"
        yield Rejected(Reason.STEP_FAILED, detail[:300], origin, count, sample=head)


def _with_repairs(
    items: Iterator[RawDocument | Rejected],
    repairs: tuple[Repair, ...],
    noted: Mapping[Reason, Repair],
    cutting: Set[Reason],
) -> Iterator[RawDocument | Rejected]:
    """Add the repairs of a file to its documents, a few of which wait for what may follow them."""
    waiting: deque[RawDocument | Rejected] = deque()
    waiting_bytes = 0
    for item in items:
        if isinstance(item, Rejected):
            if item.reason in cutting and waiting:
                _note(waiting[-1], (Repair.PARTIAL_FILE,))
            repair = noted.get(item.reason)
            if repair and repair not in repairs:
                repairs = (*repairs, repair)
                for earlier in waiting:
                    _note(earlier, (repair,))
        else:
            if repairs:
                _note(item, repairs)
            waiting_bytes += len(item.body)
        waiting.append(item)
        while len(waiting) > _WAITING_DOCUMENTS or waiting_bytes > _WAITING_BYTES:
            earlier = waiting.popleft()
            waiting_bytes -= len(earlier.body) if isinstance(earlier, RawDocument) else 0
            yield earlier
    yield from waiting


def _note(item: RawDocument | Rejected, repairs: tuple[Repair, ...]) -> None:
    if isinstance(item, RawDocument):
        item.repairs += tuple(r for r in repairs if r not in item.repairs)


def _name(origin: Origin) -> str | None:
    """The file name that may state a format: the member's, else the file's, else the path of the URL."""
    if name := origin.member_path or origin.container_uri:
        return name
    return urlsplit(origin.url).path if origin.url else None


def _reader(format: str) -> Reader:
    import_readers()
    return registered_readers()[format]


@cache
def import_readers() -> None:
    """Import every module of this folder, which registers readers and record parsers."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
