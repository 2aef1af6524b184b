"""Rules for expressions that point at a day: weekdays, today, last night, the next morning."""

from __future__ import annotations

import re

from transforms.enrich.times.timex import values, words
from transforms.enrich.times.timex.context import Context
from transforms.enrich.times.timex.pointing import FROM_FOCUS, STEPS, from_focus, from_published
from transforms.enrich.times.timex.rules import Method, Reading, Rule, at_part, placed, rule

RULES: list[Rule] = []

_DAYS = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_ON_A = re.compile(r"\bon an?\s$", re.IGNORECASE)


@rule(
    RULES,
    "day",
    r"(?:the day (?P<beyond>before|after) )?(?:(?:earlier|later|late|early) )?"
    r"(?P<day>today|yesterday|tomorrow|tonight)(?: (?P<part><PART>))?",
)
def named_day(m: re.Match[str], context: Context) -> Reading | None:
    """Today, yesterday afternoon, the day after tomorrow."""
    beyond = {"before": -1, "after": 1}.get((m["beyond"] or "").lower(), 0)
    reading = from_published("day", _DAYS[m["day"].lower()] + beyond, context)
    return at_part(reading, "night" if m["day"].lower() == "tonight" else m["part"])


@rule(RULES, "part unit", r"(?:late |early )?(?P<rel>this|last) (?P<part><PART>)")
def named_part(m: re.Match[str], context: Context) -> Reading | None:
    """Last night, this morning."""
    return at_part(from_published("day", -1 if m["rel"].lower() == "last" else 0, context), m["part"])


@rule(
    RULES,
    "part unit",
    r"(?:the )?(?P<rel>that|same|next|following|previous) (?P<part><PART>)"
    r"|(?P<the>the) (?:early |late )?(?P<part2><PART>)",
)
def part_of_named_day(m: re.Match[str], context: Context) -> Reading | None:
    """That night, the next morning; the afternoon of a day that its sentence has named."""
    if m["the"]:
        on = context.day_of_sentence(m.start())
        if on is None:
            return None
        return at_part(placed(values.day(on), method="relative:previous", anchor=on), m["part2"])
    return at_part(from_focus(m, "day", STEPS[m["rel"].lower()], context), m["part"])


@rule(
    RULES,
    "weekday",
    r"(?:(?P<every>every|each|alternate) (?:other )?)?"
    r"(?:(?:the |this )?(?P<rel>last|next|this|past|coming|previous|following|preceding) )?"
    r"(?:(?:earlier|early|later|late) (?:on )?)?(?P<weekday><WEEKDAY>)(?P<plural>s)?(?!\w)"
    r"(?:(?:['’]s)? (?P<part><PART>)(?!\w))?(?:(?:,? of)? (?P<week>last|next|this|that) week(?!end))?"
    r"(?! (?:Live|Football|Lights|Fever)\b)",
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
    method: Method = context.basis
    if (m["rel"] or m["week"] or "").lower() in FROM_FOCUS:
        focus = context.focus("day", before=m.start(), reach=800)
        anchor, method = (focus.begin if focus else None), "relative:previous"
    on = values.shift(anchor, "day", _days_to(m, context, anchor.isoweekday() - number)) if anchor else None
    if on is None:
        return at_part(Reading("date", f"XXXX-WXX-{number}", unit="day", method="unresolved"), m["part"])
    return at_part(placed(values.day(on), method=method, anchor=anchor), m["part"])


def _days_to(m: re.Match[str], context: Context, gap: int) -> int:
    """Days from the anchor to the weekday meant, which lies `gap` days before it in the same week."""
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
