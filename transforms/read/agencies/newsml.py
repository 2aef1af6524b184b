"""NewsML-G2 and NewsML 1: each news item of a message is a document, its own XML."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import reader
from transforms.read.agencies.nitf import fill_from_nitf, root_of
from transforms.read.bytes.streams import read_whole
from transforms.read.records.markup import (
    child_text,
    children,
    decode_markup,
    find,
    inner_markup,
    name_of,
    parse,
    text_of,
)
from transforms.read.records.record import Record, record_parser

if TYPE_CHECKING:
    from lxml import etree

_MEDIA_TYPE = "application/vnd.iptc.g2.newsitem+xml"
_PICTURES = ("picture", "graphic", "video", "audio", "animation")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@reader("newsml")
def read_newsml(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the news items; a message of packages alone, which only list items, is rejected."""
    data = read_whole(stream)
    markup = decode_markup(data, origin)
    root, repairs = parse(markup.text), markup.repairs
    if root is None:
        root, repairs = parse(markup.text, recover=True), (*repairs, Repair.MALFORMED_XML)
    if root is None:
        yield Rejected(Reason.MALFORMED_XML, "no element in it", origin, sample=data)
        return
    if name_of(root) == "newsitem":
        yield RawDocument(data, _MEDIA_TYPE, origin)
        return
    items = find(root, "newsitem")
    for number, item in enumerate(items, 1):
        yield RawDocument(_xml(item), _MEDIA_TYPE, origin, number, repairs)
    if not items:
        detail = f"a {name_of(root)} without news items"
        yield Rejected(Reason.NOT_AN_ARTICLE, detail, origin, sample=data)


@record_parser(_MEDIA_TYPE)
def newsml_record(raw: RawDocument) -> Record | Rejected:
    """The record of a news item; pictures and films are rejected."""
    record = Record()
    root = root_of(raw, record)
    if isinstance(root, Rejected):
        return root
    kind = _kind(root)
    _fill_body(record, root)
    if kind in _PICTURES and not record.html and not record.text:
        return Rejected(Reason.NOT_AN_ARTICLE, f"a {kind}")
    _fill_stated(record, root)
    return record


def _kind(root: etree._Element) -> str:
    classes = find(root, "itemclass")
    return (classes[0].get("qcode") or "").rpartition(":")[2].lower() if classes else ""


def _fill_stated(record: Record, root: etree._Element) -> None:
    """Fill in the metadata of the item; its headline takes precedence over one inside the body."""
    meta = next(iter(find(root, "itemmeta")), root)
    content = next(iter(find(root, "contentmeta")), root)
    record.guid = root.get("guid") or _first(root, "newsitemid") or record.guid
    record.version = root.get("version") or record.version
    record.language = root.get(_XML_LANG) or _tag(content) or record.language
    headlines = [t for e in find(content, "headline") if (t := text_of(e))]
    record.title = next(iter(headlines), None) or record.title or child_text(meta, "title")
    record.teaser = record.teaser or child_text(content, "description", "abstract")
    record.authors = record.authors or [
        *(t for e in find(content, "by", "byline") if (t := text_of(e))),
        *(n for e in children(content, "creator") if (n := child_text(e, "name"))),
    ]
    record.publisher = _party(content, "infosource") or _party(meta, "provider") or record.publisher
    created = (
        child_text(meta, "firstcreated")
        or _first(root, "firstcreated")
        or child_text(content, "contentcreated")
    )
    updated = child_text(meta, "versioncreated") or _first(root, "thisrevisioncreated")
    record.published = created or updated or record.published
    record.modified = updated or child_text(content, "contentmodified") or record.modified
    subjects = [n for e in children(content, "subject") if (n := child_text(e, "name"))]
    record.keywords = record.keywords or list(dict.fromkeys(subjects))
    genres = (
        child_text(e, "name") or e.get("literal") or e.get("qcode", "").partition(":")[2]
        for e in children(content, "genre")
    )
    record.genre = next(filter(None, genres), record.genre)
    record.names.setdefault("published", "firstCreated" if created else "versionCreated")


def _fill_body(record: Record, root: etree._Element) -> None:
    nitf = find(root, "nitf")
    if nitf:
        fill_from_nitf(record, nitf[0])
        return
    for wrapper in find(root, "inlinexml", "datacontent"):
        if pages := find(wrapper, "html"):
            bodies = find(pages[0], "body") or pages
            record.html = inner_markup(bodies[0])
        elif find(wrapper, "p", "div"):
            record.html = inner_markup(wrapper)
        elif name_of(wrapper) == "datacontent":
            record.text = (wrapper.text or "").strip() or None
        if record.html or record.text:
            return
    for wrapper in find(root, "inlinedata"):
        text = (wrapper.text or "").strip()
        if "html" in wrapper.get("contenttype", "") or text.startswith("<"):
            record.html = html.unescape(text) if text.startswith("&lt;") else text
        else:
            record.text = text
        if text:
            return


def _first(root: etree._Element, name: str) -> str | None:
    return next((t for e in find(root, name) if (t := text_of(e))), None)


def _tag(content: etree._Element) -> str | None:
    return next((t for e in find(content, "language") if (t := e.get("tag"))), None)


def _party(element: etree._Element, name: str) -> str | None:
    for party in find(element, name):
        if stated := child_text(party, "name") or (party.get("literal") or "").strip() or text_of(party):
            return stated
    return None


def _xml(item: etree._Element) -> bytes:
    from lxml import etree

    xml: bytes = etree.tostring(item, encoding="utf-8", with_tail=False)
    return xml
