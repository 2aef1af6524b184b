"""The stage source_health: compare each source of a run with its usual results, as rows of ops.source_health."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flows.sources.health import SourceRun, after_run, fetched_by
from flows.stages.reports import IngestReport
from flows.stages.session import Session
from warehouse.ledger.source_state import shapes_of_run, source_health, store_health


def record_health(session: Session) -> None:
    """Update the health of each configured source that this run asked or read documents from."""
    now = datetime.now(UTC)
    runs = {
        id: run
        for id, run in _runs(session, now).items()
        if id in session.settings.sources and (run.answered or run.failed or run.documents)
    }
    if not runs:
        return
    before = source_health(session.lake)
    rows = [after_run(before.get(id), run, source_id=id) for id, run in runs.items()]
    store_health(session.lake, session.run, rows)


def _runs(session: Session, now: datetime) -> dict[str, SourceRun]:
    runs = fetched_by(session.report(IngestReport).fetched, ended_at=now)
    for shape in shapes_of_run(session.lake, session.run):
        runs[shape.source_id] = replace(
            runs.get(shape.source_id, SourceRun(now)),
            new_articles=shape.new_articles,
            documents=shape.documents,
            accepted=shape.accepted,
            titled=shape.titled,
            dated=shape.dated,
            median_words=shape.median_words,
        )
    return runs
