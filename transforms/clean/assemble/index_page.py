"""Whether a page is an index of articles: a section, search results, a tag, an author's page, a list of teasers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from transforms.clean.page.blocks import Block, Frame, squeeze
from transforms.clean.page.facts import PageFacts
from transforms.clean.page.jsonld import article_nodes, as_text, types
from transforms.clean.page.phrases import words_pattern
from transforms.contract.article import Facts
from transforms.text.folding import fold
from transforms.text.urls import is_same_site, resolve

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ASIDE = frozenset({"nav", "footer", "aside", "form"})
_INDEX_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage"})
# Shortest title of an entry; shortest one that counts without a teaser below it, since menus have links, too.
_TITLE, _TITLE_ALONE = 8, 25
# Shorter texts are dates, names and labels of an entry.
_PROSE = 35
_MANY, _FEW, _ONLY_TITLES = 4, 2, 8
_MEDIA = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34])$", re.IGNORECASE)
# Characters in a row that belong to no entry: an article has its text, an index the lines that describe it.
_DESCRIPTION, _LONG_DESCRIPTION = 350, 900
_LEAST_SHARE = 0.6


@dataclass(slots=True)
class _Index:
    """Counts over the text of a page: characters of all prose, of prose below an entry, of the longest other run."""

    titles: set[str] = field(default_factory=set)
    title_chars: int = 0
    teased_targets: set[str] = field(default_factory=set)
    prose: int = 0
    teased: int = 0
    longest_run: int = 0

    def note_title(self, block: Block, target: str | None) -> None:
        """Count an entry that needs no teaser: a heading, or a link as long as a headline."""
        is_heading = any(block.frame.within(tag) for tag in _HEADINGS)
        if target is not None and (is_heading or len(block.text) >= _TITLE_ALONE):
            self.titles.add(target)
            self.title_chars += len(block.text)


def is_index(blocks: Sequence[Block], facts: PageFacts, stated: Facts) -> bool:
    """Whether entries (linked titles of pages of the same site, with their teasers) outweigh other text.

    `blocks` are those of the whole page. A page that states to be an article is none; one that is named
    like an index needs fewer entries.
    """
    if _is_own_article(facts, stated):
        return False
    is_named = _is_named_index(facts, stated)
    index = _count(blocks, facts.url or stated.url)
    if index.longest_run > (_LONG_DESCRIPTION if is_named else _DESCRIPTION):
        return False
    is_teased = index.teased >= _LEAST_SHARE * index.prose
    if is_teased and len(index.teased_targets) >= (_FEW if is_named else _MANY):
        return True
    return len(index.titles) >= _ONLY_TITLES and index.title_chars > 2 * index.prose


def _count(blocks: Sequence[Block], url: str | None) -> _Index:
    """One pass in page order: the first prose after an entry is its teaser, what follows is text."""
    index = _Index()
    entry: str | None = None
    run = 0
    for block in blocks:
        chars = len(block.text)
        if block.frame.is_hidden or _is_aside(block):
            continue
        target = _target(block, url)
        is_title = target is not None and block.link_chars >= 0.8 * chars
        if is_title and not (target == entry and chars >= _PROSE):
            if chars >= _TITLE:
                entry, run = target, 0
                index.note_title(block, target)
        elif chars >= _PROSE:
            index.prose += chars
            if (teased := entry or (target if _leads_on(block) else None)) is not None:
                index.teased += chars
                index.teased_targets.add(teased)
                entry, run = None, 0
            else:
                run += chars
                index.longest_run = max(index.longest_run, run)
    return index


def _target(block: Block, url: str | None) -> str | None:
    """The address of another page of the site that the first or last link of a block leads to; None: neither does."""
    for href, _ in (block.links[0], block.links[-1]) if block.links else ():
        target = resolve(url, href) if url else href
        if (
            target is None
            or target.startswith("#")
            or (url and target.partition("#")[0] == url.partition("#")[0])
        ):
            continue
        if (url is None or is_same_site(target, url)) and not _MEDIA.search(target):
            return target
    return None


def _leads_on(block: Block) -> bool:
    """Whether a teaser begins with the linked title, or ends with a link such as "Read more"."""
    if not block.links:
        return False
    first, last = (squeeze(anchor) for anchor in (block.links[0][1], block.links[-1][1]))
    is_titled = len(first) >= _TITLE and block.key.startswith(first) and block.frame.within("li") is not None
    is_continued = block.key.endswith(last) and words_pattern("index", "more").fullmatch(
        fold(block.links[-1][1]).strip(" .…»>→[]")
    )
    return is_titled or bool(last and is_continued)


def _is_aside(block: Block) -> bool:
    frame: Frame | None = block.frame
    while frame is not None and frame.tag not in _ASIDE:
        frame = frame.parent
    return frame is not None


def _is_own_article(facts: PageFacts, stated: Facts) -> bool:
    """Whether the page states that it is an article: by its type, or by JSON-LD of one article or of this title."""
    if any(kind.casefold().startswith("article") for _, kind in facts.meta("og:type")):
        return True
    nodes = article_nodes(facts.nodes)
    title = squeeze(stated.title or "")
    return len(nodes) == 1 or any(title and squeeze(as_text(n.get("headline")) or "") == title for n in nodes)


def _is_named_index(facts: PageFacts, stated: Facts) -> bool:
    """Whether its type, title, heading or address is one of an index."""
    if any(_INDEX_TYPES.intersection(types(node)) for node in facts.nodes):
        return True
    titles = [stated.title, facts.title, *(heading.text for heading in facts.headings[:2])]
    if any(words_pattern("index", "title").search(fold(title)) for title in titles if title):
        return True
    return any(words_pattern("index", "address").search(path) for path in _paths(facts, stated))


def _paths(facts: PageFacts, stated: Facts) -> Iterator[str]:
    for url in filter(None, (facts.url, stated.url, stated.canonical_url)):
        try:
            parts = urlsplit(url)
        except ValueError:
            continue
        yield f"{parts.path}{'?' if parts.query else ''}{parts.query}".casefold()
