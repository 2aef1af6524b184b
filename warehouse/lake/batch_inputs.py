"""The staged input of a batch: documents or articles, written where workers read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.lake.lake import CATALOG, Lake
from warehouse.lake.staging import records, write_table


def stage_documents(lake: Lake, path: Path, observations: Mapping[str, int]) -> Path:
    """Write observations (observation_id -> seq) with their documents and boilerplate, in order of ingestion."""
    with lake.reading():
        observed = _observed_documents(lake, observations)
        boilerplate = _boilerplate(lake, observations)
    with lake.registered("observed", observed), lake.registered("boilerplate", boilerplate):
        rows = lake.arrow(
            "SELECT o.*, coalesce(b.lines, []) AS boilerplate "
            "FROM observed o LEFT JOIN boilerplate b USING (observation_id) ORDER BY o.seq"
        )
    return write_table(path, rows)


def _boilerplate(lake: Lake, observation_ids: Collection[str]) -> pa.Table:
    """The lines of each document that its publisher repeats: observation_id, lines."""
    with lake.keys(observation_ids):
        return lake.arrow(
            f"""
            WITH repeated AS (
                SELECT observation_id, publisher_key, unnest(line_hashes) AS line_hash
                FROM {CATALOG}.news.document_boilerplate WHERE observation_id IN (SELECT id FROM asked)
            )
            SELECT observation_id, list(line ORDER BY line) AS lines
            FROM repeated JOIN {CATALOG}.news.publisher_lines USING (publisher_key, line_hash)
            GROUP BY observation_id
            """
        )


def read_documents(lake: Lake, observation_ids: Collection[str]) -> list[dict[str, Any]]:
    """Observations with their documents, in the order of the ids."""
    with lake.reading():
        with lake.keys(observation_ids):
            places = lake.rows(
                f"SELECT observation_id, seq FROM {CATALOG}.raw.observations "
                "WHERE observation_id IN (SELECT id FROM asked)"
            )
        rows = records(_observed_documents(lake, dict(places)))
    by_id = {row["observation_id"]: row for row in rows}
    return [by_id[id] for id in observation_ids]


def _observed_documents(lake: Lake, observations: Mapping[str, int]) -> pa.Table:
    """Observations (observation_id -> seq) with the body, media type and character set of their documents."""
    within = _within("seq", observations.values())
    with lake.keys(observations):
        observed = lake.arrow(
            f"FROM {CATALOG}.raw.observations WHERE {within} AND observation_id IN (SELECT id FROM asked)"
        )
    with lake.registered("observed", observed), lake.registered("documents", _documents(lake, observed)):
        return lake.arrow(
            "SELECT o.* REPLACE (coalesce(o.charset, d.charset) AS charset), d.body, d.media_type "
            "FROM observed o JOIN documents d USING (raw_id)"
        )


def _documents(lake: Lake, observed: pa.Table) -> pa.Table:
    """The documents of observations; those that were first observed earlier are looked for in the whole table."""
    columns = f"SELECT raw_id, charset, body, media_type FROM {CATALOG}.raw.documents WHERE"
    within = _within("first_seq", observed["seq"].to_pylist())
    with lake.registered("wanted", observed.select(["raw_id", "seq"])):
        found = lake.arrow(
            f"{columns} {within} AND first_seq IN (SELECT seq FROM wanted) AND raw_id IN (SELECT raw_id FROM wanted)"
        )
    missing = set(observed["raw_id"].to_pylist()) - set(found["raw_id"].to_pylist())
    if not missing:
        return found
    with lake.keys(sorted(missing)):
        return pa.concat_tables([found, lake.arrow(f"{columns} raw_id IN (SELECT id FROM asked)")])


def stage_articles(lake: Lake, path: Path, versions: Mapping[tuple[str, int], int]) -> Path:
    """Write article versions ((article_id, version_no) -> seq), in order of ingestion."""
    with lake.registered("batch", version_keys(versions)):
        rows = lake.arrow(
            f"FROM {CATALOG}.news.articles WHERE {_within('seq', versions.values())} "
            "AND (article_id, version_no) IN (SELECT (article_id, version_no) FROM batch) "
            "ORDER BY seq, version_no"
        )
    return write_table(path, rows)


def _within(column: str, seqs: Collection[int]) -> str:
    """A condition that keeps DuckDB from reading files and row groups of other places in the order of ingestion."""
    return f"{column} BETWEEN {min(seqs, default=0)} AND {max(seqs, default=0)}"


def version_keys(versions: Iterable[tuple[str, int]]) -> pa.Table:
    """Article versions (article_id, version_no) as an Arrow table."""
    keys = list(versions)
    return pa.table(
        {
            "article_id": pa.array([article_id for article_id, _ in keys], pa.string()),
            "version_no": pa.array([number for _, number in keys], pa.int32()),
        }
    )
