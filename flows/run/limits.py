"""Cleaning and enriching under guard: a document that hangs, explodes or crashes its parser costs only itself.

Ordinary ones are done in this process under a timer. Those that a cheap look finds risky (large, of
very many tags, or in a format whose parser can run away) go to a process that may be killed.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from flows.run.sandbox import MEMORY_BYTES, TimeLimit, guarded, timer
from transforms.contract.article import Article
from transforms.contract.documents import NO_CONTEXT, Cleaned, Origin, PublisherContext, RawDocument, Rejected
from transforms.contract.reasons import Reason

if TYPE_CHECKING:
    from transforms.enrich import Rows
    from transforms.nlp.resources import Resources

CLEAN_SECONDS = 8.0
ENRICH_SECONDS = 10.0  # of one article; ordinary ones take a hundredth of it
_RISKY_TYPES = frozenset({"application/pdf", "message/rfc822"})
_RISKY_BYTES = 1 << 20  # one page in a hundred or two
_RISKY_TAGS = 20_000  # a timer cannot interrupt a parser, and some take the square of them
_RISKY_CHARACTERS = 60_000  # ten thousand words: a long read
_RISKY_WORD = re.compile(r"\S{2000}")
_DETAILS = {
    Reason.MEMORY_LIMIT: f"its worker died: more than {MEMORY_BYTES >> 20} MB, or its parser crashed",
    Reason.TIME_LIMIT: "too much work: more than {:.0f} s",
}


def clean_with_limits(raw: RawDocument, known: PublisherContext = NO_CONTEXT) -> Cleaned | Rejected:
    """Clean one document; what our own code fails on is a rejection."""
    if _is_risky(raw):
        found: Cleaned | Rejected | Reason = guarded(_clean, raw, known, seconds=CLEAN_SECONDS)
        return refused_document(raw, found) if isinstance(found, Reason) else found
    try:
        with timer(CLEAN_SECONDS):
            return _clean(raw, known)
    except TimeLimit:
        return refused_document(raw, Reason.TIME_LIMIT)


def _is_risky(raw: RawDocument) -> bool:
    is_large = len(raw.body) > _RISKY_BYTES or raw.body.count(b"<") > _RISKY_TAGS
    return is_large or raw.media_type in _RISKY_TYPES


def _clean(raw: RawDocument, known: PublisherContext) -> Cleaned | Rejected:
    from transforms.clean import clean

    try:
        return clean(raw, known)
    except MemoryError:
        return refused_document(raw, Reason.MEMORY_LIMIT)
    except Exception:  # our own defect on this document: kept with its trace, the batch goes on
        return _rejected(raw, Reason.STEP_FAILED, traceback.format_exc(limit=-6))


def refused_document(raw: RawDocument, reason: Reason) -> Rejected:
    """The rejection of a document that exceeded a limit, or cost the life of a process."""
    return _rejected(raw, reason, _DETAILS[reason].format(CLEAN_SECONDS))


def _rejected(raw: RawDocument, reason: Reason, detail: str) -> Rejected:
    return Rejected(reason, detail, raw.origin, raw.item_no, raw.raw_id, raw.body[:4096])


def enrich_with_limits(
    articles: Sequence[Article], resources: Resources, *, tables: Collection[str]
) -> Iterator[tuple[Article, Rows | Rejected]]:
    """Each article with its rows of these tables, ordinary ones first."""
    from transforms.enrich import enrich  # late: cleaning does without

    risky = [article for article in articles if _is_long(article)]
    ordinary = [article for article in articles if not _is_long(article)]
    if ordinary:
        results = enrich(ordinary, resources, tables=tables)  # loads what it needs, outside the limit
        try:
            with timer(ENRICH_SECONDS * len(ordinary)):
                done = list(results)
        except TimeLimit:
            risky, done = list(articles), []
        yield from done
    for article in risky:
        found: Rows | Rejected | Reason = guarded(
            _enrich, article, resources, tuple(tables), seconds=ENRICH_SECONDS
        )
        yield article, refused_article(article, found) if isinstance(found, Reason) else found


def _is_long(article: Article) -> bool:
    texts = (article.title or "", article.text, article.captions)
    return any(len(text) > _RISKY_CHARACTERS or _RISKY_WORD.search(text) for text in texts)


def _enrich(article: Article, resources: Resources, tables: Collection[str]) -> Rows | Rejected:
    from transforms.enrich import enrich

    try:
        ((_, found),) = enrich([article], resources, tables=tables)
    except MemoryError:
        return refused_article(article, Reason.MEMORY_LIMIT)
    return found


def refused_article(article: Article, reason: Reason) -> Rejected:
    """The rejection of an article whose enrichment exceeded a limit, or cost the life of a process."""
    origin = Origin(article.source_id, url=article.url)
    return Rejected(reason, _DETAILS[reason].format(ENRICH_SECONDS), origin, raw_id=article.raw_id)
