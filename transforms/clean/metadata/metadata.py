"""A page's metadata, from one parse: JSON-LD, then meta tags, then what readers see, each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from transforms.clean.metadata.bare_names import bare_names
from transforms.clean.metadata.bylines import Byline
from transforms.clean.metadata.choose_date import choose
from transforms.clean.metadata.evidence import Stated, locate, rows
from transforms.clean.metadata.page_authors import (
    Signature,
    authors_near_headline,
    choose_authors,
    stated_authors,
)
from transforms.clean.metadata.page_dates import modified_candidates, page_candidates
from transforms.clean.metadata.publisher import PublisherCandidate, publisher_of_url, publishers_of_page
from transforms.clean.metadata.titles import TitleCandidate, rank_titles
from transforms.clean.page.facts import Around, PageFacts, around_headline, gather
from transforms.clean.page.images import stated_images
from transforms.clean.page.jsonld import Node, as_list, as_text
from transforms.clean.page.parse import Page
from transforms.contract.article import Evidence, Image, Precision, PublishedBasis
from transforms.contract.reasons import Repair
from transforms.text.folding import fold
from transforms.text.urls import canonical, is_home, is_same_site, registrable_domain, resolve

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
# Texts between tags around the headline in which a byline is looked for.
_BEHIND, _BEFORE = 25, 10
# An address that the page may not speak for; it stays as the reason of a repair.
_REFUSED = 0.3
# Characters of a description that must be printed under the headline for it to be the deck.
_DECK = 50


@dataclass(slots=True)
class Metadata:
    """What a page says of its article; evidence has article_id "" and version_no 0 still."""

    title: str | None = None
    subtitle: str | None = None
    authors: list[str] = field(default_factory=list)
    publisher: str | None = None
    publisher_basis: str | None = None
    section: str | None = None
    declared_language: str | None = None
    published_at: datetime | None = None
    published_precision: Precision | None = None
    published_basis: PublishedBasis | None = None
    modified_at: datetime | None = None
    url: str | None = None
    canonical_url: str | None = None
    amp_url: str | None = None
    images: list[Image] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Source:
    """What is read: a page's facts, its article in JSON-LD, what the envelope says, the site's own names."""

    facts: PageFacts
    article: Node
    hints: Mapping[str, str]
    outlets: tuple[str, ...] = ()

    @property
    def envelope(self) -> str:
        return self.hints.get("envelope", "envelope")


def read_metadata(
    page: Page,
    *,
    hints: Mapping[str, str],
    not_after: datetime | None = None,
    facts: PageFacts | None = None,
) -> Metadata:
    """Read what a page and its envelope (`hints`) state; `not_after` is the latest date that can be."""
    facts = gather(page) if facts is None else facts
    source = _Source(facts, facts.articles[0] if facts.articles else {}, hints)
    found = Metadata(url=page.url or hints.get("url"))
    _read_addresses(found, facts)
    source = replace(source, outlets=_read_publisher(found, source))
    _read_language(found, source)
    _read_title(found, source)
    _read_section(found, source)
    around = around_headline(page.markup, found.title)
    _read_subtitle(found, source, fold(" ".join(around.behind)))
    _read_authors(found, source, around)
    candidates = page_candidates(facts, hints, around=around, url=found.url, language=found.declared_language)
    published = choose(candidates, not_after=not_after)
    found.published_at, found.published_precision = published.at, published.precision
    found.published_basis = published.basis
    modified = choose(modified_candidates(facts), not_after=not_after)
    found.modified_at = modified.at
    found.evidence += published.evidence
    found.evidence += [replace(row, attribute="modified_at") for row in modified.evidence]
    found.images = stated_images(facts, source.article)
    found.repairs = list(dict.fromkeys([*found.repairs, *published.repairs]))
    locate(found.evidence, page.markup)
    return found


def _read_addresses(found: Metadata, facts: PageFacts) -> None:
    """The canonical address, where the page may speak for it: same site, not the front door."""
    stated = [Stated(href, "link:canonical", 0.95) for href in facts.link("canonical")]
    stated += [Stated(content, "meta:og:url", 0.85) for _, content in facts.meta("og:url")]
    accepted: list[Stated] = []
    refused: list[Stated] = []
    for candidate in stated:
        address = resolve(found.url, candidate.value)
        form = canonical(address) if address else None
        repair = _refusal(form, found.url)
        if repair is None and form is not None:
            accepted.append(replace(candidate, value=form, clue=candidate.value))
        else:
            refused.append(replace(candidate, confidence=_REFUSED))
            found.repairs += [repair] if repair else []
    if found.url is None and len({registrable_domain(s.value) for s in accepted}) > 1:
        # Where the page was fetched is not known, and it names two sites: neither can be believed.
        found.repairs.append(Repair.CANONICAL_OTHER_HOST)
        accepted, refused = [], [*refused, *(replace(s, confidence=_REFUSED) for s in accepted)]
    if accepted:
        found.canonical_url = accepted[0].value
        found.url = found.url or found.canonical_url
    found.evidence += rows("canonical_url", [*accepted, *refused], has_choice=bool(accepted))
    found.amp_url = next((resolve(found.url, href) for href in facts.link("amphtml")), None)


def _refusal(address: str | None, page_url: str | None) -> Repair | None:
    if address is None or is_home(address):
        return Repair.CANONICAL_URL_IGNORED
    if page_url is not None and not is_same_site(address, page_url):
        return Repair.CANONICAL_OTHER_HOST
    return None


def _read_publisher(found: Metadata, source: _Source) -> tuple[str, ...]:
    """Choose the publisher; all names and domains that the site goes by, to take them out of other facts."""
    candidates = publishers_of_page(source.facts)
    if name := source.hints.get("publisher"):
        basis = "feed" if source.envelope in ("feed", "sitemap") else "record"
        candidates.append(PublisherCandidate(name, basis, f"{source.envelope}:publisher", name, 0.75))
    if named := publisher_of_url(found.url):
        candidates.append(named)
    if candidates:
        found.publisher, found.publisher_basis = candidates[0].name, candidates[0].basis
    distinct = {(fold(c.name), c.method): c for c in reversed(candidates)}
    stated = [Stated(c.name, c.method, c.confidence, c.clue) for c in reversed(distinct.values())]
    found.evidence += rows("publisher", stated)
    domain = registrable_domain(found.url) if found.url else None
    label = (domain or "").partition(".")[0]
    return tuple(filter(None, dict.fromkeys([*(c.name for c in candidates), label])))


def _read_language(found: Metadata, source: _Source) -> None:
    facts = source.facts
    stated = [Stated(facts.language, "html:lang", 0.8)] if facts.language else []
    if language := as_text(source.article.get("inLanguage")):
        stated.append(Stated(language, "json_ld:inLanguage", 0.8))
    stated += [Stated(c, f"meta:{n}", 0.7) for n, c in facts.meta("og:locale", "content-language", "language")]
    codes = [
        replace(s, value=match[1].lower(), clue=s.value)
        for s in stated
        if (match := _LANGUAGE.fullmatch(s.value.strip()))
    ]
    found.declared_language = codes[0].value if codes else None
    found.evidence += rows("declared_language", codes)


def _read_title(found: Metadata, source: _Source) -> None:
    facts = source.facts
    stated = [TitleCandidate(text, method) for text, method in _stated_titles(source)]
    headings = [TitleCandidate(h.text, "h1", is_elsewhere=h.is_elsewhere) for h in facts.headings]
    ranked = rank_titles(headings, stated, site_names=source.outlets)
    found.evidence += rows("title", [Stated(c.text, c.method, c.confidence) for c in ranked])
    if not ranked:
        found.repairs.append(Repair.TITLE_MISSING)
        return
    found.title = ranked[0].text
    words = fold(found.title)
    places = [h.place for h in facts.headings if words in fold(h.text)] or [h.place for h in facts.headings]
    facts.heading_place = places[0] if places else 0


def _stated_titles(source: _Source) -> Iterator[tuple[str, str]]:
    facts = source.facts
    for key in ("headline", "name"):
        if text := as_text(source.article.get(key)):
            yield text, f"json_ld:{key}"
    names = ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title", "title")
    for name, content in facts.meta(*names):
        yield content, f"meta:{name}"
    for value in facts.property("headline")[:1]:
        yield value, "microdata:headline"
    if facts.title:
        yield facts.title, "title"
    if title := source.hints.get("title"):
        yield title, f"{source.envelope}:title"


def _read_section(found: Metadata, source: _Source) -> None:
    named = map(as_text, as_list(source.article.get("articleSection")))
    stated = [Stated(text, "json_ld:articleSection", 0.9) for text in named if text]
    names = ("article:section", "parsely-section", "section")
    stated += [Stated(c, f"meta:{n}", 0.8) for n, c in source.facts.meta(*names)]
    stated += [Stated(v, "microdata:articlesection", 0.7) for v in source.facts.property("articlesection")]
    if section := source.hints.get("section"):
        stated.append(Stated(section, f"{source.envelope}:section", 0.6))
    found.section = stated[0].value if stated else None
    found.evidence += rows("section", stated)


def _read_subtitle(found: Metadata, source: _Source, below: str) -> None:
    """A description is the deck when the page prints it `below` the headline; else it is for machines."""
    stated = [
        Stated(text, f"json_ld:{key}", 0.8)
        for key in ("alternativeHeadline", "description")
        if (text := as_text(source.article.get(key)))
    ]
    stated += [Stated(c, f"meta:{n}", 0.7) for n, c in source.facts.meta("og:description", "description")]
    printed = [s for s in stated if fold(s.value)[:_DECK] in below and fold(s.value) != fold(found.title or "")]
    others = [replace(s, confidence=0.2) for s in stated if s not in printed]
    found.subtitle = printed[0].value if printed else None
    found.evidence += rows("subtitle", [*printed, *others], has_choice=bool(printed))


def _read_authors(found: Metadata, source: _Source, around: Around) -> None:
    candidates = _bylines(stated_authors(source.facts, source.hints), source)
    if not any(byline.persons and not signed.is_shown for signed, byline in candidates):
        near_headline = [*around.behind[:_BEHIND], *around.before[:_BEFORE]]
        candidates += _bylines(authors_near_headline(near_headline), source)
    if not any(byline.persons or byline.collectives for _, byline in candidates):
        names = tuple(bare_names(around.behind))
        signed = Signature("visible:bare_name", 0.4, names, is_shown=True)
        candidates += _bylines([signed] if names else [], source)
    names, chosen = choose_authors(candidates)
    found.authors = list(names)
    ordered = sorted(enumerate(candidates), key=lambda pair: pair[0] != chosen)
    stated = [
        Stated("; ".join(byline.persons or byline.collectives), s.method, s.confidence, "; ".join(s.values))
        for _, (s, byline) in ordered
    ]
    found.evidence += rows("authors", stated)


def _bylines(signatures: Iterable[Signature], source: _Source) -> list[tuple[Signature, Byline]]:
    read = ((signature, signature.byline(source.outlets)) for signature in signatures)
    return [(signature, byline) for signature, byline in read if byline.persons or byline.collectives]
