"""Maintain a lake: compact small files, expire old snapshots, delete orphaned files, check every row."""

from __future__ import annotations

from flows.settings import Settings
from transforms.contract.errors import CheckFailed
from warehouse.lake.compaction import KEEP_DAYS, CompactionReport, compact
from warehouse.lake.lake import Lake
from warehouse.lake.lease import lease
from warehouse.lake.location import location_of, require_lake
from warehouse.ledger.runs import close_run, new_run
from warehouse.publish.checks import run_checks
from warehouse.publish.sqlfiles import sql_files


def maintain(settings: Settings, *, keep_days: int = KEEP_DAYS) -> CompactionReport:
    """Compact the lake of the settings under its lease, then run every check on the whole lake.

    A run checks only the articles that changed. Raises LakeError if the lake does not exist, and
    CheckFailed, after compaction, if a check fails.
    """
    location = location_of(settings.lake)
    require_lake(location)
    with (
        lease(location, wait=settings.wait_seconds),
        Lake.open(location, memory_limit=settings.memory_limit) as lake,
    ):
        report, run = compact(lake, keep_days=keep_days), new_run()
        try:
            run_checks(lake, run, sql_files("checks"), failure="the lake fails its checks")
        except CheckFailed as error:
            close_run(lake, run, status="failed", message=str(error)[:1000])
            raise
        # With an empty hash the next run looks for pending subjects in the whole lake.
        close_run(lake, run, status="ok", steps_hash="")
        return report
