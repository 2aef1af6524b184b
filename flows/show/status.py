"""The state of a lake on the screen: what it holds, the last runs, what is refused, what is published."""

from __future__ import annotations

from pathlib import Path

import duckdb
from rich.console import Console

from flows.show.screen import grid, screen
from warehouse import connect
from warehouse.lake.lake import PUBLISHED_FILE
from warehouse.lake.lease import read_owner

_LAST_RUNS = 5


def print_status(lake: str) -> None:
    """Print the state of the lake on standard output; LakeError when there is none."""
    out = screen()
    connection = connect(lake)
    try:
        _print_holdings(out, connection, Path(lake))
        _print_runs(out, connection)
        _print_refused(out, connection)
    finally:
        connection.close()
    out.print(f"Written to by: {read_owner(Path(lake))}.")


def _print_holdings(out: Console, connection: duckdb.DuckDBPyConnection, lake: Path) -> None:
    articles, versions, first, last = connection.execute(
        "SELECT count(*) FILTER (is_latest), count(*), min(published_at), max(published_at) FROM news.articles"
    ).fetchall()[0]
    documents, size = connection.execute(
        "SELECT count(*), coalesce(sum(byte_count), 0) FROM raw.documents"
    ).fetchall()[0]
    out.print(
        f"{lake}: {articles:,} articles in {versions:,} versions from {documents:,} documents ({size:,} bytes)."
    )
    if first is not None:
        out.print(f"Published from {first:%Y-%m-%d} to {last:%Y-%m-%d}, as far as it is known.")
    if (lake / PUBLISHED_FILE).exists():
        at, snapshot = connection.execute("SELECT published_at, snapshot_id FROM meta.publish").fetchall()[0]
        out.print(
            f"{lake / PUBLISHED_FILE} was published {at:%Y-%m-%d %H:%M} UTC and shows snapshot {snapshot}."
        )


def _print_runs(out: Console, connection: duckdb.DuckDBPyConnection) -> None:
    names = ("run_id", "status", "read", "accepted", "repaired", "duplicate", "quarantined", "message")
    found = connection.execute(
        f"SELECT {', '.join(names)} FROM ops.runs ORDER BY started_at DESC LIMIT {_LAST_RUNS}"
    ).fetchall()
    shown = grid(*names, title="Last runs")
    for row in found:
        shown.add_row(*(str(value) for value in row))
    out.print(shown)


def _print_refused(out: Console, connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT stage, reason, count(*), min(detail) FROM raw.quarantine WHERE status = 'open' "
        "GROUP BY ALL ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    if not found:
        out.print("Nothing is in quarantine.")
        return
    shown = grid("stage", "reason", "count", "for example", title="In quarantine")
    for stage, reason, count, detail in found:
        lines = detail.strip().splitlines()
        shown.add_row(stage, reason, f"{count:,}", lines[-1][:100] if lines else "")
    out.print(shown)
