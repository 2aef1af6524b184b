"""Articles of documents with explicit fields: JSON records, news exchange formats, mails, PDFs."""

from __future__ import annotations

import re
from typing import Literal

from transforms.clean.metadata.bylines import read_byline
from transforms.clean.metadata.choose_date import Published, choose, read_candidates
from transforms.clean.metadata.genres import genre_of_label
from transforms.clean.metadata.publisher import publisher_of_url
from transforms.contract.article import Claim, Draft, Facts, Image, Segment
from transforms.contract.documents import Origin, PublisherContext, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import cleaner
from transforms.read.records.fields import is_weak
from transforms.read.records.record import Record, record_of
from transforms.text.dates import parse_date
from transforms.text.folding import count_words
from transforms.text.repair import repair_line, repair_text
from transforms.text.urls import resolve

_FEWEST_WORDS = 8
# Envelopes whose date is that of publication; the date of a data set may mean anything.
_FEEDS = ("feed", "sitemap")


@cleaner(
    "application/json",
    "application/vnd.iptc.g2.newsitem+xml",
    "application/nitf+xml",
    "message/rfc822",
    "application/pdf",
    "text/vnd.iptc.anpa",
)
def clean_record(raw: RawDocument, known: PublisherContext) -> Draft | Rejected:
    """The draft of a record: its stated fields take precedence over facts inferred from its text."""
    record = record_of(raw)
    if isinstance(record, Rejected):
        return record
    title = _line(record.title, record)
    draft = _body(record, title, raw, known)
    if isinstance(draft, Rejected):
        return draft
    basis = "feed" if raw.origin.hints.get("envelope") in _FEEDS else "record"
    _state_title(draft, title, record)
    _state_names(draft, record, basis)
    _state_dates(draft, record, basis, raw.origin)
    _state_captions(draft, record)
    _state_frame(draft, record)
    facts = draft.facts
    facts.section = _line(record.section, record)
    name = record.names.get("genre", "genre")
    draft.evidence.add("genre", genre_of_label(record.genre, f"record:{name}", 0.85))
    facts.declared_language = _language(record.language)
    facts.url = resolve(raw.origin.url, record.url) if record.url else facts.url
    facts.guid = record.guid
    draft.extraction_method = f"record:{draft.extraction_method}"
    draft.repairs = list(dict.fromkeys((*record.repairs, *draft.repairs)))
    if record.is_teaser and "teaser" not in draft.flags:
        draft.flags.append("teaser")
    return draft


@cleaner("text/uri-list")
def reject_link(raw: RawDocument, known: PublisherContext) -> Draft | Rejected:  # noqa: ARG001 - a cleaner's signature
    """Reject an address: the page behind it was not fetched."""
    return Rejected(Reason.LINK_NOT_FETCHED, raw.body.decode("utf-8", "replace").strip())


def _body(record: Record, title: str | None, raw: RawDocument, known: PublisherContext) -> Draft | Rejected:
    if record.html:
        from transforms.clean.page_article import clean_fragment

        return clean_fragment(
            record.html,
            title=title,
            url=record.url or raw.origin.url,
            authors=read_byline(record.authors).persons,
            not_after=raw.origin.latest_date,
            known=known,
        )
    from transforms.clean.plain_article import clean_text

    draft = clean_text(
        record.text or "", title=title, boilerplate=known.boilerplate, not_after=raw.origin.latest_date
    )
    if isinstance(draft, Rejected) and draft.reason in (Reason.EMPTY_BODY, Reason.BODY_TOO_SHORT):
        return _as_it_stands(record.text or "") or draft
    return draft


def _as_it_stands(text: str) -> Draft | None:
    """A text without sentences that its source calls the article: tables, results."""
    repaired, repairs = repair_text(text)
    paragraphs = [line for part in repaired.text.split("\n") if (line := part.strip())]
    if count_words(repaired.text) < _FEWEST_WORDS:
        return None
    draft = Draft(Facts(), "\n\n".join(paragraphs), extraction_method="whole", extraction_confidence=0.5)
    start = 0
    for line in paragraphs:
        draft.segments.append(_segment("body", start, line, "text"))
        start += len(line) + 2
    draft.repairs = [*repairs, Repair.TITLE_MISSING]
    return draft


