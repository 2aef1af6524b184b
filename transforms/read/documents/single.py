"""Files of one document (pages, texts), and files that are rejected as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.streams import read_whole


@reader("html")
def read_html(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the one document."""
    yield RawDocument(read_whole(stream), "text/html", origin)


@reader("text")
def read_text(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the one document."""
    yield RawDocument(read_whole(stream), "text/plain", origin)


@reader("empty")
def read_empty(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:  # noqa: ARG001
    """Reject an empty file."""
    yield Rejected(Reason.EMPTY_INPUT, "no bytes", origin)


@reader("binary")
def read_binary(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Reject bytes that are not text, after reading them: a bomb is reported as one."""
    data = read_whole(stream)
    yield Rejected(Reason.NOT_TEXT, "neither text nor a known format", origin, sample=data)


@reader("xml")
def read_unknown_xml(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Reject XML that is neither a feed nor a news format."""
    data = read_whole(stream)
    yield Rejected(Reason.UNSUPPORTED_FORMAT, "XML of no known kind", origin, sample=data)
