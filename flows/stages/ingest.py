"""Ingest: raw documents and refusals of a run's sources, stored as they came, batch by batch."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flows.run.progress import Progress, silent
from transforms.contract.documents import RawDocument, Rejected
from warehouse.catalog.rows import QuarantineItem, Run, Stage
from warehouse.catalog.source_rows import FetchState
from warehouse.lake.lake import Lake
from warehouse.ledger.quarantine import quarantine_item
from warehouse.write.documents import commit_documents

BATCH_DOCUMENTS = 16_384
BATCH_BYTES = 64 << 20
BATCH_SECONDS = 60.0  # a polite crawl gives a page a second: what it has must not wait for hours

_FETCHING = frozenset({"robots_denied", "fetch_failed", "http_error", "redirect_refused", "url_forbidden"})


@dataclass(slots=True)
class IngestReport:
    """What was read: `fresh` + `seen` + `unfinished` + `quarantined` = `read`.

    `states` are what the run learnt of web addresses, `quarantine_ids` those of what it rejected, those
    known before included.
    """

    read: int = 0
    fresh: int = 0
    seen: int = 0
    unfinished: int = 0
    quarantined: int = 0
    states: list[FetchState] = field(default_factory=list)
    quarantine_ids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Batch:
    documents: list[RawDocument] = field(default_factory=list)
    quarantined: list[QuarantineItem] = field(default_factory=list)
    states: list[FetchState] = field(default_factory=list)
    byte_count: int = 0
    began: float = field(default_factory=time.monotonic)

    def __len__(self) -> int:
        return len(self.documents) + len(self.quarantined) + len(self.states)

    def is_full(self) -> bool:
        is_large = len(self) >= BATCH_DOCUMENTS or self.byte_count >= BATCH_BYTES
        return is_large or time.monotonic() - self.began > BATCH_SECONDS


def ingest(
    lake: Lake,
    run: Run,
    items: Iterable[RawDocument | Rejected | FetchState],
    *,
    limit: int | None = None,
    progress: Progress = silent,
) -> IngestReport:
    """Store what `items` gives; what the lake has already is not written again.

    `limit` stops after so many items. A crash loses the batch under way, which the next run reads
    again.
    """
    report, batch = IngestReport(), _Batch()
    for item in items:
        if isinstance(item, FetchState):
            batch.states.append(item)
        elif limit is not None and report.read >= limit:
            break
        elif isinstance(item, Rejected):
            stage = _stage(item)
            batch.quarantined.append(
                quarantine_item(item, stage=stage, run_id=run.run_id, at=datetime.now(UTC))
            )
            _count(report, progress)
        else:
            batch.documents.append(item)
            batch.byte_count += len(item.body)
            _count(report, progress)
        if batch.is_full():
            _land(lake, run, batch, report)
            batch = _Batch()
    if len(batch):
        _land(lake, run, batch, report)
    return report


def _stage(refused: Rejected) -> Stage:
    """What a file holds was read, even where it tells of a fetch that failed, as a WARC does."""
    is_held = refused.origin is not None and refused.origin.container_uri is not None
    return "fetch" if refused.reason in _FETCHING and not is_held else "read"


def _count(report: IngestReport, progress: Progress) -> None:
    report.read += 1
    progress("read", 1, None)


def _land(lake: Lake, run: Run, batch: _Batch, report: IngestReport) -> None:
    landed = commit_documents(lake, run, batch.documents, batch.quarantined, batch.states)
    report.states += batch.states
    report.quarantine_ids.update(item.quarantine_id for item in batch.quarantined)
    report.fresh += landed.fresh
    report.seen += landed.seen
    report.unfinished += landed.unfinished
    report.quarantined += landed.quarantined
