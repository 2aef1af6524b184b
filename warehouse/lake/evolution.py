"""The SQL statements that adapt a catalogue's tables to the row classes in the code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from transforms.contract.errors import SchemaError
from warehouse.catalog.tables import SCHEMAS, Table, sql_type, tables
from warehouse.lake.engine import quoted

INLINED_ROWS = 1000
"""Fewer rows in one commit are kept in the catalogue until a compaction writes them to a file."""
ROW_GROUP = 2048
"""Rows of a row group in tables with wide rows that are read batch by batch."""
_READ_IN_PARTS = frozenset({"raw.documents", "raw.observations", "news.articles"})

# Statements that fill a column that an older lake lacks. Its ledger has an entry for each enrichment of an article.
_FILLED = {
    "news.articles.seq": ["""
        UPDATE {0}.news.articles AS a SET seq = o.seq FROM {0}.raw.observations o
        WHERE a.seq IS NULL AND o.observation_id = a.observation_id
    """],
    "ops.runs.steps_hash": ["UPDATE {0}.ops.runs SET steps_hash = '' WHERE steps_hash IS NULL"],
    "ops.steps_done.failed": [
        "UPDATE {0}.ops.steps_done SET failed = [] WHERE failed IS NULL",
        """
        INSERT INTO {0}.ops.steps_done BY NAME
        SELECT subject_id, version_no, 'enrich' AS step,
            md5(string_agg(concat(step, '=', step_version), ' ' ORDER BY step)) AS step_version,
            if(count(DISTINCT input_hash) = 1, max(input_hash), '') AS input_hash,
            max(outcome) AS outcome, -- quarantined comes after done
            coalesce(list(step ORDER BY step) FILTER (outcome = 'quarantined'), []) AS failed,
            max(run_id) AS run_id, max(done_at) AS done_at
        FROM {0}.ops.steps_done WHERE version_no > 0 GROUP BY subject_id, version_no
        """,
        """
        INSERT INTO {0}.ops.step_versions
        SELECT DISTINCT e.step_version, s.step, s.step_version
        FROM {0}.ops.steps_done s JOIN {0}.ops.steps_done e USING (subject_id, version_no)
        WHERE s.version_no > 0 AND s.step <> 'enrich' AND e.step = 'enrich'
        """,
        "DELETE FROM {0}.ops.steps_done WHERE version_no > 0 AND step <> 'enrich'",
    ],
}  # fmt: skip

Present = Mapping[str, Mapping[str, str]]
"""SQL type by column by qualified table."""


def present_columns(rows: Iterable[tuple[str, str, str, str]]) -> Present:
    """The columns of a catalogue, from rows of schema, table, column and type (`duckdb_columns()`)."""
    present: dict[str, dict[str, str]] = {}
    for schema, table, column, type_ in rows:
        present.setdefault(f"{schema}.{table}", {})[column] = type_
    return present


def evolution(catalog: str, present: Present) -> list[str]:
    """Statements that create missing schemas, tables and columns; none when nothing is missing.

    SchemaError when a column's type has changed.
    """
    changes: list[str] = []
    filling: list[str] = []
    for table in tables().values():
        if table.qualified in present:
            changes += _additions(catalog, table, present[table.qualified])
            filling += _fillings(catalog, table, present[table.qualified])
        else:
            changes += _creation(catalog, table)
    if not changes:
        return []
    schemas = [f"CREATE SCHEMA IF NOT EXISTS {catalog}.{schema}" for schema in SCHEMAS]
    return [*schemas, *changes, *filling]


def options(catalog: str) -> Iterator[str]:
    """Statements that set the options of a catalogue and its tables, once these are committed."""
    yield f"CALL {catalog}.set_option('parquet_compression', 'zstd')"
    yield f"CALL {catalog}.set_option('data_inlining_row_limit', {INLINED_ROWS})"
    for table in tables().values():
        if table.qualified in _READ_IN_PARTS:
            place = f"schema => {quoted(table.schema)}, table_name => {quoted(table.name)}"
            yield f"CALL {catalog}.set_option('parquet_row_group_size', {ROW_GROUP}, {place})"


def _creation(catalog: str, table: Table) -> Iterator[str]:
    columns = ", ".join(f'"{c.name}" {sql_type(c.type)}' for c in table.columns)
    name = f"{catalog}.{table.qualified}"
    yield f"CREATE TABLE {name} ({columns})"
    yield f"COMMENT ON TABLE {name} IS {quoted(table.comment)}"
    for column in table.columns:
        yield f'COMMENT ON COLUMN {name}."{column.name}" IS {quoted(column.doc)}'


def _fillings(catalog: str, table: Table, present: Mapping[str, str]) -> Iterator[str]:
    for column in table.columns:
        if column.name not in present:
            for statement in _FILLED.get(f"{table.qualified}.{column.name}", ()):
                yield statement.format(catalog)


def _additions(catalog: str, table: Table, present: Mapping[str, str]) -> Iterator[str]:
    name = f"{catalog}.{table.qualified}"
    for column in table.columns:
        type_ = sql_type(column.type)
        if column.name not in present:
            yield f'ALTER TABLE {name} ADD COLUMN "{column.name}" {type_}'
            yield f'COMMENT ON COLUMN {name}."{column.name}" IS {quoted(column.doc)}'
        elif present[column.name] != type_:
            raise SchemaError(
                f"{table.qualified}.{column.name} is {present[column.name]} in the lake and {type_} in the code",
                table=table.qualified,
            )
