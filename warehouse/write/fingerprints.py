"""Commit fingerprints of raw documents."""

from __future__ import annotations

import pyarrow as pa

from warehouse.catalog.rows import Run
from warehouse.catalog.tables import tables
from warehouse.lake.lake import Lake
from warehouse.write.commit import StagedBatch, commit


def commit_fingerprints(lake: Lake, run: Run, staged: StagedBatch) -> None:
    """Commit a batch of fingerprints; earlier ones of the same documents are replaced."""
    table = tables()["news.fingerprints"]
    with commit(lake, run, staged, f"{len(staged.subjects)} documents fingerprinted"):
        if staged.is_redone:
            ids = pa.array([subject.id for subject in staged.subjects], pa.string())
            lake.delete(table, pa.table({"observation_id": ids}))
        if table.name in staged.files:
            lake.insert(table, staged.files[table.name])
