"""Maintain a lake: compact small files, expire old snapshots, delete orphaned files."""

from __future__ import annotations

from pathlib import Path

from flows.settings import Settings
from warehouse.lake.compaction import CompactionReport, compact
from warehouse.lake.lake import Lake, require_lake
from warehouse.lake.lease import Lease


def maintain(settings: Settings, *, keep_days: int = 30) -> CompactionReport:
    """Compact the lake of the settings while holding its lease; LakeError when there is no lake."""
    folder = Path(settings.lake)
    require_lake(folder)
    with Lease(folder, wait=settings.wait_seconds), Lake.open(folder) as lake:
        return compact(lake, keep_days=keep_days)
