"""Hard-wrapped lines joined to paragraphs and their hyphenation undone, where the wrap is evident."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from transforms.text.offsets import Edit, MappedText
from transforms.text.wordlists import words

_LEAST_BREAKS = 4
_FORCED_SHARE = 0.85
_NARROWEST, _WIDEST = 30, 130
# Least width where there are only few breaks.
_LEAST_FEW = 50
_UNBREAKABLE = re.compile(r"\S{50}")
_HYPHENATED = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")


def unwrap(text: MappedText) -> MappedText:
    """The text with one line per paragraph; unchanged unless its lines are evidently broken to a width."""
    lines = text.text.split("\n")
    width = _width(lines)
    if width is None:
        return text
    words = frozenset(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.text.lower()))
    edits: list[Edit] = []
    offset = 0
    for line, following in pairwise(lines):
        end = offset + len(line)
        if _is_forced(line, following, width):
            start = offset + len(line.rstrip())
            stop = end + 1 + len(following) - len(following.lstrip())
            edits.append(_join(line.rstrip(), following.lstrip(), start, stop, words))
        offset = end + 1
    return text.replace(edits)


def _width(lines: list[str]) -> int | None:
    """The width that the lines are broken to, or None.

    A break is forced if the next word does not fit. Where lines are broken to a width nearly every break
    inside a paragraph is forced; where each line is a paragraph hardly any.
    """
    pairs = [(line, after) for line, after in pairwise(lines) if line.strip() and after.strip()]
    if not pairs:
        return None
    # An address that is longer than the width cannot be broken.
    width = max((len(s) for line in lines if not _UNBREAKABLE.search(s := line.rstrip())), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return None
    inner = [pair for pair in pairs if not _ends_paragraph(*pair, width)]
    forced = sum(_is_forced(line, after, width) for line, after in inner)
    within = sum(not re.search(r"[.!?:;”\"]\s*$", line) for line, _ in inner)
    continued = sum(after.lstrip()[0].islower() for _, after in inner)
    if len(inner) < _LEAST_BREAKS:
        # Few breaks are evident only if each is inside a sentence.
        is_inside = inner and forced == within == continued == len(inner) and width >= _LEAST_FEW
        return width if is_inside else None
    is_evident = (
        forced >= _FORCED_SHARE * len(inner) and within >= 0.5 * len(inner) and continued >= 0.3 * len(inner)
    )
    return width if is_evident else None


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    """Whether a short line ends a sentence, or the next line is indented."""
    return following[:1].isspace() or (len(line) < 0.8 * width and bool(re.search(r"[.!?”\"]\s*$", line)))


def _is_forced(line: str, following: str, width: int) -> bool:
    words = following.split(maxsplit=1)
    if not words or not line.strip() or following[:1].isspace():
        return False
    return len(line.rstrip()) + 1 + len(words[0]) > width - 3


def _join(line: str, following: str, start: int, stop: int, words: frozenset[str]) -> Edit:
    """The edit that joins two lines, without the hyphen unless the word is spelled with it."""
    match = _HYPHENATED.search(line)
    rest = re.match(r"[^\W\d_]+", following)
    if match is None or rest is None or not rest[0][0].islower():
        return Edit(start, stop, " ")
    first, second = match[1].lower(), rest[0].lower()
    if f"{first}-{second}" in words or (first in _prefixes() and first + second not in words):
        return Edit(start, stop, "")
    return Edit(start - 1, stop, "")


@cache
def _prefixes() -> frozenset[str]:
    """First parts of compounds that English writes with a hyphen."""
    return words("lines/hyphen_prefixes.txt")
