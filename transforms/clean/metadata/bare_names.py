"""Names that stand alone under a headline: bylines without a word that says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from transforms.clean.metadata.bylines import is_full_name, is_only_names, split_names
from transforms.text.dates import find_dates

# Texts behind the headline among which a byline stands, all before the first paragraph but for a deck.
_NEAR, _PROSE = 14, 150
_LONGEST = 40
# Texts behind a name among which the date of its article stands, and the longest such text.
_DATED, _LONGEST_DATE = 4, 60
_EDGES = " |·•,–—-"


def bare_names(behind: Sequence[str]) -> Iterator[str]:
    """Whole names in the texts between tags behind a headline: before its date, or at once and well known."""
    pieces = list(_before_prose(behind))
    for number, piece in enumerate(pieces):
        name = piece.strip(_EDGES)
        if (
            len(name) > _LONGEST
            or not name.isprintable()
            or not is_full_name(name)
            or split_names(name) != [name]
        ):
            continue
        if name.isupper() or not any(map(str.islower, name)):
            continue
        is_first = number == 0 or (number == 1 and len(pieces[0]) > _PROSE)
        if _is_dated(behind[number + 1 : number + 1 + _DATED]) or (
            is_first and is_only_names(name, is_known=True)
        ):
            yield name


def _before_prose(pieces: Sequence[str]) -> Iterator[str]:
    for number, piece in enumerate(pieces[:_NEAR]):
        if number and len(piece) > _PROSE:
            return
        yield piece


def _is_dated(pieces: Sequence[str]) -> bool:
    return any(len(piece) <= _LONGEST_DATE and next(find_dates(piece), None) for piece in pieces)
