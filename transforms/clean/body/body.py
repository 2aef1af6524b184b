"""The body of a page: its paragraphs, by the block model and the opinions of independent extractors.

Every page is judged by the model with the cheap opinion; where it is not sure, the careful one is heard,
and the judgement that is surer of itself stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from transforms.clean.body.block_features import block_features
from transforms.clean.body.block_model import block_model, block_probabilities
from transforms.clean.body.extractors import (  # fmt: skip
    ExtractedText,
    PageClaims,
    careful_opinion,
    near_opinions,
    quick_opinion,
    read_witnesses,
)
from transforms.clean.body.reactions import reactions
from transforms.clean.body.trim import is_stray, trailing_headings
from transforms.clean.lines.line_rules import known_line
from transforms.clean.page.blocks import Block, Frame, is_prose, page_blocks, squeeze
from transforms.clean.page.figures import caption_rank
from transforms.clean.page.parse import Page
from transforms.clean.page.phrases import is_prompt
from transforms.clean.page.selectors import select
from transforms.contract.article import Flag
from transforms.contract.layout_rules import LayoutRule
from transforms.text.folding import fold_line

THRESHOLD = 0.44
# Certainty from which the cheap opinion is enough: seven pages in ten.
CERTAIN = 0.93
# Above this share of the body, lines that a publisher repeats mean that the article itself came before.
_MOST_FURNITURE = 0.3
_MOST_REACTIONS = 0.8
# Share of the body in paragraphs of so many characters that stand above already: the article again.
_LONG, _MOST_COPIED = 60, 0.2
_NO_END = ("promo", "widget", "dateline", "navigation")
# Of longer pages the careful opinion would cost seconds, and it changes little.
_MOST_FOR_CAREFUL = 3_000


@dataclass(slots=True)
class Paragraph:
    """A block with the probability that it belongs to the body; `reason` says what decided on it."""

    block: Block
    probability: float
    is_others_opinion: bool
    reason: str

    @property
    def text(self) -> str:
        """The block's text."""
        return self.block.text


@dataclass(slots=True)
class Body:
    """The body of a page. `left_out` are blocks near it that are not part of it, in page order.

    `method` is blocks (the model and one opinion were enough), consensus (a further one was heard),
    site_rule, json_ld (the page shows no text but states it) or whole. `confidence` is how certain the
    model is, by characters; `agreement` the share of its body that a site's rule finds, if there is one.
    `beside` are flags for what else there is on the page, and for a rule that no longer fits it.
    """

    paragraphs: list[Paragraph]
    left_out: list[Paragraph]
    method: str
    confidence: float
    agreement: float | None = None
    beside: set[Flag] = field(default_factory=set)

    @property
    def text(self) -> str:
        """Paragraphs joined by a blank line."""
        return "\n\n".join(p.text for p in self.paragraphs)


def find_body(
    page: Page,
    *,
    boilerplate: frozenset[str] = frozenset(),
    site_rule: LayoutRule | None = None,
    blocks: Sequence[Block] | None = None,
) -> Body:
    """The body of a page; without paragraphs when it has none.

    `boilerplate` are lines its publisher repeats (`fold_line` of each); `site_rule` is tried first.
    """
    blocks = page_blocks(page) if blocks is None else blocks
    witnesses = read_witnesses(page)
    quick = quick_opinion(page)
    body = _judged(blocks, [quick], witnesses)
    if body.confidence < CERTAIN and len(blocks) <= _MOST_FOR_CAREFUL:
        heard = _judged(blocks, [quick, careful_opinion(page)], witnesses)
        if heard.confidence >= body.confidence:
            body = heard
        else:
            body.method = heard.method
    if not body.paragraphs:
        return _from_json_ld(witnesses.article_text)
    if site_rule is not None:
        _apply_site_rule(body, page, site_rule, blocks)
    _drop_title(body, witnesses.title)
    _drop_copies(body)
    _drop_reactions(body, blocks)
    _drop_strays(body)
    _drop_tail(body)
    _drop_boilerplate(body, boilerplate)
    return body


def _judged(blocks: Sequence[Block], opinions: Sequence[ExtractedText], witnesses: PageClaims) -> Body:
    """The blocks that the model takes for body, and how certain it is of the whole."""
    near = near_opinions(blocks, opinions)
    method = "blocks" if len(opinions) == 1 else "consensus"
    if not near:
        return Body([], [], method, 0.0)
    features = block_features(near, opinions, witnesses)
    chances = block_probabilities(features, block_model("quick" if len(opinions) == 1 else "careful"))
    paragraphs = [
        Paragraph(block, float(chance), opinions[-1].has(block.key), method)
        for block, chance in zip(near, chances, strict=True)
    ]
    chars = np.array([len(block.text) for block in near])
    doubt = float(chars @ np.minimum(chances, 1 - chances)) / max(float(chars @ chances), 1.0)
    return Body(
        [p for p in paragraphs if p.probability >= THRESHOLD],
        [p for p in paragraphs if p.probability < THRESHOLD],
        method,
        round(max(0.0, 1.0 - doubt), 4),
    )


def whole_body(
    page: Page, *, boilerplate: frozenset[str] = frozenset(), site_rule: LayoutRule | None = None
) -> Body:
    """All text of a page as its body, but for captions and what is known not to be body: for HTML in feeds."""
    body = Body([], [], "whole", 0.9)
    for block in page_blocks(page):
        paragraph = Paragraph(block, 0.9, True, "whole")
        (body.left_out if caption_rank(block) else body.paragraphs).append(paragraph)
    if site_rule is not None:
        dropped = select(page, site_rule.drop)
        _leave_out(body, [p for p in body.paragraphs if dropped.has(p.block)], "site_rule")
    _drop_boilerplate(body, boilerplate)
    return body


