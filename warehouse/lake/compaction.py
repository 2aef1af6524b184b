"""Compaction: small files merged, old snapshots expired, files that no snapshot names removed."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.lake.lake import CATALOG, Lake

# A file that no snapshot names was left by a writer that died. Only the owner of the lease may
# remove it; a day of grace protects the files of a writer without a lease.
_GRACE = "INTERVAL '1 day'"


@dataclass(frozen=True, slots=True)
class MaintainReport:
    """Data files before and after, snapshots expired, and removed files that belonged to none."""

    files_before: int
    files_after: int
    snapshots_expired: int
    orphans_removed: int


def maintain(lake: Lake, *, keep_days: int = 30) -> MaintainReport:
    """Merge small files and expire snapshots older than `keep_days`, except the published one.

    Files are removed only when no kept snapshot names them; those of a writer that died are among
    them. No row changes. The caller owns the lease.
    """
    before = _file_count(lake)
    newest = lake.data_snapshot_id  # the published file shows it, or should: it stays, whatever its age
    lake.rows(f"CALL ducklake_flush_inlined_data('{CATALOG}')")
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
    return MaintainReport(before, _file_count(lake), len(expired), len(orphans))


def _file_count(lake: Lake) -> int:
    found = lake.rows(f"SELECT coalesce(sum(file_count), 0) FROM ducklake_table_info('{CATALOG}')")
    return int(found[0][0])
