"""Rules for calendar dates: ISO and numeric dates, months with days and years, days of the month."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from transforms.enrich.times.timex import values, words
from transforms.enrich.times.timex.context import Context, Direction, choose, toward, years_around
from transforms.enrich.times.timex.rules import Reading, Rule, between, full_year, placed, rule
from transforms.enrich.times.timex.words import month_of

RULES: list[Rule] = []

_SHORT = re.compile(r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$", re.IGNORECASE)
_DAY_BEFORE = re.compile(r"[a-z.]\s\d\d?(?:st|nd|rd|th)?(?:,|,? and| or)\s$")
_COUNTED = re.compile(r"\s?(?:%|percent\b|per\s?cent\b|million\b|billion\b|people\b|points?\b)", re.IGNORECASE)
_ON = re.compile(r"\b(?:on|by|until|till|since|from)\s+$", re.IGNORECASE)
_ON_DAY = r"(?P<day>\d\d?|(?:the )?<ORDINAL>)(?:st|nd|rd|th)?"
_TO_DAY = r"(?: ?(?:-|–|—|to|through) ?(?P<day2>\d\d?)(?:st|nd|rd|th)?(?!\w|:\d))?"


@rule(
    RULES,
    "year",
    r"(?P<y>(?:1[5-9]|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"
    r"(?:[T\s](?P<clock>\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?",
)
def iso_date(m: re.Match[str], _: Context) -> Reading | None:
    """2015-11-23, 2015-11-23T10:31:00Z."""
    return _on_day(values.make_date(int(m["y"]), int(m["m"]), int(m["d"])), m["clock"])


@rule(RULES, "figure", r"(?P<y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?![\d.,/-]\d|\d)")
def compact_date(m: re.Match[str], _: Context) -> Reading | None:
    """20151123, as agencies write it in headers."""
    return _on_day(values.make_date(int(m["y"]), int(m["m"]), int(m["d"])), None)


@rule(
    RULES,
    "figure",
    r"(?P<a>\d\d?)(?P<sep>[/.-])(?P<b>\d\d?)(?P<sep2>[/.-])(?P<y>(?:1[5-9]|20)\d\d|\d\d)(?![\d/-]|[.,]\d)"
    r"(?: (?P<clock>\d\d:?\d\d(?::\d\d)?)(?: ?(?:[ECMP][SD]T|GMT|UTC))?)?",
)
def numeric_date(m: re.Match[str], context: Context) -> Reading | None:
    """11/23/2015, 23.11.2015, 02-06-98 2229EST: day and month told apart, or left open."""
    is_short = len(m["y"]) == 2
    if m["sep"] != m["sep2"] or (is_short and (m["sep"] == "." or (m["sep"] == "-" and not m["clock"]))):
        return None
    year = full_year(m["y"], context)
    both = (values.make_date(year, int(m["a"]), int(m["b"])), values.make_date(year, int(m["b"]), int(m["a"])))
    found = [d for d in dict.fromkeys(both) if d]
    if len(found) == 2:
        found = _clearly_nearer(found, context)
    if not found:
        return None
    if len(found) == 2:
        return Reading("date", f"{year:04d}-XX-XX", unit="day")
    return _on_day(found[0], m["clock"])


@rule(
    RULES,
    "month",
    r"(?:(?P<weekday><WEEKDAYS>)(?: <PART>)?,? (?:the )?)?(?:(?P<rel>last|next|this) )?(?P<mod><MOD>)?"
    r"(?P<month><MONTH>) ?"
    + _ON_DAY + r"(?!\w|[:.]\d|,\d{3})" + _TO_DAY + r"(?:,? (?:in )?(?P<year><YEAR>))?",
)  # fmt: skip
def month_day(m: re.Match[str], context: Context) -> Reading | None:
    """Nov. 23, Monday, November 23rd, 2015, Nov. 3-5, March eighth."""
    if m["month"][0].islower() or (_COUNTED.match(m.string, m.end()) and not m["year"]):
        return None
    return _placed_day(m, context, toward(m["rel"]))


@rule(
    RULES,
    "month",
    r"(?:(?P<weekday><WEEKDAYS>),? )?(?:the )?(?P<day>\d\d?|<ORDINAL>)(?:st|nd|rd|th)?"
    r"(?:(?: ?(?:-|–|—) ?| to | and )(?P<day2>\d\d?)(?:st|nd|rd|th)?)?(?: of| day of)?[\s-]+(?P<month><MONTH>)"
    r"(?:(?:,? |-)(?P<year><YEAR>)|(?! ?\d))",
)
def day_month(m: re.Match[str], context: Context) -> Reading | None:
    """23 November 2015, the 23rd of November, 3-5 November."""
    is_short = bool(_SHORT.match(m["month"]))
    is_name = is_short and not m["year"] and re.match(r"\s[A-Z]", m.string[m.end() : m.end() + 2])
    if m["month"][0].islower() or is_name:
        return None
    return _placed_day(m, context, None)


@rule(RULES, "month", r"(?P<day>\d\d?)(?:st|nd|rd|th)?(?=[.,;:)]|\s(?:in|at|on|and|to|for|by)\b|$)")
def day_again(m: re.Match[str], context: Context) -> Reading | None:
    """The 25 of `April 24 and 25`."""
    before = _DAY_BEFORE.search(m.string[max(0, m.start() - 24) : m.start()])
    focus = context.focus("day", before=m.start(), reach=8)
    if before is None or focus is None or focus.begin is None:
        return None
    on = values.make_date(focus.begin.year, focus.begin.month, int(m["day"]))
    if on is None or on <= focus.begin:
        return None
    return placed(values.day(on), method="relative:previous", anchor=focus.begin)


@rule(
    RULES,
    "ordinal",
    r"the (?P<day>\d\d?)(?:st|nd|rd|th)(?=[.,;:)]|\s(?:of this month|at|in|and|he|she|it|they|we|I)\b|$)",
)
def day_of_month(m: re.Match[str], context: Context) -> Reading | None:
    """On the 23rd: of the month of the day named before, else of the publication's or the last one."""
    if not _ON.search(m.string[max(0, m.start() - 8) : m.start()]):
        return None
    focus = context.focus("day", "month", before=m.start())
    anchor = focus.begin if focus else context.anchor("day")
    if anchor is None:
        return Reading("date", f"XXXX-XX-{int(m['day']):02d}", unit="day", method="unresolved")
    if focus is None and int(m["day"]) > anchor.day and context.direction(m.start(), m.end()) != "future":
        anchor = values.shift(anchor.replace(day=1), "month", -1) or anchor
    on = values.make_date(anchor.year, anchor.month, int(m["day"]))
    if on is None:
        return None
    return placed(values.day(on), method="relative:previous" if focus else context.basis, anchor=anchor)


