"""The records of WARC and ARC files, framed one after the other, with what is wrong with a frame.

Records are framed here and not by a library: fastwarc and warcio end quietly at a truncated record,
and fastwarc 2.0 does not take streams that cannot seek.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from transforms.contract.reasons import Reason
from transforms.read.bytes.decoders import DecodedStream
from transforms.read.bytes.limits import LIMITS, MB
from transforms.read.bytes.streams import StreamDamaged

PAGES = frozenset({"response", "resource", "conversion"})
_VERSION = re.compile(rb"WARC/\d\.\d+\s*\r?\n")
_NEXT = re.compile(rb"(?:^|\n)(?=WARC/[01]\.\d+\r?\n)")
_LONGEST_HEADER = 1 << 16
_ARC_LINE = re.compile(rb"(\S.*) (\S+) (\d{14}) (\S+)(?: .*)? (\d+)\s*\n")


@dataclass(slots=True)
class Record:
    """One record of an archive, framed; `damage` says why its block cannot be used."""

    kind: str
    url: str
    date: datetime | None
    headers: dict[bytes, bytes]
    block: bytes
    damage: tuple[Reason, str] | None = None


def warc_records(stream: BinaryIO) -> Iterator[Record]:
    """Yield the records of a WARC file; blocks of those that hold no page are left out.

    Where a gzip member is damaged, what is wrong stands for its record and the next member that begins
    as a record follows; one inside the damaged record's page counts for one.
    """
    source = _Source(stream)
    if lost := source.lost():
        yield Record("", "", None, {}, b"", (lost.reason, lost.detail))
    while True:
        try:
            yield from _framed(source)
            if not source.has_junk():
                return
            raise StreamDamaged(Reason.MALFORMED_WARC, "no gzip member starts where one ended")
        except StreamDamaged as error:
            if not source.resume():
                raise
            yield Record("", "", None, {}, b"", (error.reason, error.detail))


def _framed(source: _Source) -> Iterator[Record]:
    while line := source.line():
        if not line.strip():
            continue
        if not _VERSION.match(line):
            if not source.skip_to_record(line):
                yield Record("", "", None, {}, line, (Reason.MALFORMED_WARC, "no record starts here"))
                return
            continue
        headers = _headers(source)
        record = Record(
            headers.get(b"warc-type", b"").decode("latin-1").lower(),
            headers.get(b"warc-target-uri", b"").decode("utf-8", "replace").strip("<> "),
            _moment(headers.get(b"warc-date", b"").decode("latin-1")),
            headers, b"",
        )  # fmt: skip
        _fill(record, headers.get(b"content-length", b""), source)
        yield record


def _fill(record: Record, length_text: bytes, source: _Source) -> None:
    """Take a record's block; a length that does not lead to the next record is a lie."""
    length = int(length_text) if length_text.isdigit() else -1
    if length < 0:
        record.damage = Reason.MALFORMED_WARC, "no Content-Length"
        source.skip_to_record(b"")
        return
    if record.kind not in PAGES and record.kind != "metadata":
        source.skip(length)
        return
    if length > 2 * LIMITS.document_bytes:
        source.skip_to_record(b"")  # not by the length, which may be a lie
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
    except StreamDamaged as error:  # behind a record that is whole: told after it
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


def arc_records(stream: BinaryIO) -> Iterator[Record]:
    """Yield the records of an ARC file."""
    source = _Source(stream)
    while line := source.line():
        if not line.strip():
            continue
        match = _ARC_LINE.match(line)
        if match is None:
            yield Record("", "", None, {}, line, (Reason.MALFORMED_WARC, "no ARC record starts here"))
            return
        url, date, length = match[1].decode("utf-8", "replace"), match[3].decode(), int(match[5])
        kind = "warcinfo" if url.startswith("filedesc:") else "response"
        record = Record(kind, url, _moment(date), {b"content-type": match[4]}, b"")
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
    """A stream of lines and blocks to which bytes can be given back."""

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
        held, self._pushed = self._pushed[:length], self._pushed[length:]
        return held + self._stream.read(length - len(held)) if len(held) < length else held

    def skip(self, length: int) -> None:
        while length > 0 and (part := self.take(min(length, MB))):
            length -= len(part)

    def push(self, data: bytes) -> None:
        self._pushed = data + self._pushed

    def lost(self) -> StreamDamaged | None:
        """What was wrong with a beginning that was passed over."""
        return self._decoded.lost if self._decoded else None

    def has_junk(self) -> bool:
        """Whether the stream ended in compressed data that are none."""
        return self._decoded is not None and self._decoded.has_junk

    def resume(self) -> bool:
        """After damage: go on at the next gzip member that is a record; False: there is none."""
        self.damage, self._pushed = None, b""
        return self._decoded is not None and self._decoded.resume(b"WARC/")

    def next_line_with_text(self) -> bytes:
        while (line := self.line()) and not line.strip():
            pass
        return line

    def skip_to_record(self, start: bytes) -> bool:
        """Go on at the next line on which a record starts; False: there is none."""
        self.push(start)
        line = self.line()
        while line and not (_VERSION.match(line) and line is not start):
            line = self.line()
        self.push(line)
        return bool(line)

    def retry_within(self, block: bytes) -> None:
        """Records that a length too long has swallowed are read after all."""
        if match := _NEXT.search(block):
            self.push(block[match.end() :])
