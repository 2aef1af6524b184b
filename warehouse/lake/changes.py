"""The rows that changed since a snapshot, as table expressions over DuckLake's change feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.catalog.tables import Table
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, DATA, METADATA, Lake

# Each range costs a query of the feed for every table.
_MOST_RANGES = 30


@dataclass(frozen=True, slots=True)
class Changes:
    """The ranges of snapshots, first and last, in which data changed; none when nothing changed."""

    ranges: Sequence[tuple[int, int]]

    def inserted(self, table: Table) -> str:
        """The rows inserted, an updated row in its new state among them; some may be deleted since."""
        return self._feed("insertions", table)

    def deleted(self, table: Table) -> str:
        """The rows deleted, an updated row in its old state among them."""
        return self._feed("deletions", table)

    def keys(self, table: Table, columns: Sequence[str]) -> str:
        """The values of these columns in all rows inserted or deleted."""
        names = ", ".join(f'"{name}"' for name in columns)
        return f"(SELECT {names} FROM {self.inserted(table)} UNION SELECT {names} FROM {self.deleted(table)})"

    def _feed(self, kind: str, table: Table) -> str:
        if not self.ranges:
            return f"(FROM {CATALOG}.{table.qualified} WHERE false)"
        place = f"{quoted(CATALOG)}, {quoted(table.schema)}, {quoted(table.name)}"
        parts = (f"FROM ducklake_table_{kind}({place}, {first}, {last})" for first, last in self.ranges)
        return f"({' UNION ALL '.join(parts)})"


def changes_since(lake: Lake, snapshot_id: int) -> Changes | None:
    """The changes after a snapshot; None when they are unknown: expired, or tables have changed since.

    Compaction changes no row. A rewrite would show every row of its files as deleted and inserted: its
    snapshots are left out.
    """
    snapshots = lake.rows(
        f"""
        SELECT s.snapshot_id, s.schema_version, c.commit_extra_info IS NOT DISTINCT FROM '{DATA}',
            contains(c.changes_made, 'rewrite_delete')
        FROM {METADATA}.ducklake_snapshot s JOIN {METADATA}.ducklake_snapshot_changes c USING (snapshot_id)
        WHERE s.snapshot_id >= ? ORDER BY 1
        """,
        [snapshot_id],
    )
    if not snapshots or snapshots[0][0] != snapshot_id or snapshots[0][1] != snapshots[-1][1]:
        return None
    data = [id for id, _, is_data, _ in snapshots if is_data and id > snapshot_id]
    ranges: list[tuple[int, int]] = []
    for id, _, _, is_rewrite in snapshots if data else ():
        if is_rewrite or not data[0] <= id <= data[-1]:
            continue
        if ranges and ranges[-1][1] == id - 1:
            ranges[-1] = (ranges[-1][0], id)
        else:
            ranges.append((id, id))
    return Changes(ranges) if len(ranges) <= _MOST_RANGES else None
