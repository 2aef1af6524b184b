"""Dates and times of day as printed or stored, parsed with the precision that they have and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from transforms.contract.article import Precision
from transforms.contract.reasons import Repair
from transforms.text.wordlists import rows

_COMPACT_CLOCK = re.compile(r"(?<=\d{8})T?(\d\d)(\d\d)(\d\d)?(?=Z|[+-]|$)")
_CLOCK = re.compile(
    r"(?<![\d:.+-])(?P<h>\d{1,2})(?:\s?[:h]\s?|\.(?=[0-5]\d\s*(?:uhr|[ap]\.?\s?m|(?-i:[(]?[A-Z]{3,4}\b))))(?P<m>\d\d)"
    r"(?:[:.](?P<s>\d\d)(?:[.,]\d+)?)?(?!\d)(?:\s*(?:(?P<half>[ap])\.?\s?m\b\.?|uhr\b))?",
    re.IGNORECASE,
)
# RFC 822: the year has two digits, and only a time follows.
_TWO_DIGIT_YEAR = re.compile(
    r"(?P<before>(?:[^\W\d_]{2,9}\.?,?\s+)?\d{1,2}(?P<s>[\s-]+)[^\W\d_]{3,9}\.?(?P=s))(?P<y>\d\d)(?=$|,?\s+\d{1,2}:\d\d|\s+\D*$)"
)
_HOUR = re.compile(r"(?<![\d:.])(?P<h>\d{1,2})\s*(?:(?P<half>[ap])\.?\s?m\b\.?|uhr\b)", re.IGNORECASE)
_OFFSET = re.compile(r"[\s(,]*(?:GMT|UTC)?\s?(?P<sign>[+-])(?P<h>\d{1,2}):?(?P<m>\d\d)?(?!\d)")
_ABBREVIATION = re.compile(r"[\s(,]*([A-Z]{1,4})\b")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as written, even an impossible one, and its span in code points; `zone` None: not stated."""

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


# From the first printed newspaper to a year later than any real date.
_YEARS = range(1605, 2101)
_LONGEST = 200

