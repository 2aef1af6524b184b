"""The genre of an article, from what its page, its labels, its section or its address state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import cast, get_args
from urllib.parse import unquote, urlsplit

from transforms.contract.article import Claim, Draft, Genre
from transforms.text.folding import fold
from transforms.text.wordlists import toml

_LONGEST_LABEL = 40
_OPENING = 300
_SEPARATORS = re.compile(r"\s[|–—-]\s|:\s|\s?\|\s?")
_WORD_BREAK = re.compile(r"[-_+\s]+")
# Lines before and after the title that may be its label.
_BEFORE, _AFTER = 3, 1
# A general word proves little where a whole site or part of it has that name.
_WEAK = 0.4


def choose_genre(draft: Draft) -> None:
    """Set the genre of a draft from the claims its cleaner found and those of its title, labels and address."""
    claims = [*draft.evidence.claims("genre"), *_claims(draft)]
    if not claims:
        return
    ranked = sorted(claims, key=lambda claim: -claim.confidence)
    draft.evidence.replace("genre", ranked, chosen=1)
    draft.facts.genre = cast("Genre", ranked[0].value)


def genre_of_types(types: Iterable[str]) -> Iterator[Claim]:
    """Claims of the schema.org types of a page's own article."""
    for name in types:
        if genre := _by_type().get(name):
            yield Claim(genre, "json_ld:@type", 0.95, name)


def genre_of_label(label: str | None, method: str, confidence: float) -> Iterator[Claim]:
    """The claim of a short text that is a genre's label as a whole; `news` is weak."""
    if label and len(label) <= _LONGEST_LABEL and (genre := _by_label().get(_key(label))):
        yield Claim(genre, method, min(confidence, _WEAK) if genre == "news" else confidence, label.strip())


def genre_of_kicker(before: Sequence[str], behind: Sequence[str]) -> Iterator[Claim]:
    """Claims of the texts around the headline, nearest first; `live` only directly above it: menus have it, too."""
    for number, text in enumerate(before[:_BEFORE]):
        found = genre_of_label(text.strip("|>›»/ "), "visible:label", 0.7)
        yield from (claim for claim in found if number == 0 or claim.value not in ("live", "news"))
    for text in behind[:_AFTER]:
        yield from genre_of_label(text.strip("|>›»/ "), "visible:label", 0.7)


def genre_of_title(title: str) -> Iterator[Claim]:
    """The claim of a label at either end of a title: "Review: …", "… – live", "Opinion | …"."""
    parts = _SEPARATORS.split(title)
    if len(parts) > 1:
        for part in (parts[0], parts[-1]):
            claims = genre_of_label(part, "title:label", 0.8)
            yield from (claim for claim in claims if claim.value != "news")


def _claims(draft: Draft) -> Iterator[Claim]:
    facts = draft.facts
    titles = dict.fromkeys(filter(None, [facts.title, *(c.value for c in draft.evidence.claims("title"))]))
    for title in titles:
        yield from genre_of_title(title)
    yield from _of_lines(draft)
    if "live" in draft.flags:
        yield Claim("live", "layout:live", 0.75, "live")
    yield from genre_of_label(facts.section, "section", 0.65)
    yield from _of_opening(draft.text)
    yield from _of_address(facts.canonical_url or facts.url)


def _of_lines(draft: Draft) -> Iterator[Claim]:
    """Labels in the lines around the title of a plain text."""
    segments = draft.segments
    title = next((n for n, segment in enumerate(segments) if segment.kind == "title"), None)
    if title is None:
        return
    for segment in segments[max(0, title - _BEFORE) : title + 1 + _AFTER]:
        if segment.kind not in ("title", "body"):
            yield from genre_of_label(segment.text, "visible:label", 0.7)


def _of_opening(text: str) -> Iterator[Claim]:
    opening = text[:_OPENING]
    for genre, pattern in _openings().items():
        if match := pattern.search(opening):
            yield Claim(genre, "text:opening", 0.75, match[0])


def _of_address(url: str | None) -> Iterator[Claim]:
    """Labels among the segments of a path before the last, which names the article."""
    try:
        segments = urlsplit(url or "").path.split("/")
    except ValueError:
        return
    for segment in segments[:-1]:
        yield from genre_of_label(unquote(segment), "url:path", 0.6)


def _key(text: str) -> str:
    return _WORD_BREAK.sub(" ", fold(text)).strip(" .:|")


@cache
def _by_label() -> Mapping[str, str]:
    labels: Mapping[str, Sequence[str]] = toml("genres.toml")["labels"]
    assert set(labels) <= set(get_args(Genre))
    return {_key(label): genre for genre, named in labels.items() for label in named}


@cache
def _by_type() -> Mapping[str, str]:
    return {name: genre for genre, named in toml("genres.toml")["types"].items() for name in named}


@cache
def _openings() -> Mapping[str, re.Pattern[str]]:
    return {genre: re.compile("|".join(p)) for genre, p in toml("genres.toml")["openings"].items()}
