"""Publisher of an article, by metadata, domain or boilerplate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import urlsplit

from transforms.clean.metadata.bylines import is_collective
from transforms.clean.metadata.datelines import read_dateline
from transforms.clean.metadata.titles import is_masthead, is_section, suffix_name
from transforms.clean.page.facts import PageFacts
from transforms.clean.page.jsonld import Node, as_list, as_text, follow, types
from transforms.text import wordlists
from transforms.text.dates import month_of
from transforms.text.folding import fold
from transforms.text.urls import registrable_domain

# One to five capitalised words, digits and initials among them, joined by the small words of names.
_WORD = r"[A-Z0-9](?:[\w&’'-]|\.(?=\w))*"
_NAME = rf"(?P<name>(?:The\s)?{_WORD}(?:\s(?:(?:of|the|and|&|de|du|la)\s)?{_WORD}){{0,4}})"
# A genitive or a company's legal form after a name.
_TAIL = re.compile(r"(?:['’]s?|,? (?:Inc|LLC|Ltd|PLC|GmbH|AG|Co|Corp)\.?)$", re.IGNORECASE)
_WELL_FOUNDED = 0.8
_FEW = 4
_GENERIC = {
    "alerts", "breaking", "briefing", "daily", "email", "free", "morning", "news", "our", "the", "today", "weekly",
}  # fmt: skip
_LOGO = re.compile(
    r"^(?:(?:zur|to|go to|back to)\s)?(?:logo\s+(?:of|von|de|du)\s+(?:the\s)?|logo\b|home\b)?"
    r"|\b(?:logo|home\s?page|home|startseite|accueil|inicio)$",
    re.IGNORECASE,
)
_NOT_BRANDS = {"home", "homepage", "logo", "site logo", "menu", "back", "news", "main page", "brand", "header"}
# Characters at the end of a footer.
_NOTICE = 400
_ADDRESS = re.compile(r"https?://|www\.|@|^\W*$")


@dataclass(frozen=True, slots=True)
class PublisherCandidate:
    """One possible name of the outlet; `basis` is a value of news.articles.publisher_basis."""

    name: str
    basis: str
    method: str
    clue: str
    confidence: float
    raw_start: int | None = None
    raw_end: int | None = None


def publishers_of_page(facts: PageFacts) -> list[PublisherCandidate]:
    """The candidates in a page's markup, best first."""
    found = [
        PublisherCandidate(name, "metadata", "json_ld:publisher", name, 0.95)
        for node in facts.articles
        for name in _publisher_names(node, facts.nodes)
    ]
    for meta, confidence in (
        ("og:site_name", 0.9), ("dc.publisher", 0.85), ("citation_publisher", 0.8), ("application-name", 0.7),
        ("apple-mobile-web-app-title", 0.65), ("twitter:app:name:iphone", 0.5),
    ):  # fmt: skip
        found += [PublisherCandidate(c, "metadata", f"meta:{n}", c, confidence) for n, c in facts.meta(meta)]
    for node in facts.nodes:
        if any(name in ("WebSite", "NewsMediaOrganization") for name in types(node)) and (
            name := as_text(node.get("name"))
        ):
            found.append(PublisherCandidate(name, "metadata", "json_ld:website", name, 0.8))
    found += [
        PublisherCandidate(v, "metadata", "microdata:publisher", v, 0.75) for v in facts.property("publisher")
    ]
    found += _shown_names(facts)
    # Some application names repeat the headline of the page.
    titles = {fold(text) for text in [facts.title or "", *facts.metas.get("og:title", [])]}
    named = [replace(c, name=_without_slogan(c.name, facts.url)) for c in found if is_outlet_name(c.name)]
    return _by_domain(
        [c for c in named if len(c.name.split()) <= _FEW or fold(c.name) not in titles], facts.url
    )


def _shown_names(facts: PageFacts) -> Iterator[PublisherCandidate]:
    """Names behind the title, in the logo and in the footer's copyright notice, the weakest."""
    stated = [heading.text for heading in facts.headings]
    stated += [content for _, content in facts.meta("og:title", "twitter:title")]
    places = [(facts.title, "title:suffix", 0.6)]
    places += [(content, "meta:og:title:suffix", 0.55) for _, content in facts.meta("og:title")]
    for text, method, confidence in places:
        if text and (name := suffix_name(text, [other for other in stated if other != text])):
            yield PublisherCandidate(name, "metadata", method, text, confidence)
    for text in facts.logos:
        name = _LOGO.sub("", text).strip(" -–—|:")
        words = name.split()
        if 0 < len(words) <= _FEW + 1 and fold(name) not in _NOT_BRANDS and not is_section(name):
            # Other pictures are called a logo, too.
            confidence = 0.55 if facts.url is None or _is_of_host(name, facts.url) else 0.3
            yield PublisherCandidate(name, "text", "visible:logo", text, confidence)
    for notice in publisher_from_text([(facts.footer[-_NOTICE:], None)] if facts.footer else []):
        if notice.method == "notice":
            yield replace(notice, method="visible:copyright", confidence=0.4)


