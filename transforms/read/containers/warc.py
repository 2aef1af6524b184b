"""WARC and ARC: each recorded page is a document, its body without HTTP's encodings.

Records are framed here because fastwarc and warcio end quietly at a truncated record, and fastwarc needs
streams that seek.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

import msgspec

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.decoders import DecodedStream
from transforms.read.bytes.limits import LIMITS, MB
from transforms.read.bytes.streams import StreamDamaged
from transforms.read.containers.http_message import parse_http

PAGES = frozenset({"response", "resource", "conversion"})
_VERSION = re.compile(rb"WARC/\d\.\d+\s*\r?\n")
_NEXT = re.compile(rb"(?:^|\n)(?=WARC/[01]\.\d+\r?\n)")
_LONGEST_HEADER = 1 << 16
_ARC_LINE = re.compile(rb"(\S.*) (\S+) (\d{14}) (\S+)(?: .*)? (\d+)\s*\n")


@dataclass(slots=True)
class WarcRecord:
    """One record of an archive, framed; `damage` says why its block cannot be used."""

    kind: str
    url: str
    date: datetime | None
    headers: dict[bytes, bytes]
    block: bytes
    damage: tuple[Reason, str] | None = None


def warc_records(stream: BinaryIO) -> Iterator[WarcRecord]:
    """Yield the records of a WARC file; only those that are pages or metadata have blocks.

    A damaged gzip member yields a record with the damage; reading continues at the next member that begins
    as a record, even one inside the page of the damaged record.
    """
    source = _Source(stream)
    if lost := source.lost():
        yield WarcRecord("", "", None, {}, b"", (lost.reason, lost.detail))
    while True:
        try:
            yield from _framed(source)
            if not source.has_junk():
                return
            raise StreamDamaged(Reason.MALFORMED_WARC, "no gzip member starts where one ended")
        except StreamDamaged as error:
            if not source.resume():
                raise
            yield WarcRecord("", "", None, {}, b"", (error.reason, error.detail))


def _framed(source: _Source) -> Iterator[WarcRecord]:
    while line := source.line():
        if not line.strip():
            continue
        if not _VERSION.match(line):
            if not source.skip_to_record(line):
                yield WarcRecord("", "", None, {}, line, (Reason.MALFORMED_WARC, "no record starts here"))
                return
            continue
        headers = _headers(source)
        record = WarcRecord(
            headers.get(b"warc-type", b"").decode("latin-1").lower(),
            headers.get(b"warc-target-uri", b"").decode("utf-8", "replace").strip("<> "),
            _moment(headers.get(b"warc-date", b"").decode("latin-1")),
            headers, b"",
        )  # fmt: skip
        _fill(record, headers.get(b"content-length", b""), source)
        yield record


def _fill(record: WarcRecord, length_text: bytes, source: _Source) -> None:
    """Read a record's block; a length that does not lead to the next record is damage."""
    length = int(length_text) if length_text.isdigit() else -1
    if length < 0:
        record.damage = Reason.MALFORMED_WARC, "no Content-Length"
        source.skip_to_record(b"")
        return
    if record.kind not in PAGES and record.kind != "metadata":
        source.skip(length)
        return
    if length > 2 * LIMITS.document_bytes:
        source.skip_to_record(b"")  # not by the length, which may be wrong
        record.damage = Reason.TOO_LARGE, f"{length} bytes"
        return
    try:
        record.block = source.take(length)
    except StreamDamaged as error:
        if not source.resume():
            raise
        record.damage = error.reason, error.detail
        return
    if len(record.block) < length:
        record.damage = Reason.TRUNCATED_STREAM, f"{len(record.block)} of {length} bytes"
        source.retry_within(record.block)
        return
    try:
        line = source.next_line_with_text()
    except StreamDamaged as error:  # after a complete record: reported with the next
        source.damage = error
        return
    if line and not _VERSION.match(line):
        record.damage = Reason.MALFORMED_WARC, f"Content-Length {length} does not lead to the next record"
        source.push(record.block + line)
        source.skip_to_record(b"")
    else:
        source.push(line)


def _headers(source: _Source) -> dict[bytes, bytes]:
    headers: dict[bytes, bytes] = {}
    name = b""
    while (line := source.line()).strip():
        if line[:1] in b" \t" and name:
            if len(headers[name]) < _LONGEST_HEADER:
                headers[name] += b" " + line.strip()
            continue
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        headers.setdefault(name, value.strip())
    return headers


def arc_records(stream: BinaryIO) -> Iterator[WarcRecord]:
    """Yield the records of an ARC file."""
    source = _Source(stream)
    while line := source.line():
        if not line.strip():
            continue
        match = _ARC_LINE.match(line)
        if match is None:
            yield WarcRecord("", "", None, {}, line, (Reason.MALFORMED_WARC, "no ARC record starts here"))
            return
        url, date, length = match[1].decode("utf-8", "replace"), match[3].decode(), int(match[5])
        kind = "warcinfo" if url.startswith("filedesc:") else "response"
        record = WarcRecord(kind, url, _moment(date), {b"content-type": match[4]}, b"")
        if length > 2 * LIMITS.document_bytes:
            source.skip(length)
            record.damage = Reason.TOO_LARGE, f"{length} bytes"
        else:
            record.block = source.take(length)
            if len(record.block) < length:
                record.damage = Reason.TRUNCATED_STREAM, f"{len(record.block)} of {length} bytes"
        yield record


