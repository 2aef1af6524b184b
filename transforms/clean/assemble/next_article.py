"""Start of the next article on an infinite-scroll page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from transforms.clean.assemble.block_kinds import kind_of
from transforms.clean.page.blocks import Block, Frame, is_prose

_HEADINGS = ("h1", "h2", "h3")
# Most elements between a heading and its words.
_INSIDE = 3
# Least characters of running text on both sides of the next article's headline.
_LEAST = 300
# Least paragraphs in one element of an article; each teaser has its own element.
_PARAGRAPHS = 2
# Blocks after a headline that may contain its byline or date.
_SIGNED = 6


def next_article(blocks: Sequence[Block], *, title: str, others: Collection[str] = ()) -> int | None:
    """The number of the block that heads the next article below the page's own; None: no other article.

    `title` and `others`, the headlines of further articles in JSON-LD, are squeezed. A headline that
    looks like the page's own opens another article if it is in an article element of its own, in JSON-LD,
    or signed; one that looks different must be in JSON-LD and signed.
    """
    own = next((b for b in blocks if title and b.key == title and _heading(b)), None)
    own = own or next((b for b in blocks if (heading := _heading(b)) and heading.tag == "h1"), None)
    if own is None:
        return None
    look, home = _look(own), _article(own)
    for block in blocks[own.number + 1 :]:
        heading = _heading(block)
        if heading is None or not block.key or block.key in own.key or own.key in block.key:
            continue
        is_alike, is_known = _look(block) == look, block.key in others
        if not (is_alike or is_known):
            continue
        apart = _article(block)
        is_apart = apart is not None and apart is not home
        if is_alike and not (is_known or is_apart or _is_signed(block, blocks)):
            continue
        if not is_alike and not _is_signed(block, blocks):
            continue
        if _has_text(blocks[own.number : block.number]) and _has_text(blocks[block.number :]):
            return block.number
    return None


def _heading(block: Block) -> Frame | None:
    frame: Frame | None = block.frame
    for _ in range(_INSIDE):
        if frame is None or frame.tag in _HEADINGS:
            return frame
        frame = frame.parent
    return None


def _look(block: Block) -> tuple[str, str]:
    heading = _heading(block) or block.frame
    return heading.tag, heading.names


def _article(block: Block) -> Frame | None:
    """The outermost article element around a block."""
    found, inner = None, block.frame.within("article")
    while inner is not None:
        found, inner = inner, inner.parent.within("article") if inner.parent else None
    return found


def _is_signed(heading: Block, blocks: Sequence[Block]) -> bool:
    below = blocks[heading.number + 1 : heading.number + 1 + _SIGNED]
    return any(kind_of(block, title="", authors=()) in ("byline", "dateline") for block in below)


def _has_text(blocks: Sequence[Block]) -> bool:
    """Whether some element contains enough paragraphs for an article."""
    prose = [block for block in blocks if is_prose(block)]
    paragraphs = Counter(id(block.frame.parent) for block in prose)
    chars = Counter[int]()
    for block in prose:
        chars[id(block.frame.parent)] += len(block.text)
    return any(count >= _PARAGRAPHS and chars[home] >= _LEAST for home, count in paragraphs.items())
