"""Articles of HTML: a whole page, or the piece of HTML that a feed or a record holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transforms.clean.assemble.block_kinds import find_deck, is_lede
from transforms.clean.assemble.layout import PageTexts, lay_out
from transforms.clean.assemble.next_article import next_article
from transforms.clean.assemble.page_kind import flags, refusal, says_live
from transforms.clean.body.body import Body, find_body, whole_body
from transforms.clean.metadata.evidence import Stated, every_row, rows
from transforms.clean.metadata.metadata import Metadata, read_metadata
from transforms.clean.page.blocks import Block, page_blocks, squeeze
from transforms.clean.page.facts import PageFacts, gather
from transforms.clean.page.images import distinct_images
from transforms.clean.page.jsonld import article_nodes, as_text
from transforms.clean.page.parse import parse_page
from transforms.clean.page.selectors import rule_of, shipped_rules
from transforms.contract.article import Draft, Evidence
from transforms.contract.documents import NO_CONTEXT, PublisherContext, RawDocument, Rejected
from transforms.contract.layout_rules import LayoutRule
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import cleaner
from transforms.text.encoding import decode
from transforms.text.folding import count_words

_OPENING = "<body>"
# No article has so many; tables and lists of a whole site do, and would cost seconds.
_MOST_BLOCKS = 12_000
# Squeezed characters in which a description and the paragraph that it was taken from agree.
_SAME_START = 40
_LEDE = 3


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
    rule = rule_of(known.rules or shipped_rules(), page.url or metadata.url)
    blocks, is_followed = _own_article(blocks, facts, metadata.title)
    body = find_body(page, boilerplate=known.boilerplate, site_rule=rule, blocks=blocks)
    if is_followed:
        body.beside.add("followed")
    words = count_words(body.text)
    if (refused := refusal(page, blocks, body, words, metadata)) is not None:
        return refused
    _settle_subtitle(metadata, blocks, body)
    texts = lay_out(page, body, title=metadata.title, subtitle=metadata.subtitle, authors=metadata.authors)
    metadata.evidence += _opinions_of(body, rule)
    draft = _draft(metadata, body, texts)
    draft.flags = flags(page, facts, blocks, body, words=words, captions=texts.captions)
    draft.repairs = [*raw.repairs, *decoded.repairs, *page.repairs, *metadata.repairs, *texts.repairs]
    if draft.title is None and Repair.TITLE_MISSING not in draft.repairs:
        draft.repairs.append(Repair.TITLE_MISSING)
    draft.repairs = list(dict.fromkeys(draft.repairs))
    return draft


def clean_fragment(
    html: str, *, title: str | None = None, url: str | None = None, known: PublisherContext = NO_CONTEXT
) -> Draft | Rejected:
    """The draft of HTML without a page around it: all of its text is the body, but for captions and boilerplate."""
    page = parse_page(_OPENING + html, url)
    if isinstance(page, Rejected):
        return page
    rule = rule_of(known.rules or shipped_rules(), url)
    body = whole_body(page, boilerplate=known.boilerplate, site_rule=rule)
    if not body.paragraphs:
        return Rejected(Reason.EMPTY_BODY)
    texts = lay_out(page, body, title=title, shift=-len(_OPENING))
    draft = _draft(Metadata(title=title, url=url), body, texts)
    draft.repairs = [*page.repairs, *texts.repairs]
    return draft


def _own_article(blocks: list[Block], facts: PageFacts, title: str | None) -> tuple[list[Block], bool]:
    """The blocks up to the next article on the page, and whether there is one; entries of a live report are none."""
    if says_live(facts):
        return blocks, False
    own = squeeze(title or "")
    stated = (as_text(node.get("headline")) for node in article_nodes(facts.nodes))
    others = {key for headline in stated if headline and (key := squeeze(headline)) != own}
    end = next_article(blocks, title=own, others=others)
    return blocks[:end], end is not None


def _settle_subtitle(metadata: Metadata, blocks: Sequence[Block], body: Body) -> None:
    """The deck, now that the body is known: not the lede, though many descriptions repeat it."""
    kept = [p.block for p in body.paragraphs]
    head = squeeze(metadata.subtitle or "")
    deck = find_deck(blocks, title=squeeze(metadata.title or ""), body={block.key for block in kept})
    if deck is not None and deck.key != head and deck.key not in {block.key for block in kept[1:]}:
        metadata.subtitle = deck.text
        chosen = [Stated(deck.text, "visible:deck", 0.6)]
    elif head and kept and _repeats_lede(head, kept):
        metadata.subtitle, chosen = None, []
    else:
        return
    others = [row for row in metadata.evidence if row.attribute == "subtitle"]
    metadata.evidence = [row for row in metadata.evidence if row.attribute != "subtitle"]
    metadata.evidence += rows("subtitle", chosen)
    metadata.evidence += [
        replace(row, evidence_no=row.evidence_no + len(chosen), is_chosen=False) for row in others
    ]


def _repeats_lede(head: str, kept: Sequence[Block]) -> bool:
    if kept[0].key == head:
        return is_lede(kept[0], kept[1] if len(kept) > 1 else None)
    start = head[:_SAME_START]
    return any(block.key.startswith(start) and block.key != head for block in kept[:_LEDE])


def _opinions_of(body: Body, rule: LayoutRule) -> list[Evidence]:
    """Where a rule says what the body is: how far it and the model agree, and which was believed."""
    if body.agreement is None:
        return []
    by_rule = Stated("site_rule", "site_rule", body.agreement, rule.body)
    by_model = Stated("blocks", "block_model", body.confidence)
    return every_row("text", [by_rule, by_model] if body.method == "site_rule" else [by_model, by_rule])


def _draft(metadata: Metadata, body: Body, texts: PageTexts) -> Draft:
    images = distinct_images(texts.images, metadata.images)
    return Draft(
        title=metadata.title,
        text=texts.body,
        captions="\n".join(texts.captions),
        subtitle=metadata.subtitle,
        authors=metadata.authors,
        publisher=metadata.publisher,
        publisher_basis=metadata.publisher_basis,
        section=metadata.section,
        declared_language=metadata.declared_language,
        published_at=metadata.published_at,
        published_precision=metadata.published_precision,
        published_basis=metadata.published_basis,
        modified_at=metadata.modified_at,
        url=metadata.url,
        canonical_url=metadata.canonical_url,
        amp_url=metadata.amp_url,
        segments=texts.segments,
        evidence=metadata.evidence,
        images=images,
        links=texts.links,
        extraction_method=body.method,
        extraction_confidence=body.confidence,
    )
