"""Reference dates of an expression: the publication date with its precision, and the dates named before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from transforms.enrich.times.timex.values import DAY, FINENESS, MONTH, YEAR, Period
from transforms.text.wordlists import toml

Direction = Literal["past", "future"]

PRECISION = {"second": DAY, "minute": DAY, "hour": DAY, "day": DAY, "month": MONTH, "year": YEAR}

_CUES = (f"(?P<{name}>{'|'.join(patterns)})" for name, patterns in toml("timex/cues.toml").items())
_CUE = re.compile(rf"\b(?:{'|'.join(_CUES)})\b".replace(" ", r"\s+"), re.IGNORECASE)
# Not text.sentences: knowing abbreviations changes 22 of 20,407 readings, some for the worse.
_SENTENCE_END = re.compile(r"[.!?][\"”’')]*\s+(?=[\"“‘']?[A-Z])|\n\s*\n|;\s")
# A year that opens its sentence.
_IN_YEAR = re.compile(r"(?:^|[\n.!?”\"]\s*)In\s+(?:late\s|early\s)?\d{4}$")
# `The first win in 10 days`, `sold more in 10 days`: the length of a time.
_NO_INSTANT = re.compile(
    rf"\b(?:{'|'.join(toml('timex/words.toml')['ahead']['not_before'])})\b(?:\s[\w'’-]+){{0,5}}?\s+(?:in|within)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_NO_INSTANT_AFTER = re.compile(r"\s+(?:of|after|before|since|following|a|per|each)\b")
_SCHEDULED = re.compile(
    rf"\b(?:(?P<verb>{'|'.join(toml('timex/words.toml')['ahead']['verbs'])})"
    rf"|(?P<noun>{'|'.join(toml('timex/words.toml')['ahead']['verbs_or_nouns'])})"
    r"|(?P<be>(?:is|are|am|['’]s)(?=(?:\s(?:only|just|still|now|due|back|here|over|up))?\s(?:in|within)\s+(?:\w+\s+)?$)))(?!\w)",
    re.IGNORECASE,
)
_ACHIEVED = re.compile(
    rf"\b(?:{'|'.join(toml('timex/words.toml')['ahead']['achieved'])})(?:\s[\w'’-]+){{0,2}}\s+$", re.IGNORECASE
)
_ABILITY = re.compile(r"can\b|\w+(?: \w+)? have\b", re.IGNORECASE)
_REACH = 110
_BESIDE = 12


@dataclass(slots=True)
class Context:
    """State of one text; `history` lists the dates so far: end offset, period, method."""

    text: str
    published_on: date | None
    fineness: int
    history: list[tuple[int, Period, str]] = field(default_factory=list)
    basis: Literal["relative:published", "relative:dateline"] = "relative:published"

    def anchor(self, unit: str) -> date | None:
        """The publication date, if precise enough for this unit."""
        return self.published_on if self.fineness >= FINENESS.get(unit, DAY) else None

    def focus(self, *units: str, before: int, reach: int = 400) -> Period | None:
        """The last date within `reach` code points before an offset; with units, the last of these units."""
        for end, period, _ in reversed(self.history):
            if before - end > reach:
                return None
            if period.begin and period.unit and (not units or period.unit in units):
                return period
        return None

    def other_year(self, before: int, unit: str) -> int | None:
        """The stated year, if it differs from the publication's."""
        anchor, stated = self.anchor(unit), self.stated_year(before)
        return stated if stated and (anchor is None or stated != anchor.year) else None

    def day_of_sentence(self, before: int) -> date | None:
        """The last day named earlier in the same sentence."""
        focus = self.focus("day", "time", before=before, reach=_REACH)
        end = next((e for e, period, _ in reversed(self.history) if period is focus), before)
        return focus.begin if focus and not _SENTENCE_END.search(self.text, end, before) else None

    def stated_year(self, before: int) -> int | None:
        """The year stated in the sentence with a month, or at its beginning (`In 2007, ...`)."""
        for end, period, method in reversed(self.history):
            if before - end > _REACH or _SENTENCE_END.search(self.text, end, before):
                return None
            if method != "absolute" or period.begin is None:
                continue
            if period.unit in ("day", "month") or _IN_YEAR.search(self.text, max(0, end - 16), end):
                return period.begin.year
        return None

    def direction(self, start: int, end: int) -> Direction | None:
        """Whether the clause around an expression looks back or ahead, by its nearest verb.

        The nearest cue before it in its sentence decides, else the first after it; without any cue an
        infinitive looks ahead.
        """
        before = self.text[max(0, start - _REACH) : start]
        breaks = list(_SENTENCE_END.finditer(before))
        cues = list(_CUE.finditer(before, breaks[-1].end() if breaks else 0))[::-1]
        beside = _CUE.match(self.text, end + 1)
        if beside and beside.lastgroup == "future" and not (cues and len(before) - cues[0].end() < _BESIDE):
            return "future"  # `races in November will be won`; not `the deal struck Friday will be read`
        if all(cue.lastgroup == "intended" for cue in cues):
            stop = _SENTENCE_END.search(self.text, end, end + _REACH)
            cues += _CUE.finditer(self.text, end, stop.start() if stop else end + _REACH)
        if not cues:
            return None
        nearest = next((cue.lastgroup for cue in cues if cue.lastgroup != "intended"), "future")
        return "future" if nearest == "future" else "past"

    def looks_ahead(self, start: int, end: int) -> bool:
        """Whether `in 10 days` at an offset is the day of something to come, not the time that something took.

        The nearest verb before it decides: `will`, an infinitive (`ordered to pay within 10 days`, not `managed
        to`), a verb of schedule in the present (`opens`); without a verb before it, the first after it.
        """
        if _NO_INSTANT_AFTER.match(self.text, end):
            return False
        before = self.text[max(0, start - _REACH) : start]
        breaks = list(_SENTENCE_END.finditer(before))
        clause = before[breaks[-1].end() :] if breaks else before
        if _NO_INSTANT.search(clause):
            return False
        cues = list(_CUE.finditer(clause))
        scheduled = list(_SCHEDULED.finditer(clause))
        if scheduled and not cues[-1:]:
            return True
        if scheduled and scheduled[-1].lastgroup == "verb" and scheduled[-1].start() > cues[-1].start():
            return True
        if cues and cues[-1].lastgroup == "intended":
            return _ACHIEVED.search(clause, 0, cues[-1].start()) is None
        if cues and _ABILITY.match(cues[-1].group()):
            return False
        direction = self.direction(start, end)
        if direction is None and not cues:
            stop = _SENTENCE_END.search(self.text, end, end + _REACH)
            return _SCHEDULED.search(self.text, end, stop.start() if stop else end + _REACH) is not None
        return direction == "future"


