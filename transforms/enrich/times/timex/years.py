"""Rules for years, fiscal years, decades, centuries, quarters, halves and seasons."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from transforms.enrich.times.timex import values, words
from transforms.enrich.times.timex.context import Context, choose
from transforms.enrich.times.timex.figures import is_year
from transforms.enrich.times.timex.rules import COUNTED, Reading, TimexRule, full_year, placed, rule

RULES: list[TimexRule] = []

_BEFORE_YEAR = re.compile(
    r"\b(?:in|since|from|until|till|by|early|late|mid|circa|year|back to|between)[\s-]+$", re.IGNORECASE
)
_COPYRIGHT = re.compile(r"(?:\bc\.|\(c\)|©|\bcopyright)\s*$", re.IGNORECASE)
_DIALLED = re.compile(r"(?:\d[-.\s]|\d\)\s?|[$£€¥#]\s?|\bNo\.?\s|\+)$")
# Games have quarters too.
_BUSINESS = re.compile(
    r"[$£€¥%]|\b(?:per\s?cent|profits?|sales|revenues?|earnings|income|growth|econom|gdp|gnp|fiscal|investors?|shareholders?"
    r"|shipments|dividend|results|quarterly|analysts?|spending|inflation|deliveries|output|bank)",
    re.IGNORECASE,
)
_NTH = r"(?:first|second|third|fourth|1st|2nd|3rd|4th|final|last)"
_FISCAL = r"(?:fiscal(?: year)? |FY ?['’]?|(?:the )?(?:financial|tax|academic|school|model) year )"


@rule(
    RULES,
    "year",
    rf"(?P<mod><MOD>)?(?:{_FISCAL})?(?P<from>(?:1[5-9]|20)\d\d)(?:-|–|—|/)(?P<to>(?:1[5-9]|20)\d\d|\d\d)"
    r"(?![\d/–-]|[.,]\d|\w)",
)
def year_range(m: re.Match[str], _: Context) -> Reading | None:
    """1990-1995, the 2015-16 season."""
    first, last = int(m["from"]), m["to"]
    second = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    if not first < second <= first + 150 or _is_number(m) or COUNTED.match(m.string, m.end()):
        return None
    return Reading("range", f"{first}/{second}", date(first, 1, 1), date(second, 12, 31), "year")


@rule(RULES, "fiscal", rf"(?P<mod><MOD>)?(?:the )?{_FISCAL}(?:of |in )?(?P<year><YEAR>|\d\d(?!\d))")
def fiscal_year(m: re.Match[str], context: Context) -> Reading | None:
    """Fiscal 1989, FY2015: without days, which depend on the company."""
    return Reading("date", f"{full_year(m['year'], context):04d}", unit="year")


@rule(
    RULES,
    "year figure",
    r"(?P<mod><MOD>)?(?:year )?(?P<year>(?:1\d|20)\d\d|['’]\d\d(?=[\s,.;)])|<SPELLED_YEAR>)"
    r"(?!\w|['’]?s\b(?! )|[-–/]\d|[.,]\d|:\d)",
)
def year(m: re.Match[str], context: Context) -> Reading | None:
    """1995, early 1991, nineteen ninety-seven: figures that are probably not a count."""
    text, number = m["year"], full_year(m["year"], context)
    whole = placed(values.year(date(number, 1, 1)))
    if not text.isdigit():
        return whole if m["mod"] or text[0] not in "'’" else None
    if _is_number(m) or not is_year(m.string, *m.span("year")):
        return None
    before = m.string[max(0, m.start() - 12) : m.start()]
    is_likely = 1900 <= number <= 2049 and number % 100 != 0
    return whole if is_likely or m["mod"] or _BEFORE_YEAR.search(before) else None


@rule(
    RULES,
    "decade",
    r"(?P<the>the )?"
    r"(?P<mod>(?:(?:first|last|latter|early|late|middle)(?: half| part| years)?(?: of)?[ -]|mid-?|<MOD>))?"
    r"(?P<the2>the )?(?:(?P<figures>(?:1\d|20)\d0|['’]?[2-9]0)['’]?s|(?P<word><DECADE>))(?!\w)",
)
def decade(m: re.Match[str], context: Context) -> Reading | None:
    """The 1990s, mid-'90s, the sixties; not a man in his sixties."""
    figures = (m["figures"] or "").strip("'’")
    if len(figures) == 4:  # the 1800s are a century
        make = values.century if figures[2] == "0" and figures < "2000" else values.decade
        return placed(make(date(int(figures), 1, 1)))
    has_apostrophe = (m["figures"] or "")[:1] in ("'", "’")
    if not (m["the"] or m["the2"] or has_apostrophe):
        return None
    tens = int(figures) if figures else words.DECADES[m["word"].lower()]
    return placed(values.decade(date(full_year(f"{tens:02d}", context), 1, 1)))


@rule(
    RULES, "unit", r"(?:the )?(?P<mod><MOD>)?(?:the )?(?P<nth><ORDINAL>)[ -]centur(?:y|ies)(?P<bc> B\.?C\.?)?"
)
def century(m: re.Match[str], _: Context) -> Reading | None:
    """The 20th century."""
    nth = words.ordinal_of(m["nth"])
    return (
        None if m["bc"] or not 1 <= nth <= 90 else placed(values.century(date(max((nth - 1) * 100, 1), 1, 1)))
    )


