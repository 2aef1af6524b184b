"""Rules for calendar dates: holidays, ISO and numeric dates, months with and without days and years."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from transforms.enrich.times.timex import values, words
from transforms.enrich.times.timex.context import Context, Direction, choose, toward, years_around
from transforms.enrich.times.timex.rules import COUNTED, Reading, TimexRule, between, full_year, placed, rule
from transforms.enrich.times.timex.words import month_of

RULES: list[TimexRule] = []

# Johnnie Christmas is a person's name.
_NAME_BEFORE = re.compile(
    r"(?<![.!?:\n]\s)\b(?!On|In|By|At|Since|After|Before|For|Every|Until|From|And|Last|Next|This|The)[A-Z][a-z]+\s$"
)
_DAY_BEFORE = re.compile(r"[a-z.]\s(?:\d\d?(?:st|nd|rd|th)?(?:,|,? and|,? or| &)\s){1,8}$")
_ON = re.compile(r"\b(?:on|by|until|till|since|from)\s+$", re.IGNORECASE)
_ON_DAY = r"(?P<day>\d\d?|(?:the )?<ORDINAL>)(?:st|nd|rd|th)?"
_MORE_DAYS = (
    r"(?:(?:,|,? and|,? or| &) (?:<WEEKDAYS>,? )?(?:the )?\d\d?(?:st|nd|rd|th)?(?![\w:]|-\w|[.,]\d)){1,8}"
)
_PAIRED = re.compile(
    rf"\b{words.alternation(words.WEEKDAYS)}\.?(?:,|,? and|,? or| &| ?[-–—/] ?| to| through)\s?$", re.IGNORECASE
)
_PAIRED_AFTER = re.compile(r"(?:\s?[-–—/]\s?|(?:,|,? and|,? or| &| to| through)\s)(?:the\s)?\d\d?(?!\d)")
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_TO_DAY = r"(?: ?(?:-|–|—|to|through) ?(?P<day2>\d\d?)(?:st|nd|rd|th)?(?!\w|:\d))?"
# May, March and August are also other words, April and June first names: alone they need one of these before them.
_PREPOSITION = re.compile(
    r"\b(?:in|since|until|till|by|of|last|next|this|early|late|mid|from|to|through|during|before|after|for"
    r"|between|beginning|starting|around|about|each|every|the|a|its|their)[\s-]+$"
    rf"|\b(?:{words.alternation(words.MONTHS)}(?:,|,? and|,? or)|\d+,? and)\s+$",
    re.IGNORECASE,
)
_OTHER_WORDS = ("may", "march", "april", "june", "august")


@rule(
    RULES,
    "holiday unit weekday month",
    "(?:(?P<rel>last|next|this) )?(?P<name>"
    + "|".join(sorted(words.HOLIDAYS, key=len, reverse=True))
    + ")(?!\\w)(?P<eve> Eve(?!\\w))?"
    r"(?:,? (?:in |of )?(?P<year><YEAR>))?"
    r"(?! (?:Island|Massacre|trees?|cards?|carols?|party|parties|presents?|gifts?|season|eggs?|dinner))",
)
def holiday(m: re.Match[str], context: Context) -> Reading | None:
    """Thanksgiving, Christmas Day 1998, last Easter, Easter Eve."""
    if m["name"][0].islower() and not m["name"].startswith("the"):
        return None
    if _NAME_BEFORE.search(m.string[max(0, m.start() - 24) : m.start()]):
        return None
    known = next(h for name, h in words.HOLIDAYS.items() if re.fullmatch(name, m["name"], re.IGNORECASE))
    before = -1 if m["eve"] else 0
    if m["year"]:
        return placed(values.day(_holiday_on(known, full_year(m["year"], context)) + timedelta(before)))
    anchor = context.anchor("day")
    if anchor is None:
        return Reading("date", "XXXX-XX-XX", unit="day", method="unresolved")
    days = [values.day(_holiday_on(known, year) + timedelta(before)) for year in years_around(anchor)]
    direction = toward(m["rel"]) or context.direction(m.start(), m.end())
    return placed(choose(days, anchor, direction), method=context.basis, anchor=anchor)


@rule(RULES, "figure month", r"9/11(?![\d/])|Sept(?:ember|\.)? 11(?:th)?(?= (?:attack|terror|hijack))")
def september_11(_: re.Match[str], context: Context) -> Reading | None:
    """The attacks of 2001, named by their date."""
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
    """11/23/2015, 23.11.2015, 02-06-98 2229EST; only the year where both orders fit."""
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
    + _ON_DAY + r"(?!\w|[:.]\d|,\d{3})" + _TO_DAY
    + rf"(?:,? (?:in )?(?P<year><YEAR>)|(?={_MORE_DAYS},? (?P<year_of_list><YEAR>)))?",
)  # fmt: skip
def month_day(m: re.Match[str], context: Context) -> Reading | None:
    """Nov. 23, Monday, November 23rd, 2015, Nov. 3-5, March eighth."""
    if m["month"][0].islower() or (COUNTED.match(m.string, m.end()) and not m["year"]) or _is_paired(m):
        return None
    return _placed_day(m, context, toward(m["rel"]))


@rule(
    RULES,
    "month",
    r"(?:(?P<weekday><WEEKDAYS>),? )?(?:the )?(?P<day>\d\d?|<ORDINAL>)(?:st|nd|rd|th)?"
    r"(?:(?P<joint> ?(?:-|–|—) ?| to | through | and )(?P<day2>\d\d?)(?:st|nd|rd|th)?)?(?: of| day of)?[\s-]+"
    r"(?P<month><MONTH>)"
    r"(?:(?:,? |-)(?P<year><YEAR>)|(?! ?\d(?!\d? [a-z]{3})))",
)
def day_month(m: re.Match[str], context: Context) -> Reading | None:
    """23 November 2015, the 23rd of November, 3-5 November."""
    is_short = m["month"].lower() in words.SHORT_MONTHS
    is_name = is_short and not m["year"] and re.match(r"\s[A-Z]", m.string[m.end() : m.end() + 2])
    is_list = (m["joint"] or "").strip() == "and" and not _BETWEEN.search(
        m.string[max(0, m.start() - 12) : m.start()]
    )
    if m["month"][0].islower() or is_name or is_list or _is_paired(m):
        return None
    return _placed_day(m, context, None)


@rule(
    RULES,
    "month figure ordinal",
    r"(?:(?P<weekday><WEEKDAYS>),? )?(?:the )?(?P<day>\d\d?)(?:st|nd|rd|th)?"
    rf"(?={_MORE_DAYS}(?: of)?\s+(?P<month><MONTH>)(?:,? (?P<year><YEAR>)|(?!\w)))",
)
def day_of_list(m: re.Match[str], context: Context) -> Reading | None:
    """The 20 and the 21 of `20, 21 and 23 May`."""
    return None if m["month"][0].islower() or _is_paired(m) else _placed_day(m, context, None)


@rule(
    RULES,
    "month",
    r"(?P<day>\d\d?)(?:st|nd|rd|th)?(?:,? (?P<year><YEAR>)"
    r"|(?=[.,;:)]|\s(?:in|at|on|to|for|by|as|but|when|after|before)\b|$)"
    rf"|(?={_MORE_DAYS}))",
)
def day_again(m: re.Match[str], context: Context) -> Reading | None:
    """The 25 and the 26 of `April 24, 25 and 26`."""
    before = _DAY_BEFORE.search(m.string[max(0, m.start() - 60) : m.start()])
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
    """On the 23rd: of the month named before, else of the publication's month or the one before."""
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


