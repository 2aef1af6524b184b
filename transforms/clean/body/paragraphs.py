"""Body of a page: its paragraphs, and the nearby blocks left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from transforms.clean.page.blocks import Block
from transforms.contract.article import Flag


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block with its probability of being body; `reason` is the rule or model that decided.

    `is_extracted`: the last extractor consulted has it, too.
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
    """The body of a page. `left_out` are nearby blocks outside it, in page order.

    `method` is blocks (the model with one extractor), consensus (with two), site_rule, json_ld (the page
    shows no text but states it) or whole. `confidence` is the model's, weighted by characters; `agreement`
    the share of its body that a site's rule finds, if there is one. `flags` are for comments on the page
    and for a rule that no longer fits.
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
        """Paragraphs and left-out blocks."""
        return sorted((*self.paragraphs, *self.left_out), key=lambda p: p.block.number)

    def without(self, paragraphs: Iterable[Paragraph], reason: str) -> Body:
        """The body with some paragraphs moved to `left_out`."""
        numbers = {p.block.number for p in paragraphs}
        kept = tuple(p for p in self.paragraphs if p.block.number not in numbers)
        cut = (replace(p, reason=reason) for p in self.paragraphs if p.block.number in numbers)
        left_out = sorted((*self.left_out, *cut), key=lambda p: p.block.number)
        return replace(self, paragraphs=kept, left_out=tuple(left_out))
