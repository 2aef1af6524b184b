"""Facts that only an article's body states: by the byline and dateline that open it, the credit that ends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from transforms.clean.lines.line_rules import known_line
from transforms.clean.metadata.bylines import announces, is_printed_name, read_byline, split_names
from transforms.clean.metadata.choose_date import Candidate, choose
from transforms.clean.metadata.datelines import read_dateline
from transforms.clean.metadata.text_dates import dateline_dates
from transforms.clean.page.blocks import squeeze
from transforms.contract.article import Claim, EvidenceBook, Facts
from transforms.text.wordlists import words_of_kind

# Paragraphs at the start and at the end that may be a byline.
_FIRST, _LAST = 3, 2
_LONGEST, _FEW_WORDS = 120, 6
# Characters of a closing credit before the words for writing: "This story was".
_LONGEST_LEAD = 40
_SIGNED, _CREDITED = 0.5, 0.45
_AGENCY = 0.55


def body_bylines(paragraphs: Sequence[str], authors: Sequence[str]) -> Iterator[int]:
    """The numbers of paragraphs that are a byline: names announced like one, or the known authors and no more.

    Of the paragraphs after the first few only the last is looked at, and only for the known authors.
    """
    known = {squeeze(name) for name in authors}
    last = len(paragraphs) - 1
    for number, text in enumerate(paragraphs):
        if len(text) > _LONGEST or last <= 0 or _FIRST <= number < last:
            continue
        names = split_names(text)
        is_signed = bool(names) and len(names) == len(known) and all(squeeze(name) in known for name in names)
        is_announced = announces(text) and bool(names) and all(map(is_printed_name, names))
        if (is_announced and number < _FIRST) or (is_signed and not _is_sentence(text)):
            yield number


def _is_sentence(text: str) -> bool:
    return text.rstrip().endswith((".", "?", "!", "…")) and len(text.split()) > _FEW_WORDS


def body_date_lines(paragraphs: Sequence[str]) -> Iterator[int]:
    """The numbers of paragraphs before the first sentence that are a date: "Last updated 15 May 2024"."""
    for number, text in enumerate(paragraphs[:_FIRST]):
        rule = known_line(text) if len(text) <= _LONGEST and len(paragraphs) > 1 else None
        if rule is not None and rule.kind == "dateline":
            yield number


def closing_signers(paragraphs: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """The words and the names of a closing credit: "This story was written by Jane Doe, produced by Jo Ek"."""
    for text in reversed(paragraphs[-_LAST:]):
        start = next((at for cue in _written() if 0 <= (at := text.casefold().find(cue)) <= _LONGEST_LEAD), -1)
        if start < 0 or len(text) > _LONGEST:
            continue
        names = tuple(name for name in split_names(text[start:]) if is_printed_name(name))
        if names:
            return text, names
    return None


def state_authors(
    facts: Facts, evidence: EvidenceBook, paragraphs: Sequence[str], signed: Sequence[int]
) -> None:
    """State the authors of a byline or a closing credit in the body, where nothing else names them."""
    if facts.authors:
        return
    values, method, confidence = [paragraphs[number] for number in signed], "visible:first_paragraph", _SIGNED
    names = read_byline(values).persons
    if not names and (closing := closing_signers(paragraphs)):
        values, names, method, confidence = [closing[0]], closing[1], "visible:closing_credit", _CREDITED
    if names:
        facts.authors = list(names)
        claim = Claim("; ".join(names), method, confidence, "; ".join(values))
        evidence.overrule("authors", [claim], chosen=1)


def state_dateline(
    facts: Facts, evidence: EvidenceBook, paragraphs: Sequence[str], *, not_after: datetime | None
) -> None:
    """State date and agency of the dateline, where nothing else dates the article or names its outlet.

    A day refines the month of the address; else the dateline's values are only evidence.
    """
    lines = [(text, None) for text in paragraphs[:2]]
    years = {facts.published_at.year} if facts.published_at else set[int]()
    candidates = [
        Candidate(
            found.date.value, found.date.precision, found.basis, found.method, found.clue, confidence=0.85
        )
        for found in dateline_dates(lines, facts.declared_language, years=years)
    ]
    published = choose(candidates, not_after=not_after)
    if published.at is not None:
        stated = facts.published_at
        is_coarse = stated is not None and facts.published_precision in ("month", "year")
        is_within = is_coarse and f"{stated:%Y-%m}" == f"{published.at:%Y-%m}"
        if stated is None or is_within:
            facts.published_at, facts.published_precision = published.at, published.precision
            facts.published_basis = published.basis
            evidence.overrule("published_at", published.claims, chosen=1)
        else:
            evidence.add("published_at", published.claims)
    named = next((d for text in paragraphs[:2] if (d := read_dateline(text)) and d.agency), None)
    if named is not None and named.agency:
        claim = Claim(named.agency, "dateline", _AGENCY, named.text.strip())
        if facts.publisher is None:
            facts.publisher, facts.publisher_basis = named.agency, "text"
            evidence.overrule("publisher", [claim], chosen=1)
        else:
            evidence.add("publisher", [claim])


def _written() -> tuple[str, ...]:
    return tuple(words_of_kind("byline_words.tsv", "written"))
