"""JSON that is not lines: one record, an array of them, an agency's envelope, a JSON Feed.

Not with ijson, which yields values without their bytes: these are stored as they came.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from transforms.contract.documents import SAMPLE_BYTES, Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS, MB
from transforms.read.bytes.streams import StreamDamaged, read_fully
from transforms.read.listings.jsonfeed import entries_of
from transforms.read.records.fields import CONTAINERS, is_record
from transforms.read.records.record import canonical
from transforms.text.byte_order import wide_charset

_SPACE = " \t\r\n"
_ESCAPED = re.compile("[\udc80-\udcff]")


@reader("json")
def read_json(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield a document for each record; `item_no` counts them from 1."""
    text = _Text(stream)
    is_array = text.take("[")
    repairs = (Repair.JSON_ARRAY_IN_JSONL,) if is_array and _promises_lines(origin) else ()
    number = 0
    try:
        while text.more():
            number += 1
            raw, value, is_sound = text.value()
            if not is_sound or not isinstance(value, dict | list):
                detail = "invalid UTF-8 in a record" if not is_sound else "not an object"
                yield Rejected(Reason.MALFORMED_RECORD, detail, origin, number, sample=raw)
            else:
                for item in documents_of(raw, value, number, origin):
                    if isinstance(item, RawDocument):
                        item.repairs += repairs
                    yield item
            text.take(",")
            if is_array and text.take("]"):
                is_array = text.take("[")
    except RecursionError:
        yield Rejected(Reason.JSON_TOO_DEEP, "nested too deep", origin, number, sample=text.rest())
    except ValueError as error:
        yield Rejected(Reason.MALFORMED_RECORD, str(error), origin, number, sample=text.rest())


def documents_of(raw: bytes, value: Any, number: int, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """The documents of one JSON value: itself, as it came, or the records it wraps, in canonical JSON."""
    if isinstance(value, list):
        yield from _each(
            value, number, origin, (Repair.JSON_ARRAY_IN_JSONL,) if _promises_lines(origin) else ()
        )
    elif str(value.get("version", "")).startswith("https://jsonfeed.org/version"):
        yield from entries_of(value, origin)
    elif (wrapped := _wrapped(value)) is not None:
        if not wrapped:
            yield Rejected(Reason.EMPTY_INPUT, "an envelope without items", origin, number, sample=raw)
        yield from _each(wrapped, number, origin, ())
    else:
        yield RawDocument(raw, "application/json", origin, number)


def _each(
    records: list[Any], number: int, origin: Origin, repairs: tuple[Repair, ...]
) -> Iterator[RawDocument | Rejected]:
    for place, record in enumerate(records, number):
        if isinstance(record, dict):
            yield RawDocument(canonical(record), "application/json", origin, place, repairs)
        else:
            yield Rejected(Reason.MALFORMED_RECORD, "not an object", origin, place, sample=canonical(record))


def _wrapped(value: dict[str, Any]) -> list[Any] | None:
    """The records of an envelope such as {"articles": [...]} or AP's {"data": {"items": [{"item": {...}}]}}."""
    if is_record(value):
        return None
    data = value.get("data")
    for level in (value, data if isinstance(data, dict) else {}):
        for name in CONTAINERS:
            inner = level.get(name)
            if isinstance(inner, list) and inner and all(isinstance(each, dict) for each in inner):
                return [_unpacked(each) for each in inner]
            if isinstance(inner, dict) and is_record(inner):
                return [inner]
        if level.get("items") == [] or level.get("articles") == []:
            return []
    return None


def _unpacked(wrapper: dict[str, Any]) -> dict[str, Any]:
    for name in ("item", "_source", "article"):
        if isinstance(inner := wrapper.get(name), dict) and not is_record(wrapper):
            return inner
    return wrapper


def _promises_lines(origin: Origin) -> bool:
    return (origin.member_path or origin.container_uri or "").lower().endswith((".jsonl", ".ndjson"))


class _Text:
    """A window over a stream of JSON text that grows as far as the next value needs."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        head = read_fully(stream, MB)
        charset = wide_charset(head) or "utf-8"
        # Invalid UTF-8 costs the record that contains it, not the file.
        self._decoder = codecs.getincrementaldecoder(charset)(
            "surrogateescape" if charset == "utf-8" else "replace"
        )
        self._window = self._decoder.decode(head).removeprefix("\ufeff")
        self._position = 0
        self._json = json.JSONDecoder()

    def more(self) -> bool:
        """Skip white space; returns whether anything follows."""
        while True:
            while self._position < len(self._window) and self._window[self._position] in _SPACE:
                self._position += 1
            if self._position < len(self._window):
                return True
            if not self._grow():
                return False

    def take(self, mark: str) -> bool:
        """Skip this character if it is the next one that is not white space."""
        if self.more() and self._window[self._position] == mark:
            self._position += 1
            return True
        return False

    def value(self) -> tuple[bytes, Any, bool]:
        """The next value as bytes and parsed, and whether it is valid UTF-8."""
        while True:
            try:
                value, end = self._json.raw_decode(self._window, self._position)
            except ValueError:
                if not self._grow():
                    raise
                continue
            text = self._window[self._position : end]
            raw = text.encode("utf-8", "surrogateescape")
            self._position = end
            return raw, value, not _ESCAPED.search(text)

    def rest(self) -> bytes:
        """The start of the unread text."""
        return self._window[self._position : self._position + SAMPLE_BYTES].encode("utf-8", "replace")

    def _grow(self) -> bool:
        left = len(self._window) - self._position
        if left > LIMITS.container_bytes:
            raise StreamDamaged(
                Reason.TOO_LARGE, f"a JSON value of more than {LIMITS.container_bytes} characters"
            )
        chunk = self._stream.read(max(MB, left))
        self._window = self._window[self._position :] + self._decoder.decode(chunk, final=not chunk)
        self._position = 0
        return bool(chunk)
