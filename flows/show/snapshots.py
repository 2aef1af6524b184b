"""`dateline snapshots`: the commits of a lake that `--as-of` can query, newest first."""

from __future__ import annotations

from contextlib import closing

from flows.show.screen import grid, screen
from warehouse import connect
from warehouse.ask.snapshots import last_snapshots


def print_snapshots(lake: str, *, limit: int) -> None:
    """Print the newest snapshots, a line each, on standard output."""
    with closing(connect(lake)) as connection:
        found = last_snapshots(connection, limit=limit)
    shown = grid("snapshot", "time (UTC)", "run", "change")
    for each in found:
        at = f"{each.committed_at:%Y-%m-%d %H:%M:%S}"
        shown.add_row(str(each.snapshot_id), at, each.run_id or "", each.change)
    screen().print(shown)