def _is_paired(m: re.Match[str]) -> bool:
    """Whether the weekday is the last of a list beside a list of days: `Friday and Saturday, May 24 and 25`."""
    if not m["weekday"] or not _PAIRED.search(m.string[max(0, m.start() - 24) : m.start()]):
        return False
    return bool(m.groupdict().get("day2") or _PAIRED_AFTER.match(m.string, m.end("day")))


def _placed_day(m: re.Match[str], context: Context, direction: Direction | None) -> Reading | None:
    number = month_of(m["month"])
    day = int(m["day"]) if m["day"].isdigit() else words.ordinal_of(re.sub(r"(?i)^the\s+", "", m["day"]))
    if values.make_date(2000, number, day) is None:
        return None
    weekday = words.WEEKDAYS[m["weekday"].rstrip(".").lower()] if m["weekday"] else None
    groups = m.groupdict()
    printed = m["year"] or groups.get("year_of_list")
    stated = full_year(printed, context) if printed else context.other_year(m.start(), "day")
    if stated and weekday and not printed:
        on = values.make_date(stated, number, day)
        stated = stated if on and on.isoweekday() == weekday else None
    anchor = None if stated else context.anchor("day")
    if stated:
        on = values.make_date(stated, number, day)
    elif anchor:
        days = [d for year in years_around(anchor) if (d := values.make_date(year, number, day))]
        days = [d for d in days if d.isoweekday() == weekday] or days  # the weekday identifies the year
        looks = direction or context.direction(m.start(), m.end())
        on = choose([values.day(d) for d in days], anchor, looks).begin if days else None
    else:
        return Reading("date", f"XXXX-{number:02d}-{day:02d}", unit="day", method="unresolved")
    if on is None:
        return None
    method = "absolute" if printed else "relative:previous" if stated else context.basis
    last = values.make_date(on.year, number, int(groups["day2"])) if groups.get("day2") else None
    reading = between(values.day(on), values.day(last)) if last and last > on else placed(values.day(on))
    return replace(reading, method=method, anchor=anchor)


def _clearly_nearer(found: list[date], context: Context) -> list[date]:
    """The reading of a numeric date that is clearly nearer to the publication, else both."""
    if context.published_on is None:
        return found
    near, far = sorted((abs((d - context.published_on).days), d) for d in found)
    return [near[1]] if near[0] <= 60 and near[0] * 3 <= far[0] else found


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
    """July, last April, late November, January this year: the year comes from the context."""
    name, bare = m["month"], m["month"].rstrip(".").lower()
    is_cued = bool(m["every"] or m["rel"] or m["relyear"] or m["mod"])
    if name[0].islower() or name.lower() in words.SHORT_MONTHS:
        return None
    is_cued = is_cued or bool(_PREPOSITION.search(m.string[max(0, m.start() - 12) : m.start()]))
    if bare in _OTHER_WORDS and not is_cued:
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
        on = values.make_date(anchor.year + words.STEPS[(m["relyear"] or "this").lower()], number, 1)
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
