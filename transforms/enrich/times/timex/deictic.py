"""Rules for expressions that point at weeks, months and years: last week, five years ago, the year before."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from transforms.enrich.times.timex import values, words
from transforms.enrich.times.timex.context import Context
from transforms.enrich.times.timex.pointing import FROM_FOCUS, REFERENCE, STEPS, from_focus, from_published
from transforms.enrich.times.timex.rules import Reading, Rule, placed, reaching, rule

RULES: list[Rule] = []

_WITHIN = re.compile(r"\b(?:over|for|in|within|during|throughout|through)\s$", re.IGNORECASE)
_FINER = {
    "century": ("year", 100), "decade": ("year", 10), "year": ("month", 12), "quarter": ("month", 3),
    "week": ("day", 7),
}  # fmt: skip


@rule(
    RULES,
    "unit",
    r"(?P<mod><MOD>)?(?P<the>the )?"
    r"(?P<rel>this|last|next|past|coming|previous|preceding|following|current|same|that|upcoming|latest)"
    r"(?: (?P<adverb>past|coming|same|very))? (?P<fiscal>fiscal |financial )?"
    r"(?P<unit>week|weekend|month|quarter|year|decade|century|day)"
    r"(?!\w|[’']?-)(?! (?:ago|earlier|later|old|of)\b)",
)
def unit_nearby(m: re.Match[str], context: Context) -> Reading | None:
    """Last month, this week, the following year, that day."""
    rel, unit = m["rel"].lower(), m["unit"].lower()
    if m["adverb"] and m["adverb"].lower() != "very":
        rel = m["adverb"].lower()
    is_leaning = rel in FROM_FOCUS or bool(m["the"] and rel == "next")
    if unit == "day" and not is_leaning:
        return None
    if m["the"] and rel in ("past", "last") and unit not in ("week", "weekend"):
        return reaching(1, unit, -1, context)
    if (
        m["the"]
        and rel == "next"
        and (unit in ("decade", "century") or _WITHIN.search(m.string[max(0, m.start() - 12) : m.start()]))
    ):
        return reaching(1, unit, 1, context)
    if is_leaning:
        return from_focus(m, unit, STEPS[rel], context)
    reading = from_published(unit, STEPS[rel], context)
    return replace(reading, begin=None, end=None) if m["fiscal"] else reading


@rule(
    RULES,
    "unit",
    r"(?:(?:the )?(?:beginning|start|middle|end) of|(?:earlier|later) in"
    r"|(?P<over>over|during|throughout|for|at)) the (?P<unit>week|weekend|month|quarter|year|decade|century)"
    r"(?!\w|-|['’]| (?:of|end|ago|before|after|earlier)\b)",
)
def unit_about(m: re.Match[str], context: Context) -> Reading | None:
    """The end of the year, earlier in the month, over the weekend."""
    unit = m["unit"].lower()
    if unit == "weekend":
        return _weekend(context)
    return None if m["over"] else from_published(unit, 0, context)


@rule(RULES, "unit", r"the weekend(?!\w|-|['’]| (?:of|before|after)\b)")
def weekend(_m: re.Match[str], context: Context) -> Reading | None:
    """The weekend."""
    return _weekend(context)


@rule(RULES, "unit", r"(?:the )?year[ -]?end(?!\w)")
def year_end(m: re.Match[str], context: Context) -> Reading | None:
    """Year-end: its last day."""
    anchor = context.anchor("year")
    if anchor is None:
        return Reading("date", "XXXX-12-31", unit="day", method="unresolved")
    is_past = context.direction(m.start(), m.end()) == "past" and anchor.month < 7 and anchor.year > 1
    on = date(anchor.year - is_past, 12, 31)
    return placed(values.day(on), method=context.basis, anchor=anchor)


@rule(RULES, "unit", r"the (?:fiscal |financial )?year (?=end(?:ed|ing|s)\b)")
def year_ended(_m: re.Match[str], _: Context) -> Reading | None:
    """The year ended June 30: twelve months."""
    return Reading("duration", "P1Y")


@rule(
    RULES,
    "unit",
    r"the (?P<unit>day|week|weekend|month|year|night|quarter) (?P<dir>before|after|earlier)(?! \w|['’])",
)
def unit_beside(m: re.Match[str], context: Context) -> Reading | None:
    """The day before, the year after: where the clause ends there."""
    unit = m["unit"].lower().replace("night", "day")
    return from_focus(m, unit, 1 if m["dir"].lower() == "after" else -1, context)


@rule(
    RULES,
    "unit",
    r"(?:the |a )?year[ -](?:ago|earlier)(?! (?:this|the|in)\b)"
    r"(?: (?P<unit>period|quarter|(?:first )?(?:nine|six|three) months))?",
)
def year_ago(m: re.Match[str], context: Context) -> Reading | None:
    """A year earlier, the year-ago quarter: the quarter or month spoken of, one year back; else the year."""
    focus = context.focus("quarter", "half", "month", before=m.start(), reach=2000 if m["unit"] else 400)
    moved = values.shift(focus.begin, "year", -1) if focus and focus.begin else None
    if focus and moved:
        reading = placed(values.PERIODS[focus.unit](moved), method="relative:previous", anchor=focus.begin)
        return replace(reading, unit="")  # it is not what the article goes on to speak of
    return from_published("year", -1, context)


@rule(
    RULES,
    "unit",
    r"(?:almost |nearly |about |roughly |some |more than |over )?(?P<n><NUMBER>)[ -](?P<unit><UNIT>)s?"
    r"(?: and a half)?(?: or (?:so|more))? (?P<dir>ago|from (?:now|today)|hence)",
)
def units_ago(m: re.Match[str], context: Context) -> Reading | None:
    """Five years ago, two weeks from now: as fine as its unit says."""
    count, unit = words.number_of(m["n"]), words.unit_of(m["unit"])
    step = -1 if m["dir"].lower() == "ago" else 1
    if count is None or count > 100_000:
        return Reading("date", REFERENCE[step], is_vague=count is None, method="unresolved")
    if unit == "hour" and count >= 24:
        count, unit = count // 24, "day"
    if unit in ("hour", "minute", "second"):
        return Reading("time", REFERENCE[step], method="unresolved")
    if count != int(count):
        unit, factor = _FINER.get(unit, (unit, 1))
        count = int(count * factor)
    return from_published(unit, step * int(count), context)


@rule(
    RULES,
    "unit",
    r"(?P<n><NUMBER>)[ -](?P<unit><UNIT>)s? "
    r"(?P<dir>(?:earlier|later|afterwards?)(?! than\b)"
    r"|before(?! (?:the|this|that|a|an|he|she|they|it|his|her|its|their)\b))",
)
def units_later(m: re.Match[str], context: Context) -> Reading | None:
    """Two days later, a month earlier: from the date named before, else just the distance."""
    count, unit = words.number_of(m["n"]), words.unit_of(m["unit"])
    step = -1 if m["dir"].lower() in ("earlier", "before") else 1
    distance = Reading("duration", values.duration(count, unit), is_vague=count is None)
    is_open = m["dir"].lower() == "before" and re.match(r"\s+\w", m.string[m.end() : m.end() + 3])
    if (
        count is None
        or count > 100_000
        or count != int(count)
        or unit in ("hour", "minute", "second")
        or is_open
    ):
        return distance
    reading = from_focus(m, unit, step * int(count), context)
    is_ahead = reading.begin and context.published_on and reading.begin > context.published_on
    if reading.begin is None or (is_ahead and context.direction(m.start(), m.end()) != "future"):
        return distance
    return reading


def _weekend(context: Context) -> Reading:
    """The weekend that goes on at the publication, else the one before it."""
    anchor = context.anchor("day")
    goes_on = anchor is not None and anchor.isoweekday() >= 6
    return from_published("weekend", 0 if goes_on else -1, context)
