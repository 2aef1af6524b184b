"""Compaction of a lake: merge small files, expire old snapshots, delete orphaned files."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.lake.lake import CATALOG, Lake

# Only the holder of the lease may delete the files of a writer that crashed; a day of grace also protects
# a writer without a lease.
_GRACE = "INTERVAL '1 day'"


@dataclass(frozen=True, slots=True)
class CompactionReport:
    """Data files before and after, snapshots expired, and orphaned files deleted."""

    files_before: int
    files_after: int
    snapshots_expired: int
    orphans_removed: int


def compact(lake: Lake, *, keep_days: int = 30) -> CompactionReport:
    """Merge small files and expire snapshots older than `keep_days`, but never the published one.

    A file is deleted only when no kept snapshot refers to it, as after a writer that crashed. No row
    changes. The caller holds the lease.
    """
    newest = lake.data_snapshot_id  # the published one
    lake.rows(f"CALL ducklake_flush_inlined_data('{CATALOG}')")
    before = _file_count(lake)
    lake.rows(f"CALL ducklake_merge_adjacent_files('{CATALOG}')")
    limit = f"now() - INTERVAL '{int(keep_days)} days'"
    found = lake.rows(
        f"SELECT snapshot_id FROM {CATALOG}.snapshots() WHERE snapshot_time < {limit} AND snapshot_id <> ? "
        f"AND snapshot_id < (SELECT max(snapshot_id) FROM {CATALOG}.snapshots()) ORDER BY 1",
        [newest],
    )
    expired = [id for (id,) in found]
    if expired:
        versions = ", ".join(map(str, expired))
        lake.rows(f"CALL ducklake_expire_snapshots('{CATALOG}', versions => [{versions}])")
    lake.rows(f"CALL ducklake_cleanup_old_files('{CATALOG}', older_than => {limit})")
    orphans = lake.rows(f"CALL ducklake_delete_orphaned_files('{CATALOG}', older_than => now() - {_GRACE})")
    return CompactionReport(before, _file_count(lake), len(expired), len(orphans))


def _file_count(lake: Lake) -> int:
    found = lake.rows(f"SELECT coalesce(sum(file_count), 0) FROM ducklake_table_info('{CATALOG}')")
    return int(found[0][0])
