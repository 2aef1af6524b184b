"""A page's metadata from one parse: JSON-LD, then meta tags, then visible text, each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from transforms.clean.metadata.bylines import Byline
from transforms.clean.metadata.choose_date import choose
from transforms.clean.metadata.evidence import weighty
from transforms.clean.metadata.genres import (
    genre_of_kicker,
    genre_of_label,
    genre_of_title,
    genre_of_types,
)
from transforms.clean.metadata.page_authors import (
    Signature,
    authors_near_headline,
    bare_names,
    choose_authors,
    site_owner,
    stated_authors,
)
from transforms.clean.metadata.page_dates import modified_candidates, page_candidates
from transforms.clean.metadata.publisher import PublisherCandidate, publisher_of_url, publishers_of_page
from transforms.clean.metadata.titles import TitleCandidate, rank_titles
from transforms.clean.page.facts import Headline, PageFacts, find_headline, gather
from transforms.clean.page.images import stated_images
from transforms.clean.page.jsonld import Node, as_list, as_text, types
from transforms.clean.page.parse import Page
from transforms.contract.article import Claim, EvidenceBook, Facts, Image
from transforms.contract.reasons import Repair
from transforms.text.folding import fold
from transforms.text.urls import canonical, is_home, is_same_site, registrable_domain, resolve

_GENRE_NAMES = (
    "genre",
    "article:genre",
    "article:type",
    "article_type",
    "articletype",
    "content_type",
    "content-genre",
    "dc.type",
)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
# Texts between tags around the headline in which a byline is looked for.
_BEHIND, _BEFORE = 25, 10
# Confidence of a name that is not known to be the site's.
_DOUBTFUL = 0.4
# Confidence of a canonical address that is not accepted; it explains a repair.
_NOT_ACCEPTED = 0.3
# Characters of a description that must be printed under the headline for it to be the deck.
_DECK = 50


@dataclass(slots=True)
class Metadata:
    """The facts that a page and its envelope state, the candidates for each, and the images of the article."""

    facts: Facts
    evidence: EvidenceBook = field(default_factory=EvidenceBook)
    images: list[Image] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)

    def add(self, attribute: str, claims: Iterable[Claim], *, chosen: int) -> None:
        """Keep the weighty candidates for one attribute."""
        self.evidence.add(attribute, weighty(claims, chosen=chosen), chosen=chosen)


@dataclass(frozen=True, slots=True)
class _PageSource:
    """The input of the readers: the statements of a page, its article in JSON-LD, the hints of the envelope."""

    facts: PageFacts
    article: Node
    hints: Mapping[str, str]

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
    """The facts that a page and its envelope (`hints`) state; `not_after` is the latest possible date.

    Names of the site are removed from title and bylines; bylines, deck and dates are those at the headline.
    """
    facts = gather(page) if facts is None else facts
    source = _PageSource(facts, facts.articles[0] if facts.articles else {}, hints)
    found = Metadata(Facts(url=page.url or hints.get("url")))
    _read_addresses(found, facts)
    outlets = _read_publisher(found, source)
    _read_language(found, source)
    _read_title(found, source, outlets, page.markup)
    _read_section(found, source)
    headline = find_headline(page.markup, facts, found.facts.title)
    _read_genre(found, source, headline)
    _read_subtitle(found, source, headline)
    _read_authors(found, source, outlets, headline)
    _read_dates(found, source, headline, not_after)
    texts = (found.facts.title, found.facts.subtitle, found.facts.publisher, found.facts.section)
    for value in filter(None, (*texts, *found.facts.authors)):
        found.repairs += facts.repairs_of(value)
    found.images = stated_images(facts, source.article)
    found.repairs = list(dict.fromkeys(found.repairs))
    found.evidence.locate(page.markup)
    return found


def _read_addresses(found: Metadata, facts: PageFacts) -> None:
    """The canonical address, if it is on the page's own site and not its home page."""
    stated = [Claim(href, "link:canonical", 0.95) for href in facts.link("canonical")]
    stated += [Claim(content, "meta:og:url", 0.85) for _, content in facts.meta("og:url")]
    accepted: list[Claim] = []
    rejected: list[Claim] = []
    for candidate in stated:
        address = resolve(found.facts.url, candidate.value)
        form = canonical(address) if address else None
        repair = _canonical_repair(form, found.facts.url)
        if repair is None and form is not None:
            accepted.append(replace(candidate, value=form, clue=candidate.value))
        else:
            rejected.append(replace(candidate, confidence=_NOT_ACCEPTED))
            found.repairs += [repair] if repair else []
    if found.facts.url is None and len({registrable_domain(s.value) for s in accepted}) > 1:
        # The address fetched is unknown and the page names two sites: trust neither.
        found.repairs.append(Repair.CANONICAL_OTHER_HOST)
        accepted, rejected = [], [*rejected, *(replace(s, confidence=_NOT_ACCEPTED) for s in accepted)]
    if accepted:
        found.facts.canonical_url = accepted[0].value
        found.facts.url = found.facts.url or found.facts.canonical_url
    found.add("canonical_url", [*accepted, *rejected], chosen=min(len(accepted), 1))
    found.facts.amp_url = next((resolve(found.facts.url, href) for href in facts.link("amphtml")), None)


