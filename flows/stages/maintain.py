"""Maintain a lake: compact small files, expire old snapshots, delete orphaned files."""

from __future__ import annotations

from flows.settings import Settings
from warehouse.lake.compaction import CompactionReport, compact
from warehouse.lake.lake import Lake
from warehouse.lake.lease import lease
from warehouse.lake.location import location_of, require_lake


def maintain(settings: Settings, *, keep_days: int = 30) -> CompactionReport:
    """Compact the lake of the settings under its lease; LakeError when there is no lake."""
    location = location_of(settings.lake)
    require_lake(location)
    with lease(location, wait=settings.wait_seconds), Lake.open(location) as lake:
        return compact(lake, keep_days=keep_days)
