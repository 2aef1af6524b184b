"""The stage ingest: store the raw documents, rejections and fetch states of the sources, batch by batch."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flows.run.progress import Progress, silent
from flows.stages.inputs import Item, items_of
from flows.stages.layout_rules import field_mappings
from flows.stages.reports import IngestReport
from flows.stages.session import Session
from transforms.contract.documents import RawDocument, Rejected
from transforms.contract.reasons import Reason
from warehouse.catalog.rows import QuarantineItem, Run, Stage
from warehouse.catalog.source_rows import FetchState
from warehouse.lake.lake import Lake
from warehouse.ledger.quarantine import quarantine_item, resolve_paths
from warehouse.ledger.source_state import StoredStates
from warehouse.write.documents import commit_documents, observation_id
from warehouse.write.field_mappings import map_observations

BATCH_DOCUMENTS = 32_768
BATCH_BYTES = 128 << 20
BATCH_SECONDS = 60.0  # a polite crawl yields one page per second and would fill a batch in hours

_FETCHING = frozenset({"robots_denied", "fetch_failed", "http_error", "redirect_refused", "url_forbidden"})


_NOT_OPENED = frozenset({Reason.UNREADABLE, Reason.SYMLINK_NOT_FOLLOWED, Reason.MEMBER_NOT_REGULAR})


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
    paths = {
        (source.source_id, path)
        for source in session.sources
        for address in (() if source.is_web else source.addresses)
        for path in (address, Path(address).as_posix())
    }
    ingest_items(
        session.lake,
        session.run,
        _noting_missing(items, paths, report),
        limit=session.limit,
        progress=session.progress,
        report=report,
        mappings=field_mappings(session.settings),
    )
    found = {path for _, path in paths} - {path for path, _ in report.missing.values()}
    resolve_paths(session.lake, session.run.run_id, found)
    report.not_due = _not_due(session)
    return report


def _noting_missing(items: Iterable[Item], paths: Set[tuple[str, str]], report: IngestReport) -> Iterator[Item]:
    """Items with a note in the report of each path of a source (source_id, path) that cannot be read."""
    for item in items:
        if isinstance(item, Rejected) and item.reason in _NOT_OPENED and item.origin is not None:
            place = (item.origin.source_id, item.origin.container_uri or "")
            if place in paths:
                report.missing.setdefault(place[0], (place[1], f"{item.reason} ({item.detail})"))
        yield item


def _not_due(session: Session) -> dict[str, datetime | None]:
    """Web sources of which no configured address was due, with the time when the first one is."""
    found: dict[str, datetime | None] = {}
    for source in session.sources:
        states = StoredStates(session.lake).of(source.urls).values() if source.is_web else ()
        started_at = session.run.started_at
        if states and all(s.fetched_at is not None and s.fetched_at < started_at for s in states):
            pauses = [max(filter(None, (s.next_due_at, s.retry_after_until)), default=None) for s in states]
            found[source.source_id] = min(filter(None, pauses), default=None)
    return found


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
    fetched = [state for state in batch.states if state.fetched_at is not None]
    report.fetched.update((state.source_id, state.problem) for state in fetched)
    report.listings.update(state.source_id for state in fetched if state.kind == "listing")
    report.reasons.update(committed.reasons)
    report.repeated.update(committed.repeated)
    report.quarantine_ids.update(item.quarantine_id for item in batch.quarantined)
    report.fresh += committed.fresh
    report.seen += committed.seen
    report.unfinished += committed.unfinished
    report.quarantined += committed.quarantined
