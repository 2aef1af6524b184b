"""Periods that an expression points at: counted from the publication, or from the date named before."""

from __future__ import annotations

import re

from transforms.enrich.times.timex import values
from transforms.enrich.times.timex.context import Context
from transforms.enrich.times.timex.rules import Reading, placed

STEPS = {
    "this": 0, "current": 0, "same": 0, "that": 0, "last": -1, "past": -1, "previous": -1, "preceding": -1,
    "next": 1, "coming": 1, "following": 1, "upcoming": 1, "latest": -1,
}  # fmt: skip
# These lean on the date named before; the others on the publication.
FROM_FOCUS = ("previous", "preceding", "following", "same", "that")
REFERENCE = {-1: "PAST_REF", 0: "PRESENT_REF", 1: "FUTURE_REF"}


def from_published(unit: str, step: int, context: Context) -> Reading:
    """The period `step` units from the publication's; a reference when that is not known finely enough."""
    anchor = context.anchor(unit)
    on = values.shift(anchor, unit, step) if anchor else None
    if on is None:
        return Reading("date", REFERENCE[(step > 0) - (step < 0)], unit=unit, method="unresolved")
    return placed(values.PERIODS[unit](on), method=context.basis, anchor=anchor)


def from_focus(m: re.Match[str], unit: str, step: int, context: Context) -> Reading:
    """The period `step` units from the date named before, when that one is fine enough; else a reference."""
    focus = context.focus(before=m.start())
    is_fine = focus and (
        focus.unit == "day" if unit == "day" else values.FINENESS.get(focus.unit, 0) >= values.FINENESS[unit]
    )
    on = values.shift(focus.begin, unit, step) if focus and focus.begin and is_fine else None
    if on is None or focus is None:
        return Reading("date", REFERENCE[(step > 0) - (step < 0)], unit=unit, method="unresolved")
    return placed(values.PERIODS[unit](on), method="relative:previous", anchor=focus.begin)
