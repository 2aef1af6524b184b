"""Kinds of blocks outside the body: title, subtitle, byline, dateline, caption, promo and others."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from transforms.clean.lines.line_rules import known_line
from transforms.clean.metadata.bylines import has_lead, split_names
from transforms.clean.page.blocks import Block, squeeze
from transforms.clean.page.images import caption_rank, image_beside
from transforms.contract.article import SegmentKind
from transforms.text.dates import find_dates
from transforms.text.folding import count_words

_LONGEST_RULE = 400
_LONGEST_SIGNED = 120
_LABEL = 20
_LONGEST_DATED = 80
# Characters around a date: a weekday, a zone, "updated".
_AROUND_DATE = 16
_LINKED = 0.8
_HEADLINE = 25
# Names of deck elements; a deck is at most _NEAR blocks after the headline.
_DECK = re.compile(
    r"sub-?_?(?:head(?:line|ing)?|title|line)\b|stand-?first|\bdek\b|\bdeck\b|article-?_*(?:lead|intro|summary)\b"
    r"|lead-?text|vorspann|chap[oe]au?|entradilla|bajada|sottotitolo|ingress"
)
_NEAR = 6
_DECK_WORDS = (4, 60)


def kind_of(block: Block, *, title: str, authors: Collection[str]) -> SegmentKind:
    """The kind of a block outside the body; `title` and `authors` are squeezed."""
    text = block.text
    if title and block.key == title:
        return "title"
    rule = known_line(text) if len(text) < _LONGEST_RULE else None
    if rule is not None:
        return "credit" if text.startswith("©") and image_beside(block) else rule.kind
    if caption_rank(block):
        return "caption"
    if _is_signature(text, block.key, authors):
        return "byline"
    if _is_date(text):
        return "dateline"
    if block.link_chars > _LINKED * len(text):
        return "promo" if len(text) >= _HEADLINE else "navigation"
    return "other"


def find_deck(blocks: Sequence[Block], *, title: str, body: Collection[str]) -> Block | None:
    """The block close after the headline in an element named like a deck; keys of `body` end the search.

    `title` is squeezed; a deck may be in the body itself.
    """
    place = next((i for i, b in enumerate(blocks) if b.key == title and b.frame.tag == "h1"), None)
    if not title or place is None:
        return None
    for block in blocks[place + 1 : place + 1 + _NEAR]:
        names = block.frame.names + " " + (block.frame.parent.names if block.frame.parent else "")
        least, most = _DECK_WORDS
        if (
            _DECK.search(names)
            and least <= count_words(block.text) <= most
            and 2 * block.link_chars < len(block.text)
        ):
            return block
        if block.key in body:
            return None
    return None


def is_lede(block: Block, following: Block | None) -> bool:
    """Whether a body's first block has the element of the one after it, unlike a deck."""
    if following is None:
        return True
    return (block.frame.tag, block.frame.names, block.frame.parent) == (
        following.frame.tag, following.frame.names, following.frame.parent,
    )  # fmt: skip


def _is_signature(text: str, key: str, authors: Collection[str]) -> bool:
    if len(text) <= _LABEL and has_lead(f"{text} "):
        return True
    if len(text) > _LONGEST_SIGNED or not any(author in key for author in authors):
        return False
    names = split_names(text)
    return bool(names) and all(squeeze(name) in authors for name in names)


def _is_date(text: str) -> bool:
    found = next(find_dates(text), None) if len(text) <= _LONGEST_DATED else None
    if found is None:
        return False
    around = text[: found.start] + text[found.end :]
    return sum(map(str.isalpha, around)) <= _AROUND_DATE
