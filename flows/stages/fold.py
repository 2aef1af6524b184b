"""The stage fold: compact what small runs have piled up, so that the next ones stay as fast."""

from __future__ import annotations

from flows.stages.session import Session
from warehouse.lake.compaction import CompactionReport, fold


def fold_lake(session: Session) -> CompactionReport:
    """Fold the lake when enough has piled up, within a bound of time."""
    report = fold(session.lake)
    session.reports[CompactionReport] = report
    return report
