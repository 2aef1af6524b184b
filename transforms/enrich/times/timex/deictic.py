"""Rules for expressions relative to the publication or a date named before: today, last week, five years ago."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from transforms.enrich.times.timex import values, words
from transforms.enrich.times.timex.context import Context
from transforms.enrich.times.timex.rules import Reading, TimexMethod, TimexRule, at_part, placed, reaching, rule
from transforms.enrich.times.timex.years import seasons_away

RULES: list[TimexRule] = []

# Relative to the date named before; the other words are relative to the publication.
_FROM_FOCUS = ("previous", "preceding", "following", "same", "that")
_REFERENCE = {-1: "PAST_REF", 0: "PRESENT_REF", 1: "FUTURE_REF"}
_ON_A = re.compile(r"\bon an?\s$", re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:over|for|in|within|during|throughout|through)\s$", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:in|within)\s+(?:(?:about|around|just|only|roughly|some|another|maybe|perhaps)\s+)?$", re.IGNORECASE
)
_FINER = {
    "century": ("year", 100), "decade": ("year", 10), "year": ("month", 12), "quarter": ("month", 3),
    "week": ("day", 7),
}  # fmt: skip


@rule(
    RULES,
    "day",
    r"(?:the day (?P<beyond>before|after) )?(?:(?:earlier|later|late|early) )?"
    r"(?P<day>today|yesterday|tomorrow|tonight)(?: (?P<part><PART>))?",
)
def named_day(m: re.Match[str], context: Context) -> Reading | None:
    """Today, yesterday afternoon, the day after tomorrow."""
    beyond = {"before": -1, "after": 1}.get((m["beyond"] or "").lower(), 0)
    reading = _from_published("day", words.NAMED_DAYS[m["day"].lower()] + beyond, context)
    return at_part(reading, "night" if m["day"].lower() == "tonight" else m["part"])


@rule(RULES, "part unit", r"(?:late |early )?(?P<rel>this|last) (?P<part><PART>)")
def named_part(m: re.Match[str], context: Context) -> Reading | None:
    """Last night, this morning."""
    return at_part(_from_published("day", -1 if m["rel"].lower() == "last" else 0, context), m["part"])


@rule(
    RULES,
    "part unit",
    r"(?:the )?(?P<rel>that|same|next|following|previous) (?P<part><PART>)"
    r"|(?P<the>the) (?:early |late )?(?P<part2><PART>)",
)
def part_of_named_day(m: re.Match[str], context: Context) -> Reading | None:
    """That night, the next morning; the afternoon of the day named earlier in the sentence."""
    if m["the"]:
        on = context.day_of_sentence(m.start())
        if on is None:
            return None
        return at_part(placed(values.day(on), method="relative:previous", anchor=on), m["part2"])
    return at_part(_from_focus(m, "day", words.STEPS[m["rel"].lower()], context), m["part"])


@rule(
    RULES,
    "weekday",
    r"(?:(?P<every>every|each|alternate) (?:other )?)?"
    r"(?:(?:the |this )?(?P<rel>last|next|this|past|coming|previous|following|preceding) )?"
    r"(?:(?:earlier|early|later|late) (?:on )?)?(?P<weekday><WEEKDAY>)(?P<plural>s)?(?!\w)"
    r"(?:(?:['’]s)? (?P<part><PART>)(?!\w))?(?:(?:,? of)? (?P<week>last|next|this|that) week(?!end))?",
)
def weekday(m: re.Match[str], context: Context) -> Reading | None:
    """Friday, next Monday morning, Tuesday of last week, every Sunday."""
    number = words.WEEKDAYS[m["weekday"].lower()]
    if m["weekday"][0].islower() and not (m["rel"] or m["every"] or m["week"]):
        return None
    if m["every"] or m["plural"]:
        return at_part(Reading("set", f"XXXX-WXX-{number}"), m["part"])
    is_any = _ON_A.search(m.string[max(0, m.start() - 6) : m.start()])
    anchor = None if is_any else context.anchor("day")
    method: TimexMethod = context.basis
    if (m["rel"] or m["week"] or "").lower() in _FROM_FOCUS:
        focus = context.focus("day", before=m.start(), reach=800)
        anchor, method = (focus.begin if focus else None), "relative:previous"
    on = values.shift(anchor, "day", _days_to(m, context, anchor.isoweekday() - number)) if anchor else None
    if on is None:
        return at_part(Reading("date", f"XXXX-WXX-{number}", unit="day", method="unresolved"), m["part"])
    return at_part(placed(values.day(on), method=method, anchor=anchor), m["part"])


def _days_to(m: re.Match[str], context: Context, gap: int) -> int:
    """Days from the anchor to the weekday, which is `gap` days before it in the anchor's week."""
    rel, week = (m["rel"] or "").lower(), (m["week"] or "").lower()
    if week:
        return {"last": -7, "next": 7}.get(week, 0) - gap
    if rel in ("last", "previous", "preceding"):
        return -(gap % 7 or 7)
    if rel in ("next", "following", "coming"):
        return -gap % 7 or 7
    direction = context.direction(m.start(), m.end())
    is_ahead = rel != "past" and (direction == "future" or (rel == "this" and direction is None))
    return -gap % 7 if is_ahead else -(gap % 7)


