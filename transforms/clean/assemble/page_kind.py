"""Kind of a page: an article with flags, or a rejection with its reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from urllib.parse import urlsplit

from transforms.clean.assemble.paywall import is_cut
from transforms.clean.body.paragraphs import Body, Paragraph
from transforms.clean.page.blocks import Block, is_prose
from transforms.clean.page.facts import PageFacts
from transforms.clean.page.jsonld import types
from transforms.clean.page.parse import Page
from transforms.clean.page.phrases import words_pattern
from transforms.contract.article import Facts, Flag
from transforms.contract.documents import Rejected
from transforms.contract.reasons import Reason
from transforms.text.folding import count_words, fold
from transforms.text.urls import is_home, resolve

_SHORT = 25
_BRIEF = 150
_HEADLINE = 25
# Least entries under a time of day of a live report, least pictures of a gallery.
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

# The number of a page in an address: in a parameter, after a word for it, or alone at the end.
_NUMBERED_PAGE = re.compile(
    r"(?:[?&](?:page|p|pg|paged|pageno|pagenum|seite|pagina|start)=|/(?:page|seite|pagina)[/-]?|[-_,](?:page|seite|p))"
    r"(?P<number>\d{1,2})(?=$|[/&#]|\.\w{3,5}$)"
)
_BARE_NUMBER = re.compile(r"(?:/|[-_,])(?P<number>[2-9]|1\d)/?(?=$|\.\w{3,5}$)")
_PAGE_OF_PAGES = re.compile(
    r"(?:page|seite|pagina|página|sida|side|strona)\s+\d{1,2}\s*(?:of|von|di|de|sur|av|van|z|/)\s*(?P<all>\d{1,2})",
    re.IGNORECASE,
)
_LONGEST_PAGE_LABEL = 30


def not_an_article(
    page: Page, blocks: Sequence[Block], body: Body, words: int, stated: Facts
) -> Rejected | None:
    """The rejection of a page that is not an article, None for an article; `words` is the length of its body."""
    title = fold(stated.title or "")
    shown = fold(" ".join(b.text for b in blocks[:400])[:20_000]) if words < _BRIEF else ""
    if words < _BRIEF and (kind := _kind_by_words(title, fold(body.text), shown)):
        return Rejected(Reason.NOT_AN_ARTICLE, f"{kind}: {(stated.title or '')[:200]}")
    if not words:
        return (
            Rejected(Reason.NOT_AN_ARTICLE, "section page") if _is_list(blocks) else Rejected(Reason.EMPTY_BODY)
        )
    if _is_front(page, blocks, words, stated):
        return Rejected(Reason.NOT_AN_ARTICLE, "section page")
    if words < _SHORT and (
        not is_stated_article(page, stated) or words_pattern("paywall", "body").search(fold(body.text))
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
    is_followed: bool,
) -> list[Flag]:
    """Flags of an article page, in alphabetical order.

    `blocks` are those of the page's own article; `is_followed`: another article is below.
    """
    found = set(body.flags)
    if is_followed:
        found.add("followed")
    if is_cut(page, facts, blocks, body, words):
        found.add("paywalled")
        if words < _BRIEF:
            found.add("stub")
    if _is_live(facts, body):
        found.add("live")
    if _is_part(facts, blocks):
        found.add("multipart")
    listed = sum(len(p.text) for p in body.paragraphs if p.block.frame.tag in ("li", "dd"))
    numbered = [p for p in body.paragraphs if p.block.frame.tag in ("h2", "h3") and _NUMBERED.match(p.text)]
    if listed > 0.6 * len(body.text) or len(numbered) >= 5:
        found.add("list")
    if _is_gallery(facts, blocks, body, captions):
        found.add("gallery")
    return sorted(found)


def is_live_report(facts: PageFacts) -> bool:
    """Whether the page calls itself a live report."""
    return any("LiveBlogPosting" in types(node) for node in facts.articles)


def _is_live(facts: PageFacts, body: Body) -> bool:
    """Whether the page calls itself a live report, or has times of day between its paragraphs."""
    if is_live_report(facts):
        return True
    kept = {id(p) for p in body.paragraphs if is_prose(p.block)}
    entries: Counter[str] = Counter()
    for stamp, following in pairwise(_stamps_and_text(body.in_page_order, kept)):
        if stamp and not following:
            entries[stamp] += 1
    return any(count >= _ENTRIES for count in entries.values())


def _stamps_and_text(everything: Sequence[Paragraph], kept: Collection[int]) -> Iterator[str]:
    """In page order the element of each time of day, and an empty string for each paragraph of the body."""
    for paragraph in everything:
        if len(paragraph.text) <= _STAMP and _CLOCK.fullmatch(paragraph.text):
            yield f"{paragraph.block.frame.tag} {paragraph.block.frame.names}"
        elif id(paragraph) in kept:
            yield ""


def _is_gallery(facts: PageFacts, blocks: Sequence[Block], body: Body, captions: Sequence[str]) -> bool:
    """Whether pictures and their captions outweigh the text."""
    if any(kind.endswith("Gallery") for node in facts.articles[:1] for kind in types(node)):
        return True
    slides = sum(len(b.text) <= _STAMP and _SLIDE.fullmatch(b.text) is not None for b in blocks)
    shown = sum(map(len, captions))
    return len(captions) >= _PICTURES and (
        shown > len(body.text) or (slides >= _PICTURES and 2 * shown > len(body.text))
    )


def is_stated_article(page: Page, stated: Facts) -> bool:
    """Whether the page states that it is an article: by its type, a date or an author."""
    is_dated = stated.published_at is not None and stated.published_basis in ("metadata", "feed", "record")
    return is_dated or bool(stated.authors) or _ARTICLE.search(page.markup) is not None


def _kind_by_words(title: str, body: str, shown: str) -> str | None:
    for kind in ("not_found", "access_denied"):
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
    """Whether a page is mostly headlines of other pages."""
    return sum(_leads_elsewhere(b) for b in blocks) >= 20


def _is_front(page: Page, blocks: Sequence[Block], words: int, stated: Facts) -> bool:
    """Whether headlines outweigh the text of a home page or of a page that does not state to be an article."""
    address = page.url or stated.url
    at_front = address is not None and is_home(address)
    if not at_front and (words >= _BRIEF or is_stated_article(page, stated)):
        return False
    heads = sum(len(b.text) for b in blocks if _leads_elsewhere(b))
    prose = sum(len(b.text) for b in blocks if not b.link_chars and len(b.text) > 100)
    return _is_list(blocks) and heads > prose


def _leads_elsewhere(block: Block) -> bool:
    return len(block.text) >= _HEADLINE and block.link_chars > 0.8 * len(block.text)


def _is_part(facts: PageFacts, blocks: Sequence[Block]) -> bool:
    """Whether the page shows "Page 1 of 3", or links to its own address with the number of another page."""
    if any(
        len(b.text) <= _LONGEST_PAGE_LABEL and (m := _PAGE_OF_PAGES.fullmatch(b.text)) and int(m["all"]) > 1
        for b in blocks
    ):
        return True
    url = facts.url or next(iter(facts.link("canonical")), None)
    if url is None:
        return False
    shown = (href for block in blocks for href, _ in block.links)
    return _leads_on(url, (*facts.link("next"), *facts.link("prev"), *shown))


def _leads_on(url: str, hrefs: Iterable[str]) -> bool:
    own = _address_key(url)
    own_base = _address_base(own)
    stem = own_base.partition("?")[0].rpartition("/")[2].partition(".")[0]
    for href in hrefs:
        # Few links contain this page's own name: the others are not parsed.
        if not (stem in href or href.startswith("?")) or (target := resolve(url, href)) is None:
            continue
        key = _address_key(target)
        if key == own:
            continue
        base = _address_base(key)
        if (base != key and base == own_base) or (own_base != own and key == own_base):
            return True
        # A bare number may be a day or an id; it counts only as an addition to the page's own address.
        bare = _BARE_NUMBER.search(key)
        if bare is not None and key[: bare.start()] + key[bare.end() :] == own:
            return True
    return False


def _address_key(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}"


def _address_base(key: str) -> str:
    """An address without its page number, if it has one."""
    match = _NUMBERED_PAGE.search(key)
    if match is None:
        return key
    left = key[: match.start()] + key[match.end() :]
    return left if "?" in left else left.replace("&", "?", 1)
