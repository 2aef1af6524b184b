"""JSON Lines: each line that holds an object is a document, its bytes as they came."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import in_utf8, lines
from transforms.read.records.fields import CONTAINERS
from transforms.read.tables.json_values import documents_of

# A line without any of these is a record; one with them may be a feed or an envelope. Nothing else
# of an object is decoded here: that would cost more than all the rest of reading.
_ENVELOPE_NAMES = (*CONTAINERS, "version")
_Envelope = msgspec.defstruct(
    "_Envelope", [(name, msgspec.Raw | msgspec.UnsetType, msgspec.UNSET) for name in _ENVELOPE_NAMES]
)
_NO_ENVELOPE = _Envelope()
_DECODER = json.JSONDecoder()
# What may follow a value in its line: a comma, the next value.
_AFTER = re.compile(r"[\s,]*(?=[{\[]|$)")


@reader("jsonl")
def read_jsonl(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield a document per line; blank lines are skipped. `item_no` is the line's number, from 1."""
    decode = msgspec.json.Decoder(_Envelope).decode
    for number, line in enumerate(lines(in_utf8(stream)), 1):
        if line is None:
            yield Rejected(
                Reason.LINE_TOO_LONG, f"line {number}: over {LIMITS.line_bytes} bytes", origin, number
            )
            continue
        line = line.strip()
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if not line:
            continue
        try:
            is_record = decode(line) == _NO_ENVELOPE
        except (ValueError, RecursionError):
            is_record = False
        if is_record:
            yield RawDocument(line, "application/json", origin, number)
        else:
            yield from _documents_in(line, number, origin)


def _documents_in(line: bytes, number: int, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """The documents of a line that may be more than a record: a feed, an envelope, an array, several values."""
    try:
        for raw, value in _values(line):
            if isinstance(value, dict | list):
                yield from documents_of(raw, value, number, origin)
            else:
                detail = f"line {number}: not an object"
                yield Rejected(Reason.MALFORMED_RECORD, detail, origin, number, sample=raw)
    except RecursionError:
        yield Rejected(Reason.JSON_TOO_DEEP, f"line {number}: nested too deep", origin, number, sample=line)
    except ValueError as error:
        yield Rejected(Reason.MALFORMED_RECORD, f"line {number}: {error}", origin, number, sample=line)


def _values(line: bytes) -> Iterator[tuple[bytes, object]]:
    """The JSON values of a line with the bytes of each: one, or several objects without newlines between them."""
    try:
        yield line, msgspec.json.decode(line)
        return
    except (ValueError, RecursionError):
        pass  # msgspec rejects lone surrogates, NaN, and numbers out of range
    text, position = line.decode(), 0
    while position < len(text):
        value, end = _DECODER.raw_decode(text, position)
        after = _AFTER.match(text, end)
        if after is None:
            raise ValueError(f"more than a value: {text[end : end + 20]!r}")
        yield text[position:end].encode(), value
        position = after.end()
