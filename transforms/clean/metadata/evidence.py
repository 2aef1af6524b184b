"""The candidates for a value that become rows of evidence."""

from __future__ import annotations

from collections.abc import Iterable

from transforms.contract.article import Claim

_LEAST_CONFIDENCE = 0.25
_MOST = 6
_MOST_OF_A_VALUE = 3


def weighty(claims: Iterable[Claim], *, chosen: int = 0) -> list[Claim]:
    """The first `chosen` candidates and the others worth keeping, best first.

    Worth keeping are up to six confident candidates, at most three per value and each from another kind
    of source, and all impossible ones, which have no value.
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
