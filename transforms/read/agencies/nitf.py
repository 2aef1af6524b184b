"""NITF: one story of a news agency, its headline, byline, dates and body in XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import reader
from transforms.read.bytes.streams import StreamDamaged, read_whole
from transforms.read.records.markup import (
    child_text,
    decode_markup,
    find,
    inner_markup,
    name_of,
    parse,
    text_of,
)
from transforms.read.records.record import Picture, Record, record_parser

if TYPE_CHECKING:
    from lxml import etree

# HTML names of NITF body elements; media elements become captions instead.
_AS_HTML = {"hl2": "h2", "block": "div", "note": "aside", "body.content": "div"}


@reader("nitf")
def read_nitf(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the one story, as it came."""
    data = read_whole(stream)
    decode_markup(data, origin)
    yield RawDocument(data, "application/nitf+xml", origin)


@record_parser("application/nitf+xml")
def nitf_record(raw: RawDocument) -> Record | Rejected:
    """The record of a story; malformed XML is read as far as it parses."""
    record = Record()
    root = root_of(raw, record)
    if isinstance(root, Rejected):
        return root
    fill_from_nitf(record, root)
    return record


def root_of(raw: RawDocument, record: Record) -> etree._Element | Rejected:
    """The root of a document's XML; repairs are noted in the record."""
    try:
        markup = decode_markup(raw.body, raw.origin)
    except StreamDamaged as error:
        return Rejected(error.reason, error.detail)
    for repair in markup.repairs:
        record.note(repair)
    root = parse(markup.text)
    if root is None:
        record.note(Repair.MALFORMED_XML)
        root = parse(markup.text, recover=True)
    return Rejected(Reason.MALFORMED_XML, "no element in it") if root is None else root


def fill_from_nitf(record: Record, root: etree._Element) -> None:
    """Fill a record from a `nitf` element; values that it has already (from the NewsML around it) stay."""
    body = next(iter(find(root, "body.content")), None)
    if body is not None:
        record.captions += [c for media in find(body, "media") if (c := _caption(media))]
        record.html = _as_html(body) or record.html
    head = next(iter(find(root, "body.head")), None)
    if head is not None:
        record.title = record.title or next(
            (t for e in find(head, "hl1", "headline") if (t := text_of(e))), None
        )
        record.subtitle = record.subtitle or next((t for e in find(head, "hl2") if (t := text_of(e))), None)
        record.teaser = record.teaser or child_text(head, "abstract")
        record.authors = record.authors or [b for e in find(head, "byline") if (b := _byline(e))]
        record.publisher = record.publisher or child_text(head, "distributor")
    record.title = record.title or next((t for e in find(root, "title") if (t := text_of(e))), None)
    if record.subtitle == record.title:
        record.subtitle = None
    record.guid = record.guid or _attribute(root, "doc-id", "id-string")
    record.published = record.published or (
        _attribute(root, "date.issue", "norm") or _attribute(root, "pubdata", "date.publication")
        or _attribute(root, "date.release", "norm") or _attribute(root, "story.date", "norm")
    )  # fmt: skip
    record.publisher = record.publisher or _attribute(root, "doc.copyright", "holder")
    record.language = (
        record.language or root.get("baselang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    )
    record.section = record.section or _attribute(root, "tobject.subject", "tobject.subject.type")
    record.genre = record.genre or _attribute(root, "tobject.property", "tobject.property.type")
    record.keywords = record.keywords or [k for e in find(root, "keyword") if (k := e.get("key"))]
    record.version = record.version or _attribute(root, "du-key", "version")


def _attribute(root: etree._Element, name: str, attribute: str) -> str | None:
    return next((v for e in find(root, name) if (v := (e.get(attribute) or "").strip())), None)


def _byline(byline: etree._Element) -> str:
    """The names of a byline; the title under them (`byttl`) is left out."""
    persons = [t for e in find(byline, "person") if (t := text_of(e))]
    if persons:
        return "; ".join(persons)
    parts = [byline.text or "", *(c.tail or "" for c in byline)]
    return " ".join(" ".join(parts).split()) or text_of(byline)


def _caption(media: etree._Element) -> Picture | None:
    text = next((t for e in find(media, "media-caption", "caption") if (t := text_of(e))), None)
    url = next((u for e in find(media, "media-reference") if (u := e.get("source"))), None)
    credit = next((t for e in find(media, "media-producer", "credit") if (t := text_of(e))), None)
    return Picture(url, text, credit) if text or url else None


def _as_html(body: etree._Element) -> str:
    for media in find(body, "media"):
        parent = media.getparent()
        if parent is not None:
            parent.remove(media)
    for element in body.iter():
        if (name := name_of(element)) in _AS_HTML:
            element.tag = _AS_HTML[name]
    return inner_markup(body)
