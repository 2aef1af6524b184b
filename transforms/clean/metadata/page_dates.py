"""Candidates for the publication date of a page: JSON-LD, meta tags, envelope, address, visible text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from transforms.clean.metadata.choose_date import Candidate, read_candidates
from transforms.clean.metadata.text_dates import Label, date_label, is_archived, labelled_parts
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
# Characters of a text at the headline that may be its date.
_LONGEST_LINE = 80
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
    found += _visible(facts, headline, {c.value.date() for c in near if c.value}, day_first, language)
    return found + near


def modified_candidates(
    facts: PageFacts, *, headline: Headline, url: str | None, language: str | None
) -> list[Candidate]:
    """Every candidate of a page for the date of its last change."""
    day_first = _day_first(facts.language, url)
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
    shown = [(text, f"visible:{s.tag}", 0.6) for s in facts.shown for text in _updates(s)]
    shown += [
        (part, "visible:near_headline", 0.55)
        for piece in headline.behind
        if 6 <= len(piece) <= _LONGEST_LINE
        for label, part in labelled_parts(piece)
        if label == "updated"
    ]
    for text, method, confidence in shown:
        found += read_candidates(
            text, basis="visible", method=method, confidence=confidence, day_first=day_first, language=language
        )
    return found


def _updates(shown: Shown) -> Iterator[str]:
    """The dates of a change in a shown text, by their words or the element's name."""
    if shown.value:
        if (date_label(shown.text) or _label_of_name(shown)) == "updated":
            yield shown.value
        return
    yield from (part for label, part in labelled_parts(shown.text) if label == "updated")


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
    facts: PageFacts, headline: Headline, near: Collection[date], day_first: bool | None, language: str | None
) -> Iterator[Candidate]:
    """Shown dates; those without a label and without a match at the headline have low confidence.

    They are mostly dates of other articles. `near` are the days printed at the headline.
    """
    sole = {s.value for s in facts.shown if s.value} if not headline.markup else set()
    for shown in facts.shown:
        # The text of a date with a value may be relative ("3 hours ago"), or empty.
        is_beside = shown.value is not None and (shown.value in headline.markup or sole == {shown.value})
        for label, stated in _stated_in(shown):
            found = read_candidates(
                stated, basis="visible", method=f"visible:{shown.tag}", clue=shown.text or shown.value,
                confidence=_trust(shown, label, headline.place), day_first=day_first, language=language,
            )  # fmt: skip
            for candidate in found:
                if candidate.value is None or candidate.precision in ("year", "month"):
                    continue
                is_near = is_beside or candidate.value.date() in near
                is_trusted = is_near or candidate.repairs or date_label(shown.text) is not None
                trust = candidate.confidence if is_trusted else min(candidate.confidence, _APART)
                yield replace(candidate, confidence=trust)
            if found and stated == shown.value:
                break


def _stated_in(shown: Shown) -> Iterator[tuple[Label | None, str]]:
    """The dates in a shown element, each with its label: its value, then those in its text."""
    by_name = _label_of_name(shown)
    if shown.value:
        yield date_label(shown.text) or by_name, shown.value
    for label, part in labelled_parts(shown.text):
        yield label or by_name, part


def _label_of_name(shown: Shown) -> Label | None:
    return date_label(shown.name.replace("-", " ").replace("_", " "))


def _trust(shown: Shown, label: Label | None, headline: int) -> float:
    """Confidence of a shown date, by its label and its distance from the headline."""
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
            if 6 <= len(piece) <= _LONGEST_LINE and _DIGIT.search(piece):
                above = date_label(previous) if len(previous) < 30 and not _DIGIT.search(previous) else None
                for label, part in labelled_parts(piece):
                    change = {"published": 0.1, "updated": -0.1, None: 0.0}[label or above]
                    found = read_candidates(
                        part, basis="visible", method="visible:near_headline", clue=piece,
                        confidence=round(base + change - step * min(number, 60), 3),
                        day_first=day_first, language=language,
                    )  # fmt: skip
                    yield from (
                        c for c in found if c.value is not None and c.precision not in ("year", "month")
                    )
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
