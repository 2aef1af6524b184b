"""Which article a cleaned document is: its id, its aliases, and the hashes that tell versions apart."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.contract.article import (
    Alias,
    AliasKind,
    Article,
    DocumentForm,
    Draft,
    Evidence,
    IdBasis,
    Image,
    Link,
    Segment,
)
from transforms.contract.documents import Cleaned, RawDocument
from transforms.contract.ids import digest
from transforms.text.folding import count_words, fold, text_hash
from transforms.text.language import detect
from transforms.text.urls import canonical

_PARAGRAPH = 60
_ENOUGH = 150

# A date that is known to the month or year only is no name of an article.
_TO_THE_DAY = ("second", "minute", "hour", "day")


def finalize(draft: Draft, raw: RawDocument) -> Cleaned:
    """Give a draft its identity; every row gets the article's id, version_no stays 0 until it lands."""
    url = draft.url or raw.origin.url
    fetched = canonical(url) if url else None
    declared = canonical(draft.canonical_url) if draft.canonical_url else None
    basis, article_id = _article_id(draft, raw, declared=declared, fetched=fetched)
    article = _article(draft, raw, article_id, basis, url=url, canonical_url=declared or fetched)
    rows: tuple[Segment | Evidence | Image | Link, ...]
    rows = (*draft.segments, *draft.evidence, *draft.images, *draft.links)
    for row in rows:
        row.article_id, row.version_no = article_id, 0
    aliases = [Alias(article_id, kind, value) for kind, value in _aliases(draft, raw, declared, fetched)]
    return Cleaned(article, draft.segments, draft.evidence, draft.images, draft.links, aliases)


def _article_id(
    draft: Draft, raw: RawDocument, *, declared: str | None, fetched: str | None
) -> tuple[IdBasis, str]:
    """The first identity that exists: address, guid, title and day at a publisher, text."""
    if declared:
        return "canonical_url", digest("url", declared)
    if fetched:
        return "url", digest("url", fetched)
    if draft.guid:
        return "guid", digest("guid", raw.origin.source_id, draft.guid)
    if draft.publisher and draft.title and draft.published_at and draft.published_precision in _TO_THE_DAY:
        day = draft.published_at.date().isoformat()
        return "title_date", digest("title_date", fold(draft.publisher), fold(draft.title), day)
    return "text", digest("text", fold(draft.title or ""), fold(draft.text))


def _aliases(
    draft: Draft, raw: RawDocument, declared: str | None, fetched: str | None
) -> Iterator[tuple[AliasKind, str]]:
    if declared:
        yield "canonical_url", declared
    if fetched:
        yield "url", fetched
    amp = canonical(draft.amp_url) if draft.amp_url else None
    if amp and amp not in (declared, fetched):
        yield "amp_url", amp
    if draft.guid:
        yield "guid", f"{raw.origin.source_id} {draft.guid}"


def _prose(text: str) -> str:
    """The paragraphs of a text that are more than a few words: names and numbers in tables tell no language."""
    prose = "\n".join(line for line in text.split("\n") if len(line) >= _PARAGRAPH)
    return prose if len(prose) >= _ENOUGH else text


def _article(
    draft: Draft,
    raw: RawDocument,
    article_id: str,
    basis: IdBasis,
    *,
    url: str | None,
    canonical_url: str | None,
) -> Article:
    language = detect(_prose(draft.text))
    code, confidence = language or (draft.declared_language, None)
    repairs = dict.fromkeys(str(code) for code in (*raw.repairs, *draft.repairs))
    return Article(
        article_id=article_id,
        version_no=0,
        raw_id=raw.raw_id,
        source_id=raw.origin.source_id,
        url=url,
        canonical_url=canonical_url,
        id_basis=basis,
        publisher=draft.publisher,
        publisher_basis=draft.publisher_basis,
        title=draft.title,
        subtitle=draft.subtitle,
        authors=draft.authors,
        section=draft.section,
        language=code,
        language_confidence=confidence,
        published_at=draft.published_at,
        published_precision=draft.published_precision,
        published_basis=draft.published_basis,
        modified_at=draft.modified_at,
        text=draft.text,
        captions=draft.captions,
        word_count=count_words(draft.text),
        text_hash=text_hash(draft.title, draft.text),
        input_hash=_input_hash(draft, code),
        observation_id="",
        is_latest=True,
        form=_form(raw),
        extraction_method=draft.extraction_method,
        extraction_confidence=draft.extraction_confidence,
        flags=list(draft.flags),
        repairs=list(repairs),
        first_seen_at=raw.origin.fetched_at,
    )


def _form(raw: RawDocument) -> DocumentForm:
    if raw.media_type in ("text/html", "application/xhtml+xml"):
        return "page"
    if raw.media_type == "text/plain":
        return "text"
    return "entry" if raw.origin.hints.get("envelope") == "feed" else "record"


def _input_hash(draft: Draft, language: str | None) -> str:
    published = draft.published_at.isoformat() if draft.published_at else ""
    return digest(
        draft.title or "",
        draft.text,
        draft.captions,
        published,
        draft.published_precision or "",
        language or "",
    )
