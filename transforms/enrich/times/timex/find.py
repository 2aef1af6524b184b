"""Time expressions of a text in reading order: one scan of the grammar, then what neighbours tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from transforms.enrich.times.timex import calendar_dates as dates
from transforms.enrich.times.timex import clock_times as clock
from transforms.enrich.times.timex import days, deictic, durations, holidays, months, years
from transforms.enrich.times.timex.context import PRECISION, Context
from transforms.enrich.times.timex.neighbours import joined, spanned
from transforms.enrich.times.timex.rules import Found, Kind, Method, Reader, Reading, Rule
from transforms.enrich.times.timex.scan import Run, may_start, runs, vocabulary
from transforms.enrich.times.timex.since import since_events
from transforms.enrich.times.timex.values import FINENESS, Period, shift
from transforms.enrich.times.timex.words import MONTHS


@dataclass(frozen=True, slots=True)
class Timex:
    """One time expression: where it stands, its TIMEX3 value, and the days it covers.

    `anchor_on` is the date it was read against; `method` says which: absolute, relative:published,
    relative:previous (a date named before), relative:dateline, unresolved.
    """

    start: int
    end: int
    text: str
    kind: Kind
    value: str
    begin_on: date | None
    end_on: date | None
    anchor_on: date | None
    is_vague: bool
    method: Method


_RULES: list[Rule] = [
    *holidays.RULES,
    *dates.RULES,
    *months.RULES,
    *clock.RULES,
    *years.RULES,
    *days.RULES,
    *deictic.RULES,
    *durations.RULES,
]
_PATTERNS = [re.compile(r.pattern, re.IGNORECASE) for r in _RULES]
_VOCABULARY = vocabulary(r.pattern for r in _RULES)

_WORD_END = re.compile(r"(?<!\w)|(?!\w)")
_STAMP = re.compile(r"\s*(?:[A-Z]{2,5}-)*[\d:\s]*(?:[ECMP][SD]T)?\s*")
# LAGOS, Nigeria, Nov. 23 (AP) --
_DATELINE = re.compile(
    r"\s*(?:[A-Z][A-Z.'’-]+[ ,]+){1,4}(?:[A-Z][\w.]+[ ,]+){0,3}(?P<month>[A-Z][a-z]{2,8})\.? (?P<day>\d\d?)"
    r"(?:, \d{4})?(?: \([A-Z][\w. ]+\))?\s?(?:--|—|–|-|:|_)"
)


def find_timexes(text: str, *, published_on: date | None, precision: str | None = "day") -> list[Timex]:
    """What a text says of time; `precision` is how finely `published_on` is known (as published_precision).

    Whatever cannot be placed on the calendar keeps its value with X for what is unknown, and no days.
    """
    context = _context(text, published_on, precision)
    found: list[Found] = []
    for run in runs(text, _VOCABULARY):
        position = 0
        for start in run.starts:
            best = _read(start, run, context) if start >= position and may_start(text, start) else None
            if best is None:
                continue
            position, reading = best
            if _is_stamp(text, start, position, reading, context):
                continue
            found.append((start, position, reading))
            if reading.begin:
                period = Period(reading.value, reading.begin, reading.end, reading.unit)
                context.history.append((position, period, reading.method))
    found = joined(text, found)
    found = sorted([*found, *since_events(text, found, context)], key=lambda item: item[0])
    return [_timex(text, *item) for item in spanned(text, found, context)]


def _context(text: str, published_on: date | None, precision: str | None) -> Context:
    fineness = PRECISION.get(precision or "", 0) if published_on else 0
    context = Context(text, published_on, fineness)
    dateline = _DATELINE.match(text)
    if published_on and fineness == FINENESS["day"] and dateline:
        local = _local_day(dateline, published_on)
        if local and local != published_on:
            context.published_on, context.basis = local, "relative:dateline"
    return context


def _local_day(dateline: re.Match[str], published_on: date) -> date | None:
    """The dateline's day when it is the publication's or one beside it (their midnight is another)."""
    for step in (-1, 0, 1):
        near = shift(published_on, "day", step)
        if near and near.day == int(dateline["day"]) and MONTHS.get(dateline["month"].lower()) == near.month:
            return near
    return None


@cache
def _tried(heads: frozenset[str]) -> list[tuple[re.Pattern[str], Reader]]:
    """The rules for words that hold these heads."""
    return [(p, r.read) for p, r in zip(_PATTERNS, _RULES, strict=True) if r.heads & heads]


def _read(start: int, run: Run, context: Context) -> tuple[int, Reading] | None:
    """The longest reading of the words at an offset; of equally long ones the first in the grammar."""
    best: tuple[int, Reading] | None = None
    text = context.text
    limit = run.end + text.startswith(".", run.end)  # `Nov.`, `p.m.`
    for pattern, read in _tried(run.heads):
        m = pattern.match(text, start)
        if m and m.end() > limit:
            m = pattern.match(text, start, limit)
        if m is None or (best and m.end() <= best[0]) or not _WORD_END.match(text, m.end()):
            continue
        reading = read(m, context)
        if reading:
            best = m.end(), reading
    return best


def _is_stamp(text: str, start: int, end: int, reading: Reading, context: Context) -> bool:
    """Whether a numeric date alone on its line is the document's own stamp, which the article does not say."""
    if not (reading.begin and context.published_on and text[start].isdigit()) or reading.method != "absolute":
        return False
    if abs((reading.begin - context.published_on).days) > 1:
        return False
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    return bool(_STAMP.fullmatch(before.rpartition("\n")[2] + after.partition("\n")[0]))


def _timex(text: str, start: int, end: int, reading: Reading) -> Timex:
    return Timex(
        start, end, text[start:end], reading.kind, reading.value, reading.begin, reading.end,
        reading.anchor, reading.is_vague, reading.method,
    )  # fmt: skip
