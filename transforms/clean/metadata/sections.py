"""The section that the address of an article names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote, urlsplit

from transforms.contract.article import Claim, Draft
from transforms.text.wordlists import toml

_CONFIDENCE = 0.5
_WORDS = re.compile(r"[^\W\d_]+(?:[-_][^\W\d_]+){0,3}")
_NUMBERED = re.compile(r"(?P<words>[a-z]+(?:-[a-z]+){0,3})-\d{5,}")
_LONGEST = 30
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?")


def complete_section(draft: Draft) -> None:
    """Add the section that the address names to the evidence; it is the draft's when nothing else states one."""
    facts = draft.facts
    named = section_of_address(facts.canonical_url or facts.url)
    if named is None:
        return
    is_chosen = facts.section is None
    if is_chosen:
        facts.section = named.value
    draft.evidence.add("section", [named], chosen=int(is_chosen))


def section_of_address(url: str | None) -> Claim | None:
    """The first segment of the path that names a section; the last segment names the article itself.

    Numbers, containers (`/article/`), editions (`/en/`) are passed over; `/news/` and the like count when
    nothing more exact follows. The value has spaces for hyphens; the clue is the segment.
    """
    try:
        path = urlsplit(url or "").path
    except ValueError:
        return None
    segments = [unquote(part) for part in path.split("/") if part]
    if not segments:
        return None
    candidates = [*_named(segments[:-1]), *_joined_to_number(segments[-1])]
    exact = [segment for segment in candidates if segment.casefold() not in _list("general")]
    named = next(iter([*exact, *candidates]), None)
    if named is None:
        return None
    return Claim(re.sub(r"[-_]+", " ", named).casefold(), "url:path", _CONFIDENCE, named)


def _named(segments: list[str]) -> Iterator[str]:
    for segment in segments:
        key = segment.casefold()
        is_edition = _LANGUAGE.fullmatch(key) is not None and key not in _list("general")
        is_word = len(segment) <= _LONGEST and _WORDS.fullmatch(segment) is not None
        if is_word and not is_edition and key not in _list("containers"):
            yield segment


def _joined_to_number(segment: str) -> Iterator[str]:
    """The section in a last segment like `world-europe-12345678`."""
    match = _NUMBERED.fullmatch(segment.casefold())
    if match is not None and match["words"].partition("-")[0] in _list("known"):
        yield match["words"]


@cache
def _list(name: str) -> frozenset[str]:
    return frozenset(toml("sections.toml")[name])
