"""The text of a PDF's page in reading order: blocks of lines, column after column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

# Between columns a layout has at least so many spaces; words, even in justified lines, have fewer.
_PIECE = re.compile(r"\S+(?: {1,3}\S+)*")
_FEWEST_ROWS = 5
# So large a share of the rows with text must have a piece in each column.
_SHARE = 0.5
# Cells of a table are shorter than lines of prose.
_WORDS = 3
# A line that is so much longer than any of the first column's runs across columns.
_ACROSS = 1.2

Pieces = list[tuple[int, str]]
"""A row's stretches of text with the places where they start."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where columns start, as far as a layout of characters tells, and the longest line of the first."""

    starts: Sequence[float]
    longest: int

    def of(self, start: int) -> int:
        return min(range(len(self.starts)), key=lambda n: abs(self.starts[n] - start))

    def are_crossed_by(self, pieces: Pieces) -> bool:
        return len(pieces) == 1 and self.of(pieces[0][0]) == 0 and len(pieces[0][1]) > self.longest * _ACROSS


def blocks_of(layout: str) -> list[list[str]] | None:
    """The blocks of a page whose lines are laid out as they stand on it; None when it has no columns of prose.

    A line that runs across columns ends them: what stands above it is read first.
    """
    rows = [[(m.start(), " ".join(m[0].split())) for m in _PIECE.finditer(line)] for line in layout.split("\n")]
    columns = _columns(rows)
    if columns is None:
        return None
    blocks: list[list[str]] = []
    held: list[list[str]] = [[] for _ in columns.starts]
    for pieces in rows:
        if columns.are_crossed_by(pieces):
            blocks += [*held, [pieces[0][1]]]
            held = [[] for _ in columns.starts]
            continue
        for start, text in pieces:
            held[columns.of(start)].append(text)
        if not pieces:  # a gap in one column alone may be the leading of the other
            for column in held:
                column.append("")
    blocks += held
    return [block for block in blocks if any(block)]


def _columns(rows: Sequence[Pieces]) -> _Columns | None:
    counts = Counter(len(pieces) for pieces in rows if len(pieces) > 1)
    if not counts:
        return None
    number, count = counts.most_common(1)[0]
    full = [pieces for pieces in rows if len(pieces) == number]
    if count < max(_FEWEST_ROWS, _SHARE * sum(map(bool, rows))):
        return None
    for place in range(number):
        if median(len(pieces[place][1].split()) for pieces in full) < _WORDS:
            return None
    starts = [median(pieces[place][0] for pieces in full) for place in range(number)]
    return _Columns(starts, max(len(pieces[0][1]) for pieces in full))
