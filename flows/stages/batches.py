"""Batches of pending documents and articles, within the limits of the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from flows.stages.session import Session
from warehouse.ledger.steps import PendingArticle, PendingDocument

BATCH_BYTES = 64 << 20


def batch_size(session: Session, count: int) -> int:
    """Subjects per batch: the setting's, or fewer when that keeps every worker busy."""
    largest, workers = session.settings.batch_size, session.runner.workers
    return largest if workers == 1 else max(1, min(largest, -(-count // (2 * workers))))


def document_batches(pending: Sequence[PendingDocument], size: int) -> Iterator[list[PendingDocument]]:
    """Batches in order, of documents that are all new or all redone, within the size and 64 MB."""
    batch: list[PendingDocument] = []
    byte_count = 0
    for document in pending:
        is_other = bool(batch) and batch[0].is_redone != document.is_redone
        if batch and (is_other or len(batch) >= size or byte_count + document.byte_count > BATCH_BYTES):
            yield batch
            batch, byte_count = [], 0
        batch.append(document)
        byte_count += document.byte_count
    if batch:
        yield batch


def article_batches(pending: Sequence[PendingArticle], size: int) -> Iterator[list[PendingArticle]]:
    """Batches in order, of articles that lack the same steps."""
    for _, group in groupby(pending, key=lambda a: (a.steps, a.is_redone)):
        alike = list(group)
        for start in range(0, len(alike), size):
            yield alike[start : start + size]
