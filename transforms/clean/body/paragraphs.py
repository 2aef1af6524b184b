"""The body of a page as values: its paragraphs, and the blocks near it that are not part of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from transforms.clean.page.blocks import Block
from transforms.contract.article import Flag


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block with the probability that it belongs to the body; `reason` is the rule or model that decided.

    `is_extracted`: the last of the extractors that were consulted has it, too.
    """

    block: Block
    probability: float
    is_extracted: bool
    reason: str

    @property
    def text(self) -> str:
        """The block's text."""
        return self.block.text


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a page. `left_out` are blocks near it that are not part of it, in page order.

    `method` is blocks (the model and one extractor were enough), consensus (a second one was consulted),
    site_rule, json_ld (the page shows no text but states it) or whole. `confidence` is how certain the
    model is, by characters; `agreement` the share of its body that a site's rule finds, if there is one.
    `flags` are for what else is on the page, and for a rule that no longer fits it.
    """

    paragraphs: tuple[Paragraph, ...]
    left_out: tuple[Paragraph, ...]
    method: str
    confidence: float
    agreement: float | None = None
    flags: frozenset[Flag] = frozenset()

    @property
    def text(self) -> str:
        """The paragraphs, separated by blank lines."""
        return "\n\n".join(p.text for p in self.paragraphs)

    @property
    def in_page_order(self) -> list[Paragraph]:
        """The paragraphs and what was left out among them."""
        return sorted((*self.paragraphs, *self.left_out), key=lambda p: p.block.number)

    def without(self, paragraphs: Iterable[Paragraph], reason: str) -> Body:
        """The body less some of its paragraphs."""
        numbers = {p.block.number for p in paragraphs}
        kept = tuple(p for p in self.paragraphs if p.block.number not in numbers)
        cut = (replace(p, reason=reason) for p in self.paragraphs if p.block.number in numbers)
        left_out = sorted((*self.left_out, *cut), key=lambda p: p.block.number)
        return replace(self, paragraphs=kept, left_out=tuple(left_out))
