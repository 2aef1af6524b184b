"""Rules of the time grammar: their type, the readings they return, and shared pattern fragments.

A rule is a pattern and a reader of its match. Groups are named; `FRAGMENTS` are written `<NAME>` in a
pattern. The reader returns None if the words are not a time expression here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from transforms.enrich.times.timex import values, words
from transforms.enrich.times.timex.context import Context
from transforms.enrich.times.timex.values import Period

TimexKind = Literal["date", "time", "duration", "set", "range"]
TimexMethod = Literal["absolute", "relative:published", "relative:dateline", "relative:previous", "unresolved"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The meaning of an expression; `unit` is the grain of its value, used by later expressions."""

    kind: TimexKind
    value: str
    begin: date | None = None
    end: date | None = None
    unit: str = ""
    anchor: date | None = None
    method: TimexMethod = "absolute"
    is_vague: bool = False


Found = tuple[int, int, Reading]
"""Where a reading starts and ends in the text, and the reading."""
RuleReader = Callable[[re.Match[str], Context], Reading | None]


@dataclass(frozen=True, slots=True)
class TimexRule:
    """A pattern with its fragments filled in, its reader, and the heads it needs (`words.HEADS`)."""

    heads: frozenset[str]
    pattern: str
    read: RuleReader


def rule(rules: list[TimexRule], heads: str, pattern: str) -> Callable[[RuleReader], RuleReader]:
    """Add a reader to a list of rules; it is tried on runs with one of the heads."""

    def register(read: RuleReader) -> RuleReader:
        rules.append(TimexRule(frozenset(heads.split()), _fill(pattern), read))
        return read

    return register


def placed(period: Period, *, method: TimexMethod = "absolute", anchor: date | None = None) -> Reading:
    """The reading of a period of the calendar."""
    return Reading("date", period.value, period.begin, period.end, period.unit, anchor, method)


def between(first: Period, last: Period) -> Reading:
    """The range from one period to another; the first period if they are not in that order."""
    if first.begin is None or last.end is None or first.begin > last.end:
        return placed(first)
    return Reading("range", f"{first.value}/{last.value}", first.begin, last.end, first.unit)


def at_part(reading: Reading, part: str | None) -> Reading:
    """A day's reading narrowed to a part of that day: morning -> TMO."""
    if not part:
        return reading
    day = "XXXX-XX-XX" if reading.value.endswith("REF") else reading.value
    return replace(reading, kind="time", value=f"{day}T{words.PARTS_OF_DAY[part.lower()]}")


def full_year(text: str, context: Context) -> int:
    """A year in words, four figures or two; two figures mean the latest possible century."""
    figures = text.lstrip("'’")
    if not figures.isdigit():
        return words.spelled_year(figures)
    if len(figures) == 4:
        return int(figures)
    latest = min(context.published_on.year + 10, 9999) if context.published_on else 2029
    found = latest - (latest - int(figures)) % 100
    return found if found > 0 else found + 100


def reaching(count: float, unit: str, step: int, context: Context) -> Reading:
    """A duration that ends (step -1) or begins (+1) at the publication, with the days it covers."""
    value, far = values.duration(count, unit), None
    anchor = context.anchor(unit)
    if anchor and count == int(count) and count < 100_000 and unit not in ("second", "minute", "hour"):
        far = values.shift(anchor, unit, step * int(count))
    if anchor is None or far is None:
        return Reading("duration", value)
    return Reading("duration", value, min(far, anchor), max(far, anchor), "", anchor, context.basis)


# After figures that are a count, not a day or a year.
COUNTED = re.compile(r"\s?(?:%|percent\b|per\s?cent\b|million\b|billion\b|people\b|points?\b)", re.IGNORECASE)
_LONG_MONTHS = words.MONTHS.keys() - words.SHORT_MONTHS
_ONES = words.alternation(w for w, n in words.NUMBERS.items() if 0 < n < 10)
_SMALL = words.alternation(w for w, n in words.NUMBERS.items() if n < 100)
_FIGURES = r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,9}(?:\.\d{1,2})?(?:[\s-]\d/\d|\s?[½¼¾])?)"
_SPELLED = r"<SMALL>(?:[\s-]<ONES>)?(?:\s(?:hundred|thousand)(?:\s(?:and\s)?<SMALL>(?:[\s-]<ONES>)?)?)?"

FRAGMENTS = {
    "MONTH": rf"(?:{words.alternation(_LONG_MONTHS)}(?!\w)|{words.alternation(words.SHORT_MONTHS)}(?!\w)\.?)",
    "WEEKDAY": words.alternation(w for w in words.WEEKDAYS if w.endswith("day")),
    "WEEKDAYS": rf"(?:<WEEKDAY>(?!\w)|{words.alternation(words.SHORT_WEEKDAYS)}(?!\w)\.?)",
    "PART": words.alternation(words.PARTS_OF_DAY),
    "SEASON": words.alternation(words.SEASONS),
    "UNIT": words.alternation([w for w in words.UNITS if w not in ("centurie", "night")])[:-1] + "|centurie)",
    "ORDINAL": r"(?:\d{1,2}(?:st|nd|rd|th)|" + words.alternation(words.ORDINALS) + ")",
    "YEAR": r"(?:(?:1\d|20)\d\d|['’]\d\d|<SPELLED_YEAR>)(?!\w|[-–]\d\d?\b|,\d|\.\d)",
    "SPELLED_YEAR": r"(?:eighteen|nineteen)[\s-](?:ten|eleven|twelve|\w{2,5}teen|<TENS>(?:[\s-]<ONES>)?)",
    "TENS": words.alternation(w for w, n in words.NUMBERS.items() if 20 <= n < 100),
    "ONES": _ONES,
    "SMALL": _SMALL,
    "DECADE": words.alternation(words.DECADES),
    "NUMBER": (
        rf"(?:{_FIGURES}(?:\s(?:hundred|thousand|million|billion))?|{_SPELLED}(?:\sand\sa\shalf)?"
        r"|(?:an?\s)?couple(?:\sof)?|a\shalf[\s-]dozen|an?\sdozen|half\san?|half[\s-]|an?\shundred|an?\sthousand|an?"
        r"|a\sfew|several|many|dozens\sof|hundreds\sof|thousands\sof|a\snumber\sof|some|few)"
    ),
    "MOD": (
        r"(?:(?:earl(?:y|ier)|late(?:r)?|mid|(?:the\s)?(?:beginning|start|middle|end)\sof)"
        r"(?:[\s-]+(?:in\s|on\s)?))"
    ),
}


def _fill(pattern: str) -> str:
    while names := set(re.findall(r"(?<!P)<([A-Z_]+)>", pattern)):
        for name in names:
            pattern = pattern.replace(f"<{name}>", FRAGMENTS[name])
    pattern = pattern.replace("[ -]", r"(?:\s+|-)")
    return re.sub(r" (?![?*+{])", r"\\s+", pattern)
