"""An enriched batch becomes part of the lake: its rows and what the ledger says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.catalog.rows import QuarantineItem, Run, StepDone
from warehouse.catalog.tables import enriched_tables
from warehouse.lake.lake import Lake
from warehouse.ledger import quarantine, runs, steps
from warehouse.write.articles import remove_versions


@dataclass(frozen=True, slots=True)
class StagedEnrichment:
    """An enriched batch: `files` by table name; `subjects` are (article_id, version_no, input_hash)."""

    files: Mapping[str, Path]
    subjects: Sequence[tuple[str, int, str]]
    step_versions: Mapping[str, str]
    quarantined: Sequence[QuarantineItem]
    is_redone: bool


def commit_annotations(lake: Lake, run: Run, staged: StagedEnrichment) -> int:
    """Add an enriched batch's rows, those of an older result removed first; gives the rows added."""
    tables_ = [t for t in enriched_tables() if t.name in staged.step_versions]
    now = datetime.now(UTC)
    with lake.transaction(f"run {run.run_id}: {len(staged.subjects)} articles enriched"):
        runs.open_run(lake, run)
        if staged.is_redone:
            remove_versions(lake, tables_, [(id, no) for id, no, _ in staged.subjects])
        added = sum(lake.insert(t, staged.files[t.name]) for t in tables_ if t.name in staged.files)
        quarantine.store(lake, staged.quarantined)
        refused = {x.subject_id for x in staged.quarantined}
        healed = [id for id, _, _ in staged.subjects if id not in refused]
        quarantine.resolve(lake, healed, stage="enrich")
        done = [
            StepDone(id, no, step, version, input_hash, "done", run.run_id, now)
            for id, no, input_hash in staged.subjects
            for step, version in staged.step_versions.items()
        ]
        steps.record(lake, done, is_redone=staged.is_redone)
    return added
