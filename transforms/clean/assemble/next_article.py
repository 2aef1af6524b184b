"""Start of the next article on an infinite-scroll page."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from transforms.clean.assemble.block_kinds import kind_of
from transforms.clean.page.blocks import Block, Frame, is_prose
from transforms.text.sentences import ends_sentence

_HEADINGS = ("h1", "h2", "h3")
# Most elements between a heading and its words.
_INSIDE = 3
# Least text on both sides of the next article's headline, within one element, as each teaser has its own:
# paragraphs and characters, of running text or of sentences that may be short.
_PROSE, _SENTENCES = (2, 300), (3, 200)
_SENTENCE = 30
# More articles than this below the page's own are entries of a report or of a list.
_MOST_BELOW = 3
# Blocks after a headline that may contain its byline or date.
_SIGNED = 6


def next_article(blocks: Sequence[Block], *, title: str, others: Collection[str] = ()) -> int | None:
    """The number of the block that heads the next article below the page's own; None: no other article.

    `title` and `others`, the headlines of further articles in JSON-LD, are squeezed. A headline that
    looks like the page's own opens another article if it is in an article element of its own, in JSON-LD,
    or signed; one that looks different must be in JSON-LD and signed, or open one of few article elements
    with text that are not within the page's own.
    """
    own = next((b for b in blocks if title and b.key == title and _heading(b)), None)
    own = own or next((b for b in blocks if (heading := _heading(b)) and heading.tag == "h1"), None)
    if own is None:
        return None
    look, home = _look(own), _article(own)
    openings = _article_openings(blocks, own)
    for block in blocks[own.number + 1 :]:
        heading = _heading(block)
        if heading is None or not block.key or block.key in own.key or own.key in block.key:
            continue
        is_alike, is_known = _look(block) == look, block.key in others
        apart = _article(block)
        is_apart = apart is not None and apart is not home
        if is_alike:
            is_next = is_known or is_apart or _is_signed(block, blocks)
        else:
            is_next = block.number in openings or (is_known and _is_signed(block, blocks))
        if not is_next:
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


def _article_openings(blocks: Sequence[Block], own: Block) -> Collection[int]:
    """The numbers of headings that open an article element below the one with the page's own text."""
    inside: dict[int, list[Block]] = {}
    for block in blocks[own.number + 1 :]:
        if (article := _article(block)) is not None:
            inside.setdefault(id(article), []).append(block)
    with_text = [found for found in inside.values() if _enough(found, _SENTENCES)]
    headed = [opening for found in with_text[1:] if (opening := found[0]) and _heading(opening)]
    return {block.number for block in headed} if len(headed) <= _MOST_BELOW else ()


def _has_text(blocks: Sequence[Block]) -> bool:
    """Whether some element contains enough paragraphs for an article."""
    homes: dict[int, list[Block]] = {}
    for block in blocks:
        homes.setdefault(id(block.frame.parent), []).append(block)
    return any(
        _enough([b for b in found if is_prose(b)], _PROSE) or _enough(found, _SENTENCES)
        for found in homes.values()
    )


def _enough(blocks: Sequence[Block], least: tuple[int, int]) -> bool:
    """Whether the sentences among some blocks are at least so many paragraphs and characters."""
    texts = [b.text for b in blocks if len(b.text) >= _SENTENCE and 3 * b.link_chars < len(b.text)]
    texts = [text for text in texts if ends_sentence(text)]
    return len(texts) >= least[0] and sum(map(len, texts)) >= least[1]
