"""A clean text as an Article for the enrichments, without any change to it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from transforms.contract.article import Article, Precision
from transforms.contract.errors import UsageError
from transforms.text.dates import parse_date
from transforms.text.folding import count_words, text_hash
from transforms.text.language import detect

# A less confident detection must not exclude a text from the enrichments.
_CONFIDENT = 0.7


def plain_article(
    article_id: str,
    text: str,
    *,
    title: str | None = None,
    captions: str = "",
    published_at: str | datetime | None = None,
    published_precision: Precision | None = None,
    language: str | None = None,
    url: str | None = None,
) -> Article:
    """An Article around given texts; UsageError when `published_at` is not a date.

    `published_precision` is needed only where `published_at` is printed more precisely than it is known.
    `language` may have a region (en-GB); without one it is detected.
    """
    at, precision = _published(published_at)
    language, confidence = _language(language, text)
    return Article(
        article_id=article_id,
        version_no=1,
        raw_id="",
        source_id="",
        url=url,
        id_basis="text",
        title=title,
        language=language,
        language_confidence=confidence,
        published_at=at,
        published_precision=(published_precision or precision) if at else None,
        published_basis="record" if at else None,
        text=text,
        captions=captions,
        word_count=count_words(text),
        text_hash=text_hash(title, text),
        input_hash="",
        observation_id="",
        is_latest=True,
        form="text",
        extraction_method="given",
        extraction_confidence=1.0,
    )


def _language(language: str | None, text: str) -> tuple[str | None, float | None]:
    """The stated language without its region, else the detected one if confident; and its confidence."""
    stated = re.split("[-_]", language.strip().lower())[0] if language else ""
    if stated:
        return stated, None
    detected = detect(text)
    if detected is None:
        return None, None
    return (detected[0] if detected[1] >= _CONFIDENT else None), detected[1]


def _published(given: str | datetime | None) -> tuple[datetime | None, Precision | None]:
    if given is None or given == "":
        return None, None
    if isinstance(given, datetime):
        return (given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(UTC), "second"
    parsed = parse_date(given)
    if parsed is None:
        raise UsageError(f"not a date: {given!r}")
    return parsed.value, parsed.precision
