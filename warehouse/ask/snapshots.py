"""The snapshots of a lake that a query can be answered at, newest first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import duckdb

from warehouse.lake.lake import METADATA

_OF_RUN = re.compile(r"run (\S+): (.*)")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One commit: its number, time, the run that made it (None: it is not of a run), and what changed."""

    snapshot_id: int
    committed_at: datetime
    run_id: str | None
    change: str


def last_snapshots(connection: duckdb.DuckDBPyConnection, *, limit: int) -> list[Snapshot]:
    """The newest snapshots, newest first."""
    found = connection.execute(
        "SELECT snapshot_id, snapshot_time::TIMESTAMPTZ, commit_message, changes_made "
        f"FROM {METADATA}.ducklake_snapshot LEFT JOIN {METADATA}.ducklake_snapshot_changes USING (snapshot_id) "
        f"WHERE snapshot_id >= (SELECT min(begin_snapshot) FROM {METADATA}.ducklake_table) "
        "ORDER BY snapshot_id DESC LIMIT ?",
        [limit],
    ).fetchall()
    return [_snapshot(*row) for row in found]


def _snapshot(number: int, at: datetime, message: str | None, changes: str | None) -> Snapshot:
    if message and (of_run := _OF_RUN.fullmatch(message)):
        return Snapshot(number, at, of_run[1], of_run[2])
    return Snapshot(number, at, None, message or _kinds(changes or ""))


def _kinds(changes: str) -> str:
    """DuckLake's list of changes without the tables: `merge_adjacent:4,merge_adjacent:7` is `merge adjacent`."""
    kinds = dict.fromkeys(change.partition(":")[0] for change in changes.split(","))
    return ", ".join(kind.replace("_", " ") for kind in kinds)