def _state_title(draft: Draft, title: str | None, record: Record) -> None:
    draft.facts.subtitle = _line(record.subtitle, record) or draft.facts.subtitle
    if title is None:
        return
    if title != draft.facts.title:
        draft.facts.title = title
        for segment in draft.segments:
            if segment.field == "title":
                segment.field, segment.start, segment.end = None, None, None
    draft.repairs = [r for r in draft.repairs if r != Repair.TITLE_MISSING]
    if not any(s.field == "title" for s in draft.segments):
        draft.segments.insert(0, _segment("title", 0, title, record.names.get("title", "title")))
        for image in draft.images:
            image.segment_no = None if image.segment_no is None else image.segment_no + 1


def _state_names(draft: Draft, record: Record, basis: str) -> None:
    facts = draft.facts
    publisher = _line(record.publisher, record)
    if publisher:
        facts.publisher, facts.publisher_basis = publisher, basis
        draft.evidence.overrule(
            "publisher", [_claim(publisher, record.names.get("publisher", "publisher"))], chosen=1
        )
    elif facts.publisher is None and (domain := publisher_of_url(record.url)):
        facts.publisher, facts.publisher_basis = domain.name, domain.basis
    stated = [name for value in record.authors if (name := _line(value, record))]
    byline = read_byline(stated, outlets=[facts.publisher] if facts.publisher else [])
    if stated:
        facts.authors = list(byline.persons)
        name = record.names.get("authors", "authors")
        if byline.persons:
            draft.evidence.overrule(
                "authors", [_claim(person, name) for person in byline.persons], chosen=len(byline.persons)
            )


def _state_dates(draft: Draft, record: Record, basis: str, origin: Origin) -> None:
    """The stated date, else the one found in the text; both stay as evidence."""
    if record.modified and (parsed := parse_date(record.modified)):
        draft.facts.modified_at = parsed.value
    if not record.published:
        return
    name = record.names.get("published", "published")
    candidates = read_candidates(
        record.published,
        basis="feed" if basis == "feed" else "record",
        method=name if ":" in name else f"{basis}:{name}",
        confidence=0.6 if is_weak("published", name) else 0.95,
    )
    _take(draft, choose(candidates, not_after=origin.latest_date))


def _take(draft: Draft, stated: Published) -> None:
    if stated.at is not None:
        facts = draft.facts
        facts.published_at, facts.published_precision = stated.at, stated.precision
        facts.published_basis = stated.basis
        draft.repairs = [r for r in draft.repairs if not r.startswith("date_")]
        draft.evidence.overrule("published_at", stated.claims, chosen=1)
    else:
        draft.evidence.add("published_at", stated.claims)
    draft.repairs += stated.repairs


def _state_captions(draft: Draft, record: Record) -> None:
    """Add captions from outside the text after those found in it."""
    lines = [draft.captions] if draft.captions else []
    known = set(draft.captions.split("\n")) if draft.captions else set()
    for picture in record.captions:
        text = _line(picture.text, record)
        segment_no = None
        if text and text not in known:
            known.add(text)
            start = len("\n".join(lines)) + 1 if lines else 0
            segment_no = len(draft.segments)
            draft.segments.append(_segment("caption", start, text, "captions"))
            lines.append(text)
        if text or picture.url:
            draft.images.append(Image(picture.url, text, _line(picture.credit, record), segment_no))
    draft.captions = "\n".join(lines)


def _state_frame(draft: Draft, record: Record) -> None:
    """Add the lines around the body that are not the article's, so that none is lost."""
    before = [_frame_line(line, "before") for part in record.before if (line := _line(part, record))]
    after = [_frame_line(line, "after") for part in record.after if (line := _line(part, record))]
    draft.segments = [*before, *draft.segments, *after]
    for image in draft.images:
        image.segment_no = None if image.segment_no is None else image.segment_no + len(before)


def _frame_line(text: str, place: str) -> Segment:
    return Segment("other", None, None, None, None, None, text, f"record:{place}", 1.0)


def _line(text: str | None, record: Record) -> str | None:
    """One line of text, repaired like the body."""
    if not text:
        return None
    line, repairs = repair_line(text)
    for repair in repairs:
        record.note(repair)
    return line or None


def _language(code: str | None) -> str | None:
    match = re.match(r"([a-z]{2})(?:[-_]|$)", (code or "").strip().lower())
    return match[1] if match else None


def _segment(field: Literal["title", "body", "caption"], start: int, text: str, name: str) -> Segment:
    return Segment(field, field, start, start + len(text), None, None, text, f"record:{name}", 1.0)


def _claim(value: str, name: str) -> Claim:
    return Claim(value, f"record:{name}", 0.95)
