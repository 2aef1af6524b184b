"""A text whose characters are mapped to the raw text it was made from.

A run maps `text[start:end]` to `raw[raw_start:raw_end]`: character by character when it is even, as a
whole when not. Characters in no run were inserted; raw characters in no run were deleted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """One stretch of text and the raw stretch it comes from; never empty in the text.

    `is_even`: its characters correspond one to one. Any part of an uneven run maps to its whole
    raw stretch.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int
    is_even: bool


class Edit(NamedTuple):
    """Replace `text[start:end]` by `new`; an empty `new` deletes, an empty stretch inserts."""

    start: int
    end: int
    new: str


class MappedText:
    """An immutable text with its runs, which ascend on both sides and do not overlap."""

    __slots__ = ("_starts", "runs", "text")

    def __init__(self, text: str, runs: Iterable[Run]) -> None:
        self.text = text
        self.runs = tuple(runs)
        self._starts = [run.start for run in self.runs]

    @classmethod
    def of(cls, raw: str) -> MappedText:
        """The raw text, mapped to itself."""
        return cls(raw, [Run(0, len(raw), 0, len(raw), is_even=True)] if raw else [])

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return f"MappedText({self.text!r}, {list(self.runs)})"

    def raw_span(self, start: int, end: int) -> tuple[int, int] | None:
        """The raw stretch that covers `text[start:end]`; None when all of it was inserted."""
        covered = self._cut(start, end)
        return (covered[0].raw_start, covered[-1].raw_end) if covered else None

    def slice(self, start: int, end: int) -> MappedText:
        """The text between two offsets, which must lie in it."""
        return MappedText(self.text[start:end], (_moved(run, -start) for run in self._cut(start, end)))

    def strip(self) -> MappedText:
        """The text without white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.slice(start, max(start, len(self.text.rstrip())))

    def replace(self, edits: Sequence[Edit]) -> MappedText:
        """Apply edits that ascend and do not overlap; new text maps to the raw text it replaces."""
        if not edits:
            return self
        pieces: list[MappedText] = []
        done = 0
        for edit in edits:
            pieces.append(self.slice(done, edit.start))
            pieces.append(MappedText(edit.new, _runs_for(self._cut(edit.start, edit.end), edit.new)))
            done = edit.end
        pieces.append(self.slice(done, len(self.text)))
        return join("", pieces)

    def _cut(self, start: int, end: int) -> list[Run]:
        """The runs of a stretch, the first and the last cut to it."""
        if start >= end:
            return []
        first = max(bisect_right(self._starts, start) - 1, 0)
        cut = []
        for run in self.runs[first : bisect_right(self._starts, end - 1)]:
            if run.end <= start:
                continue
            left, right = max(start - run.start, 0), max(run.end - end, 0)
            if run.is_even:
                raw_start, raw_end = run.raw_start + left, run.raw_end - right
            else:
                raw_start, raw_end = run.raw_start, run.raw_end
            cut.append(Run(run.start + left, run.end - right, raw_start, raw_end, run.is_even))
        return cut


def join(separator: str, parts: Iterable[MappedText]) -> MappedText:
    """Texts one after the other with an inserted separator; their raw stretches must ascend."""
    texts: list[str] = []
    runs: list[Run] = []
    length = 0
    for part in parts:
        if texts and separator:
            length += len(separator)
        texts.append(part.text)
        for run in part.runs:
            moved = _moved(run, length)
            if runs and _continues(runs[-1], moved):
                moved = Run(runs[-1].start, moved.end, runs[-1].raw_start, moved.raw_end, is_even=True)
                runs.pop()
            runs.append(moved)
        length += len(part.text)
    return MappedText(separator.join(texts), runs)


def _moved(run: Run, by: int) -> Run:
    return run._replace(start=run.start + by, end=run.end + by)


def _runs_for(covered: Sequence[Run], new: str) -> list[Run]:
    """The run of new text in the place of others; a part of an uneven one corresponds to no single character."""
    if not covered or not new:
        return []
    start, end = covered[0].raw_start, covered[-1].raw_end
    return [Run(0, len(new), start, end, is_even=len(new) == end - start and all(r.is_even for r in covered))]


def _continues(left: Run, right: Run) -> bool:
    adjacent = left.end == right.start and left.raw_end == right.raw_start
    return adjacent and left.is_even and right.is_even
