"""OPML: a list of feeds, each a link to fetch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.streams import read_whole
from transforms.read.listings.links import link_document
from transforms.read.records.markup import decode_markup, find, parse


@reader("opml")
def read_opml(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield a link for each outline that has an address; its name is the hint `publisher`."""
    data = read_whole(stream)
    markup = decode_markup(data, origin)
    root = parse(markup.text, recover=True)
    if root is None:
        yield Rejected(Reason.MALFORMED_XML, "not XML", origin, sample=data)
        return
    number = 0
    for outline in find(root, "outline"):
        stated = {name.lower(): value for name, value in outline.attrib.items()}
        url = (stated.get("xmlurl") or stated.get("url") or "").strip()
        if url:
            number += 1
            name = stated.get("title") or stated.get("text") or ""
            yield link_document(url, origin, number, {"envelope": "opml", "publisher": name})
    if number == 0:
        yield Rejected(Reason.EMPTY_INPUT, "no outline has an address", origin, sample=data)
