"""What readers wrote below an article: the blocks of a page that are comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from transforms.clean.page.blocks import Block, Frame
from transforms.clean.page.phrases import words_pattern
from transforms.text.folding import fold

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


def reactions(blocks: Sequence[Block], *, first: Block) -> Iterator[Block]:
    """The blocks in elements that are named for comments, and all below a heading that announces them.

    Nothing up to `first`, the article's first paragraph, counts: some sites name the whole page so.
    """
    areas: dict[int, bool] = {}
    above = set(_around(first))
    is_below = False
    for block in blocks:
        if block.number > first.number:
            is_below = is_below or _announces(block)
            if is_below or _is_inside(block.frame, areas, above):
                yield block


def _around(block: Block) -> Iterator[int]:
    frame: Frame | None = block.frame
    while frame is not None:
        yield id(frame)
        frame = frame.parent


def _is_inside(frame: Frame, areas: dict[int, bool], above: set[int]) -> bool:
    """Whether an element around is an area of comments that the first paragraph is not in."""
    path: list[int] = []
    found = False
    outer: Frame | None = frame
    while outer is not None and id(outer) not in above:
        if id(outer) in areas:
            found = areas[id(outer)]
            break
        path.append(id(outer))
        if outer.names and _is_area(outer.names):
            found = True
            break
        outer = outer.parent
    areas.update(dict.fromkeys(path, found))
    return found


@lru_cache(maxsize=16384)
def _is_area(names: str) -> bool:
    if words_pattern("comments", "stems").search(names) is None:
        return False
    return any(map(words_pattern("comments", "names").fullmatch, names.split()))


def _announces(block: Block) -> bool:
    if len(block.text) > 60 or block.frame.tag not in _HEADINGS:
        return False
    return words_pattern("comments", "headings").fullmatch(fold(block.text)) is not None
