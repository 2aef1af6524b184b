"""Paragraphs that stand in a page's text and are no part of it: promotion, labels, credits, notes on who helped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from transforms.clean.lines.line_rules import known_line
from transforms.clean.page.blocks import Block

_LONGEST = 300
_LINKED = 0.6
_SURE = 0.8
_SHOUTED_WORDS = 5
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Headings at the end, without a text of their own: of comments, of related articles. More are a list.
_MOST_TRAILING = 2


def is_stray(block: Block, probability: float) -> bool:
    """Whether its words show that a block is no paragraph, though the model gives it this probability."""
    text = block.text
    if len(text) > _LONGEST:
        return False
    is_linked = block.link_chars >= _LINKED * len(text)
    if is_linked and text.isupper() and len(text.split()) >= _SHOUTED_WORDS:
        return True
    has_helpers = "contribut" in text or "eporting" in text
    if not (is_linked or has_helpers or probability < _SURE):
        return False
    rule = known_line(text)
    if rule is None:
        return False
    if rule.name == "contributed":
        return True
    return (
        is_linked
        if rule.kind == "promo"
        else rule.kind in ("widget", "legal", "credit") and probability < _SURE
    )


def trailing_headings(blocks: Sequence[Block]) -> Iterator[Block]:
    """The headings at the end of a body that no text follows."""
    text = next((i for i, block in enumerate(reversed(blocks)) if block.frame.tag not in _HEADINGS), 0)
    if 0 < text <= _MOST_TRAILING:
        yield from blocks[-text:]
