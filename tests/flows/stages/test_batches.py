"""Batches are equal shares of the work for several workers, within their limits for one."""

from __future__ import annotations

import pytest

from flows.stages.batches import BATCH_BYTES, article_parts, document_batches
from warehouse.ledger.steps import PendingDocument


def _documents(*sizes: int, redone: int = 0) -> list[PendingDocument]:
    return [
        PendingDocument(str(number), number, size, is_redone=number < redone)
        for number, size in enumerate(sizes)
    ]


def test_one_worker_gets_batches_of_the_largest_size_and_64_mb() -> None:
    batches = document_batches(_documents(*[1000] * 250), largest=100, workers=1)
    assert [len(batch) for batch in batches] == [100, 100, 50]
    half = BATCH_BYTES // 2 - 5000
    assert [len(batch) for batch in document_batches(_documents(*[half] * 5), largest=100, workers=1)] == [
        2,
        2,
        1,
    ]


def test_two_workers_get_batches_of_equal_bytes_in_order() -> None:
    documents = _documents(*[100_000] * 200, *[10_000] * 2000)
    batches = list(document_batches(documents, largest=1000, workers=2))
    assert [d for batch in batches for d in batch] == documents
    work = [sum(d.byte_count + 4096 for d in batch) for batch in batches]
    assert len(batches) == 6
    assert max(work) < 1.1 * min(work)


def test_few_documents_are_one_batch_but_never_new_and_redone_ones() -> None:
    batches = document_batches(_documents(*[1000] * 12, redone=5), largest=512, workers=2)
    assert [len(batch) for batch in batches] == [5, 7]


def test_forty_documents_are_divided_among_two_workers() -> None:
    batches = document_batches(_documents(*[1000] * 40), largest=512, workers=2)
    assert [len(batch) for batch in batches] == [16, 16, 8]


def test_articles_are_divided_by_their_words() -> None:
    assert article_parts([100] * 8, workers=1) == [range(8)]
    assert article_parts([100] * 3, workers=2) == [range(1), range(1, 2), range(2, 3)]
    assert article_parts([100] * 8, workers=2) == [range(2), range(2, 4), range(4, 6), range(6, 8)]
    parts = article_parts([600, 100, 100, 100, 100, 600], workers=2)
    assert parts == [range(1), range(1, 3), range(3, 5), range(5, 6)]
    assert article_parts([0, 0, 0, 0], workers=2) == [range(4)]
    assert article_parts([50], workers=2) == [range(1)]


@pytest.mark.parametrize("workers", [1, 2])
def test_parts_are_small_enough_to_show_progress(workers: int) -> None:
    parts = article_parts([100] * 300, workers=workers)
    assert [place for part in parts for place in part] == list(range(300))
    assert max(map(len, parts)) <= 16
