"""Rows of evidence out of what a page states for one attribute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from transforms.article import Evidence

_CLUE = 300


@dataclass(frozen=True, slots=True)
class Stated:
    """One value that somebody states for an attribute; `clue` is what was seen when that differs."""

    value: str
    method: str
    confidence: float
    clue: str | None = None


def rows(attribute: str, stated: Iterable[Stated], *, has_choice: bool = True) -> list[Evidence]:
    """A row for each candidate, best first; the first is the one chosen, if any is."""
    return [
        Evidence(
            "", 0, attribute, number, s.value, s.method, (s.clue or s.value)[:_CLUE], None, None,
            s.confidence, is_chosen=has_choice and number == 0,
        )
        for number, s in enumerate(stated)
    ]  # fmt: skip


def locate(evidence: Iterable[Evidence], markup: str) -> None:
    """Set where the clue of each chosen row stands in the markup, when it stands there as it was read."""
    for row in evidence:
        if row.is_chosen and row.raw_start is None and row.clue and (start := markup.find(row.clue)) >= 0:
            row.raw_start, row.raw_end = start, start + len(row.clue)