@rule(
    RULES,
    "unit",
    r"(?:the |its |their |his |our )?"
    r"(?:(?P<rel>this|last|next|current|latest|previous) year['’]s |(?P<year1>(?:19|20)\d\d)(?:['’]s)? )?"
    r"(?P<fiscal>fiscal(?:[ -](?P<year0>(?:19|20)\d\d))? )?(?P<ago>year[ -](?:ago|earlier) )?"
    rf"(?:fiscal )?(?P<nth>{_NTH})(?:[ -]fiscal)?[ -](?P<unit>quarter|half)(?:ly|s)?"
    r"(?!\w|[ -]?(?:final|back|time|of an?|mile|point))"
    r"(?:,? (?:of |in )?(?:(?:the )?(?:fiscal )?(?P<year2><YEAR>)|(?P<rel2>this|last|next) year"
    r"|the (?P<same>(?:fiscal )?year)))?"
    r"|Q(?P<q>[1-4])(?:[ -]?(?:FY ?|of )?(?P<year3><YEAR>))?|(?P<year4>(?:19|20)\d\d)[ -]?Q(?P<q2>[1-4])",
)
def quarter(m: re.Match[str], context: Context) -> Reading | None:
    """The third quarter, Q3 2015, the last half of 1989, next year's first quarter."""
    unit, parts = ("half", 2) if (m["unit"] or "").lower() == "half" else ("quarter", 4)
    name = (m["nth"] or m["q"] or m["q2"]).lower()
    number = (
        parts if name in ("final", "last") else int(name[0]) if name[0].isdigit() else words.ordinal_of(name)
    )
    stated = m["year1"] or m["year0"] or m["year2"] or m["year3"] or m["year4"]
    rel = (m["rel"] or m["rel2"] or "").lower()
    is_loose = unit == "half" or name in ("final", "last")
    if number > parts or (is_loose and not (stated or rel or m["same"])):
        return None
    if not (stated or rel or m["q"] or _BUSINESS.search(m.string, max(0, m.start() - 250), m.end() + 250)):
        return None
    make = values.half if unit == "half" else values.quarter
    last_month = 12 // parts * number
    if stated:
        reading = placed(make(date(full_year(stated, context), last_month, 1)))
        return replace(reading, begin=None, end=None) if m["fiscal"] else reading
    anchor = context.anchor("month")
    if anchor is None or not 2 < anchor.year < 9999:
        return Reading("date", f"XXXX-{unit[0].upper()}{number}", unit=unit, method="unresolved")
    if rel or m["same"]:
        period = make(date(anchor.year + words.STEPS[rel or "this"], last_month, 1))
    else:
        periods = [make(date(anchor.year + n, last_month, 1)) for n in (-1, 0, 1)]
        period = choose(periods, anchor, context.direction(m.start(), m.end()) or "past")
        if m["ago"] and period.begin:
            period = make(period.begin.replace(year=period.begin.year - 1))
    reading = placed(period, method=context.basis, anchor=anchor)
    return replace(reading, begin=None, end=None) if m["fiscal"] else reading


@rule(RULES, "unit", r"(?:the |that )(?P<unit>quarter)(?!\w|-|['’]| (?:century|mile|point|of))")
def same_quarter(m: re.Match[str], context: Context) -> Reading | None:
    """The quarter: the one in focus."""
    focus = context.focus("quarter", before=m.start(), reach=2000)
    return placed(focus, method="relative:previous", anchor=focus.begin) if focus else None


@rule(
    RULES,
    "season",
    r"(?P<the>the )?(?:(?P<rel>this|last|next|past|coming|previous) )?(?P<mod><MOD>)?(?:the )?"
    r"(?P<season><SEASON>)"
    r"(?:(?:,? of|,| in)? (?:the year )?(?P<year><YEAR>)|(?:,? of| in)? (?P<rel2>this|last|next) year)?"
    r"(?!\w|-|['’]\w)",
)
def season(m: re.Match[str], context: Context) -> Reading | None:
    """Last spring, the summer of 1994: without days, which depend on the hemisphere."""
    code, rel = words.SEASONS[m["season"].lower()], (m["rel"] or m["rel2"] or "").lower()
    if m["year"]:
        return Reading("date", f"{full_year(m['year'], context):04d}-{code}", unit="season")
    before = m.string[max(0, m.start() - 8) : m.start()]
    if not rel and not (
        m["the"] and re.search(r"\b(?:in|since|by|until|during|over|into)\s+$", before, re.IGNORECASE)
    ):
        return None
    anchor = context.anchor("month")
    if anchor is None or not 1 < anchor.year < 9999:
        return Reading("date", f"XXXX-{code}", unit="season", method="unresolved")
    is_ahead = rel in ("next", "coming") or (not rel and context.direction(m.start(), m.end()) == "future")
    step = words.STEPS[rel] if m["rel2"] else seasons_away(code, anchor, rel, is_ahead=is_ahead)
    return Reading(
        "date", f"{anchor.year + step:04d}-{code}", unit="season", method=context.basis, anchor=anchor
    )


def seasons_away(code: str, anchor: date, rel: str, *, is_ahead: bool) -> int:
    """Years from the anchor's to the season's (-1, 0, 1), by the months of the northern hemisphere."""
    start = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[code]
    if rel == "this":
        return 0
    if is_ahead:
        return 0 if anchor.month < start + (0 if rel else 3) else 1
    return 0 if anchor.month >= start + (3 if rel in ("last", "previous") else 0) else -1


def _is_number(m: re.Match[str]) -> bool:
    """Whether figures are an amount, the end of a telephone number or a copyright line's."""
    before = m.string[max(0, m.start() - 12) : m.start()]
    return bool(_DIALLED.search(before) or _COPYRIGHT.search(before))
