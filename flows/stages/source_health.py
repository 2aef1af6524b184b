"""The stage source_health: compare each source of a run with its usual results, as rows of ops.source_health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from flows.sources.health import SourceRun, after_run, fetched_by
from flows.stages.inputs import health_of
from flows.stages.reports import IngestReport
from flows.stages.session import Session
from transforms.contract.columns import encode
from warehouse.catalog.source_rows import SourceHealth
from warehouse.catalog.tables import tables

_SHAPES = """
    SELECT o.source_id, count(*), count(a.article_id), count(a.title), count(a.published_at),
        median(a.word_count), count(a.article_id) FILTER (a.version_no = 1)
    FROM raw.observations o
    LEFT JOIN news.articles a USING (observation_id)
    WHERE o.run_id = ? GROUP BY ALL
"""


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
    before = health_of(session.lake)
    rows = [after_run(before.get(id), run, source_id=id) for id, run in runs.items()]
    table, found = tables()["ops.source_health"], encode(SourceHealth, rows)
    with session.lake.transaction(f"run {session.run.run_id}: health of {len(rows)} sources", is_data=False):
        session.lake.delete(table, found.select(["source_id"]))
        session.lake.insert(table, found)


def _runs(session: Session, now: datetime) -> Mapping[str, SourceRun]:
    runs = fetched_by(session.report(IngestReport).states, ended_at=now)
    for id, documents, accepted, titled, dated, words, new in session.lake.rows(_SHAPES, [session.run.run_id]):
        runs[id] = replace(
            runs.get(id, SourceRun(now)),
            new_articles=new,
            documents=documents,
            accepted=accepted,
            titled=titled,
            dated=dated,
            median_words=words,
        )
    return runs
