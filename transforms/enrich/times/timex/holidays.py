"""Rules for days that have a name: holidays whose date follows from the year, and September 11."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from transforms.enrich.times.timex import values, words
from transforms.enrich.times.timex.context import Context, choose, toward, years_around
from transforms.enrich.times.timex.rules import Reading, Rule, full_year, placed, rule

RULES: list[Rule] = []

# Johnnie Christmas is a person.
_NAME_BEFORE = re.compile(
    r"(?<![.!?:\n]\s)\b(?!On|In|By|At|Since|After|Before|For|Every|Until|From|And|Last|Next|This|The)[A-Z][a-z]+\s$"
)


@rule(
    RULES,
    "holiday unit weekday month",
    "(?:(?P<rel>last|next|this) )?(?P<name>"
    + "|".join(sorted(words.HOLIDAYS, key=len, reverse=True))
    + ")(?!\\w)"
    r"(?:,? (?:in |of )?(?P<year><YEAR>))?"
    r"(?! (?:Island|Massacre|trees?|cards?|carols?|party|parties|presents?|gifts?|season|eggs?|dinner))",
)
def holiday(m: re.Match[str], context: Context) -> Reading | None:
    """Thanksgiving, Christmas Day 1998, last Easter."""
    if m["name"][0].islower() and not m["name"].startswith("the"):
        return None
    if _NAME_BEFORE.search(m.string[max(0, m.start() - 24) : m.start()]):
        return None
    known = next(h for name, h in words.HOLIDAYS.items() if re.fullmatch(name, m["name"], re.IGNORECASE))
    if m["year"]:
        return placed(values.day(_holiday_on(known, full_year(m["year"], context))))
    anchor = context.anchor("day")
    if anchor is None:
        return Reading("date", "XXXX-XX-XX", unit="day", method="unresolved")
    days = [values.day(_holiday_on(known, year)) for year in years_around(anchor)]
    direction = toward(m["rel"]) or context.direction(m.start(), m.end())
    return placed(choose(days, anchor, direction), method=context.basis, anchor=anchor)


@rule(RULES, "figure month", r"9/11(?![\d/])|Sept(?:ember|\.)? 11(?:th)?(?= (?:attack|terror|hijack))")
def september_11(_: re.Match[str], context: Context) -> Reading | None:
    """The one day that is called by its figures."""
    on = date(2001, 9, 11)
    return placed(values.day(on)) if context.published_on is None or context.published_on > on else None


def _holiday_on(known: dict[str, Any], year: int) -> date:
    if "on" in known:
        return date(year, *known["on"])
    if "nth" in known:
        return values.nth_weekday(year, *known["nth"]) + timedelta(known.get("plus", 0))
    if "easter" in known:
        return values.easter(year) + timedelta(known["easter"])
    return values.nth_weekday(year, 11, 1, 1) + timedelta(1)
