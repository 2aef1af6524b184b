"""The staged input of a batch: documents or articles, written where workers read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from warehouse.lake.lake import CATALOG, Lake
from warehouse.lake.staging import write_table


def stage_documents(
    lake: Lake,
    path: Path,
    observation_ids: Sequence[str],
    boilerplate: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """Write observations with their documents, and the lines of each that its publisher repeats."""
    repeated = boilerplate or {}
    batch = {
        "observation_id": pa.array(observation_ids, pa.string()),
        "boilerplate": pa.array([repeated.get(id, ()) for id in observation_ids], pa.list_(pa.string())),
    }
    with lake.registered("batch", pa.table(batch)):
        rows = lake.arrow(
            "SELECT o.* REPLACE (coalesce(o.charset, d.charset) AS charset), d.body, d.media_type, "
            f"batch.boilerplate FROM {CATALOG}.raw.observations o JOIN {CATALOG}.raw.documents d USING (raw_id) "
            "JOIN batch USING (observation_id) ORDER BY o.seq"
        )
    return write_table(path, rows)


def stage_articles(lake: Lake, path: Path, versions: Sequence[tuple[str, int]]) -> Path:
    """Write article versions (article_id, version_no), in order of their key."""
    with lake.registered("batch", version_keys(versions)):
        rows = lake.arrow(
            f"SELECT * FROM {CATALOG}.news.articles "
            "WHERE (article_id, version_no) IN (SELECT (article_id, version_no) FROM batch) "
            "ORDER BY article_id, version_no"
        )
    return write_table(path, rows)


def version_keys(versions: Sequence[tuple[str, int]]) -> pa.Table:
    """Article versions (article_id, version_no) as an Arrow table."""
    return pa.table(
        {
            "article_id": pa.array([article_id for article_id, _ in versions], pa.string()),
            "version_no": pa.array([number for _, number in versions], pa.int32()),
        }
    )
