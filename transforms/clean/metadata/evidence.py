"""Rows of evidence out of what a page states for one attribute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from transforms.contract.article import Evidence

_CLUE = 300
_WEIGHT = 0.25
_MOST = 6
_WITNESSES = 3


@dataclass(frozen=True, slots=True)
class Stated:
    """One value that somebody states for an attribute; `clue` is what was seen when that differs."""

    value: str
    method: str
    confidence: float
    clue: str | None = None


def rows(attribute: str, stated: Iterable[Stated], *, has_choice: bool = True) -> list[Evidence]:
    """A row for each candidate of weight, best first; the first is the one chosen, if any is."""
    return of_weight(every_row(attribute, stated, has_choice=has_choice))


def every_row(attribute: str, stated: Iterable[Stated], *, has_choice: bool = True) -> list[Evidence]:
    """A row for each candidate, as of `rows`, however little it weighs."""
    return [
        Evidence(
            "", 0, attribute, number, s.value, s.method, (s.clue or s.value)[:_CLUE], None, None,
            s.confidence, is_chosen=has_choice and number == 0,
        )
        for number, s in enumerate(stated)
    ]  # fmt: skip


def of_weight(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The rows for one attribute that weigh, best first, numbered anew.

    Beside the chosen one these are a few others that can be believed at all, of one value no more than three
    from different kinds of places; and what cannot be true, which has no value.
    """
    kept: list[Evidence] = []
    places: dict[str, set[str]] = {}
    for row in evidence:
        known, place = places.setdefault(row.value, set()), row.method.partition(":")[0]
        is_new = place not in known and len(known) < _WITNESSES
        weighs = row.confidence >= _WEIGHT and is_new and len(kept) < _MOST
        if row.is_chosen or weighs or not row.value:
            known.add(place)
            kept.append(replace(row, evidence_no=len(kept)))
    return kept


def locate(evidence: Iterable[Evidence], markup: str) -> None:
    """Set where the clue of each chosen row stands in the markup, when it stands there as it was read."""
    for row in evidence:
        if row.is_chosen and row.raw_start is None and row.clue and (start := markup.find(row.clue)) >= 0:
            row.raw_start, row.raw_end = start, start + len(row.clue)
