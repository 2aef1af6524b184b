"""Commit fingerprints of raw documents, and list the documents that lack one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from transforms.link.boilerplate.rows import FINGERPRINT_VERSION, FINGERPRINTED
from warehouse.catalog.rows import QuarantineItem, Run, StepDone
from warehouse.catalog.tables import tables
from warehouse.lake.lake import CATALOG, Lake
from warehouse.ledger import quarantine, runs, steps
from warehouse.ledger.steps import PendingDocument


@dataclass(frozen=True, slots=True)
class StagedFingerprints:
    """A batch of fingerprinted documents: `subjects` are observation ids."""

    files: Mapping[str, Path]
    subjects: Sequence[str]
    quarantined: Sequence[QuarantineItem]
    is_redone: bool


def pending_fingerprints(lake: Lake) -> list[PendingDocument]:
    """Observations of pages and texts without a fingerprint of this version, in order of ingestion."""
    types = ", ".join(f"'{media_type}'" for media_type in FINGERPRINTED)
    found = lake.rows(
        f"""
        SELECT o.observation_id, d.byte_count, s.subject_id IS NOT NULL
        FROM {CATALOG}.raw.observations o
        JOIN {CATALOG}.raw.documents d USING (raw_id)
        LEFT JOIN {CATALOG}.ops.steps_done s ON s.subject_id = o.observation_id AND s.step = '{steps.FINGERPRINT}'
        WHERE d.media_type IN ({types}) AND s.step_version IS DISTINCT FROM ?
        ORDER BY o.seq
        """,
        [FINGERPRINT_VERSION],
    )
    return [PendingDocument(*row) for row in found]


def commit_fingerprints(lake: Lake, run: Run, staged: StagedFingerprints) -> None:
    """Commit a batch of fingerprints; earlier ones of the same documents are replaced."""
    table, subjects = tables()["news.fingerprints"], list(staged.subjects)
    with lake.transaction(f"run {run.run_id}: {len(subjects)} documents fingerprinted"):
        runs.open_run(lake, run)
        if staged.is_redone:
            lake.delete(table, pa.table({"observation_id": pa.array(subjects, pa.string())}))
        if table.name in staged.files:
            lake.insert(table, staged.files[table.name])
        quarantine.store(lake, staged.quarantined)
        rejected = {item.subject_id for item in staged.quarantined}
        quarantine.resolve(lake, [s for s in subjects if s not in rejected], stage="fingerprint")
        now = datetime.now(UTC)
        done = [
            StepDone(s, 0, steps.FINGERPRINT, FINGERPRINT_VERSION, "", "done", run.run_id, now)
            for s in subjects
        ]
        steps.record(lake, done, is_redone=staged.is_redone)
