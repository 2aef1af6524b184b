"""CSV and TSV: each row is a document, its fields as canonical JSON."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import in_utf8, lines, peek
from transforms.read.records.record import canonical

_DELIMITERS = ",;\t|"


@reader("csv")
def read_table(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield a document per row; the first row names the fields. `item_no` is the row's line, from 1."""
    csv.field_size_limit(LIMITS.line_bytes)
    text = _Lines(stream, origin.charset)
    header_line = text.peek()
    rows = csv.reader(text, delimiter=_delimiter(header_line), strict=True)
    header: list[str] | None = None
    while True:
        text.begin_row()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield text.rejected(str(error), origin)
            # An unclosed quote swallows the following lines: continue with the line after the one that opened it.
            text.unread()
            continue
        if not any(row):
            continue
        if header is None:
            header = _names(row)
        elif len(row) < len(header) or any(row[len(header) :]):
            yield text.rejected(f"{len(row)} fields where {len(header)} are named", origin)
        else:
            record = {name: value for name, value in zip(header, row, strict=False) if name and value}
            yield RawDocument(canonical(record), "application/json", origin, text.row_line, text.repairs)


class _Lines:
    """The lines of a table as text; those of the current row are kept."""

    def __init__(self, stream: BinaryIO, declared: str | None) -> None:
        head, stream = peek(stream)
        self._lines = lines(in_utf8(stream))
        self._declared = declared
        self._fallback: str | None = None
        self._head = head
        self._unread: list[str] = []
        self._row: list[str] = []
        self._line = 0
        self.row_line = 1
        self.repairs: tuple[Repair, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._unread:
            line = self._unread.pop()
        else:
            raw = next(self._lines)
            line = "" if raw is None else self._decode(raw)
            line = line.removeprefix("\ufeff") if self._line == 0 else line
        self._line += 1
        self._row.append(line)
        return line.replace("\x00", "")

    def peek(self) -> str:
        """The first line, which stays to be read."""
        first = next(self, "")
        self._unread, self._row, self._line = [first], [], 0
        return first

    def begin_row(self) -> None:
        self._row = []
        self.row_line = self._line + 1

    def unread(self) -> None:
        """Read all lines of this row but its first again."""
        self._unread.extend(reversed(self._row[1:]))
        self._line -= len(self._row) - 1

    def rejected(self, detail: str, origin: Origin) -> Rejected:
        """The rejection of the row that was read last."""
        detail, sample = f"line {self.row_line}: {detail}", "".join(self._row[:50]).encode()
        return Rejected(Reason.MALFORMED_RECORD, detail, origin, self.row_line, sample=sample)

    def _decode(self, raw: bytes) -> str:
        try:
            return raw.decode(self._declared or "utf-8")
        except (UnicodeDecodeError, LookupError):
            if Repair.CHARSET_GUESSED not in self.repairs:
                self.repairs = (*self.repairs, Repair.CHARSET_GUESSED)
            self._fallback = self._fallback or _legacy_charset(self._head + raw)
            return raw.decode(self._fallback, "replace")


def _legacy_charset(sample: bytes) -> str:
    from transforms.text.encoding import decode

    decoded = decode(sample, declared=None, media_type="text/plain")
    return "cp1252" if isinstance(decoded, Rejected) or decoded.charset == "utf-8" else decoded.charset


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _names(row: list[str]) -> list[str]:
    """Field names; a repeated one gets a number, so that nothing is overwritten."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for cell in row:
        name = cell.strip()
        seen[name] += 1
        names.append(f"{name}_{seen[name]}" if name and seen[name] > 1 else name)
    return names