@rule(
    RULES,
    "weekday unit season part",
    r"the (?P<what><WEEKDAY>|night|<UNIT>|<PART>|<SEASON>) (?P<dir>before last|after next)"
    r"(?!\w|\s(?:<UNIT>|<WEEKDAY>|<SEASON>|night)(?!\w))",
)
def beyond_nearest(m: re.Match[str], context: Context) -> Reading | None:
    """The Friday before last, the week after next: one further than `last Friday`, `next week`."""
    what, sign = m["what"].lower(), -1 if m["dir"].lower().startswith("before") else 1
    if what in words.WEEKDAYS:
        return _weekday_beyond(words.WEEKDAYS[what], sign, context)
    if what in words.PARTS_OF_DAY:
        return at_part(_from_published("day", 2 * sign, context), what)
    if what in words.UNITS:
        return _from_published(words.UNITS[what], 2 * sign, context)
    anchor, code = context.anchor("month"), words.SEASONS[what]
    if anchor is None or not 3 < anchor.year < 9996:
        return Reading("date", f"XXXX-{code}", unit="season", method="unresolved")
    nearest = seasons_away(code, anchor, "last" if sign < 0 else "next", is_ahead=sign > 0)
    value = f"{anchor.year + nearest + sign:04d}-{code}"
    return Reading("date", value, unit="season", method=context.basis, anchor=anchor)


def _weekday_beyond(number: int, sign: int, context: Context) -> Reading:
    """The second weekday of this number before (sign -1) or after (+1) the publication."""
    anchor = context.anchor("day")
    gap = anchor.isoweekday() - number if anchor else 0
    days = -gap % 7 or 7 if sign > 0 else -(gap % 7 or 7)
    on = values.shift(anchor, "day", days + 7 * sign) if anchor else None
    if on is None:
        return Reading("date", f"XXXX-WXX-{number}", unit="day", method="unresolved")
    return placed(values.day(on), method=context.basis, anchor=anchor)


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
    is_leaning = rel in _FROM_FOCUS or bool(m["the"] and rel == "next")
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
        return _from_focus(m, unit, words.STEPS[rel], context)
    reading = _from_published(unit, words.STEPS[rel], context)
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
    return None if m["over"] else _from_published(unit, 0, context)


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


@rule(
    RULES,
    "unit",
    r"the (?P<unit>day|week|weekend|month|year|night|quarter) (?P<dir>before|after|earlier)(?! \w|['’])",
)
def unit_beside(m: re.Match[str], context: Context) -> Reading | None:
    """The day before, the year after: at the end of a clause."""
    unit = m["unit"].lower().replace("night", "day")
    return _from_focus(m, unit, 1 if m["dir"].lower() == "after" else -1, context)


@rule(
    RULES,
    "unit",
    r"(?:the |a )?year[ -](?:ago|earlier)(?! (?:this|the|in)\b)"
    r"(?: (?P<unit>period|quarter|(?:first )?(?:nine|six|three) months))?",
)
def year_ago(m: re.Match[str], context: Context) -> Reading | None:
    """A year earlier, the year-ago quarter: one year before the quarter or month in focus, else last year."""
    focus = context.focus("quarter", "half", "month", before=m.start(), reach=2000 if m["unit"] else 400)
    moved = values.shift(focus.begin, "year", -1) if focus and focus.begin else None
    if focus and moved:
        reading = placed(values.PERIODS[focus.unit](moved), method="relative:previous", anchor=focus.begin)
        return replace(reading, unit="")  # must not become the focus
    return _from_published("year", -1, context)


