"""Calendar periods from days to centuries with their TIMEX3 values.

A `Period` has a value even if its days are unknown (a season's depend on the hemisphere, a fiscal year's on
the company); then `begin` and `end` are None.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

# Precision of a reference date that a unit needs.
YEAR, MONTH, DAY = 1, 2, 3
FINENESS = {
    "century": YEAR, "decade": YEAR, "year": YEAR, "half": MONTH, "quarter": MONTH, "month": MONTH,
    "fortnight": DAY, "week": DAY, "weekend": DAY, "day": DAY, "hour": DAY, "minute": DAY, "second": DAY,
}  # fmt: skip

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}
_DAYS = {"day": 1, "week": 7, "weekend": 7, "fortnight": 14}
_DESIGNATORS = {
    "second": ("PT", "S", 1), "minute": ("PT", "M", 1), "hour": ("PT", "H", 1), "day": ("P", "D", 1),
    "week": ("P", "W", 1), "fortnight": ("P", "W", 2), "weekend": ("P", "WE", 1), "month": ("P", "M", 1),
    "quarter": ("P", "Q", 1), "year": ("P", "Y", 1), "decade": ("P", "Y", 10), "century": ("P", "Y", 100),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """A TIMEX3 value with its first and last day, if known; `unit` is its grain."""

    value: str
    begin: date | None
    end: date | None
    unit: str


def day(on: date) -> Period:
    """One day."""
    return Period(on.isoformat(), on, on, "day")


def week(on: date) -> Period:
    """The ISO week, Monday to Sunday, of a day."""
    year, number, weekday = on.isocalendar()
    begin = _plus(on, 1 - weekday)
    return Period(f"{year:04d}-W{number:02d}", begin, begin and _plus(begin, 6), "week")


def weekend(on: date) -> Period:
    """Saturday and Sunday of the ISO week of a day."""
    whole = week(on)
    return Period(f"{whole.value}-WE", whole.end and _plus(whole.end, -1), whole.end, "weekend")


def month(on: date) -> Period:
    """The month of a day."""
    return _months(on.year, on.month, 1, f"{on.year:04d}-{on.month:02d}", "month")


def quarter(on: date) -> Period:
    """The calendar quarter of a day."""
    number = (on.month + 2) // 3
    return _months(on.year, 3 * number - 2, 3, f"{on.year:04d}-Q{number}", "quarter")


def half(on: date) -> Period:
    """The half-year of a day."""
    number = 1 if on.month <= 6 else 2
    return _months(on.year, 6 * number - 5, 6, f"{on.year:04d}-H{number}", "half")


def year(on: date) -> Period:
    """The calendar year of a day."""
    return Period(f"{on.year:04d}", date(on.year, 1, 1), date(on.year, 12, 31), "year")


def decade(on: date) -> Period:
    """The decade of a day: the 1990s are 199X."""
    first = on.year // 10 * 10
    return Period(f"{first // 10:03d}X", date(max(first, 1), 1, 1), date(first + 9, 12, 31), "decade")


def century(on: date) -> Period:
    """The century of a day, as newspapers count: the 20th is 1900 to 1999, value 19XX."""
    first = on.year // 100 * 100
    return Period(f"{first // 100:02d}XX", date(max(first, 1), 1, 1), date(first + 99, 12, 31), "century")


PERIODS: dict[str, Callable[[date], Period]] = {
    "day": day, "week": week, "fortnight": week, "weekend": weekend, "month": month, "quarter": quarter,
    "half": half, "year": year, "decade": decade, "century": century,
}  # fmt: skip


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None for an impossible day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def shift(on: date, unit: str, count: int) -> date | None:
    """A day moved by whole units, the day of the month cut to the month's length; None outside 1-9999."""
    if unit in _DAYS:
        return _plus(on, _DAYS[unit] * count)
    if unit not in _MONTHS:
        return on
    total = on.year * 12 + on.month - 1 + _MONTHS[unit] * count
    if not 12 <= total < 120_000:
        return None
    first = date(total // 12, total % 12 + 1, 1)
    return first.replace(day=min(on.day, calendar.monthrange(first.year, first.month)[1]))


def duration(count: float | None, unit: str) -> str:
    """ISO 8601 duration; an unknown count is X: `P8Y`, `PT30M`, `PXM`. Halves go to the next finer unit."""
    prefix, letter, factor = _DESIGNATORS[unit]
    if count is None:
        return f"{prefix}X{letter}"
    amount = count * factor
    if amount != int(amount) and amount % 1 == 0.5 and unit in ("year", "hour", "minute"):
        finer, parts = {"year": ("M", 6), "hour": ("M", 30), "minute": ("S", 30)}[unit]
        return f"{prefix}{int(amount)}{letter}{parts}{finer}" if amount > 1 else f"{prefix}{parts}{finer}"
    return f"{prefix}{int(amount) if amount == int(amount) else round(amount, 3)}{letter}"


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm, Meeus 1991, p. 67)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * weekday) // 433
    month = (h + weekday - 7 * m + 90) // 25
    return date(year, month, (h + weekday - 7 * m + 33 * month + 19) % 32)


def nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th (from 1; -1: the last) ISO weekday of a month."""
    days = [week[weekday - 1] for week in calendar.monthcalendar(year, month) if week[weekday - 1]]
    return date(year, month, days[n - 1 if n > 0 else n])


def _plus(on: date, days: int) -> date | None:
    try:
        return on + timedelta(days)
    except OverflowError:
        return None


def _months(year: int, month: int, count: int, value: str, unit: str) -> Period:
    last = month + count - 1
    end = date(year, last, calendar.monthrange(year, last)[1])
    return Period(value, date(year, month, 1), end, unit)
