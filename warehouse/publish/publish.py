"""The published file: marts, dictionary and macros in one DuckDB file that any tool can open and copy."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from transforms.contract.columns import encode
from transforms.contract.ids import digest
from warehouse.catalog.dictionary import dictionary, mart_dictionary
from warehouse.catalog.rows import DictionaryEntry, Publication, Run
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, PUBLISHED_FILE, Lake
from warehouse.ledger.runs import open_run
from warehouse.publish.checks import require_passed, run_checks, store_checks
from warehouse.publish.sqlfiles import SqlFile, sql_files

# Older tools open it: DuckDB 1.0 and everything after.
_STORAGE_VERSION = "v1.0.0"


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What was published: rows by mart; empty when the file was current already."""

    path: Path = Path()
    rows: dict[str, int] = field(default_factory=dict)
    is_current: bool = True


def publish(lake: Lake, run: Run) -> PublishReport:
    """Check the lake, build the serving file in staging and put it in the place of the old one.

    Readers of the old file keep it until they open anew. A failed check raises CheckFailed and
    leaves the old file. Nothing is done when the file shows what lake and code now say.
    """
    target = lake.folder / PUBLISHED_FILE
    marts = sql_files("marts")
    stamp = Publication(
        published_at=datetime.now(UTC),
        snapshot_id=lake.data_snapshot_id,
        run_id=run.run_id,
        code_version=version("dateline"),
        marts_hash=digest(
            *(part for f in (*marts, *sql_files("macros")) for part in (f.name, f.body, f.comment))
        ),
    )
    if _is_current(lake, target, stamp):
        return PublishReport(target, {}, is_current=True)
    results = run_checks(lake, run)
    with lake.transaction(f"run {run.run_id}: {len(results)} checks", is_data=False):
        open_run(lake, run)
        store_checks(lake, results)
    require_passed(results)
    fresh = lake.staging / run.run_id / PUBLISHED_FILE
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.unlink(missing_ok=True)
    try:
        rows = _build(lake, fresh, marts, stamp)
        _replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)
    return PublishReport(target, rows, is_current=False)


def _build(lake: Lake, path: Path, marts: list[SqlFile], stamp: Publication) -> dict[str, int]:
    run = lake.connection.execute
    run(f"ATTACH {quoted(str(path))} AS served (STORAGE_VERSION {quoted(_STORAGE_VERSION)})")
    try:
        run("CREATE SCHEMA served.mart")
        run("CREATE SCHEMA served.meta")
        rows = {}
        for mart in marts:
            name = f"served.mart.{mart.name}"
            run(f"CREATE TABLE {name} AS {mart.body}")
            run(f"COMMENT ON TABLE {name} IS {quoted(f'{mart.comment} Grain: {mart.grain}.')}")
            for column, text in mart.columns.items():
                run(f'COMMENT ON COLUMN {name}."{column}" IS {quoted(text)}')
            rows[mart.name] = int(run(f"SELECT count(*) FROM {name}").fetchall()[0][0])
        _store_meta(lake, stamp, [*dictionary(), *mart_dictionary(lake.connection, marts)])
        run("USE served")  # macros are bound when they are made, and will be alone in this file
        for macro in sql_files("macros"):
            run(macro.body)
        run("CHECKPOINT served")
    finally:
        run(f"USE {CATALOG}")
        run("DETACH served")
    return rows


def _store_meta(lake: Lake, stamp: Publication, entries: list[DictionaryEntry]) -> None:
    for name, row, found in (("publish", Publication, [stamp]), ("dictionary", DictionaryEntry, entries)):
        lake.connection.register("meta_rows", encode(row, found))
        lake.connection.execute(f"CREATE TABLE served.meta.{name} AS SELECT * FROM meta_rows")
        lake.connection.unregister("meta_rows")


def _is_current(lake: Lake, path: Path, stamp: Publication) -> bool:
    """Whether the file shows what `stamp` says; one that is damaged or of another layout does not."""
    if not path.exists():
        return False
    try:
        lake.connection.execute(f"ATTACH {quoted(str(path))} AS served (READ_ONLY)")
    except duckdb.Error:
        return False
    try:
        held = lake.rows("SELECT snapshot_id, code_version, marts_hash FROM served.meta.publish")
    except duckdb.Error:
        return False
    finally:
        lake.connection.execute("DETACH served")
    return held == [(stamp.snapshot_id, stamp.code_version, stamp.marts_hash)]


def _replace(fresh: Path, target: Path) -> None:
    """Make the new file durable, then visible under its name in one step."""
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
