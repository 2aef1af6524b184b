"""Rules for clock times; `ranges.joined` combines them with a day printed beside them."""

from __future__ import annotations

import re

from transforms.enrich.times.timex.context import Context
from transforms.enrich.times.timex.rules import Reading, TimexRule, rule

RULES: list[TimexRule] = []

_ZONE = (
    r"(?: ?\(?(?:[ECMP][SD]?T|GMT|UTC|BST|CET|CEST|AEST|IST|JST|EET|MSK|local time|(?:Eastern|Pacific|Central)"
    r"(?: time)?)(?!\w)\)?)"
)
_AT = re.compile(
    r"\b(?:at|by|around|about|until|till|from|after|before|since|and|to|between)\s+$", re.IGNORECASE
)


@rule(
    RULES,
    "clock",
    r"(?P<h>\d\d?)(?:[:.](?P<min>[0-5]\d))?(?: ?- ?\d\d?(?:[:.]\d\d)?)? ?"
    rf"(?:(?P<half>[ap])m(?!\w)|(?P<dotted>[ap])\.m\.?(?!\w)){_ZONE}?",
)
def clock_12(m: re.Match[str], context: Context) -> Reading | None:
    """10:31 pm CST, 5 p.m.; the full stop after `5pm.` ends the sentence."""
    hour = int(m["h"])
    if not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if (m["half"] or m["dotted"]).lower() == "p" else 0)
    return _on_the_clock(f"T{hour:02d}:{int(m['min'] or 0):02d}", m, context)


@rule(
    RULES,
    "figure",
    r"(?P<h>[01]?\d|2[0-3])(?P<dot>[:.])(?P<min>[0-5]\d)(?::(?P<sec>[0-5]\d))?"
    rf"(?P<zone>{_ZONE}| ?(?:hours|hrs)(?!\w))?(?![\w:])",
)
def clock_24(m: re.Match[str], context: Context) -> Reading | None:
    """At 14:30, 22:15 GMT; not the odds 3:10 or a running time."""
    if not m["zone"] and (
        m["sec"] or m["dot"] == "." or not _AT.search(m.string[max(0, m.start() - 8) : m.start()])
    ):
        return None
    return _on_the_clock(f"T{int(m['h']):02d}:{int(m['min']):02d}", m, context)


@rule(RULES, "clock", r"(?P<h>[01]\d|2[0-3])(?P<min>[0-5]\d) (?:GMT|UTC)(?!\w)")
def clock_universal(m: re.Match[str], context: Context) -> Reading | None:
    """1430 GMT."""
    return _on_the_clock(f"T{int(m['h']):02d}:{int(m['min']):02d}", m, context)


@rule(RULES, "clock", r"(?P<word>noon|midnight)(?!\w|-)")
def clock_word(m: re.Match[str], context: Context) -> Reading | None:
    """Noon, midnight (T24:00: the end of its day)."""
    return _on_the_clock("T12:00" if m["word"].lower() == "noon" else "T24:00", m, context)


def _on_the_clock(value: str, m: re.Match[str], context: Context) -> Reading:
    """A time on the day named earlier in the sentence, else on the publication day."""
    named = context.day_of_sentence(m.start())
    if named:
        return Reading("time", f"{named}{value}", named, named, "clock", named, "relative:previous")
    anchor = context.anchor("day")
    if anchor is None:
        return Reading("time", f"XXXX-XX-XX{value}", unit="clock", method="unresolved")
    return Reading("time", f"{anchor}{value}", anchor, anchor, "clock", anchor, context.basis)
