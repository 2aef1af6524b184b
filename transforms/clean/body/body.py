"""The body of a page: its paragraphs, by the block model and independent extractors.

The model reads every page with the cheap extractor; where it is not certain, again with the careful one, and
the more certain result is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from transforms.clean.body.block_features import block_features
from transforms.clean.body.block_model import block_model, block_probabilities
from transforms.clean.body.extractors import (
    ExtractedText,
    PageClaims,
    near_extracted,
    read_claims,
    resiliparse_text,
    trafilatura_text,
)
from transforms.clean.body.paragraphs import Body, Paragraph
from transforms.clean.body.structure import by_structure
from transforms.clean.body.trim import trim, without_boilerplate, without_calls
from transforms.clean.page.blocks import Block, Frame, page_blocks
from transforms.clean.page.images import caption_rank
from transforms.clean.page.parse import Page
from transforms.clean.page.selectors import select
from transforms.contract.layout_rules import LayoutRule

THRESHOLD = 0.44
# From this confidence the cheap extractor is enough: seven pages in ten.
CERTAIN = 0.93
# On longer pages the careful extractor costs seconds and changes little.
_MOST_FOR_CAREFUL = 3_000


def find_body(
    page: Page,
    *,
    boilerplate: frozenset[str] = frozenset(),
    site_rule: LayoutRule | None = None,
    blocks: Sequence[Block] | None = None,
) -> Body:
    """The body of a page; without paragraphs if none is found.

    `boilerplate` are lines its publisher repeats (`fold_line` of each); `site_rule` overrides the model.
    """
    blocks = page_blocks(page) if blocks is None else blocks
    claims = read_claims(page)
    quick = resiliparse_text(page)
    body = _judged(blocks, [quick], claims)
    if body.confidence < CERTAIN and len(blocks) <= _MOST_FOR_CAREFUL:
        careful = _judged(blocks, [quick, trafilatura_text(page)], claims)
        body = careful if careful.confidence >= body.confidence else replace(body, method=careful.method)
    if not body.paragraphs:
        return _from_json_ld(claims.article_text)
    body = by_structure(body, page.url)
    if site_rule is not None:
        body = _by_site_rule(body, page, site_rule, blocks)
    return trim(body, blocks, title=claims.title, boilerplate=boilerplate)


def whole_body(
    page: Page, *, boilerplate: frozenset[str] = frozenset(), site_rule: LayoutRule | None = None
) -> Body:
    """All text of a page as its body, except captions, calls to readers and boilerplate: for HTML in feeds."""
    blocks = page_blocks(page)
    paragraphs = (Paragraph(block, 0.9, True, "whole") for block in blocks if not caption_rank(block))
    captions = (Paragraph(block, 0.9, True, "whole") for block in blocks if caption_rank(block))
    body = Body(tuple(paragraphs), tuple(captions), "whole", 0.9)
    if site_rule is not None:
        body = _without_dropped(body, page, site_rule)
    return without_boilerplate(without_calls(body), boilerplate)


def _judged(blocks: Sequence[Block], extracted: Sequence[ExtractedText], claims: PageClaims) -> Body:
    """The blocks that the model classifies as body, and its confidence in the whole."""
    near = near_extracted(blocks, extracted)
    method = "blocks" if len(extracted) == 1 else "consensus"
    if not near:
        return Body((), (), method, 0.0)
    features = block_features(near, extracted, claims)
    chances = block_probabilities(features, block_model("quick" if len(extracted) == 1 else "careful"))
    paragraphs = [
        Paragraph(block, float(chance), extracted[-1].has(block.key), method)
        for block, chance in zip(near, chances, strict=True)
    ]
    chars = np.array([len(block.text) for block in near])
    doubt = float(chars @ np.minimum(chances, 1 - chances)) / max(float(chars @ chances), 1.0)
    return Body(
        tuple(p for p in paragraphs if p.probability >= THRESHOLD),
        tuple(p for p in paragraphs if p.probability < THRESHOLD),
        method,
        round(max(0.0, 1.0 - doubt), 4),
    )


def _from_json_ld(article_body: str) -> Body:
    """The body in the JSON-LD of a page that shows no text."""
    lines = [" ".join(line.split()) for line in article_body.splitlines()]
    frame = Frame("script", "", None, 0, is_hidden=True)
    paragraphs = tuple(Paragraph(Block(line, frame), 0.5, False, "json_ld") for line in lines if line)
    return Body(paragraphs, (), "json_ld" if paragraphs else "none", 0.5 if paragraphs else 0.0)


def _without_dropped(body: Body, page: Page, rule: LayoutRule) -> Body:
    dropped = select(page, rule.drop)
    return body.without([p for p in body.paragraphs if dropped.has(p.block)], "site_rule")


def _by_site_rule(body: Body, page: Page, rule: LayoutRule, blocks: Sequence[Block]) -> Body:
    """The blocks that the publisher's rule selects, if they still agree with the model's."""
    body = _without_dropped(body, page, rule)
    if not rule.body:
        return body
    kept, dropped = select(page, (rule.body,)), select(page, rule.drop)
    both = sum(len(p.text) for p in body.paragraphs if kept.has(p.block))
    agreement = round(both / max(sum(len(p.text) for p in body.paragraphs), 1), 4)
    if agreement < rule.least_agreement:
        return replace(body, agreement=agreement, flags=body.flags | {"layout_changed"})
    judged = {p.block.number: p for p in body.in_page_order}
    for block in blocks:
        if block.number not in judged and kept.has(block):
            judged[block.number] = Paragraph(block, 0.5, False, "site_rule")
    everything = [judged[number] for number in sorted(judged)]
    taken = {p.block.number for p in everything if kept.has(p.block) and not dropped.has(p.block)}
    return replace(
        body,
        paragraphs=tuple(p for p in everything if p.block.number in taken),
        left_out=tuple(p for p in everything if p.block.number not in taken),
        method="site_rule",
        agreement=agreement,
    )
