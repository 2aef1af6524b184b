"""Commit fingerprints of raw documents, and list the documents that lack one."""

from __future__ import annotations

import pyarrow as pa

from transforms.link.boilerplate.rows import FINGERPRINT_VERSION, FINGERPRINTED
from warehouse.catalog.rows import Run
from warehouse.catalog.tables import tables
from warehouse.lake.lake import CATALOG, Lake
from warehouse.ledger.steps import FINGERPRINT, PendingDocument
from warehouse.write.commit import StagedBatch, commit


def pending_fingerprints(lake: Lake) -> list[PendingDocument]:
    """Observations of pages and texts without a fingerprint of this version, in order of ingestion."""
    types = ", ".join(f"'{media_type}'" for media_type in FINGERPRINTED)
    found = lake.rows(
        f"""
        SELECT o.observation_id, d.byte_count, s.subject_id IS NOT NULL
        FROM {CATALOG}.raw.observations o
        JOIN {CATALOG}.raw.documents d USING (raw_id)
        LEFT JOIN {CATALOG}.ops.steps_done s ON s.subject_id = o.observation_id AND s.step = '{FINGERPRINT}'
        WHERE d.media_type IN ({types}) AND s.step_version IS DISTINCT FROM ?
        ORDER BY o.seq
        """,
        [FINGERPRINT_VERSION],
    )
    return [PendingDocument(*row) for row in found]


def commit_fingerprints(lake: Lake, run: Run, staged: StagedBatch) -> None:
    """Commit a batch of fingerprints; earlier ones of the same documents are replaced."""
    table = tables()["news.fingerprints"]
    with commit(lake, run, staged, f"{len(staged.subjects)} documents fingerprinted"):
        if staged.is_redone:
            ids = pa.array([subject.id for subject in staged.subjects], pa.string())
            lake.delete(table, pa.table({"observation_id": ids}))
        if table.name in staged.files:
            lake.insert(table, staged.files[table.name])
