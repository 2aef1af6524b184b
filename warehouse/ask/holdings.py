"""The state of a lake: its contents, the last runs, open quarantine items by reason, and the published snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from transforms.contract.columns import decode
from warehouse.catalog.rows import Run
from warehouse.catalog.source_rows import SourceHealth
from warehouse.lake.connect import PUBLISHED


@dataclass(frozen=True, slots=True)
class Holdings:
    """Counts over the lake; `byte_count` is the size of the raw documents, the dates those of articles."""

    article_count: int
    version_count: int
    document_count: int
    byte_count: int
    first_published_at: datetime | None
    last_published_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenItems:
    """Open quarantine items of one stage and reason, and the detail of one of them."""

    stage: str
    reason: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """When the published file was built, the snapshot of the lake that it shows, and the run that built it."""

    published_at: datetime
    snapshot_id: int
    run_id: str


def holdings(connection: duckdb.DuckDBPyConnection) -> Holdings:
    """Articles, versions and documents in the lake."""
    ((articles, versions, first, last),) = connection.execute(
        "SELECT count(*) FILTER (is_latest), count(*), min(published_at), max(published_at) FROM news.articles"
    ).fetchall()
    ((documents, size),) = connection.execute(
        "SELECT count(*), coalesce(sum(byte_count), 0) FROM raw.documents"
    ).fetchall()
    return Holdings(articles, versions, documents, size, first, last)


def last_runs(connection: duckdb.DuckDBPyConnection, *, limit: int = 5) -> list[Run]:
    """The newest runs, newest first."""
    found = connection.execute("FROM ops.runs ORDER BY started_at DESC LIMIT ?", [limit])
    return decode(Run, found.to_arrow_table())


def source_alarms(connection: duckdb.DuckDBPyConnection) -> list[SourceHealth]:
    """The sources with an alarm, the longest first; none in a lake that no run of this version has written to."""
    try:
        found = connection.execute(
            "FROM ops.source_health WHERE alarm IS NOT NULL ORDER BY alarm_since NULLS LAST, source_id"
        )
    except duckdb.BinderException:  # the column is not there yet
        return []
    return decode(SourceHealth, found.to_arrow_table())


def open_items(connection: duckdb.DuckDBPyConnection) -> list[OpenItems]:
    """Open quarantine items by stage and reason, most frequent first."""
    found = connection.execute(
        "SELECT stage, reason, count(*), min(detail) FROM raw.quarantine WHERE status = 'open' "
        "GROUP BY ALL ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    return [OpenItems(*row) for row in found]


def publication(connection: duckdb.DuckDBPyConnection) -> PublishedFile | None:
    """The state of the published file, which an older version may have built; None: nothing is published."""
    if not connection.execute("FROM duckdb_databases() WHERE database_name = ?", [PUBLISHED]).fetchall():
        return None
    (stamp,) = connection.execute("SELECT published_at, snapshot_id, run_id FROM meta.publish").fetchall()
    return PublishedFile(*stamp)
