"""WARC and ARC: each page that a crawler recorded is a document, its body without HTTP's encodings."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

import msgspec

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import StreamDamaged
from transforms.read.containers.http_message import parse_http
from transforms.read.containers.warc_records import PAGES, Record, arc_records, warc_records

_HTML = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_NO_TEXT = re.compile(
    r"image/|font/|video/|audio/|text/css|text/dns|application/(?:x-)?(?:javascript|ecmascript|font)|text/javascript"
)


@reader("warc")
def read_warc(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the pages; `item_no` counts records from 1. What a record of metadata states becomes hints."""
    yield from _documents(warc_records(stream), origin)


@reader("arc")
def read_arc(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the pages; `item_no` counts records from 1."""
    yield from _documents(arc_records(stream), origin)


def _documents(records: Iterator[Record], origin: Origin) -> Iterator[RawDocument | Rejected]:
    held: list[RawDocument | Rejected] = []
    number = 0
    has_pages = False
    try:
        for number, record in enumerate(records, 1):
            if record.damage:
                has_pages = True
                inside = replace(origin, url=record.url or None)
                held.append(Rejected(*record.damage, inside, number, sample=record.block))
            elif record.kind == "metadata":
                _take_hints(record, held)
            elif record.kind in PAGES and record.url.startswith("http"):
                has_pages = True
                yield from held
                held = _page(record, origin, number)
    except StreamDamaged:
        yield from held
        raise
    yield from held
    if not has_pages:
        yield Rejected(Reason.UNSUPPORTED_FORMAT, f"no page in {number} records", origin)


def _page(record: Record, origin: Origin, number: int) -> list[RawDocument | Rejected]:
    inside = replace(origin, url=record.url, fetched_at=record.date)
    body = record.block
    media_type = record.headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    try:
        message = parse_http(body) if record.kind == "response" else None
    except StreamDamaged as error:
        return [Rejected(error.reason, error.detail, inside, number, sample=body)]
    if message is not None:
        body, media_type = message.body, message.media_type or ""
        inside = replace(
            inside,
            charset=message.charset,
            media_type=message.media_type,
            http_status=message.status,
            http_headers=message.headers,
        )
        if message.status != 200:
            return [Rejected(Reason.HTTP_ERROR, str(message.status), inside, number, sample=body)]
    if len(body) > LIMITS.document_bytes:
        return [Rejected(Reason.TOO_LARGE, f"{len(body)} bytes", inside, number, sample=body)]
    if _NO_TEXT.match(media_type):
        return [Rejected(Reason.NOT_TEXT, media_type, inside, number)]
    if not body:
        return [Rejected(Reason.EMPTY_INPUT, "an empty response", inside, number)]
    if _HTML.match(body):
        return [RawDocument(body, "text/html", inside, number)]
    return _of_other_kind(body, inside, number)


def _of_other_kind(body: bytes, inside: Origin, number: int) -> list[RawDocument | Rejected]:
    """The items of a response that is no page at first sight: a text, a feed, a JSON record."""
    from transforms.read import read_documents

    items = list(read_documents(io.BytesIO(body), inside, name=""))
    if len(items) == 1:
        items[0].item_no = number
    return items


def _take_hints(record: Record, held: list[RawDocument | Rejected]) -> None:
    """Media Cloud writes what its feed said of a page into a metadata record after it."""
    if not held or b"rss_entry" not in record.block:
        return
    try:
        entry = msgspec.json.decode(record.block)["rss_entry"]
        stated = {
            "title": entry.get("title"),
            "published": entry.get("pub_date"),
            "publisher": entry.get("domain"),
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return
    hints = {"envelope": "feed", **{k: v for k, v in stated.items() if isinstance(v, str) and v}}
    for item in held:
        if isinstance(item, RawDocument):
            item.origin = replace(item.origin, hints={**item.origin.hints, **hints})
