"""The health of a run's sources, compared with their usual results, as rows of ops.source_health."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flows.sources.health import SourceRun, after_run, fetched_by
from flows.stages.session import Session
from warehouse.ledger.sources import shapes_of_run, source_health, store_health


def record_health(held: Session) -> None:
    """Store the health of each configured source that this run asked or read documents of."""
    now = datetime.now(UTC)
    runs = {
        id: run
        for id, run in _runs(held, now).items()
        if id in held.settings.sources and (run.answered or run.failed or run.documents)
    }
    if not runs:
        return
    before = source_health(held.lake)
    rows = [after_run(before.get(id), run, source_id=id) for id, run in runs.items()]
    store_health(held.lake, held.run, rows)


def _runs(held: Session, now: datetime) -> dict[str, SourceRun]:
    runs = fetched_by(held.ingested.states, ended_at=now)
    for shape in shapes_of_run(held.lake, held.run):
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