def _from_json_ld(article_body: str) -> Body:
    """Where the page shows nothing, what it tells machines is better than nothing."""
    lines = [" ".join(line.split()) for line in article_body.splitlines()]
    frame = Frame("script", "", None, 0, is_hidden=True)
    paragraphs = [Paragraph(Block(line, frame), 0.5, False, "json_ld") for line in lines if line]
    return Body(paragraphs, [], "json_ld" if paragraphs else "none", 0.5 if paragraphs else 0.0)


def _drop_title(body: Body, title: str) -> None:
    """The headline printed again above the text is not part of the text."""
    head = squeeze(title)
    for paragraph in body.paragraphs[:2]:
        key = paragraph.block.key
        if len(key) > 10 and paragraph.block.frame.tag in ("h1", "h2") and head.startswith(key):
            _leave_out(body, [paragraph], "title")


def _drop_copies(body: Body) -> None:
    """A page may hold its article more than once, for screens of several sizes; the first stands for all."""
    copies, known, so_far = [], set[str](), ""
    for paragraph in body.paragraphs:
        key = paragraph.block.key
        if key in known or (len(key) > _LONG and key in so_far):
            copies.append(paragraph)
        else:
            known.add(key)
            so_far += key
    # Short lines and single ones may be repeated on purpose.
    copied = sum(len(p.text) for p in copies if len(p.block.key) > _LONG)
    if copied > _MOST_COPIED * len(body.text):
        _leave_out(body, copies, "copy")


def _drop_reactions(body: Body, blocks: Sequence[Block]) -> None:
    """What readers wrote below is not part of the text, unless that would be nearly all of it."""
    first = next((p.block for p in body.paragraphs if is_prose(p.block)), body.paragraphs[0].block)
    written = {block.number: block for block in reactions(blocks, first=first)}
    theirs = [p for p in body.paragraphs if p.block.number in written]
    if sum(len(p.text) for p in theirs) > _MOST_REACTIONS * len(body.text):
        return
    if any(map(is_prose, written.values())):
        body.beside.add("commented")
    _leave_out(body, theirs, "comment")


def _drop_strays(body: Body) -> None:
    """Remove what is no paragraph by its own words, unless nothing else is left."""
    stray = [p for p in body.paragraphs if is_stray(p.block, p.probability)]
    if len(stray) < len(body.paragraphs):
        _leave_out(body, stray, "rule")
    trailing = {id(block) for block in trailing_headings([p.block for p in body.paragraphs])}
    _leave_out(body, [p for p in body.paragraphs if id(p.block) in trailing], "rule")


def _drop_tail(body: Body) -> None:
    """What stands last is easily known: calls to read on, to sign up or to pay are no end of a text."""
    tail: list[Paragraph] = []
    for paragraph in reversed(body.paragraphs[1:]):
        rule = known_line(paragraph.text, is_doubtful=True)
        if not (is_prompt(paragraph.text) or (rule is not None and rule.kind in _NO_END)):
            break
        tail.append(paragraph)
    _leave_out(body, tail, "rule")


def _drop_boilerplate(body: Body, boilerplate: frozenset[str]) -> None:
    """Remove lines the publisher repeats, unless they make up so much that the article is a copy of another."""
    if not boilerplate:
        return
    repeated = [p for p in body.paragraphs if fold_line(p.text) in boilerplate]
    share = sum(len(p.text) for p in repeated) / max(sum(len(p.text) for p in body.paragraphs), 1)
    if share <= _MOST_FURNITURE:
        _leave_out(body, repeated, "boilerplate")


def _apply_site_rule(body: Body, page: Page, rule: LayoutRule, blocks: Sequence[Block]) -> None:
    """Take what the publisher's own layout says, if it still finds what the model finds."""
    dropped = select(page, rule.drop)
    _leave_out(body, [p for p in body.paragraphs if dropped.has(p.block)], "site_rule")
    if not rule.body:
        return
    kept = select(page, (rule.body,))
    both = sum(len(p.text) for p in body.paragraphs if kept.has(p.block))
    body.agreement = round(both / max(sum(len(p.text) for p in body.paragraphs), 1), 4)
    if body.agreement < rule.least_agreement:
        body.beside.add("layout_changed")
        return
    judged = {p.block.number: p for p in (*body.paragraphs, *body.left_out)}
    for block in blocks:
        if block.number not in judged and kept.has(block):
            judged[block.number] = Paragraph(block, 0.5, False, "site_rule")
    everything = [judged[number] for number in sorted(judged)]
    body.paragraphs = [p for p in everything if kept.has(p.block) and not dropped.has(p.block)]
    taken = {id(p) for p in body.paragraphs}
    body.left_out = [p for p in everything if id(p) not in taken]
    body.method = "site_rule"


def _leave_out(body: Body, paragraphs: Sequence[Paragraph], reason: str) -> None:
    gone = {id(p) for p in paragraphs}
    for paragraph in paragraphs:
        paragraph.reason = reason
    body.left_out = sorted((*body.left_out, *paragraphs), key=lambda p: p.block.number)
    body.paragraphs = [p for p in body.paragraphs if id(p) not in gone]
