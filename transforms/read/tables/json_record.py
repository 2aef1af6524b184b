"""The record of a JSON object: a line of JSONL, a row of a table, an entry of a feed, an item of an agency."""

from __future__ import annotations

import json
from typing import Any

from transforms.contract.documents import RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.read.records.fields import fill
from transforms.read.records.record import Record, record_parser

# Fields that only items of agencies (ninjs, AP) have, and the types that accompany an article.
_NEWS_ITEM = frozenset({"pubstatus", "pubStatus", "versioncreated", "versionCreated", "altids"})
_PICTURES = ("picture", "graphic", "video", "audio", "animation")


@record_parser("application/json")
def json_record(raw: RawDocument) -> Record | Rejected:
    """The record of a JSON object by the names in fields.toml and the source's own in `origin.fields`."""
    record = Record()
    try:
        value = _parse(raw.body, record)
    except RecursionError:
        return Rejected(Reason.JSON_TOO_DEEP, "nested too deep")
    except ValueError as error:
        return Rejected(Reason.MALFORMED_RECORD, str(error))
    if not isinstance(value, dict):
        return Rejected(Reason.MALFORMED_RECORD, "not an object")
    if value.get("type") in _PICTURES and not _NEWS_ITEM.isdisjoint(value):
        return Rejected(Reason.NOT_AN_ARTICLE, f"a {value['type']}")
    fill(record, value, raw.origin.fields, is_entry=raw.origin.hints.get("envelope") == "feed")
    return record


def _parse(body: bytes, record: Record) -> Any:
    """JSON as found in the wild; deviations from the standard are noted in the record."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        unique = dict(items)
        if len(unique) < len(items):
            record.note(Repair.DUPLICATE_KEY)
        return unique

    def number(text: str) -> float | str:
        value = float(text)
        if value in (float("inf"), float("-inf")):
            record.note(Repair.NUMBER_OUT_OF_RANGE)
            return text
        return value

    def whole(text: str) -> int | str:
        if len(text) <= 18:
            return int(text)
        record.note(Repair.NUMBER_OUT_OF_RANGE)
        return text

    def missing(_: str) -> None:
        record.note(Repair.NUMBER_OUT_OF_RANGE)  # NaN or Infinity

    return json.loads(
        body, object_pairs_hook=pairs, parse_float=number, parse_int=whole, parse_constant=missing
    )
