"""Articles of plain texts, from files or records: title, body, captions, and evidence for names and date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import takewhile

from transforms.clean.metadata.body_facts import state_authors
from transforms.clean.metadata.bylines import read_byline
from transforms.clean.metadata.choose_date import Candidate, choose, read_candidates, text_candidates
from transforms.clean.metadata.publisher import publisher_from_text
from transforms.clean.metadata.text_dates import labelled_parts
from transforms.clean.plain.segments import segment
from transforms.clean.plain.typed_lines import Typed, is_sentence
from transforms.contract.article import Claim, Draft, Facts, Image, Segment
from transforms.contract.documents import PublisherContext, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import cleaner
from transforms.text.encoding import decode
from transforms.text.folding import count_words
from transforms.text.repair import repair_line, repair_text

_MOST_CHARACTERS = 2_000_000
_FEWEST_WORDS = 8
_STUB_WORDS = 40
# Lines above the headline that may be the outlet's name.
_HEAD = 4
_LONGEST_DATED = 120
# A publisher below this confidence is only evidence.
_TRUSTED_PUBLISHER = 0.5
_OF_CAPTION = ("rule:caption_label", "rule:player", "rule:caption_credit")
_SEPARATORS = {"title": " ", "body": "\n\n", "caption": "\n"}


@cleaner("text/plain")
def clean_plain(raw: RawDocument, known: PublisherContext) -> Draft | Rejected:
    """The article in a text file."""
    decoded = decode(raw.body, declared=raw.origin.charset, media_type=raw.media_type)
    if isinstance(decoded, Rejected):
        return decoded
    origin = raw.origin
    draft = clean_text(
        decoded.text,
        title=origin.hints.get("title"),
        boilerplate=known.boilerplate,
        not_after=origin.latest_date,
    )
    if isinstance(draft, Draft):
        draft.facts.url = raw.origin.url
        draft.repairs[:0] = [*raw.repairs, *decoded.repairs]
    return draft


def clean_text(
    text: str,
    *,
    title: str | None = None,
    boilerplate: frozenset[str] = frozenset(),
    not_after: datetime | None = None,
) -> Draft | Rejected:
    """The article in a decoded text; `title` is the headline where another source states it.

    `not_after` is the latest possible publication date. Raw offsets of segments point into `text`. Rejected
    for EMPTY_BODY, BODY_TOO_SHORT or BODY_TOO_LONG.
    """
    if len(text) > _MOST_CHARACTERS:
        return Rejected(Reason.BODY_TOO_LONG, f"{len(text)} characters")
    repaired, repairs = repair_text(text)
    if not any(c.isalnum() for c in repaired.text):
        return Rejected(Reason.EMPTY_BODY)
    stated = repair_line(title)[0] if title else None
    typed = segment(repaired, title=stated or None, boilerplate=boilerplate)
    body = [one for one in typed if one.kind == "body"]
    words = sum(count_words(one.text.text) for one in body)
    if not any(is_sentence(one.text.text) for one in typed):
        return Rejected(Reason.EMPTY_BODY, "no line is running text")
    if words < _FEWEST_WORDS or (words < _STUB_WORDS and not any(is_sentence(one.text.text) for one in body)):
        return Rejected(Reason.BODY_TOO_SHORT, f"{words} words")
    draft = _draft(typed, stated)
    _state_date(draft, typed, not_after)
    draft.flags = ["stub"] if words < _STUB_WORDS else []
    draft.repairs = [*repairs, *([] if draft.facts.title else [Repair.TITLE_MISSING]), *draft.repairs]
    draft.extraction_confidence = round(sum(one.confidence for one in body) / len(body), 3)
    return draft


def _draft(typed: Sequence[Typed], title: str | None) -> Draft:
    segments = _segments(typed)
    fields = {
        name: separator.join(s.text for s in segments if s.field == name)
        for name, separator in _SEPARATORS.items()
    }
    if title and fields["title"] != title:
        fields["title"] = title
        segments = [_outside(s) if s.field == "title" else s for s in segments]
    subtitle = next((one.text.text for one in typed if one.kind == "subtitle"), None)
    draft = Draft(Facts(title=fields["title"] or None, subtitle=subtitle), fields["body"], fields["caption"])
    draft.segments = segments
    draft.images = _images(typed)
    draft.extraction_method = "segments"
    _state_names(draft, typed)
    return draft


def _segments(typed: Sequence[Typed]) -> list[Segment]:
    """Rows in reading order; those of title, body and caption with offsets into that text."""
    lengths: dict[str, int] = {}
    rows = []
    for one in typed:
        field, start, end = None, None, None
        if one.kind in _SEPARATORS:
            field = one.kind
            start = lengths[field] + len(_SEPARATORS[field]) if field in lengths else 0
            end = lengths[field] = start + len(one.text)
        raw_start, raw_end = _raw_span(one) or (None, None)
        rows.append(
            Segment(
                kind=one.kind,
                field=field,  # type: ignore[arg-type]
                start=start,
                end=end,
                raw_start=raw_start,
                raw_end=raw_end,
                text=one.text.text,
                basis=one.basis,
                confidence=round(one.confidence, 3),
            )
        )
    return rows


def _outside(segment: Segment) -> Segment:
    """A title line that differs from the stated title, as a segment outside all texts."""
    segment.field, segment.start, segment.end = None, None, None
    return segment


def _images(typed: Sequence[Typed]) -> list[Image]:
    """One image per caption; a credit belongs to the caption before it if only a button is between them.

    A credit printed before a caption or below a label of its own belongs to the caption after it, else to
    the one before.
    """
    images: list[Image] = []
    near = False
    before: str | None = None
    above: Image | None = None
    for number, one in enumerate(typed):
        if one.kind == "caption":
            images.append(Image(None, one.text.text, before, number))
            before = above = None
        elif one.basis == "rule:credit_before":
            before = one.text.text
            above = images[-1] if near and images[-1].credit is None else None
        elif one.kind == "credit" and near and images[-1].credit is None:
            images[-1].credit = one.text.text
        near = one.kind == "caption" or (near and one.kind == "widget")
        if one.kind not in ("credit", "widget"):
            _credited(above, before)
            before = None
    _credited(above, before)
    return images


def _credited(image: Image | None, credit: str | None) -> None:
    """Credit an image whose credit is printed below it."""
    if image is not None and credit is not None:
        image.credit = credit


def _state_names(draft: Draft, typed: Sequence[Typed]) -> None:
    facts = draft.facts
    body = [_placed(one) for one in typed if one.kind == "body"]
    head = takewhile(lambda one: one.kind not in ("title", "body"), typed[:_HEAD])
    lines = [_placed(one) for one in typed if one.kind != "body"]
    candidates = publisher_from_text(lines, head=[_placed(one) for one in head], body=body[:2])
    is_trusted = bool(candidates) and candidates[0].confidence >= _TRUSTED_PUBLISHER
    if is_trusted:
        facts.publisher, facts.publisher_basis = candidates[0].name, candidates[0].basis
    named = (Claim(c.name, c.method, c.confidence, c.clue, c.raw_start, c.raw_end) for c in candidates)
    draft.evidence.add("publisher", named, chosen=int(is_trusted))
    # Contributors named in a note of their own do not sign.
    signed = [one for one in typed if one.kind == "byline" and one.basis != "rule:contributed"]
    facts.authors = list(read_byline(one.text.text for one in signed).persons)
    signatures = (_signature(name, signed) for name in facts.authors)
    draft.evidence.add("authors", signatures, chosen=len(facts.authors))
    state_authors(facts, draft.evidence, [one.text.text for one in typed], ())


def _signature(name: str, signed: Sequence[Typed]) -> Claim:
    """The byline that names a person."""
    line = next((one for one in signed if name in one.text.text), signed[0])
    clue, start = _placed(line)
    return Claim(name, "byline", line.confidence, clue, start, None if start is None else start + len(clue))


def _state_date(draft: Draft, typed: Sequence[Typed], not_after: datetime | None) -> None:
    facts = draft.facts
    body = [_placed(one) for one in typed if one.kind == "body"]
    captions = [_with_line(typed, number) for number, one in enumerate(typed) if one.kind == "caption"]
    rest = [
        _placed(one)
        for one in typed
        if one.kind not in ("title", "body", "caption", "navigation", "legal", "promo")
    ]
    candidates = text_candidates(facts.title, body, captions, lines=rest)
    published = choose(candidates, not_after=not_after)
    facts.published_at, facts.published_precision = published.at, published.precision
    facts.published_basis = published.basis
    draft.evidence.add("published_at", published.claims, chosen=int(published.at is not None))
    draft.repairs += published.repairs
    modified = choose(_updates(rest), not_after=not_after)
    facts.modified_at = modified.at
    draft.evidence.add("modified_at", modified.claims, chosen=int(modified.at is not None))


def _updates(lines: Sequence[tuple[str, int | None]]) -> Iterator[Candidate]:
    """The dates that lines outside the body label as those of a change."""
    for text, offset in lines:
        for label, part in labelled_parts(text) if len(text) <= _LONGEST_DATED else ():
            if label == "updated":
                end = None if offset is None else offset + len(text)
                yield from read_candidates(
                    part, basis="visible", method="line:updated", confidence=0.7, clue=text,
                    raw_start=offset, raw_end=end,
                )  # fmt: skip


def _with_line(typed: Sequence[Typed], number: int) -> tuple[str, int | None]:
    """A caption followed by its line's label and credit, which may mark it as from the archive."""
    text, offset = _placed(typed[number])
    around = [*typed[max(0, number - 1) : number], *typed[number + 1 : number + 3]]
    return " ".join([text, *(one.text.text for one in around if one.basis in _OF_CAPTION)]), offset


def _placed(one: Typed) -> tuple[str, int | None]:
    """A segment's text with its raw offset."""
    span = _raw_span(one)
    return one.text.text, span[0] if span else None


def _raw_span(one: Typed) -> tuple[int, int] | None:
    runs = one.text.runs
    return (runs[0].raw_start, runs[-1].raw_end) if runs else None