@rule(
    RULES,
    "unit",
    r"(?:almost |nearly |about |roughly |some |more than |over )?(?P<n><NUMBER>)[ -](?P<unit><UNIT>)s?"
    r"(?: and a half)?(?: or (?:so|more))? (?P<dir>ago|from (?:now|today)|hence)",
)
def units_ago(m: re.Match[str], context: Context) -> Reading | None:
    """Five years ago, two weeks from now: a period of the unit's grain."""
    count, unit = words.number_of(m["n"]), words.unit_of(m["unit"])
    step = -1 if m["dir"].lower() == "ago" else 1
    if count is None or count > 100_000:
        return Reading("date", _REFERENCE[step], is_vague=count is None, method="unresolved")
    if unit == "hour" and count >= 24:
        count, unit = count // 24, "day"
    if unit in ("hour", "minute", "second"):
        return Reading("time", _REFERENCE[step], method="unresolved")
    if count != int(count):
        unit, factor = _FINER.get(unit, (unit, 1))
        count = int(count * factor)
    return _from_published(unit, step * int(count), context)


@rule(
    RULES,
    "unit",
    r"(?:at least |up to |more than |less than |at most )?(?P<n><NUMBER>)[ -](?:(?:more|full) )?(?P<unit><UNIT>)s?"
    r"(?P<time>['’]s? time)?(?!\w|-|['’])",
)
def units_ahead(m: re.Match[str], context: Context) -> Reading | None:
    """The day, week or year in which `in 10 days` ends, in a clause that looks ahead; else it is a duration."""
    if not _AHEAD.search(m.string[max(0, m.start() - 24) : m.start()]):
        return None
    count, unit = words.number_of(m["n"]), words.unit_of(m["unit"])
    if unit == "hour" and count is not None and count >= 24 and count % 24 == 0:
        count, unit = count // 24, "day"
    if unit in ("second", "minute", "hour") or (count is not None and (count != int(count) or count > 1000)):
        return None
    if not m["time"] and not context.looks_ahead(m.start(), m.end()):
        return None
    if count is None:
        return Reading("date", "FUTURE_REF", is_vague=True)
    return _from_published(unit, int(count), context)


@rule(
    RULES,
    "unit",
    r"(?P<n><NUMBER>)[ -](?P<unit><UNIT>)s? "
    r"(?P<dir>(?:earlier|later|afterwards?)(?! than\b)"
    r"|before(?! (?:the|this|that|a|an|he|she|they|it|his|her|its|their)\b))",
)
def units_later(m: re.Match[str], context: Context) -> Reading | None:
    """Two days later, a month earlier: from the date named before, else a duration."""
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
    reading = _from_focus(m, unit, step * int(count), context)
    is_ahead = reading.begin and context.published_on and reading.begin > context.published_on
    if reading.begin is None or (is_ahead and context.direction(m.start(), m.end()) != "future"):
        return distance
    return reading


def _weekend(context: Context) -> Reading:
    """The weekend of the publication date, else the one before it."""
    anchor = context.anchor("day")
    goes_on = anchor is not None and anchor.isoweekday() >= 6
    return _from_published("weekend", 0 if goes_on else -1, context)


def _from_published(unit: str, step: int, context: Context) -> Reading:
    """The period `step` units from the publication; a reference if that date is too coarse."""
    anchor = context.anchor(unit)
    on = values.shift(anchor, unit, step) if anchor else None
    if on is None:
        return Reading("date", _REFERENCE[(step > 0) - (step < 0)], unit=unit, method="unresolved")
    return placed(values.PERIODS[unit](on), method=context.basis, anchor=anchor)


def _from_focus(m: re.Match[str], unit: str, step: int, context: Context) -> Reading:
    """The period `step` units from the date named before; a reference if that date is too coarse."""
    focus = context.focus(before=m.start())
    is_fine = focus and (
        focus.unit == "day" if unit == "day" else values.FINENESS.get(focus.unit, 0) >= values.FINENESS[unit]
    )
    on = values.shift(focus.begin, unit, step) if focus and focus.begin and is_fine else None
    if on is None or focus is None:
        return Reading("date", _REFERENCE[(step > 0) - (step < 0)], unit=unit, method="unresolved")
    return placed(values.PERIODS[unit](on), method="relative:previous", anchor=focus.begin)
