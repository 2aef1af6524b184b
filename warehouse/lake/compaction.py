"""Compaction of a lake: write inlined rows to files, merge small files, expire snapshots, delete orphaned files."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, DATA, METADATA, Lake

KEEP_DAYS = 30
# Only the holder of the lease may delete the files of a writer that crashed; a day of grace also protects
# a writer without a lease.
_ORPHAN_GRACE = "INTERVAL '1 day'"
# A query that began before a compaction still reads the files that it replaced.
_READER_GRACE = "INTERVAL '1 hour'"
# A file is rewritten without its deleted rows when they are at least this share of it.
_DELETED_SHARE = 0.01
# Small commits pile up as inlined rows and small files; a fold every so often keeps each scan short.
_MOST_COMMITS = 120
_MOST_FILES = 24


class _Tier(NamedTuple):
    """Files of a table between two sizes in bytes, which a fold merges when there are `most` of them.

    A row is rewritten a few times in its life, not at every fold.
    """

    smallest: int
    largest: int
    most: int


_TIERS = (_Tier(0, 8 << 20, 4), _Tier(8 << 20, 64 << 20, 8))


@dataclass(frozen=True, slots=True)
class CompactionReport:
    """Data files before and after, snapshots expired, and orphaned files deleted."""

    files_before: int = 0
    files_after: int = 0
    snapshots_expired: int = 0
    orphans_removed: int = 0


def compact(lake: Lake, *, keep_days: int = KEEP_DAYS) -> CompactionReport:
    """Make the lake as tidy as one loaded at once, and expire snapshots older than `keep_days`.

    The published snapshot and those since are kept, and so is every file that a kept snapshot refers
    to. No row changes. The caller holds the lease.
    """
    lake.rows(f"CALL ducklake_flush_inlined_data('{CATALOG}')")
    before = _file_count(lake)
    lake.rows(f"CALL ducklake_rewrite_data_files('{CATALOG}', delete_threshold => {_DELETED_SHARE})")
    lake.rows(f"CALL ducklake_merge_adjacent_files('{CATALOG}')")
    expired = _expire(lake, keep_days)
    orphans = lake.rows(
        f"CALL ducklake_delete_orphaned_files('{CATALOG}', older_than => now() - {_ORPHAN_GRACE})"
    )
    lake.location.vacuum()
    return CompactionReport(before, _file_count(lake), expired, len(orphans))


def fold(lake: Lake, *, seconds: float = 20.0) -> CompactionReport:
    """Merge the inlined rows and small files of many small commits; does nothing while there are few of them.

    Large files stay as they are until `_DELETED_SHARE` of their rows are deleted. No table is begun after
    `seconds`; the next run merges the rest. The caller holds the lease.
    """
    most = max((count for _, _, count in _tables_with_files(lake, _TIERS[0])), default=0)
    if _commits_since_flush(lake) < _MOST_COMMITS and most < _MOST_FILES:
        return CompactionReport()
    end = time.monotonic() + seconds
    before = _file_count(lake)
    lake.rows(f"CALL ducklake_flush_inlined_data('{CATALOG}')")
    for tier in _TIERS:
        for schema, table, count in _tables_with_files(lake, tier):
            if count >= tier.most and time.monotonic() < end:
                _merge(lake, f"{quoted(CATALOG)}, {quoted(table)}, schema => {quoted(schema)}", tier)
    expired = _expire(lake, KEEP_DAYS)
    lake.location.vacuum()
    return CompactionReport(before, _file_count(lake), expired)


def _merge(lake: Lake, table: str, tier: _Tier) -> None:
    """Merge the files of a tier; those with deleted rows cannot be merged before they are rewritten."""
    lake.rows(f"CALL ducklake_rewrite_data_files({table}, delete_threshold => {_DELETED_SHARE})")
    sizes = f"min_file_size => {tier.smallest}, max_file_size => {tier.largest}"
    lake.rows(f"CALL ducklake_merge_adjacent_files({table}, {sizes})")


def _expire(lake: Lake, keep_days: int) -> int:
    """Expire old snapshots and delete the files that no snapshot refers to any more; returns the snapshots' number."""
    found = lake.rows(
        f"""
        WITH converged AS (SELECT coalesce(max(snapshot_id), -1) AS id FROM {CATALOG}.ops.runs WHERE steps_hash <> ''),
        kept AS (
            SELECT coalesce(max(snapshot_id), -1) AS id FROM {METADATA}.ducklake_snapshot_changes, converged
            WHERE commit_extra_info = '{DATA}' AND (converged.id < 0 OR snapshot_id <= converged.id)
        )
        SELECT snapshot_id FROM {METADATA}.ducklake_snapshot, kept
        WHERE snapshot_id < kept.id
            AND CAST(snapshot_time AS TIMESTAMPTZ) < now() - INTERVAL '{int(keep_days)} days'
        ORDER BY 1
        """
    )
    if found:
        versions = ", ".join(str(id) for (id,) in found)
        lake.rows(f"CALL ducklake_expire_snapshots('{CATALOG}', versions => [{versions}])")
    lake.rows(f"CALL ducklake_cleanup_old_files('{CATALOG}', older_than => now() - {_READER_GRACE})")
    return len(found)


def _commits_since_flush(lake: Lake) -> int:
    changes = f"{METADATA}.ducklake_snapshot_changes"
    found = lake.rows(
        f"SELECT count(*) FROM {changes} WHERE snapshot_id > "
        f"(SELECT coalesce(max(snapshot_id), -1) FROM {changes} WHERE contains(changes_made, 'flush'))"
    )
    return int(found[0][0])


def _tables_with_files(lake: Lake, tier: _Tier) -> list[tuple[str, str, int]]:
    """Schema, name and number of data files of the tables that have any in a tier, most first."""
    return lake.rows(
        f"""
        SELECT s.schema_name, t.table_name, count(*)
        FROM {METADATA}.ducklake_data_file f
        JOIN {METADATA}.ducklake_table t USING (table_id)
        JOIN {METADATA}.ducklake_schema s USING (schema_id)
        WHERE f.end_snapshot IS NULL AND t.end_snapshot IS NULL
            AND f.file_size_bytes >= {tier.smallest} AND f.file_size_bytes < {tier.largest}
        GROUP BY ALL ORDER BY 3 DESC, 1, 2
        """
    )


def _file_count(lake: Lake) -> int:
    found = lake.rows(f"SELECT coalesce(sum(file_count), 0) FROM ducklake_table_info('{CATALOG}')")
    return int(found[0][0])