_NAME = r"(?P<name>[^\W\d_]{3,})\.?"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?"
_YEAR = r"(?P<y>\d{4}|['’]\d\d)(?![\d:])"
_OF = r"(?:[\s,./-]|\b(?:de|del|of|da|di)\b|d['’])"
# In order of trust: text that one pattern has read is not read again by a later one.
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d.,/-])(?P<y>\d{4,6})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d/-])",
        r"(?P<y>\d{4})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월](?:\s*(?P<d>\d{1,2})\s*[日일])?",
        r"(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})(?:\s+năm|,)?\s+(?P<y>\d{4})",
        rf"(?<![\d:.,/-]){_DAY}{_OF}*{_NAME}{_OF}*{_YEAR}",
        rf"{_NAME}\s*{_DAY}(?:\s*,\s*|\s+|\s+of\s+){_YEAR}",
        rf"(?<!\d)(?P<y>\d{{4}})[\s.,/-]+{_NAME}[\s.,/-]+(?P<d>\d{{1,2}})\b",
        r"(?<![\d/.-])(?P<a>\d{1,2})(?P<s>[-/.])\s?(?P<b>\d{1,2})(?P=s)\s?(?P<y>\d{4}|\d\d)(?![\d/-])",
        rf"{_NAME}{_OF}*(?P<y>\d{{4}})(?![\d:])",
        r"(?<![\d.,/-])(?P<y>\d{4})-(?P<m>\d\d)(?![\d/.-])",
        r"(?<!\d)(?P<y>(?:1[6-9]|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
    )
)
_STAMP = re.compile(r"(\d{10})(?:\d{3})?")
# Any date with a year has one of these: looked for first, since most paragraphs have none.
_MAY_BE_DATE = re.compile(r"\d{4}|\d[/.-]\s?\d|['’]\d\d")
_DATE_SHAPE = re.compile(r"\d+[-/.]\d+[-/.]\d+")


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """One date. `value` is its first instant, in UTC; None for an impossible date.

    A time without a zone is taken as UTC. `alternative` is the other reading of an ambiguous day and month.
    """

    value: datetime | None
    precision: Precision
    has_zone: bool
    repairs: tuple[Repair, ...] = ()
    alternative: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A calendar date inside a longer text, and its span in code points."""

    date: ParsedDate
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Day:
    year: int
    month: int | None
    day: int | None
    start: int
    end: int
    is_ambiguous: bool = False


def parse_date(
    text: str,
    *,
    day_first: bool | None = None,
    language: str | None = None,
    not_after: datetime | None = None,
) -> ParsedDate | None:
    """The date in a text: ISO 8601, RFC 822, Unix seconds, printed forms; None without one.

    `day_first` says how to read 3/4/2024, `language` (ISO 639-1) which month names to expect; a
    date later than `not_after` has no value and the repair DATE_FUTURE.
    """
    text = text.strip()[:_LONGEST]
    if not any(map(str.isdecimal, text)):
        return None
    if stamp := _STAMP.fullmatch(text):
        moment = datetime.fromtimestamp(int(stamp[1]), UTC)
        return _checked(ParsedDate(moment, "second", has_zone=True), not_after)
    if short := _TWO_DIGIT_YEAR.match(text):
        text = f"{short['before']}{_full_year(short['y'])}{text[short.end() :]}"
    clock = read_clock(text)
    # The clock is blanked, so that "Nov 23 10:31:00 CST 2015" reads as a date.
    bare = text if clock is None else f"{text[: clock.start]}  {text[clock.end :]}"
    day = next(_days(bare, day_first=day_first, language=language), None)
    if day is None and re.fullmatch(r"\d{4}", text, re.ASCII) and int(text) in _YEARS:
        day = _Day(int(text), None, None, 0, 4)
    if day is None:
        return _impossible() if _DATE_SHAPE.search(text) else None
    return _checked(_combine(day, clock), not_after)


def find_dates(text: str, *, day_first: bool | None = None, language: str | None = None) -> Iterator[FoundDate]:
    """Calendar dates with a year in running text, in reading order; times of day are ignored."""
    if not _MAY_BE_DATE.search(text):
        return
    for day in sorted(_days(text, day_first=day_first, language=language), key=lambda d: d.start):
        parsed = _checked(_combine(day, None), None)
        if parsed.value is not None:
            yield FoundDate(parsed, day.start, day.end)


def month_of(name: str, language: str | None = None) -> int | None:
    """Number of a month by its name or abbreviation; None: unknown, or not the same in all languages."""
    readings = _months().get(name.casefold().rstrip("."), ())
    spoken = [month for month, languages in readings if language in languages]
    english = [month for month, languages in readings if "en" in languages]
    found = set(spoken or english or (month for month, _ in readings))
    return found.pop() if len(found) == 1 else None


def _days(text: str, *, day_first: bool | None, language: str | None) -> Iterator[_Day]:
    taken: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            day = _read_day(match, day_first, language)
            if day is not None:
                taken.append(match.span())
                yield day


def _read_day(match: re.Match[str], day_first: bool | None, language: str | None) -> _Day | None:
    group = match.groupdict()
    year = _full_year(group["y"])
    if "a" in group:
        return _read_numeric(match, year, day_first)
    month = month_of(group["name"], language) if "name" in group else int(group["m"])
    if month is None:
        return None
    return _Day(year, month, int(group["d"]) if group.get("d") else None, *match.span())


def _read_numeric(match: re.Match[str], year: int, day_first: bool | None) -> _Day:
    first, second = int(match["a"]), int(match["b"])
    if match["s"] == ".":
        day_first = True  # nobody writes the month first with full stops
    is_ambiguous = day_first is None and first <= 12 and second <= 12 and first != second
    is_day_first = second <= 12 and (bool(day_first) or first > 12)
    day, month = (first, second) if is_day_first else (second, first)
    return _Day(year, month, day, *match.span(), is_ambiguous=is_ambiguous)


def _full_year(text: str) -> int:
    digits = text.lstrip("'’")
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 69 else 1900)  # the century as in POSIX


def _combine(day: _Day, clock: Clock | None) -> ParsedDate:
    if day.month is None or day.day is None:
        return _moment(day, None, "year" if day.month is None else "month")
    # Midnight to the second is how systems store a day without a time.
    if clock is None or (clock.hour, clock.minute, clock.second, clock.precision) == (0, 0, 0, "second"):
        parsed = _moment(day, None, "day")
    else:
        parsed = _moment(day, clock, clock.precision)
    if not day.is_ambiguous or parsed.value is None:
        return parsed
    other = _moment(replace(day, month=day.day, day=day.month), clock, parsed.precision).value
    return replace(parsed, repairs=(*parsed.repairs, Repair.DATE_AMBIGUOUS), alternative=other)


def _moment(day: _Day, clock: Clock | None, precision: Precision) -> ParsedDate:
    repairs: list[Repair] = []
    hour, minute, second, zone = (
        (clock.hour, clock.minute, clock.second, clock.zone) if clock else (0, 0, 0, None)
    )
    if (minute, second) == (59, 60):
        second = 59
        repairs.append(Repair.DATE_LEAP_SECOND)
    if clock is not None and zone is None:
        repairs.append(Repair.DATE_NO_TIMEZONE)
    day_later = (hour, minute, second) == (24, 0, 0)
    try:
        value = datetime(
            day.year, 1 if day.month is None else day.month, 1 if day.day is None else day.day,
            0 if day_later else hour, minute, second, tzinfo=zone or UTC,
        )  # fmt: skip
        value = (value + timedelta(days=day_later)).astimezone(UTC)
    except (ValueError, OverflowError):
        return _impossible()
    return ParsedDate(value, precision, zone is not None, tuple(repairs))


def _checked(parsed: ParsedDate, not_after: datetime | None) -> ParsedDate:
    """Drop the value of a date that no article can have, and keep the reason."""
    if parsed.value is None:
        return parsed
    reason = None
    if parsed.value.year not in _YEARS:
        reason = Repair.DATE_INVALID if parsed.value.year < _YEARS.start else Repair.DATE_FUTURE
    elif (
        abs(parsed.value - datetime(1970, 1, 1, tzinfo=UTC)) < timedelta(days=1) and parsed.precision != "year"
    ):
        reason = Repair.DATE_EPOCH
    elif not_after is not None and parsed.value > not_after:
        reason = Repair.DATE_FUTURE
    return parsed if reason is None else replace(parsed, value=None, alternative=None, repairs=(reason,))


def _impossible() -> ParsedDate:
    return ParsedDate(None, "day", has_zone=False, repairs=(Repair.DATE_INVALID,))


@cache
def _months() -> dict[str, list[tuple[int, frozenset[str]]]]:
    months: dict[str, list[tuple[int, frozenset[str]]]] = {}
    for name, month, languages in rows("month_names.tsv"):
        months.setdefault(name, []).append((int(month), frozenset(languages.split())))
    return months
