"""The marts in the published file: built from the whole lake, or refreshed for the articles that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from transforms.contract.columns import encode
from transforms.contract.errors import SchemaError
from warehouse.catalog.dictionary import META, dictionary, reference
from warehouse.catalog.rows import DictionaryEntry, Publication
from warehouse.catalog.tables import SCHEMAS
from warehouse.lake.connect import PUBLISHED
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, IN_MEMORY, Lake
from warehouse.publish.slice import SLICE
from warehouse.publish.sqlfiles import Refresh, SqlFile, sql_files

# DuckDB 1.0 and later can open it.
_STORAGE_VERSION = "v1.0.0"
_LAKE = tuple(f"{CATALOG}.{schema}" for schema in SCHEMAS)
# The schemas in which the SQL of a mart finds news.x and mart.x during a refresh. A mart by day reads only marts.
_SEARCH_PATH: dict[Refresh, Sequence[str]] = {
    "article_id": (f"{SLICE}.news", f"{SLICE}.mart"),
    "published_on": (f"{SLICE}.mart",),
    "whole": (*_LAKE, f"{PUBLISHED}.mart"),
}
_TOUCHED = f"SELECT article_id FROM {SLICE}.main.touched"


def build(lake: Lake, path: Path, marts: Sequence[SqlFile], stamp: Publication) -> dict[str, int]:
    """Build a published file from the whole lake; returns the number of rows by mart."""
    run = lake.connection.execute
    with _attached(lake, path, f"(STORAGE_VERSION {quoted(_STORAGE_VERSION)})"):
        run(f"CREATE SCHEMA {PUBLISHED}.mart")
        run(f"CREATE SCHEMA {PUBLISHED}.meta")
        _set_search_path(lake, _SEARCH_PATH["whole"])
        for mart in marts:
            _create(lake, mart)
        entries = [*dictionary(), *_mart_dictionary(lake.connection, marts)]
        _store(lake, "dictionary", encode(DictionaryEntry, entries))
        run(f"USE {PUBLISHED}")  # macros and views are bound on creation, to this file alone
        for macro in sql_files("macros"):
            run(macro.body)
            run(f"COMMENT ON MACRO TABLE mart.{macro.name} IS {quoted(macro.comment)}")
        for mart in marts:  # `show tables` and tools that know one schema only list those of main
            run(f"CREATE VIEW main.{mart.name} AS FROM mart.{mart.name}")
            run(f"COMMENT ON VIEW main.{mart.name} IS {quoted(mart.table_comment)}")
        run(f"CHECKPOINT {PUBLISHED}")
        size = "SELECT block_size * total_blocks FROM pragma_database_size() WHERE database_name = ?"
        stamp.full_build_bytes = int(lake.rows(size, [PUBLISHED])[0][0])
        _store(lake, "publish", encode(Publication, [stamp]))
        return _row_counts(lake, marts)


def refresh(lake: Lake, path: Path, marts: Sequence[SqlFile], stamp: Publication) -> dict[str, int]:
    """Compute the rows of changed articles and their days again in a copy of the published file.

    The slice of the lake is attached, `marts` are in build order. Only rows that differ are replaced:
    every one of them costs space in the file and time in its checkpoint. Returns the number of rows by mart.
    """
    run = lake.connection.execute
    days = f"SELECT DISTINCT published_on FROM {PUBLISHED}.mart.dim_article WHERE article_id IN ({_TOUCHED})"
    with _attached(lake, path):
        run(f"CREATE TABLE {SLICE}.main.days AS {days}")
        by_article = [mart for mart in marts if mart.refresh == "article_id"]
        for mart in by_article:
            _refresh(lake, mart)
        run(f"INSERT INTO {SLICE}.main.days {days}")  # the new days beside the old ones
        for mart in marts[len(by_article) :]:
            _refresh(lake, mart)
        _store(lake, "publish", encode(Publication, [stamp]))
        run(f"CHECKPOINT {PUBLISHED}")
        return _row_counts(lake, marts)


def _refresh(lake: Lake, mart: SqlFile) -> None:
    run, target = lake.connection.execute, f"{PUBLISHED}.mart.{mart.name}"
    outdated = _outdated(lake, mart)
    if mart.refresh != "whole":
        visible = f"m.article_id IN ({_TOUCHED})" if mart.refresh == "article_id" else outdated
        for name in mart.needs:
            run(
                f"CREATE OR REPLACE VIEW {SLICE}.mart.{name} AS "
                f"SELECT * FROM {PUBLISHED}.mart.{name} m WHERE {visible}"
            )
    _set_search_path(lake, _SEARCH_PATH[mart.refresh])
    run(f"CREATE OR REPLACE TABLE {SLICE}.main.fresh AS {mart.body}")
    old, fresh = f"SELECT * FROM {target} m WHERE {outdated}", f"FROM {SLICE}.main.fresh"
    run(f"CREATE OR REPLACE TABLE {SLICE}.main.old AS {old} EXCEPT ALL {fresh}")
    same = " AND ".join(f'm."{name}" IS NOT DISTINCT FROM o."{name}"' for name in mart.key)
    run(f"DELETE FROM {target} m USING {SLICE}.main.old o WHERE {outdated} AND {same}")
    run(f"INSERT INTO {target} {fresh} EXCEPT ALL {old}")


def _outdated(lake: Lake, mart: SqlFile) -> str:
    """The condition for the rows of the file to compute again, of a mart that is called m.

    Articles and days are literals, so that DuckDB reads only the blocks of the file that have any of them.
    """
    if mart.refresh == "whole":
        return "true"
    days = {day for (day,) in lake.rows(f"FROM {SLICE}.main.days")}
    dated = ", ".join(f"DATE '{day}'" for day in sorted(days - {None}))
    conditions = [f"m.published_on IN ({dated})"] if dated else []
    conditions += ["m.published_on IS NULL"] if None in days else []
    of_days = f"({' OR '.join(conditions) or 'false'})"
    if mart.refresh == "published_on":
        return of_days
    known = [quoted(id) for (id,) in lake.rows(f"{_TOUCHED} WHERE is_known")]
    of_articles = f"m.article_id IN ({', '.join(known) or 'NULL'})"
    return f"{of_articles} AND {of_days}" if "published_on" in mart.columns else of_articles


def _row_counts(lake: Lake, marts: Sequence[SqlFile]) -> dict[str, int]:
    return {
        mart.name: int(lake.rows(f"SELECT count(*) FROM {PUBLISHED}.mart.{mart.name}")[0][0]) for mart in marts
    }


def _create(lake: Lake, mart: SqlFile) -> None:
    """Create and fill the table of a mart, with its comments; columns of its key have NOT NULL.

    A primary key is not declared: its index makes the file half as large again, and DuckDB 1.0 cannot
    open a file that has one of DuckDB 1.5. `meta.dictionary` has the keys.
    """
    run, name = lake.connection.execute, f"{PUBLISHED}.mart.{mart.name}"
    columns = ", ".join(
        f'"{column}" {data_type}{"" if mart.is_nullable(column) else " NOT NULL"}'
        for column, data_type, *_ in lake.rows(f"DESCRIBE {mart.body}")
    )
    run(f"CREATE TABLE {name} ({columns})")
    run(f"INSERT INTO {name} {mart.body}")
    run(f"COMMENT ON TABLE {name} IS {quoted(mart.table_comment)}")
    for column, text in mart.columns.items():
        run(f'COMMENT ON COLUMN {name}."{column}" IS {quoted(text)}')


def _store(lake: Lake, meta: str, rows: pa.Table) -> None:
    """Create or replace a table of schema meta, with its comments."""
    run, name = lake.connection.execute, f"{PUBLISHED}.meta.{meta}"
    (table,) = (table for table in META if table.name == meta)
    with lake.registered("meta_rows", rows):
        run(f"CREATE OR REPLACE TABLE {name} AS FROM meta_rows")
    run(f"COMMENT ON TABLE {name} IS {quoted(table.comment)}")
    for column in table.columns:
        run(f'COMMENT ON COLUMN {name}."{column.name}" IS {quoted(column.doc)}')


@contextmanager
def _attached(lake: Lake, path: Path, options: str = "") -> Iterator[None]:
    run = lake.connection.execute
    run(f"ATTACH {quoted(str(path))} AS {PUBLISHED} {options}")
    try:
        yield
    finally:
        run(f"USE {IN_MEMORY}")
        run(f"DETACH {PUBLISHED}")


def _set_search_path(lake: Lake, schemas: Sequence[str]) -> None:
    lake.connection.execute(f"SET search_path = {quoted(','.join(schemas))}")


def _mart_dictionary(connection: duckdb.DuckDBPyConnection, marts: Sequence[SqlFile]) -> list[DictionaryEntry]:
    """The marts as built in the attached published file; SchemaError when a column is undocumented."""
    entries = []
    known = {f"mart.{mart.name}": list(mart.columns) for mart in marts}
    for mart in marts:
        built = connection.execute(
            f"SELECT column_name, column_index, data_type FROM duckdb_columns() WHERE database_name = '{PUBLISHED}' "
            f"AND schema_name = 'mart' AND table_name = {quoted(mart.name)} ORDER BY column_index"
        ).fetchall()
        if [name for name, _, _ in built] != list(mart.columns):
            raise SchemaError(
                f"mart {mart.name}: its header documents {list(mart.columns)}, "
                f"its columns are {[name for name, _, _ in built]}",
                table=mart.name,
            )
        entries += [
            DictionaryEntry(
                schema_name="mart",
                table_name=mart.name,
                table_comment=mart.table_comment,
                column_name=name,
                ordinal=ordinal,
                data_type=data_type,
                is_nullable=mart.is_nullable(name),
                is_key=name in mart.key,
                refers_to=reference(f"mart.{mart.name}", name, mart.columns[name], known),
                comment=mart.columns[name],
                allowed_values="",
            )
            for name, ordinal, data_type in built
        ]
    return entries
