"""The one transaction that makes a batch part of the lake: its rows, quarantine items and ledger entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from warehouse.catalog.rows import Outcome, QuarantineItem, Run, Stage, StepDone
from warehouse.lake.lake import Lake
from warehouse.ledger import quarantine, runs, steps


class Subject(NamedTuple):
    """A subject of the ledger and the hash of the input that its steps were done on."""

    id: str
    version_no: int = 0
    input_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedBatch:
    """The results of one step for a batch of subjects, in their order.

    `files` are staged rows by table name; `enrichments` are the tables that the step enrich fills for
    these subjects. A subject that was rejected has an item in `quarantined`. A subject in `failed`, by
    id and version_no with the enrichments that failed, has the outcome quarantined and is not pending
    until a retry or a new version. `is_redone` when the lake may have older results of these subjects.
    """

    stage: Stage
    step: str = ""
    step_version: str = ""
    subjects: Sequence[Subject] = ()
    enrichments: frozenset[str] = frozenset()
    files: Mapping[str, Path] = field(default_factory=dict)
    quarantined: Sequence[QuarantineItem] = ()
    failed: Mapping[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    is_redone: bool = False


@contextmanager
def commit(
    lake: Lake,
    run: Run,
    batch: StagedBatch,
    message: str,
    *,
    outcomes: Sequence[Outcome] = (),
    counts: runs.Counts = runs.NOTHING,
    is_data: bool = True,
) -> Iterator[None]:
    """Commit a batch in one transaction; the body deletes what is redone and inserts the rows.

    Around it the run is recorded with the counts of the batch, quarantine items are stored, those of
    subjects that now succeed are resolved, and the step is recorded as done. `outcomes` are those of the
    subjects; default: done. `is_data` is False for records alone, which make nothing stale.
    """
    with lake.transaction(f"run {run.run_id}: {message}", is_data=is_data):
        runs.open_run(lake, run, counts)
        yield
        quarantine.store(lake, batch.quarantined)
        rejected = {item.subject_id for item in batch.quarantined}
        steps.record(lake, _steps_done(run, batch, outcomes), is_redone=batch.is_redone)
        succeeded = [subject.id for subject in batch.subjects if subject.id not in rejected]
        quarantine.resolve(lake, succeeded, stage=batch.stage)
    runs.add_counts(run, counts)


def _steps_done(run: Run, batch: StagedBatch, outcomes: Sequence[Outcome]) -> list[StepDone]:
    now = datetime.now(UTC)
    became: Sequence[Outcome] = outcomes or ["done"] * len(batch.subjects)
    done = []
    for subject, outcome in zip(batch.subjects, became, strict=True):
        failed = batch.failed.get((subject.id, subject.version_no))
        done.append(
            StepDone(
                subject_id=subject.id,
                version_no=subject.version_no,
                step=batch.step,
                step_version=batch.step_version,
                input_hash=subject.input_hash,
                outcome=outcome if failed is None else "quarantined",
                failed=sorted(failed or ()),
                run_id=run.run_id,
                done_at=now,
            )
        )
    return done
