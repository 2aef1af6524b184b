"""A page is one document, as it came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.steps import reader
from transforms.read.bytes.streams import read_whole


@reader("html")
def read_html(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the one document."""
    yield RawDocument(read_whole(stream), "text/html", origin)
