"""The published file: marts, dictionary and macros in one DuckDB file that any tool can open and copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from transforms.contract.columns import encode
from transforms.contract.errors import SchemaError
from transforms.contract.ids import digest
from warehouse.catalog.dictionary import dictionary
from warehouse.catalog.rows import DictionaryEntry, Publication, Run
from warehouse.catalog.tables import SCHEMAS
from warehouse.lake.connect import PUBLISHED
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, Lake
from warehouse.ledger.runs import open_run
from warehouse.publish.checks import require_passed, run_checks, store_checks
from warehouse.publish.sqlfiles import SqlFile, in_build_order, sql_files

# DuckDB 1.0 and later can open it.
_STORAGE_VERSION = "v1.0.0"


@dataclass(frozen=True, slots=True)
class PublishReport:
    """The published file and rows by mart; there are none when the file was current already."""

    path: Path = Path()
    rows: dict[str, int] = field(default_factory=dict)
    is_current: bool = True


def publish(lake: Lake, run: Run) -> PublishReport:
    """Check the lake, build the published file in staging and replace the old one.

    Readers of the old file keep it until they open it again. A failed check raises CheckFailed and
    leaves the old file. Nothing is done when the file is current for lake and code.
    """
    target = lake.location.published
    marts = in_build_order(sql_files("marts"))
    stamp = Publication(
        published_at=datetime.now(UTC),
        snapshot_id=lake.data_snapshot_id,
        run_id=run.run_id,
        code_version=version("dateline"),
        marts_hash=digest(
            *(part for f in (*marts, *sql_files("macros")) for part in (f.name, f.body, f.comment)),
            *(part for entry in dictionary() for part in (entry.table_name, entry.column_name, entry.comment)),
        ),
    )
    if _is_current(lake, target, stamp):
        return PublishReport(target, {}, is_current=True)
    results = run_checks(lake, run)
    with lake.transaction(f"run {run.run_id}: {len(results)} checks", is_data=False):
        open_run(lake, run)
        store_checks(lake, results)
    require_passed(results)
    fresh = lake.staging / run.run_id / target.name
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.unlink(missing_ok=True)
    try:
        rows = _build(lake, fresh, marts, stamp)
        lake.location.publish(fresh)
    finally:
        fresh.unlink(missing_ok=True)
    return PublishReport(target, rows, is_current=False)


def _build(lake: Lake, path: Path, marts: list[SqlFile], stamp: Publication) -> dict[str, int]:
    run = lake.connection.execute
    run(f"ATTACH {quoted(str(path))} AS {PUBLISHED} (STORAGE_VERSION {quoted(_STORAGE_VERSION)})")
    try:
        run(f"CREATE SCHEMA {PUBLISHED}.mart")
        run(f"CREATE SCHEMA {PUBLISHED}.meta")
        # A mart reads tables of the lake as news.x and other marts as mart.x.
        schemas = [f"{CATALOG}.{schema}" for schema in SCHEMAS]
        run(f"SET search_path = {quoted(','.join([*schemas, f'{PUBLISHED}.mart']))}")
        rows = {}
        for mart in marts:
            name = f"{PUBLISHED}.mart.{mart.name}"
            run(f"CREATE TABLE {name} AS {mart.body}")
            run(f"COMMENT ON TABLE {name} IS {quoted(f'{mart.comment} Grain: {mart.grain}.')}")
            for column, text in mart.columns.items():
                run(f'COMMENT ON COLUMN {name}."{column}" IS {quoted(text)}')
            rows[mart.name] = int(run(f"SELECT count(*) FROM {name}").fetchall()[0][0])
        _store_meta(lake, stamp, [*dictionary(), *_mart_dictionary(lake.connection, marts)])
        run(f"USE {PUBLISHED}")  # macros are bound on creation, to this file alone
        for macro in sql_files("macros"):
            run(macro.body)
        run(f"CHECKPOINT {PUBLISHED}")
    finally:
        run(f"USE {CATALOG}")
        run(f"DETACH {PUBLISHED}")
    return rows


def _store_meta(lake: Lake, stamp: Publication, entries: list[DictionaryEntry]) -> None:
    for name, row, found in (("publish", Publication, [stamp]), ("dictionary", DictionaryEntry, entries)):
        with lake.registered("meta_rows", encode(row, found)):
            lake.connection.execute(f"CREATE TABLE {PUBLISHED}.meta.{name} AS SELECT * FROM meta_rows")


def _mart_dictionary(connection: duckdb.DuckDBPyConnection, marts: Sequence[SqlFile]) -> list[DictionaryEntry]:
    """The marts as built in the attached published file; SchemaError when a column is undocumented."""
    entries = []
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
                table_comment=f"{mart.comment} Grain: {mart.grain}.",
                column_name=name,
                ordinal=ordinal,
                data_type=data_type,
                is_nullable=name not in mart.key or "null" in mart.columns[name],
                is_key=name in mart.key,
                comment=mart.columns[name],
                allowed_values="",
            )
            for name, ordinal, data_type in built
        ]
    return entries


def _is_current(lake: Lake, path: Path, stamp: Publication) -> bool:
    """Whether the file has this stamp; one that is damaged or of another layout does not."""
    if not path.exists():
        return False
    try:
        lake.connection.execute(f"ATTACH {quoted(str(path))} AS {PUBLISHED} (READ_ONLY)")
    except duckdb.Error:
        return False
    try:
        stamps = lake.rows(f"SELECT snapshot_id, code_version, marts_hash FROM {PUBLISHED}.meta.publish")
    except duckdb.Error:
        return False
    finally:
        lake.connection.execute(f"DETACH {PUBLISHED}")
    return stamps == [(stamp.snapshot_id, stamp.code_version, stamp.marts_hash)]