def _moment(text: str) -> datetime | None:
    try:
        if text.isdigit():
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


class _Source:
    """A stream of lines and blocks to which bytes can be pushed back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._pushed = b""
        raw = getattr(stream, "raw", None)
        self._decoded = raw if isinstance(raw, DecodedStream) else None
        self.damage: StreamDamaged | None = None

    def line(self) -> bytes:
        if self.damage:
            raise self.damage
        if not self._pushed:
            return self._stream.readline(MB)
        end = self._pushed.find(b"\n") + 1
        if end == 0:
            line, self._pushed = self._pushed, b""
            return line + self._stream.readline(MB)
        line, self._pushed = self._pushed[:end], self._pushed[end:]
        return line

    def take(self, length: int) -> bytes:
        if not self._pushed:
            return self._stream.read(length)
        data, self._pushed = self._pushed[:length], self._pushed[length:]
        return data + self._stream.read(length - len(data)) if len(data) < length else data

    def skip(self, length: int) -> None:
        while length > 0 and (part := self.take(min(length, MB))):
            length -= len(part)

    def push(self, data: bytes) -> None:
        self._pushed = data + self._pushed

    def lost(self) -> StreamDamaged | None:
        """The damage of a skipped beginning."""
        return self._decoded.lost if self._decoded else None

    def has_junk(self) -> bool:
        """Whether the stream ended in junk."""
        return self._decoded is not None and self._decoded.has_junk

    def resume(self) -> bool:
        """Continue after damage at the next gzip member that is a record; False without one."""
        self.damage, self._pushed = None, b""
        return self._decoded is not None and self._decoded.resume(b"WARC/")

    def next_line_with_text(self) -> bytes:
        while (line := self.line()) and not line.strip():
            pass
        return line

    def skip_to_record(self, start: bytes) -> bool:
        """Continue at the next line on which a record starts; False without one."""
        self.push(start)
        line = self.line()
        while line and not (_VERSION.match(line) and line is not start):
            line = self.line()
        self.push(line)
        return bool(line)

    def retry_within(self, block: bytes) -> None:
        """Push back the records that a wrong length swallowed."""
        if match := _NEXT.search(block):
            self.push(block[match.end() :])


_HTML = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_NO_TEXT = re.compile(
    r"image/|font/|video/|audio/|text/css|text/dns|application/(?:x-)?(?:javascript|ecmascript|font)|text/javascript"
)


@reader("warc")
def read_warc(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the pages; `item_no` counts records from 1. Facts of metadata records become hints."""
    yield from _documents(warc_records(stream), origin)


@reader("arc")
def read_arc(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the pages; `item_no` counts records from 1."""
    yield from _documents(arc_records(stream), origin)


def _documents(records: Iterator[WarcRecord], origin: Origin) -> Iterator[RawDocument | Rejected]:
    waiting: list[RawDocument | Rejected] = []
    number = 0
    has_pages = False
    try:
        for number, record in enumerate(records, 1):
            if record.damage:
                has_pages = True
                inside = replace(origin, url=record.url or None)
                waiting.append(Rejected(*record.damage, inside, number, sample=record.block))
            elif record.kind == "metadata":
                _take_hints(record, waiting)
            elif record.kind in PAGES and record.url.startswith("http"):
                has_pages = True
                yield from waiting
                waiting = _page(record, origin, number)
    except StreamDamaged:
        yield from waiting
        raise
    yield from waiting
    if not has_pages:
        yield Rejected(Reason.UNSUPPORTED_FORMAT, f"no page in {number} records", origin)


def _page(record: WarcRecord, origin: Origin, number: int) -> list[RawDocument | Rejected]:
    stated: dict[str, Any] = {"url": record.url, "fetched_at": record.date}
    body = record.block
    media_type = record.headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    try:
        message = parse_http(body) if record.kind == "response" else None
    except StreamDamaged as error:
        return [Rejected(error.reason, error.detail, replace(origin, **stated), number, sample=body)]
    if message is not None:
        body, media_type = message.body, message.media_type or ""
        stated |= {
            "charset": message.charset,
            "media_type": message.media_type,
            "http_status": message.status,
            "http_headers": message.headers,
        }
    inside = replace(origin, **stated)
    if message is not None and message.status != 200:
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
    """The items of a response that does not look like a page: a text, a feed, a JSON record."""
    from transforms.read import read_documents

    items = list(read_documents(io.BytesIO(body), inside, name=""))
    if len(items) == 1:
        items[0].item_no = number
    return items


def _take_hints(record: WarcRecord, waiting: list[RawDocument | Rejected]) -> None:
    """Take the facts of a feed that Media Cloud writes into a metadata record after the page."""
    if not waiting or b"rss_entry" not in record.block:
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
    for item in waiting:
        if isinstance(item, RawDocument):
            item.origin = replace(item.origin, hints={**item.origin.hints, **hints})
