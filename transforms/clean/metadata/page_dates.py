"""Candidates for the publication date of a page: JSON-LD, meta tags, envelope, address, visible text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from transforms.clean.metadata.choose_date import Candidate, read_candidates
from transforms.clean.metadata.text_dates import date_label, is_archived
from transforms.clean.page.facts import Headline, PageFacts, Shown
from transforms.clean.page.jsonld import as_text
from transforms.contract.article import PublishedBasis
from transforms.text import wordlists
from transforms.text.urls import registrable_domain

_URL_DAY = re.compile(
    r"(?<!\d)(?P<y>19[89]\d|20[0-4]\d)(?P<s>[/_.-]?)(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"
)
_URL_NAMED_DAY = re.compile(
    r"/(?P<y>19[89]\d|20[0-4]\d)/(?P<m>[a-z]{3}|\d{1,2})/(?P<d>\d{1,2})(?=/|$)", re.IGNORECASE
)
_URL_MONTH = re.compile(r"/(?P<y>19[89]\d|20[0-4]\d)[/-](?P<m>0[1-9]|1[0-2])(?=/|$)")
_DIGIT = re.compile(r"\d")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# The most confidence of an unlabelled date away from the headline.
_APART = 0.45
# Countries' domains that the whole world uses, and countries where both orders are printed.
_WORLDWIDE = frozenset({"ai", "cc", "co", "fm", "gg", "io", "ly", "me", "to", "tv"})
_BOTH_ORDERS = frozenset({"ca", "ph"})


def page_candidates(
    facts: PageFacts,
    hints: Mapping[str, str],
    *,
    headline: Headline,
    url: str | None,
    language: str | None,
) -> list[Candidate]:
    """Every candidate of a page and its envelope for the publication date."""
    day_first = _day_first(facts.language, url)
    found = list(_structured(facts, day_first))
    if stated := hints.get("published"):
        envelope = hints.get("envelope", "envelope")
        basis: PublishedBasis = "feed" if envelope in ("feed", "sitemap") else "record"
        found += read_candidates(
            stated, basis=basis, method=f"{envelope}:published", confidence=0.9, day_first=day_first
        )
    found += url_candidates(url)
    near = list(_near_headline(headline, day_first, language))
    found += _confirmed(
        _visible(facts, headline.place, day_first, language), {c.value.date() for c in near if c.value}
    )
    return found + near


def _confirmed(shown: Iterable[Candidate], near: Collection[date]) -> Iterator[Candidate]:
    """Shown dates; those without a label and without a match at the headline get low confidence.

    They are mostly dates of other articles.
    """
    for candidate in shown:
        is_near = candidate.value is not None and candidate.value.date() in near
        if is_near or candidate.repairs or date_label(candidate.clue) is not None:
            yield candidate
        else:
            yield replace(candidate, confidence=min(candidate.confidence, _APART))


def modified_candidates(facts: PageFacts) -> list[Candidate]:
    """Every candidate of a page for the date of its last change."""
    found: list[Candidate] = []
    for node in facts.articles:
        if stated := as_text(node.get("dateModified")):
            found += read_candidates(stated, basis="metadata", method="json_ld:dateModified", confidence=0.95)
    for name, content in facts.meta(*_meta_names("modified")):
        found += read_candidates(
            content, basis="metadata", method=f"meta:{name}", confidence=_meta_names("modified")[name]
        )
    for value in facts.property("datemodified"):
        found += read_candidates(value, basis="metadata", method="microdata:datemodified", confidence=0.85)
    return found


def url_candidates(url: str | None) -> list[Candidate]:
    """The date in an address: a day where it has one, else a month."""
    path = "/" + (url or "").partition("://")[2].partition("/")[2].partition("?")[0]
    match = _URL_DAY.search(path) or _URL_NAMED_DAY.search(path) or _URL_MONTH.search(path)
    if match is None:
        return []
    name = match["m"].casefold()
    month = _MONTHS.index(name) + 1 if name in _MONTHS else int(name) if name.isdigit() else 0
    day = match.groupdict().get("d")
    try:
        value = datetime(int(match["y"]), month, int(day or 1), tzinfo=UTC)
    except ValueError:
        return []
    # Digits without separators may be another number.
    confidence = 0.85 if day and match.groupdict().get("s", "/") else 0.7
    return [Candidate(value, "day" if day else "month", "url", "url", match[0], confidence=confidence)]


def _structured(facts: PageFacts, day_first: bool | None) -> Iterator[Candidate]:
    for number, node in enumerate(facts.articles):
        for key, trust in (("datePublished", 0.97), ("dateCreated", 0.85), ("uploadDate", 0.7)):
            if stated := as_text(node.get(key)):
                trust -= 0.04 * min(number, 5)
                yield from read_candidates(
                    stated, basis="metadata", method=f"json_ld:{key}", confidence=trust, day_first=day_first
                )
    names = _meta_names("published")
    for name, content in facts.meta(*names):
        yield from read_candidates(
            content, basis="metadata", method=f"meta:{name}", confidence=names[name], day_first=day_first
        )
    for number, value in enumerate(facts.property("datepublished", "datecreated")):
        trust = 0.9 - 0.1 * min(number, 4)
        yield from read_candidates(
            value, basis="metadata", method="microdata:datepublished", confidence=trust, day_first=day_first
        )


def _visible(
    facts: PageFacts, headline: int, day_first: bool | None, language: str | None
) -> Iterator[Candidate]:
    for shown in facts.shown:
        for stated in filter(None, (shown.value, shown.text)):
            found = read_candidates(
                stated, basis="visible", method=f"visible:{shown.tag}", clue=shown.text or shown.value,
                confidence=_trust(shown, headline), day_first=day_first, language=language,
            )  # fmt: skip
            yield from (c for c in found if c.value is not None and c.precision not in ("year", "month"))
            if found:
                break


def _trust(shown: Shown, headline: int) -> float:
    """Confidence of a shown date, by its label and its distance from the headline."""
    label = date_label(shown.text) or date_label(shown.name.replace("-", " ").replace("_", " "))
    trust = {"published": 0.85, "updated": 0.56, None: 0.74}[label]
    if is_archived(shown.text):
        return 0.2
    if label is None:
        trust -= 0.003 * max(0, len(shown.text) - 40)  # a sentence with a date in it
    distance = shown.place - headline
    return round(max(0.1, trust - (0.01 * distance if distance >= 0 else 0.03 - 0.01 * distance)), 3)


def _near_headline(headline: Headline, day_first: bool | None, language: str | None) -> Iterator[Candidate]:
    """Dates alone, or with few other words, just after or before the headline."""
    for pieces, base, step in ((headline.behind, 0.68, 0.005), (headline.before, 0.62, 0.01)):
        previous = ""
        for number, piece in enumerate(pieces):
            if 6 <= len(piece) <= 60 and _DIGIT.search(piece):
                label = date_label(piece) or (date_label(previous) if len(previous) < 30 else None)
                trust = base + {"published": 0.1, "updated": -0.1, None: 0.0}[label] - step * min(number, 60)
                found = read_candidates(
                    piece, basis="visible", method="visible:near_headline", confidence=round(trust, 3),
                    day_first=day_first, language=language,
                )  # fmt: skip
                yield from (c for c in found if c.value is not None and c.precision not in ("year", "month"))
            previous = piece


def _day_first(language: str | None, url: str | None) -> bool | None:
    """Whether 3/4/2024 is 3 April: by the page's language, in English by the country of language or host."""
    name, _, country = (language or "").casefold().replace("_", "-").partition("-")
    if name and name != "en":
        return True
    host_ending = (registrable_domain(url) or "").rpartition(".")[2] if url else ""
    country = country or (host_ending if len(host_ending) == 2 and host_ending not in _WORLDWIDE else "")
    if not country or country in _BOTH_ORDERS:
        return None
    return country != "us"


@cache
def _meta_names(kind: str) -> dict[str, float]:
    return {name: float(share) for found, share, name in wordlists.rows("date_meta.tsv") if found == kind}