def toward(word: str | None) -> Direction | None:
    """Direction of `last` and `next`."""
    if (word or "").lower() in ("next", "coming"):
        return "future"
    return "past" if (word or "").lower() in ("last", "past") else None


def years_around(anchor: date) -> list[int]:
    """The anchor's year and its neighbours, within the calendar."""
    return [year for year in (anchor.year - 1, anchor.year, anchor.year + 1) if 1 < year < 9999]


def choose(periods: list[Period], anchor: date, direction: Direction | None) -> Period:
    """One of several recurring periods (the Julys, the third quarters).

    The one that contains the anchor, else the last before or the first after it, by the direction of the
    clause; without a direction the last, unless the next is far nearer. Newspapers omit the current year,
    so a period of another year loses to one that is far nearer.
    """
    dated = sorted((p for p in periods if p.begin and p.end), key=lambda p: p.begin or anchor)
    past = next((p for p in reversed(dated) if p.begin and p.begin <= anchor), dated[0])
    future = next((p for p in dated if p.begin and p.begin > anchor), dated[-1])
    assert past.begin
    assert past.end
    assert future.begin
    if past.end >= anchor or past is future:
        return past
    behind, ahead = (anchor - past.end).days, (future.begin - anchor).days
    if direction == "future":
        return past if behind * 5 < ahead and future.begin.year != anchor.year else future
    if direction == "past":
        is_much_nearer = ahead * (3 if past.unit == "day" else 5) < behind
        return future if is_much_nearer and past.begin.year != anchor.year else past
    return future if ahead * 3 < behind and past.begin.year != anchor.year else past
