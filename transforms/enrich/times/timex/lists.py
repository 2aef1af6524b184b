"""Readings completed by the dates beside them: weekdays and months of a list, the eve of a day."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from transforms.enrich.times.timex import values, words
from transforms.enrich.times.timex.context import Context
from transforms.enrich.times.timex.rules import Found, Reading
from transforms.enrich.times.timex.values import shift

_WEEKDAY = "|".join(word for word in words.WEEKDAYS if word.endswith("day"))
_BARE_WEEKDAY = re.compile(rf"(?:{_WEEKDAY})", re.IGNORECASE)
_STARTS_WITH_WEEKDAY = re.compile(rf"(?:{_WEEKDAY})\b(?!['’])", re.IGNORECASE)
_HAS_WEEKDAY = re.compile(rf"\b(?:{_WEEKDAY})\b", re.IGNORECASE)
_AND = re.compile(
    r"(?:,|,?\s+(?:and|or|&)|,?\s+as well as|/)\s*(?:then\s+|again\s+)?(?:on\s+|in\s+)?(?:the\s+)?"
)
_TO = re.compile(r"\s+(?:to|through|thru)\s+|\s?[-–—]\s?")
_EVE_OF = re.compile(r"\b(?:the\s+)?eve\s+of\s+(?:the\s+|an?\s+)?$", re.IGNORECASE)
_EVE_OF_EVENT = re.compile(
    r"\b(?:the\s+)?[Ee]ve\s+of\s+(?:the|an?|his|her|its|their|this|that|our|my)\s+(?:[\w'’-]+\s+){0,2}?(?P<event>[a-z]{3,})(?=[\s.,;:]|$)"
)
# Number of expressions before and after an event that are searched for its date.
_REACH = 50


def listed(text: str, found: list[Found], context: Context) -> list[Found]:
    """The readings, with the weekdays and months of a list placed by the dated ones beside them.

    `Monday, Tuesday and Wednesday 22 May` are three days of one week; `March and April 2015` are of one year.
    """
    result = list(found)
    first = 0
    while first < len(result):
        last = first
        while last + 1 < len(result) and _is_list(text, result[last], result[last + 1]):
            last += 1
        if last > first:
            chain = result[first : last + 1]
            result[first : last + 1] = [_in_list(text, chain, i, context) for i in range(len(chain))]
        first = last + 1
    return result


def _is_list(text: str, item: Found, following: Found) -> bool:
    gap = text[item[1] : following[0]]
    if _AND.fullmatch(gap):
        return True
    return bool(
        _TO.fullmatch(gap) and _BARE_WEEKDAY.fullmatch(text[item[0] : item[1]])
        and _STARTS_WITH_WEEKDAY.match(text, following[0])
    )  # fmt: skip


def _in_list(text: str, chain: list[Found], i: int, context: Context) -> Found:
    start, end, reading = chain[i]
    if reading.begin is None or not reading.method.startswith("relative:") or reading.kind != "date":
        return chain[i]
    if reading.unit not in ("day", "month"):
        return chain[i]
    if not _BARE_WEEKDAY.fullmatch(text[start:end]):
        return start, end, _in_year_of(chain[i + 1 :], reading) or reading
    beside = _day_in_list(text, chain, i)
    if beside:
        on, dated = beside
        method = dated.method if dated.method.startswith("relative:") else "relative:previous"
        placed = replace(_on(reading, on), anchor=dated.anchor or dated.begin, method=method)
        return start, end, placed
    later = _after_previous(chain, i, context)
    return (start, end, _on(reading, later)) if later else chain[i]


def _on(reading: Reading, on: date) -> Reading:
    return replace(reading, value=on.isoformat(), begin=on, end=on)


def _day_in_list(text: str, chain: list[Found], i: int) -> tuple[date, Reading] | None:
    """The day of a bare weekday and the reading it follows from."""
    start, end, weekday = chain[i]
    number = words.WEEKDAYS[text[start:end].lower()]
    dated = [
        (at, begin, stop, reading, reading.begin)
        for at, (begin, stop, reading) in enumerate(chain)
        if reading.unit == "day" and reading.begin and not _BARE_WEEKDAY.fullmatch(text[begin:stop])
    ]
    for *_, reading, on in dated:
        if on.isoweekday() == number:
            return on, reading
    for at, begin, _, reading, on in dated:
        if at > i and _STARTS_WITH_WEEKDAY.match(text, begin):
            near = shift(on, "day", -((on.isoweekday() - number) % 7 or 7))
            return (near, reading) if near else None
    for at, begin, stop, reading, on in reversed(dated):
        if at < i and _HAS_WEEKDAY.search(text, begin, stop):
            near = shift(on, "day", (number - on.isoweekday()) % 7 or 7)
            is_across = weekday.anchor is not None and near is not None and on <= weekday.anchor < near
            return (near, reading) if near and not is_across else None
    return None


def _after_previous(chain: list[Found], i: int, context: Context) -> date | None:
    """A bare weekday moved to the week of the weekday before it, where that one is ahead of the publication."""
    previous, on = chain[i - 1][2] if i else None, chain[i][2].begin
    if not previous or not previous.begin or not on or previous.unit != "day" or context.published_on is None:
        return None
    return shift(on, "day", 7) if on < previous.begin > context.published_on else None


def _in_year_of(later: list[Found], reading: Reading) -> Reading | None:
    """A day or month without a year in the year that is printed with a later one of its list."""
    for _, _, following in later:
        if following.unit != reading.unit or following.begin is None or reading.begin is None:
            return None
        if following.method == "absolute":
            is_before = reading.begin.month > following.begin.month
            moved = shift(reading.begin, "year", following.begin.year - is_before - reading.begin.year)
            if moved is None:
                return None
            period = values.PERIODS[reading.unit](moved)
            return replace(
                reading, value=period.value, begin=period.begin, end=period.end, anchor=following.begin,
                method="relative:previous",
            )  # fmt: skip
    return None


def eves(text: str, found: list[Found]) -> Iterator[Found]:
    """The readings, and the days before them where `the eve of` stands before a day or an event dated nearby."""
    floor = 0
    for start, end, reading in found:
        before = _EVE_OF.search(text, max(floor, start - 20), start)
        eve = _day_before(reading) if before else None
        floor = end
        yield (before.start(), end, eve) if before and eve else (start, end, reading)


def event_eves(text: str, found: list[Found]) -> Iterator[Found]:
    """Days before the events after `the eve of`: `Polls close on Friday. On the eve of the polls ...`."""
    starts = [start for start, _, _ in found]
    for m in _EVE_OF_EVENT.finditer(text):
        at = bisect(starts, m.start())
        if any(s < m.end() and e > m.start() for s, e, _ in found[max(0, at - 1) : at + 2]):
            continue
        near = [*found[at : at + 1], *reversed(found[max(0, at - _REACH) : at]), *found[at + 1 : at + _REACH]]
        dated = next((r for s, e, r in near if is_beside(text, s, e, m["event"])), None)
        eve = _day_before(dated) if dated else None
        if eve:
            yield m.start(), m.end(), eve


def is_beside(text: str, start: int, end: int, event: str) -> bool:
    """Whether a date is that of an event: `the Nov. 13 attacks`, `the vote is on Tuesday`, `Tuesday's vote`."""
    before = rf"\b{event}(?:\s+\w+)?\s+(?:(?:in|on|of|for)\s+)?(?:the\s+)?$"
    after = rf"(?:['’]s)?\s+(?:\w+\s+)?{event}\b"
    return bool(re.search(before, text[max(0, start - 60) : start])) or bool(
        re.match(after, text[end : end + 60])
    )


def _day_before(reading: Reading) -> Reading | None:
    if reading.unit != "day" or reading.kind != "date" or reading.begin is None or reading.begin != reading.end:
        return None
    on = shift(reading.begin, "day", -1)
    return _on(reading, on) if on else None
