"""What kind of page it is: an article, an unusual one (flags), or none at all (the reason for refusing it)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from transforms.clean.assemble.pagination import is_part
from transforms.clean.assemble.paywall import is_cut
from transforms.clean.body.body import Body, Paragraph
from transforms.clean.metadata.metadata import Metadata
from transforms.clean.page.blocks import Block, is_prose
from transforms.clean.page.facts import PageFacts
from transforms.clean.page.jsonld import types
from transforms.clean.page.parse import Page
from transforms.clean.page.phrases import words_pattern
from transforms.contract.article import Flag
from transforms.contract.documents import Rejected
from transforms.contract.reasons import Reason
from transforms.text.folding import count_words, fold
from transforms.text.urls import is_home

_SHORT = 25
_BRIEF = 150
_HEADLINE = 25
# Entries under a time of day that make a page a live report, pictures that make it a gallery.
_ENTRIES, _PICTURES = 4, 5
_STAMP = 24
_CLOCK = re.compile(
    r"(?:\d{1,2}[:.h]\d\d)(?:[:.]\d\d)?(?:\s*[ap]\.?m\.?)?(?:\s*(?:uhr|[A-Z]{2,4}))?", re.IGNORECASE
)
_SLIDE = re.compile(r"\d{1,3}\s*(?:/|of|von|de|di|sur)\s*\d{1,3}", re.IGNORECASE)
_NUMBERED = re.compile(r"\(?\d{1,3}[.):]\s")
_ARTICLE = re.compile(
    r'"@type"\s*:\s*\[?\s*"\w*(?:Article|BlogPosting)"|property=["\']?og:type["\']?\s+content=["\']?article'
)


def refusal(page: Page, blocks: Sequence[Block], body: Body, words: int, metadata: Metadata) -> Rejected | None:
    """Why a page with a body of so many words is not an article; None when it is one."""
    title = fold(metadata.title or "")
    shown = fold(" ".join(b.text for b in blocks[:400])[:20_000]) if words < _BRIEF else ""
    if words < _BRIEF and (kind := _kind_by_words(title, fold(body.text), shown)):
        return Rejected(Reason.NOT_AN_ARTICLE, f"{kind}: {(metadata.title or '')[:200]}")
    if not words:
        return (
            Rejected(Reason.NOT_AN_ARTICLE, "section page") if _is_list(blocks) else Rejected(Reason.EMPTY_BODY)
        )
    if _is_front(page, blocks, words, metadata):
        return Rejected(Reason.NOT_AN_ARTICLE, "section page")
    if words < _SHORT and (
        not is_stated_article(page, metadata) or words_pattern("paywall", "body").search(fold(body.text))
    ):
        return Rejected(Reason.BODY_TOO_SHORT, f"{words} words")
    return None


def flags(
    page: Page,
    facts: PageFacts,
    blocks: Sequence[Block],
    body: Body,
    *,
    words: int,
    captions: Sequence[str],
) -> list[Flag]:
    """Kinds that an article page may be besides an ordinary one, alphabetically.

    `blocks` are those of the page's own article; what else there is stands in `body`.
    """
    found = set(body.beside)
    if is_cut(page, facts, blocks, body, words):
        found.add("paywalled")
        if words < _BRIEF:
            found.add("stub")
    if _is_live(facts, body):
        found.add("live")
    if is_part(facts, blocks):
        found.add("multipart")
    listed = sum(len(p.text) for p in body.paragraphs if p.block.frame.tag in ("li", "dd"))
    numbered = [p for p in body.paragraphs if p.block.frame.tag in ("h2", "h3") and _NUMBERED.match(p.text)]
    if listed > 0.6 * len(body.text) or len(numbered) >= 5:
        found.add("list")
    if _is_gallery(facts, blocks, body, captions):
        found.add("gallery")
    return sorted(found)


def says_live(facts: PageFacts) -> bool:
    """Whether the page calls itself a live report."""
    return any("LiveBlogPosting" in types(node) for node in facts.articles)


def _is_live(facts: PageFacts, body: Body) -> bool:
    """Whether entries were added as things happened: the page says so, or times of day stand between its paragraphs."""
    if says_live(facts):
        return True
    everything = sorted((*body.paragraphs, *body.left_out), key=lambda p: p.block.number)
    kept = {id(p) for p in body.paragraphs if is_prose(p.block)}
    entries: Counter[str] = Counter()
    for stamp, following in pairwise(_stamps_and_text(everything, kept)):
        if stamp and not following:
            entries[stamp] += 1
    return any(count >= _ENTRIES for count in entries.values())


def _stamps_and_text(everything: Sequence[Paragraph], kept: Collection[int]) -> Iterator[str]:
    """In page order the look of each time of day, and an empty string for each paragraph of the body."""
    for paragraph in everything:
        if len(paragraph.text) <= _STAMP and _CLOCK.fullmatch(paragraph.text):
            yield f"{paragraph.block.frame.tag} {paragraph.block.frame.names}"
        elif id(paragraph) in kept:
            yield ""


def _is_gallery(facts: PageFacts, blocks: Sequence[Block], body: Body, captions: Sequence[str]) -> bool:
    """Whether pictures and what is said under them outweigh the text."""
    if any(kind.endswith("Gallery") for node in facts.articles[:1] for kind in types(node)):
        return True
    slides = sum(len(b.text) <= _STAMP and _SLIDE.fullmatch(b.text) is not None for b in blocks)
    shown = sum(map(len, captions))
    return len(captions) >= _PICTURES and (
        shown > len(body.text) or (slides >= _PICTURES and 2 * shown > len(body.text))
    )


def is_stated_article(page: Page, metadata: Metadata) -> bool:
    """Whether the page itself says that it is an article: by its type, a date or an author."""
    stated = metadata.published_at is not None and metadata.published_basis in ("metadata", "feed", "record")
    return stated or bool(metadata.authors) or _ARTICLE.search(page.markup) is not None


def _kind_by_words(title: str, body: str, shown: str) -> str | None:
    for kind in ("missing", "barred"):
        by_title = words_pattern(kind, "title").search(title)
        by_body = words_pattern(kind, "body").search(body) or (
            len(shown) < 1500 and words_pattern(kind, "body").search(shown)
        )
        if by_body and (by_title or count_words(body) < 60):
            return kind
        if by_title and count_words(body) < 60:
            return kind
    return None


def _is_list(blocks: Sequence[Block]) -> bool:
    """Whether a page is mostly headlines that lead elsewhere."""
    return sum(_leads_elsewhere(b) for b in blocks) >= 20


def _is_front(page: Page, blocks: Sequence[Block], words: int, metadata: Metadata) -> bool:
    """Whether headlines outweigh the text, on a front door or on a page that does not call itself an article."""
    address = page.url or metadata.url
    at_front = address is not None and is_home(address)
    if not at_front and (words >= _BRIEF or is_stated_article(page, metadata)):
        return False
    heads = sum(len(b.text) for b in blocks if _leads_elsewhere(b))
    prose = sum(len(b.text) for b in blocks if not b.link_chars and len(b.text) > 100)
    return _is_list(blocks) and heads > prose


def _leads_elsewhere(block: Block) -> bool:
    return len(block.text) >= _HEADLINE and block.link_chars > 0.8 * len(block.text)