def _is_of_host(name: str, url: str) -> bool:
    """Whether a name, most of it, or its initials are in the host's name; other scripts cannot be compared."""
    host = "".join(c for c in urlsplit(url).netloc.casefold().removeprefix("www.") if c.isalnum() or c == ".")
    labels = host.split(".")[:-1] or [host]
    words = ["".join(c for c in word if c.isalnum()) for word in fold(name).removeprefix("the ").split()]
    key, initials = "".join(words), "".join(word[:1] for word in words)
    if not key.isascii():
        return True
    return any(
        key in label or (len(label) > 3 and label in key) or initials == label
        or any(len(word) > 4 and word in label for word in words)
        for label in labels
    )  # fmt: skip


def _by_domain(found: list[PublisherCandidate], url: str | None) -> list[PublisherCandidate]:
    """Best first; confident names that match the domain come before all others, since fields also contain
    slogans, owners and agencies.
    """
    domain = (registrable_domain(url) or "").partition(".")[0].replace("-", "") if url else ""

    def rank(candidate: PublisherCandidate) -> tuple[bool, float]:
        key = "".join(c for c in fold(candidate.name) if c.isalnum())
        key = key.removeprefix("the")
        is_confirmed = len(domain) > 2 and len(key) > 2 and (key in domain or domain in key)
        return not (is_confirmed and candidate.confidence >= _WELL_FOUNDED), -candidate.confidence

    return sorted(found, key=rank)


def publisher_of_url(url: str | None) -> PublisherCandidate | None:
    """The registrable domain, a fallback for the name."""
    domain = registrable_domain(url) if url else None
    return None if domain is None else PublisherCandidate(domain, "url", "url", url or "", 0.5)


def publisher_from_text(
    lines: Sequence[tuple[str, int | None]],
    *,
    head: Sequence[tuple[str, int | None]] = (),
    body: Sequence[tuple[str, int | None]] = (),
) -> list[PublisherCandidate]:
    """Outlets that name themselves in lines of a text, best first; each line with its offset in the raw text.

    `head` are the lines above the headline, where a masthead is a line of its own; `body` are the first
    paragraphs, whose dateline may name an agency.

    Several lines with the same name raise its confidence; below .5 a name is only a hint. Meant for lines
    that are not paragraphs. Patterns: transforms/data/publisher_cues.tsv.
    """
    found: dict[str, PublisherCandidate] = {}
    named = [candidate for text, offset in lines for candidate in _named_in(text, offset)]
    named += [
        PublisherCandidate(t, "text", "masthead", t, 0.7, *_span(t, at)) for t, at in head if is_masthead(t)
    ]
    for text, offset in body:
        if (opening := read_dateline(text)) and opening.agency:
            at = None if offset is None else offset + opening.agency_start
            span = _span(opening.agency, at)
            named.append(
                PublisherCandidate(opening.agency, "text", "dateline", opening.text.strip(), 0.5, *span)
            )
    for candidate in named:
        key = fold(candidate.name)
        other = found.get(key)
        if other is None:
            found[key] = candidate
        else:
            best, second = sorted((other, candidate), key=lambda c: -c.confidence)
            joint = min(0.95, 1 - (1 - best.confidence) * (1 - second.confidence / 2))
            found[key] = replace(best, confidence=round(joint, 3))
    return sorted(found.values(), key=lambda c: -c.confidence)


def _span(text: str, start: int | None) -> tuple[int | None, int | None]:
    return (None, None) if start is None else (start, start + len(text))


def is_outlet_name(name: str) -> bool:
    """Whether a text can be an outlet's name: short, with letters, not an address."""
    return 1 < len(name) <= 80 and _ADDRESS.search(name) is None and any(c.isalpha() for c in name)


def _without_slogan(name: str, url: str | None) -> str:
    """The part of a name with slogans or rubrics after bars that matches the domain."""
    parts = [part.strip() for part in re.split(r"\s+[|•»]\s+", name)]
    domain = (registrable_domain(url) or "").partition(".")[0].replace("-", "") if url else ""
    keys = ["".join(c for c in fold(part) if c.isalnum()) for part in parts]
    matching = (
        part for part, key in zip(parts, keys, strict=True) if len(key) > 2 and (key in domain or domain in key)
    )
    return name if len(parts) == 1 or not domain else next(matching, name)


def _publisher_names(node: Node, nodes: Sequence[Node]) -> Iterator[str]:
    for key in ("publisher", "sourceOrganization"):
        for value in as_list(node.get(key)):
            name = as_text(follow(value, nodes))
            if name:
                yield name


def _named_in(text: str, offset: int | None) -> Iterator[PublisherCandidate]:
    for pattern, method, confidence in _cues():
        for match in pattern.finditer(text):
            name = _TAIL.sub("", match["name"])
            if is_outlet_name(name) and month_of(name.split()[0]) is None and not _is_generic(name):
                # The notice of an agency or a syndicate may cover only a part of the page.
                share = confidence / 2 if is_collective(name) else confidence
                start = None if offset is None else offset + match.start()
                end = None if offset is None else offset + match.end()
                yield PublisherCandidate(name, "text", method, match[0][:300], share, start, end)


def _is_generic(name: str) -> bool:
    """Whether a name is a generic newsletter's: "Daily Newsletters", "Morning Briefing"."""
    words = [word.casefold() for word in name.split()]
    return "newsletter" in words or "newsletters" in words or all(word in _GENERIC for word in words)


@cache
def _cues() -> tuple[tuple[re.Pattern[str], str, float], ...]:
    return tuple(
        (re.compile(pattern.replace("{name}", _NAME)), method, float(share))
        for method, share, pattern in wordlists.rows("publisher_cues.tsv")
    )
