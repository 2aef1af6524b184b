"""JSON Lines: each line that holds an object is a document, its bytes as they came."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import in_utf8, lines
from transforms.read.records.fields import CONTAINERS
from transforms.read.records.record import not_json
from transforms.read.tables.json_values import documents_of

# A line without any of these is a record; one with them may be a feed or an envelope. Nothing else
# of an object is decoded here: that would cost more than all the rest of reading.
_ENVELOPE_NAMES = (*CONTAINERS, "version")
_Envelope = msgspec.defstruct(
    "_Envelope", [(name, msgspec.Raw | msgspec.UnsetType, msgspec.UNSET) for name in _ENVELOPE_NAMES]
)
_NO_ENVELOPE = _Envelope()


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
    """The documents of a line that may be more than a record: a feed, an agency's envelope, an array."""
    try:
        value = _parsed(line)
    except RecursionError:
        yield Rejected(Reason.JSON_TOO_DEEP, f"line {number}: nested too deep", origin, number, sample=line)
        return
    except ValueError as error:
        yield Rejected(Reason.MALFORMED_RECORD, f"line {number}: {error}", origin, number, sample=line)
        return
    if isinstance(value, dict | list):
        yield from documents_of(line, value, number, origin)
    else:
        yield Rejected(Reason.MALFORMED_RECORD, f"line {number}: not an object", origin, number, sample=line)


def _parsed(line: bytes) -> object:
    try:
        return msgspec.json.decode(line)
    except (ValueError, RecursionError):
        # msgspec rejects lone surrogates and numbers out of range
        return json.loads(line, parse_constant=not_json)
