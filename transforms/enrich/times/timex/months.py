"""Rules for months: November 2015, late July, last April."""

from __future__ import annotations

import re
from datetime import date

from transforms.enrich.times.timex import values
from transforms.enrich.times.timex.context import Context, choose, toward, years_around
from transforms.enrich.times.timex.rules import Reading, Rule, between, full_year, placed, rule
from transforms.enrich.times.timex.words import month_of

RULES: list[Rule] = []

# May, March and August are other words, April and June are persons: alone they need one of these before them.
_PREPOSITION = re.compile(
    r"\b(?:in|since|until|till|by|of|last|next|this|early|late|mid|from|to|through|during|before|after|for"
    r"|between|beginning|starting|around|about|each|every|the|a|its|their)[\s-]+$"
    r"|\b(?:[A-Z][a-z]+(?:ary|ch|il|ay|une|uly|ust|ber)|\d+),? and\s+$",
    re.IGNORECASE,
)
_OTHER_WORDS = ("may", "march", "april", "june", "august")
_SHORT = re.compile(r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$", re.IGNORECASE)
_STEPS = {"this": 0, "last": -1, "next": 1}


@rule(
    RULES,
    "month",
    r"(?P<mod><MOD>)?(?P<month><MONTH>)(?:(?: ?(?:-|–|/) ?| to | through )(?P<month2><MONTH>))?"
    r"(?:,? | of |-)(?P<year><YEAR>)",
)
def month_year(m: re.Match[str], context: Context) -> Reading | None:
    """November 2015, late July 1997, July-August 2015."""
    if m["month"][0].islower():
        return None
    year = full_year(m["year"], context)
    first = values.month(date(year, month_of(m["month"]), 1))
    return between(first, values.month(date(year, month_of(m["month2"]), 1))) if m["month2"] else placed(first)


@rule(
    RULES,
    "month",
    r"(?:(?P<every>every|each) |(?:the |this )?(?P<rel>this|last|next|past|coming|previous|following) )?"
    r"(?P<mod><MOD>)?(?P<month><MONTH>)(?:,? (?:of )?(?P<relyear>this|last|next|that) year)?",
)
def month(m: re.Match[str], context: Context) -> Reading | None:
    """July, last April, late November, January this year: of a year that the context tells."""
    name, bare = m["month"], m["month"].rstrip(".").lower()
    is_cued = bool(m["every"] or m["rel"] or m["relyear"] or m["mod"])
    if name[0].islower() or (_SHORT.match(name) and not name.endswith(".")):
        return None
    is_cued = is_cued or bool(_PREPOSITION.search(m.string[max(0, m.start() - 12) : m.start()]))
    if (bare in _OTHER_WORDS or _SHORT.match(name)) and not is_cued:
        return None
    number = month_of(name)
    if m["every"]:
        return Reading("set", f"XXXX-{number:02d}")
    stated = context.other_year(m.start(), "month")
    if stated and not m["rel"]:
        return placed(values.month(date(stated, number, 1)), method="relative:previous")
    anchor = context.anchor("month")
    if anchor is None or (m["relyear"] or "").lower() == "that":
        return Reading("date", f"XXXX-{number:02d}", unit="month", method="unresolved")
    if m["relyear"] or (m["rel"] or "").lower() == "this":
        on = values.make_date(anchor.year + _STEPS[(m["relyear"] or "this").lower()], number, 1)
        return placed(values.month(on), method=context.basis, anchor=anchor) if on else None
    months = [values.month(date(year, number, 1)) for year in years_around(anchor)]
    if (m["rel"] or "").lower() in ("last", "next", "past", "coming"):
        months = [p for p in months if p.value[:7] != anchor.isoformat()[:7]]
        return placed(_beyond(months, anchor, m["rel"]), method=context.basis, anchor=anchor)
    direction = context.direction(m.start(), m.end())
    return placed(choose(months, anchor, direction), method=context.basis, anchor=anchor)


def _beyond(periods: list[values.Period], anchor: date, rel: str) -> values.Period:
    """The last period before the anchor, or the first after it."""
    if toward(rel) == "future":
        return min(
            (p for p in periods if p.begin and p.begin > anchor), key=lambda p: p.value, default=periods[-1]
        )
    return max((p for p in periods if p.end and p.end < anchor), key=lambda p: p.value, default=periods[0])
