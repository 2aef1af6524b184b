"""The staged input of a batch: documents or articles, written where workers read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from warehouse.lake.lake import CATALOG, Lake
from warehouse.lake.staging import write_table


def stage_documents(lake: Lake, path: Path, observation_ids: Sequence[str]) -> Path:
    """Write observations with their documents and their boilerplate lines, in order of ingestion."""
    batch = pa.table({"observation_id": pa.array(list(observation_ids), pa.string())})
    with lake.registered("batch", batch):
        rows = lake.arrow(
            f"""
            WITH repeated AS (
                SELECT observation_id, publisher_key, unnest(line_hashes) AS line_hash
                FROM {CATALOG}.news.document_boilerplate SEMI JOIN batch USING (observation_id)
            ), boilerplate AS (
                SELECT observation_id, list(line ORDER BY line) AS lines
                FROM repeated JOIN {CATALOG}.news.publisher_lines USING (publisher_key, line_hash)
                GROUP BY observation_id
            )
            SELECT o.* REPLACE (coalesce(o.charset, d.charset) AS charset), d.body, d.media_type,
                coalesce(b.lines, []) AS boilerplate
            FROM {CATALOG}.raw.observations o
            JOIN batch USING (observation_id)
            JOIN {CATALOG}.raw.documents d USING (raw_id)
            LEFT JOIN boilerplate b USING (observation_id)
            ORDER BY o.seq
            """
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
