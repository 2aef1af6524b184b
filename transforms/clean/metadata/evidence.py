"""The candidates for a value that are worth a row of evidence."""

from __future__ import annotations

from collections.abc import Iterable

from transforms.contract.article import Claim

_LEAST_CONFIDENCE = 0.25
_MOST = 6
_MOST_OF_A_VALUE = 3


def weighty(claims: Iterable[Claim], *, chosen: int = 0) -> list[Claim]:
    """The first `chosen` candidates and the others worth keeping, best first.

    Those are a few of some confidence, of one value no more than three from different kinds of places;
    and what cannot be true, which has no value.
    """
    kept: list[Claim] = []
    places: dict[str, set[str]] = {}
    for number, claim in enumerate(claims):
        known, place = places.setdefault(claim.value, set()), claim.method.partition(":")[0]
        is_new = place not in known and len(known) < _MOST_OF_A_VALUE
        weighs = claim.confidence >= _LEAST_CONFIDENCE and is_new and len(kept) < _MOST
        if number < chosen or weighs or not claim.value:
            known.add(place)
            kept.append(claim)
    return kept