def _canonical_repair(address: str | None, page_url: str | None) -> Repair | None:
    if address is None or is_home(address):
        return Repair.CANONICAL_URL_IGNORED
    if page_url is not None and not is_same_site(address, page_url):
        return Repair.CANONICAL_OTHER_HOST
    return None


def _read_publisher(found: Metadata, source: _PageSource) -> tuple[str, ...]:
    """Choose the publisher; returns all names of the site, to remove them from other facts."""
    candidates = publishers_of_page(source.facts)
    if name := source.hints.get("publisher"):
        basis = "feed" if source.envelope in ("feed", "sitemap") else "record"
        candidates.append(PublisherCandidate(name, basis, f"{source.envelope}:publisher", name, 0.75))
    if named := publisher_of_url(found.facts.url):
        doubtful = [c for c in candidates if c.confidence < _DOUBTFUL]
        candidates = [*(c for c in candidates if c not in doubtful), named, *doubtful]
    if candidates:
        found.facts.publisher, found.facts.publisher_basis = candidates[0].name, candidates[0].basis
    distinct = {(fold(c.name), c.method): c for c in reversed(candidates)}
    stated = [Claim(c.name, c.method, c.confidence, c.clue) for c in reversed(distinct.values())]
    found.add("publisher", stated, chosen=1)
    domain = registrable_domain(found.facts.url) if found.facts.url else None
    label = (domain or "").partition(".")[0]
    certain = (c.name for c in candidates if c.confidence >= _DOUBTFUL)
    return tuple(filter(None, dict.fromkeys([*certain, label])))


def _read_language(found: Metadata, source: _PageSource) -> None:
    facts = source.facts
    stated = [Claim(facts.language, "html:lang", 0.8)] if facts.language else []
    if language := as_text(source.article.get("inLanguage")):
        stated.append(Claim(language, "json_ld:inLanguage", 0.8))
    stated += [Claim(c, f"meta:{n}", 0.7) for n, c in facts.meta("og:locale", "content-language", "language")]
    codes = [
        replace(s, value=match[1].lower(), clue=s.value)
        for s in stated
        if (match := _LANGUAGE.fullmatch(s.value.strip()))
    ]
    found.facts.declared_language = codes[0].value if codes else None
    found.add("declared_language", codes, chosen=1)


def _read_title(found: Metadata, source: _PageSource, outlets: Collection[str], markup: str) -> None:
    facts = source.facts
    stated = [TitleCandidate(text, method) for text, method in _stated_titles(source)]
    headings = [TitleCandidate(h.text, "h1", is_elsewhere=h.is_elsewhere) for h in facts.headings]
    ranked = rank_titles(headings, stated, site_names=outlets, markup=markup)
    found.add("title", [Claim(c.text, c.method, c.confidence) for c in ranked], chosen=1)
    if not ranked:
        found.repairs.append(Repair.TITLE_MISSING)
        return
    found.facts.title = ranked[0].text


def _stated_titles(source: _PageSource) -> Iterator[tuple[str, str]]:
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


def _read_section(found: Metadata, source: _PageSource) -> None:
    named = map(as_text, as_list(source.article.get("articleSection")))
    stated = [Claim(text, "json_ld:articleSection", 0.9) for text in named if text]
    names = ("article:section", "parsely-section", "section")
    stated += [Claim(c, f"meta:{n}", 0.8) for n, c in source.facts.meta(*names)]
    stated += [Claim(v, "microdata:articlesection", 0.7) for v in source.facts.property("articlesection")]
    if section := source.hints.get("section"):
        stated.append(Claim(section, f"{source.envelope}:section", 0.6))
    found.facts.section = stated[0].value if stated else None
    found.add("section", stated, chosen=1)


