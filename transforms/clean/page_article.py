"""Articles of HTML: whole pages, and the HTML fragments of feeds and records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from transforms.clean.assemble.block_kinds import find_deck, is_lede
from transforms.clean.assemble.index_page import is_index
from transforms.clean.assemble.layout import PageTexts, lay_out
from transforms.clean.assemble.next_article import next_article
from transforms.clean.assemble.page_kind import flags, is_live_report, not_an_article
from transforms.clean.body.body import find_body, whole_body
from transforms.clean.body.paragraphs import Body
from transforms.clean.metadata.body_facts import body_bylines, body_date_lines, state_authors, state_dateline
from transforms.clean.metadata.metadata import Metadata, read_metadata
from transforms.clean.page.blocks import Block, page_blocks, squeeze
from transforms.clean.page.facts import PageFacts, gather
from transforms.clean.page.images import distinct_images
from transforms.clean.page.jsonld import article_nodes, as_text
from transforms.clean.page.parse import parse_page
from transforms.clean.page.selectors import rule_of, shipped_rules
from transforms.contract.article import Claim, Draft, Facts
from transforms.contract.documents import NO_CONTEXT, PublisherContext, RawDocument, Rejected
from transforms.contract.layout_rules import LayoutRule
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import cleaner
from transforms.text.encoding import decode
from transforms.text.folding import count_words

_OPENING = "<body>"
# More blocks than any article has; tables and lists of a whole site would cost seconds.
_MOST_BLOCKS = 12_000
# Squeezed characters that a description shares with the paragraph it repeats.
_SAME_START = 40
_LEDE = 3
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@cleaner("text/html", "application/xhtml+xml")
def clean_page(raw: RawDocument, known: PublisherContext) -> Draft | Rejected:
    """The draft of a web page."""
    decoded = decode(raw.body, declared=raw.origin.charset, media_type=raw.media_type)
    if isinstance(decoded, Rejected):
        return decoded
    page = parse_page(decoded.text, raw.origin.url)
    if isinstance(page, Rejected):
        return page
    blocks = page_blocks(page)
    if len(blocks) > _MOST_BLOCKS:
        return Rejected(Reason.BODY_TOO_LONG, f"{len(blocks)} stretches of text")
    facts = gather(page)
    metadata = read_metadata(page, facts=facts, hints=raw.origin.hints, not_after=raw.origin.latest_date)
    stated = metadata.facts
    rule = rule_of(known.rules or shipped_rules(), page.url or stated.url)
    if is_index(blocks, facts, stated):
        return Rejected(Reason.NOT_AN_ARTICLE, f"index page: {(stated.title or '')[:200]}")
    everything = blocks
    blocks, is_followed = _own_article(blocks, facts, stated.title)
    body = find_body(page, boilerplate=known.boilerplate, site_rule=rule, blocks=blocks)
    words = count_words(body.text)
    if (rejected := not_an_article(page, blocks, body, words, stated)) is not None:
        return rejected
    body = _read_body(metadata, body, not_after=raw.origin.latest_date)
    _choose_subtitle(metadata, blocks, body)
    texts = lay_out(
        page, body, everything, title=stated.title, subtitle=stated.subtitle, authors=stated.authors
    )
    metadata.evidence.add("text", _body_claims(body, rule), chosen=1)
    draft = _draft(metadata, body, texts)
    draft.flags = flags(
        page, facts, blocks, body, words=words, captions=texts.captions, is_followed=is_followed
    )
    missing = [] if stated.title else [Repair.TITLE_MISSING]
    repairs = (*raw.repairs, *decoded.repairs, *page.repairs, *metadata.repairs, *texts.repairs, *missing)
    draft.repairs = list(dict.fromkeys(repairs))
    return draft


def clean_fragment(
    html: str,
    *,
    title: str | None = None,
    url: str | None = None,
    authors: Sequence[str] = (),
    not_after: datetime | None = None,
    known: PublisherContext = NO_CONTEXT,
) -> Draft | Rejected:
    """The draft of an HTML fragment: all of its text is body, except captions, bylines and boilerplate.

    `authors` are those that the envelope states.
    """
    page = parse_page(_OPENING + html, url)
    if isinstance(page, Rejected):
        return page
    rule = rule_of(known.rules or shipped_rules(), url)
    body = whole_body(page, boilerplate=known.boilerplate, site_rule=rule)
    if not body.paragraphs:
        return Rejected(Reason.EMPTY_BODY)
    metadata = Metadata(Facts(title=title, url=url, authors=list(authors)))
    body = _read_body(metadata, body, not_after=not_after)
    texts = lay_out(page, body, title=title, authors=metadata.facts.authors, shift=-len(_OPENING))
    draft = _draft(metadata, body, texts)
    draft.repairs = [*page.repairs, *texts.repairs]
    return draft


def _read_body(metadata: Metadata, body: Body, *, not_after: datetime | None) -> Body:
    """State the facts that the body contains; returns it without its bylines and date lines."""
    facts, evidence = metadata.facts, metadata.evidence
    texts = [p.text for p in body.paragraphs]
    tags = [p.block.frame.tag for p in body.paragraphs]
    known = [squeeze(name) for name in facts.authors]
    signed = [
        number
        for number in body_bylines(texts, facts.authors)
        if tags[number] not in _HEADINGS or any(name in squeeze(texts[number]) for name in known)
    ]
    state_authors(facts, evidence, texts, signed)
    state_dateline(facts, evidence, texts, not_after=not_after)
    dropped = {*signed, *body_date_lines(texts)}
    return body.without([body.paragraphs[number] for number in dropped], "rule")


def _own_article(blocks: list[Block], facts: PageFacts, title: str | None) -> tuple[list[Block], bool]:
    """The blocks before the next article on the page, and whether there is one; never within a live report."""
    if is_live_report(facts):
        return blocks, False
    own = squeeze(title or "")
    stated = (as_text(node.get("headline")) for node in article_nodes(facts.nodes))
    others = {key for headline in stated if headline and (key := squeeze(headline)) != own}
    end = next_article(blocks, title=own, others=others)
    return blocks[:end], end is not None


def _choose_subtitle(metadata: Metadata, blocks: Sequence[Block], body: Body) -> None:
    """Choose the subtitle now that the body is known: never the lede, which many descriptions repeat."""
    facts = metadata.facts
    kept = [p.block for p in body.paragraphs]
    head = squeeze(facts.subtitle or "")
    deck = find_deck(blocks, title=squeeze(facts.title or ""), body={block.key for block in kept})
    if deck is not None and deck.key != head and deck.key not in {block.key for block in kept[1:]}:
        facts.subtitle = deck.text
        metadata.evidence.overrule("subtitle", [Claim(deck.text, "visible:deck", 0.6)], chosen=1)
    elif head and kept and _repeats_lede(head, kept):
        facts.subtitle = None
        metadata.evidence.overrule("subtitle", [], chosen=0)


def _repeats_lede(head: str, kept: Sequence[Block]) -> bool:
    if kept[0].key == head:
        return is_lede(kept[0], kept[1] if len(kept) > 1 else None)
    start = head[:_SAME_START]
    return any(block.key.startswith(start) and block.key != head for block in kept[:_LEDE])


def _body_claims(body: Body, rule: LayoutRule) -> list[Claim]:
    """Where a rule selects the body: the claims of rule and model, the one used first."""
    if body.agreement is None:
        return []
    by_rule = Claim("site_rule", "site_rule", body.agreement, rule.body)
    by_model = Claim("blocks", "block_model", body.confidence)
    return [by_rule, by_model] if body.method == "site_rule" else [by_model, by_rule]


def _draft(metadata: Metadata, body: Body, texts: PageTexts) -> Draft:
    return Draft(
        metadata.facts,
        texts.body,
        "\n".join(texts.captions),
        segments=texts.segments,
        evidence=metadata.evidence,
        images=distinct_images(texts.images, metadata.images),
        links=texts.links,
        extraction_method=body.method,
        extraction_confidence=body.confidence,
    )
