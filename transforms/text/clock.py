"""Times of day as printed beside dates, with their zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from transforms.contract.article import Precision
from transforms.text.wordlists import rows

_COMPACT_CLOCK = re.compile(r"(?<=\d{8})T?(\d\d)(\d\d)(\d\d)?(?=Z|[+-]|$)")
_CLOCK = re.compile(
    r"(?<![\d:.+-])(?P<h>\d{1,2})(?:\s?[:h]\s?|\.(?=\d\d\s*(?:uhr|[ap]\.?\s?m)))(?P<m>\d\d)"
    r"(?:[:.](?P<s>\d\d)(?:[.,]\d+)?)?(?!\d)(?:\s*(?:(?P<half>[ap])\.?\s?m\b\.?|uhr\b))?",
    re.IGNORECASE,
)
_HOUR = re.compile(r"(?<![\d:.])(?P<h>\d{1,2})\s*(?:(?P<half>[ap])\.?\s?m\b\.?|uhr\b)", re.IGNORECASE)
_OFFSET = re.compile(r"[\s(,]*(?:GMT|UTC)?\s?(?P<sign>[+-])(?P<h>\d{1,2}):?(?P<m>\d\d)?(?!\d)")
_ABBREVIATION = re.compile(r"[\s(,]*([A-Z]{1,4})\b")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as written (it need not exist) and the code points it takes up; `zone` None: none stated."""

    hour: int
    minute: int
    second: int
    precision: Precision
    zone: tzinfo | None
    start: int
    end: int


def read_clock(text: str) -> Clock | None:
    """The first time of day in a text."""
    if compact := _COMPACT_CLOCK.search(text):
        h, m, s = (int(part or 0) for part in compact.groups())
        zone, end = _read_zone(text, compact.end())
        return Clock(h, m, s, "second" if compact[3] else "minute", zone, compact.start(), end)
    match = _CLOCK.search(text) or _HOUR.search(text)
    if match is None:
        return None
    group = match.groupdict()
    hour = int(group["h"])
    if group["half"]:
        hour = 99 if hour > 12 else hour % 12 + (12 if group["half"] in "pP" else 0)
    precision: Precision = "second" if group.get("s") else "minute" if group.get("m") else "hour"
    zone, end = _read_zone(text, match.end())
    return Clock(hour, int(group.get("m") or 0), int(group.get("s") or 0), precision, zone, match.start(), end)


def _read_zone(text: str, start: int) -> tuple[tzinfo | None, int]:
    if match := _OFFSET.match(text, start):
        offset = timedelta(hours=int(match["h"]), minutes=int(match["m"] or 0))
        if offset < timedelta(hours=15):
            return timezone(-offset if match["sign"] == "-" else offset), match.end()
    if (match := _ABBREVIATION.match(text, start)) and match[1] in _zones():
        return _zones()[match[1]], match.end()
    return None, start


@cache
def _zones() -> dict[str, tzinfo]:
    return {name: zone for name, meant in rows("timezones.tsv") if (zone := _zone(meant)) is not None}


def _zone(meant: str) -> tzinfo | None:
    if "/" not in meant:
        return datetime.strptime(meant, "%z").tzinfo
    try:
        return ZoneInfo(meant)
    except ZoneInfoNotFoundError:  # a machine without a zone database
        return None