def _read_genre(found: Metadata, source: _PageSource, headline: Headline) -> None:
    """What the page says of its genre; `choose_genre` weighs it against title, section and address."""
    stated = [*genre_of_types(types(source.article))]
    for text in map(as_text, as_list(source.article.get("genre"))):
        stated += genre_of_label(text, "json_ld:genre", 0.9)
    for name, content in source.facts.meta(*_GENRE_NAMES):
        stated += genre_of_label(content, f"meta:{name}", 0.85)
    if genre := source.hints.get("genre"):
        stated += genre_of_label(genre, f"{source.envelope}:genre", 0.85)
    # The chosen title has lost its label by now.
    titles = [text for text, _ in _stated_titles(source)] + [h.text for h in source.facts.headings[:1]]
    for text in dict.fromkeys(titles):
        stated += genre_of_title(text)
    stated += genre_of_kicker(headline.before, headline.behind)
    found.evidence.add("genre", stated)


def _read_subtitle(found: Metadata, source: _PageSource, headline: Headline) -> None:
    """The subtitle: a description that the page prints below the headline."""
    below = fold(" ".join(headline.behind))
    stated = [
        Claim(text, f"json_ld:{key}", 0.8)
        for key in ("alternativeHeadline", "description")
        if (text := as_text(source.article.get(key)))
    ]
    stated += [Claim(c, f"meta:{n}", 0.7) for n, c in source.facts.meta("og:description", "description")]
    printed = [
        s for s in stated if fold(s.value)[:_DECK] in below and fold(s.value) != fold(found.facts.title or "")
    ]
    others = [replace(s, confidence=0.2) for s in stated if s not in printed]
    found.facts.subtitle = printed[0].value if printed else None
    found.add("subtitle", [*printed, *others], chosen=min(len(printed), 1))


def _read_authors(found: Metadata, source: _PageSource, outlets: Collection[str], headline: Headline) -> None:
    candidates = _bylines(stated_authors(source.facts, source.hints, headline), outlets)
    # A single word ("Linda") is completed by a byline.
    if not any(
        not signed.is_shown and any(" " in name for name in byline.persons) for signed, byline in candidates
    ):
        near_headline = [*headline.behind[:_BEHIND], *headline.before[:_BEFORE]]
        candidates += _bylines(authors_near_headline(near_headline), outlets)
    if not any(byline.persons or byline.collectives for _, byline in candidates):
        names = tuple(bare_names(headline.behind))
        signed = Signature("visible:bare_name", 0.4, names, is_shown=True)
        candidates += _bylines([signed] if names else [], outlets)
    if not candidates and (owner := site_owner(outlets, found.facts.url)):
        candidates = _bylines([Signature("site:owner", 0.3, (owner,))], ())
    names, chosen = choose_authors(candidates)
    found.facts.authors = list(names)
    ordered = sorted(enumerate(candidates), key=lambda pair: pair[0] != chosen)
    stated = [
        Claim("; ".join(byline.persons or byline.collectives), s.method, s.confidence, "; ".join(s.values))
        for _, (s, byline) in ordered
    ]
    found.add("authors", stated, chosen=1)


def _read_dates(found: Metadata, source: _PageSource, headline: Headline, not_after: datetime | None) -> None:
    facts = found.facts
    language = facts.declared_language
    candidates = page_candidates(
        source.facts, source.hints, headline=headline, url=facts.url, language=language
    )
    published = choose(candidates, not_after=not_after)
    facts.published_at, facts.published_precision = published.at, published.precision
    facts.published_basis = published.basis
    modified = choose(
        modified_candidates(source.facts, headline=headline, url=facts.url, language=language),
        not_after=not_after,
    )
    # A shown date of a change before publication is that of something else.
    is_earlier = (
        published.at is not None and modified.at is not None and modified.at.date() < published.at.date()
    )
    if not (is_earlier and modified.basis == "visible"):
        facts.modified_at = modified.at
    for attribute, date in (("published_at", published), ("modified_at", modified)):
        is_chosen = getattr(facts, attribute) is not None
        found.evidence.add(attribute, date.claims, chosen=int(is_chosen))
    found.repairs += published.repairs


def _bylines(signatures: Iterable[Signature], outlets: Collection[str]) -> list[tuple[Signature, Byline]]:
    read = ((signature, signature.byline(outlets)) for signature in signatures)
    return [(signature, byline) for signature, byline in read if byline.persons or byline.collectives]
