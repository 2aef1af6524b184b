"""The rows that changed since a snapshot, as table expressions over DuckLake's change feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.catalog.tables import Table
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, DATA, METADATA, Lake


@dataclass(frozen=True, slots=True)
class Changes:
    """Snapshots `first` to `last`, the only ones with changed data; `first` is None when nothing changed.

    The feed shows every row of a file that compaction rewrote as deleted and inserted: what it names
    may have changed, what it does not name has not.
    """

    first: int | None
    last: int

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
        if self.first is None:
            return f"(FROM {CATALOG}.{table.qualified} WHERE false)"
        place = f"{quoted(CATALOG)}, {quoted(table.schema)}, {quoted(table.name)}"
        return f"ducklake_table_{kind}({place}, {self.first}, {self.last})"


def changes_since(lake: Lake, snapshot_id: int | None) -> Changes | None:
    """The changes after a snapshot; None when they are unknown: expired, or tables have changed since."""
    if snapshot_id is None:
        return None
    ((last, schemas, first),) = lake.rows(
        f"""
        SELECT max(s.snapshot_id), count(DISTINCT s.schema_version),
            min(s.snapshot_id) FILTER (s.snapshot_id > $1 AND c.commit_extra_info = '{DATA}')
        FROM {METADATA}.ducklake_snapshot s JOIN {METADATA}.ducklake_snapshot_changes c USING (snapshot_id)
        WHERE s.snapshot_id >= $1
        HAVING min(s.snapshot_id) = $1
        """,
        [snapshot_id],
    ) or [(None, 0, None)]
    return Changes(first, last) if schemas == 1 else None
