"""Neighbouring readings combined: a clock time with its day, and ranges of dates."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace

from transforms.enrich.times.timex.context import Context
from transforms.enrich.times.timex.lists import is_beside
from transforms.enrich.times.timex.rules import Found, Reading
from transforms.enrich.times.timex.values import PERIODS, shift
from transforms.enrich.times.timex.words import HEADS

_CLOCK_THEN_DAY = re.compile(r"(?:,?\s(?:on\s|\()?|\slocal time,?(?:\son)?\s)$")
_DAY_THEN_CLOCK = re.compile(
    r",?\s(?:(?:at|around|about|(?:just |shortly )?(?:before|after)|by|since|until|from)\s)?$"
)
_SINCE = re.compile(r"\b(?:ever\s+)?since\s+(?:the\s+)?$", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|between)\s+(?:the\s+)?$", re.IGNORECASE)
_TO = re.compile(r"\s?(?P<word>to|until|till|through|and|[-–—])\s?(?:the\s)?")

_SINCE_EVENT = re.compile(
    r"\b[Ss]ince\s+(?:the|that|this)\s+(?:\w+\s+of\s+(?:the|that|this)\s+)?(?P<event>[a-z]{4,})(?=[\s.,;:]|$)"
    r"(?!\s+(?:is|are|was|were|has|have|had|will|would|can|could|may|might|did|does|do)\b)"
)
# Number of earlier expressions searched for an event's date.
_REACH = 50


def joined(text: str, found: list[Found]) -> list[Found]:
    """`5 p.m.` and `Friday` beside it as one time."""
    result: list[Found] = []
    for start, end, reading in found:
        if result:
            begin, stop, before = result[-1]
            gap = text[stop:start]
            if before.unit == "clock" and reading.unit == "day" and _CLOCK_THEN_DAY.match(gap):
                result[-1] = begin, end, _at_clock(reading, before)
                continue
            if before.unit == "day" and reading.unit == "clock" and _DAY_THEN_CLOCK.match(gap):
                result[-1] = begin, end, _at_clock(before, reading)
                continue
        result.append((start, end, reading))
    return result


def _at_clock(day: Reading, clock_time: Reading) -> Reading:
    on = "XXXX-XX-XX" if day.value.endswith("REF") else day.value.partition("T")[0]
    return replace(day, kind="time", value=f"{on}T{clock_time.value.rpartition('T')[2]}", unit="time")


def spanned(text: str, found: list[Found], context: Context) -> Iterator[Found]:
    """Readings with ranges for `since`, `from ... to`, `between ... and` and a bare `through`.

    After `since` and `from` the value stays that of the opening date, and the closing date is an expression
    of its own, as in TIMEX3; `Monday through Friday` is one expression.
    """
    floor, skipped = 0, -1
    for index, (start, end, reading) in enumerate(found):
        if index == skipped:
            continue
        lead, stop = start, end
        if reading.begin and reading.kind in ("date", "time"):
            before = text[max(floor, start - 14) : start]
            since, opening = _SINCE.search(before), _FROM.search(before)
            following = found[index + 1] if index + 1 < len(found) else None
            to = _TO.fullmatch(text[end : following[0]]) if following else None
            if since and context.published_on and reading.begin <= context.published_on:
                lead = start - len(before) + since.start()
                reading = replace(reading, kind="range", end=context.published_on)
            elif following and to and (opening or to["word"] != "and"):
                closed = _closed(reading, following[2])
                if closed and opening:
                    lead = start - len(before) + opening.start()
                    reading = replace(closed, kind="range", end=following[2].end)
                elif closed and _is_one(reading, following[2]):
                    stop, skipped = following[1], index + 1
                    value = f"{closed.value}/{following[2].value}"
                    reading = replace(closed, kind="range", value=value, end=following[2].end)
                else:
                    reading = closed or reading
        floor = stop
        yield lead, stop, reading


def _is_one(first: Reading, last: Reading) -> bool:
    return first.kind == last.kind == "date" and (first.unit, first.method) == (last.unit, last.method)


def _closed(first: Reading, last: Reading) -> Reading | None:
    """The opening date, moved back by weeks or years to precede the closing date; None: impossible."""
    if not (first.begin and last.begin and last.end) or last.kind not in ("date", "time"):
        return None
    if first.method != "absolute" and first.unit in ("day", "month"):
        days = (last.begin - first.begin).days
        unit, count = ("week", -1) if -7 < days < 0 else ("year", last.begin.year - first.begin.year)
        moved = (
            shift(first.begin, unit, count) if days < 0 or (days > 366 and last.method == "absolute") else None
        )
        period = PERIODS[first.unit](moved) if moved else None
        if period and period.begin and period.begin <= last.begin:
            value = period.value + first.value[len(period.value) :]
            return replace(first, value=value, begin=period.begin, end=period.end)
    return first if first.begin <= last.end else None


def since_events(text: str, found: list[Found], context: Context) -> Iterator[Found]:
    """Ranges opened by an event dated earlier in the text: `the pact signed in July ... since the pact`.

    A date belongs to an event if it is beside the event's noun: `the Nov. 13 attacks`.
    """
    if context.published_on is None:
        return
    starts = [start for start, _, _ in found]
    for m in _SINCE_EVENT.finditer(text):
        if m["event"] in HEADS or any(s < m.end() for s in starts[bisect(starts, m.start()) :][:1]):
            continue
        earlier = found[max(0, bisect(starts, m.start()) - _REACH) : bisect(starts, m.start())]
        dated = next(
            (r for s, e, r in reversed(earlier) if r.begin and is_beside(text, s, e, m["event"])), None
        )
        if dated and dated.begin and dated.kind == "date" and dated.begin <= context.published_on:
            opened = replace(dated, anchor=dated.begin, method="relative:previous", unit="")
            yield m.start(), m.end(), replace(opened, kind="range", end=context.published_on)