def _on_day(on: date | None, clock: str | None) -> Reading | None:
    if on is None:
        return None
    reading = placed(values.day(on))
    parts = [int(part) for part in re.findall(r"\d\d", clock or "")]
    if not parts or parts[0] > 24 or max(parts) > 59:
        return reading
    return replace(reading, kind="time", value=f"{on}T{':'.join(f'{part:02d}' for part in parts)}")


def _placed_day(m: re.Match[str], context: Context, direction: Direction | None) -> Reading | None:
    number = month_of(m["month"])
    day = int(m["day"]) if m["day"].isdigit() else words.ordinal_of(re.sub(r"(?i)^the\s+", "", m["day"]))
    if values.make_date(2000, number, day) is None:
        return None
    weekday = words.WEEKDAYS[m["weekday"].rstrip(".").lower()] if m["weekday"] else None
    stated = full_year(m["year"], context) if m["year"] else context.other_year(m.start(), "day")
    if stated and weekday and not m["year"]:
        on = values.make_date(stated, number, day)
        stated = stated if on and on.isoweekday() == weekday else None
    anchor = None if stated else context.anchor("day")
    if stated:
        on = values.make_date(stated, number, day)
    elif anchor:
        days = [d for year in years_around(anchor) if (d := values.make_date(year, number, day))]
        days = [d for d in days if d.isoweekday() == weekday] or days  # the weekday tells the year
        looks = direction or context.direction(m.start(), m.end())
        on = choose([values.day(d) for d in days], anchor, looks).begin if days else None
    else:
        return Reading("date", f"XXXX-{number:02d}-{day:02d}", unit="day", method="unresolved")
    if on is None:
        return None
    method = "absolute" if m["year"] else "relative:previous" if stated else context.basis
    last = values.make_date(on.year, number, int(m["day2"])) if m["day2"] else None
    reading = between(values.day(on), values.day(last)) if last and last > on else placed(values.day(on))
    return replace(reading, method=method, anchor=anchor)


def _clearly_nearer(found: list[date], context: Context) -> list[date]:
    """Of two readings of a numeric date the one that is clearly nearer to the publication, if one is."""
    if context.published_on is None:
        return found
    near, far = sorted((abs((d - context.published_on).days), d) for d in found)
    return [near[1]] if near[0] <= 60 and near[0] * 3 <= far[0] else found
