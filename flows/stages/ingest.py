"""The stage ingest: store the raw documents, rejections and fetch states of the sources, batch by batch."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flows.run.progress import Progress, silent
from flows.stages.inputs import Item, items_of
from flows.stages.layout_rules import field_mappings
from flows.stages.reports import IngestReport
from flows.stages.session import Session
from transforms.contract.documents import RawDocument, Rejected
from warehouse.catalog.rows import QuarantineItem, Run, Stage
from warehouse.catalog.source_rows import FetchState
from warehouse.lake.lake import Lake
from warehouse.ledger.quarantine import quarantine_item
from warehouse.write.documents import commit_documents, observation_id
from warehouse.write.field_mappings import map_observations

BATCH_DOCUMENTS = 32_768
BATCH_BYTES = 128 << 20
BATCH_SECONDS = 60.0  # a polite crawl yields one page per second and would fill a batch in hours

_FETCHING = frozenset({"robots_denied", "fetch_failed", "http_error", "redirect_refused", "url_forbidden"})


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


def ingest(session: Session) -> IngestReport:
    """Ingest the items of the session's sources that are due."""
    items = items_of(session.lake, session.settings, session.sources, is_forced=session.is_forced)
    report = session.report(IngestReport)
    ingest_items(
        session.lake,
        session.run,
        items,
        limit=session.limit,
        progress=session.progress,
        report=report,
        mappings=field_mappings(session.settings),
    )
    return report


def ingest_items(
    lake: Lake,
    run: Run,
    items: Iterable[Item],
    *,
    limit: int | None = None,
    progress: Progress = silent,
    report: IngestReport,
    mappings: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Store items, at most `limit` of them; those that the lake has already are not written again.

    `mappings` are the field names of configured sources; another mapping that comes with a known
    document of any other source replaces the one stored with it.
    `report` is updated on the way. A crash loses the batch under way, which the next run reads again.
    """
    mappings = mappings or {}
    batch = _Batch()
    for item in items:
        if isinstance(item, FetchState):
            batch.states.append(item)
        elif limit is not None and report.read >= limit:
            break
        else:
            if isinstance(item, Rejected):
                batch.quarantined.append(_quarantined(item, run))
            else:
                batch.documents.append(item)
                batch.byte_count += len(item.body)
            report.read += 1
            progress("read", 1, None)
        if batch.is_full():
            _commit(lake, run, batch, report, mappings)
            batch = _Batch()
    if len(batch):
        _commit(lake, run, batch, report, mappings)
    if report.read:
        progress("read", report.read, report.read)


def _quarantined(rejected: Rejected, run: Run) -> QuarantineItem:
    return quarantine_item(rejected, stage=_stage(rejected), run_id=run.run_id, at=datetime.now(UTC))


def _stage(rejected: Rejected) -> Stage:
    """`read` for items of a file, even one that records a failed fetch, as a WARC does; else by reason."""
    is_in_file = rejected.origin is not None and rejected.origin.container_uri is not None
    return "fetch" if rejected.reason in _FETCHING and not is_in_file else "read"


def _commit(
    lake: Lake, run: Run, batch: _Batch, report: IngestReport, mappings: Mapping[str, Mapping[str, str]]
) -> None:
    committed = commit_documents(lake, run, batch.documents, batch.quarantined, batch.states)
    stated = {observation_id(d): d.origin.fields for d in batch.documents if d.origin.fields}
    report.keeping_fields |= map_observations(lake, run, stated, mappings)
    report.fetched.update((s.source_id, s.problem) for s in batch.states if s.fetched_at is not None)
    report.quarantine_ids.update(item.quarantine_id for item in batch.quarantined)
    report.fresh += committed.fresh
    report.seen += committed.seen
    report.unfinished += committed.unfinished
    report.quarantined += committed.quarantined
