"""Health: how the sources of a run did, beside how they usually do, as rows of ops.source_health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from flows.sources.health import SourceRun, after_run, fetched_by
from flows.stages.inputs import health_of
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


def record_health(held: Session) -> None:
    """Store how each configured source did that this run asked or got something of; else nothing."""
    now = datetime.now(UTC)
    runs = {
        id: run
        for id, run in _runs(held, now).items()
        if id in held.settings.sources and (run.answered or run.failed or run.documents)
    }
    if not runs:
        return
    before = health_of(held.lake)
    rows = [after_run(before.get(id), run, source_id=id) for id, run in runs.items()]
    table, found = tables()["ops.source_health"], encode(SourceHealth, rows)
    with held.lake.transaction(f"run {held.run.run_id}: health of {len(rows)} sources", is_data=False):
        held.lake.delete(table, found.select(["source_id"]))
        held.lake.insert(table, found)


def _runs(held: Session, now: datetime) -> Mapping[str, SourceRun]:
    runs = fetched_by(held.ingested.states, ended_at=now)
    for id, documents, accepted, titled, dated, words, new in held.lake.rows(_SHAPES, [held.run.run_id]):
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
