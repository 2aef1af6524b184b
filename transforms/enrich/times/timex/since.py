"""Ranges that open with an event that the text has dated: `the pact signed in July ... since the pact`."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace

from transforms.enrich.times.timex.context import Context
from transforms.enrich.times.timex.rules import Found
from transforms.enrich.times.timex.scan import HEADS

_SINCE_EVENT = re.compile(
    r"\b[Ss]ince\s+(?:the|that|this)\s+(?:\w+\s+of\s+(?:the|that|this)\s+)?(?P<event>[a-z]{4,})(?=[\s.,;:]|$)"
    r"(?!\s+(?:is|are|was|were|has|have|had|will|would|can|could|may|might|did|does|do)\b)"
)
# How many expressions back an event's date is looked for.
_REACH = 50


def since_events(text: str, found: list[Found], context: Context) -> Iterator[Found]:
    """Yield them; a date is an event's when it stands beside its noun: `the Nov. 13 attacks`."""
    if context.published_on is None:
        return
    starts = [start for start, _, _ in found]
    for m in _SINCE_EVENT.finditer(text):
        if m["event"] in HEADS or any(s < m.end() for s in starts[bisect(starts, m.start()) :][:1]):
            continue
        earlier = found[max(0, bisect(starts, m.start()) - _REACH) : bisect(starts, m.start())]
        dated = next(
            (r for s, e, r in reversed(earlier) if r.begin and _is_beside(text, s, e, m["event"])), None
        )
        if dated and dated.begin and dated.kind == "date" and dated.begin <= context.published_on:
            opened = replace(dated, anchor=dated.begin, method="relative:previous", unit="")
            yield m.start(), m.end(), replace(opened, kind="range", end=context.published_on)


def _is_beside(text: str, start: int, end: int, event: str) -> bool:
    before = rf"\b{event}(?:\s+\w+)?\s+(?:(?:in|on|of)\s+)?(?:the\s+)?$"
    after = rf"\s+(?:\w+\s+)?{event}\b"
    return bool(re.search(before, text[max(0, start - 60) : start])) or bool(
        re.match(after, text[end : end + 60])
    )
