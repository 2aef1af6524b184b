"""Boilerplate at a line's end: read-more labels, player and gallery buttons, a teaser printed twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, cast

from transforms.contract.article import SegmentKind
from transforms.text.wordlists import toml

_LONGEST_TAIL = 70
_LONGEST_WORD = 30
_WORD = re.compile(r"\w+")
_FEWEST_TWICE, _MOST_TWICE = 4, 40
# Least share of a line's words that say one thing twice; the rest are labels and times.
_TWICE = 0.75


class Tail(NamedTuple):
    """Where a label at a line's end begins, its kind and the name of its rule."""

    start: int
    name: str
    kind: SegmentKind


def line_tail(line: str) -> Tail | None:
    """The label at the end of a line with other text before it."""
    words = _WORD.findall(line[-_LONGEST_WORD:])
    if not (words and (words[-1].isdigit() or words[-1].lower() in _last_words())):
        return None
    offset = max(len(line) - _LONGEST_TAIL, 0)
    for name, kind, pattern in _tails():
        match = pattern.search(line, offset)
        if match is not None and any(map(str.isalnum, line[: match.start()])):
            return Tail(match.start(), name, kind)
    return None


def is_said_twice(line: str) -> bool:
    """Whether a line is a phrase printed twice in a row, like a teaser of headline and link."""
    parts = line.casefold().split()
    n = len(parts)
    is_of_size = 2 * _FEWEST_TWICE <= n <= 2 * _MOST_TWICE
    if not is_of_size or not _FEWEST_TWICE <= len(set(parts)) <= 1 + n - _TWICE * n / 2:
        return False
    words = _WORD.findall(line.casefold())
    n = len(words)
    least = max(_FEWEST_TWICE, int(_TWICE * n / 2 + 0.5))
    return any(
        words[start : start + size] == words[start + size : start + 2 * size]
        for size in range(n // 2, least - 1, -1)
        for start in range(n - 2 * size + 1)
    )


@cache
def _last_words() -> frozenset[str]:
    """Words that end such a label; others end in digits."""
    return frozenset(toml("lines/rules.toml")["labels"]["last"])


@cache
def _tails() -> Sequence[tuple[str, SegmentKind, re.Pattern[str]]]:
    entries = toml("lines/rules.toml")["tail"]
    return [
        (entry["name"], cast("SegmentKind", entry["kind"]), re.compile(entry["pattern"], re.IGNORECASE))
        for entry in entries
    ]
