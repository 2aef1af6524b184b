"""Batches of pending documents and articles: equal shares of the work, within the limits of the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from warehouse.ledger.steps import PendingArticle, PendingDocument

BATCH_BYTES = 64 << 20
_DOCUMENT_BYTES = 4096  # that take as long as any document takes beside its own bytes
_BATCHES = 3  # for every worker, so that its articles are enriched while others are still cleaned
_FEWEST_DOCUMENTS = 16  # whose work is worth a transaction
_PARTS = 2  # of a batch of articles for every worker
_MOST_ARTICLES = 16  # of a part: some seconds of work, after which progress is shown


def document_work(document: PendingDocument) -> int:
    """The work on a document, in bytes."""
    return document.byte_count + _DOCUMENT_BYTES


def document_batches(
    pending: Sequence[PendingDocument], *, largest: int, workers: int
) -> Iterator[list[PendingDocument]]:
    """Batches in order, of documents that are all new or all redone, up to `largest` and 64 MB each.

    Several workers get equal shares.
    """
    remaining = sum(map(document_work, pending))
    share = BATCH_BYTES if workers == 1 else max(remaining // (_BATCHES * workers), 1)
    batch: list[PendingDocument] = []
    done, equal = 0, 0.0
    for document in pending:
        work = document_work(document)
        is_other = bool(batch) and batch[0].is_redone != document.is_redone
        is_equal = len(batch) >= _FEWEST_DOCUMENTS and done + work / 2 > equal
        if batch and (is_other or is_equal or len(batch) >= largest or done + work > BATCH_BYTES):
            yield batch
            remaining -= done
            batch, done = [], 0
        if not batch:
            equal = remaining / max(round(remaining / share), 1)
        batch.append(document)
        done += work
    if batch:
        yield batch


def article_batches(pending: Sequence[PendingArticle], *, largest: int) -> Iterator[list[PendingArticle]]:
    """Batches in order, of articles that lack the same steps."""
    for _, group in groupby(pending, key=lambda a: (a.steps, a.is_redone)):
        alike = list(group)
        for start in range(0, len(alike), largest):
            yield alike[start : start + largest]


def article_parts(word_counts: Sequence[int], *, workers: int) -> list[range]:
    """The places of a batch's articles in parts of about equal work, in order."""
    several = 1 if workers == 1 else min(_PARTS * workers, len(word_counts))
    count = max(several, -(-len(word_counts) // _MOST_ARTICLES))
    share = sum(word_counts) / max(count, 1)
    parts: list[range] = []
    start = words = 0
    for place, more in enumerate(word_counts):
        if place > start and words + more / 2 > share * (len(parts) + 1):
            parts.append(range(start, place))
            start = place
        words += more
    return [*parts, range(start, len(word_counts))]
