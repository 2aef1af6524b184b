"""The stage clean: raw documents become article versions, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flows.run.tasks import CleanTask, clean_batch
from flows.stages.batches import batch_size, document_batches
from flows.stages.layout_rules import clean_version, field_mappings, own_rules
from flows.stages.reports import CleanReport
from flows.stages.session import Session
from warehouse.lake.batch_inputs import stage_documents
from warehouse.ledger.steps import PendingDocument, pending_documents
from warehouse.write.articles import commit_articles

if TYPE_CHECKING:
    from transforms.contract.layout_rules import LayoutRules


def clean(session: Session) -> CleanReport:
    """Clean every pending document."""
    report, rules = session.report(CleanReport), own_rules(session.settings)
    version, mappings = clean_version(rules), field_mappings(session.settings)
    pending = pending_documents(
        session.lake, step_version=version, mappings=mappings, changes=session.changes()
    )
    report.pending = sum(not d.is_redone for d in pending)
    batches = document_batches(pending, batch_size(session, len(pending)))
    tasks = (_task(session, batch, number, rules, mappings, version) for number, batch in enumerate(batches))
    done = 0
    for staged in session.runner.map(clean_batch, tasks):
        outcomes = commit_articles(session.lake, session.run, staged)
        if staged.is_redone:
            report.recleaned += len(staged.subjects)
        else:
            report.outcomes += outcomes
        done += len(staged.subjects)
        session.progress("clean", done, len(pending))
    return report


def _task(
    session: Session,
    batch: Sequence[PendingDocument],
    number: int,
    rules: LayoutRules | None,
    mappings: Mapping[str, Mapping[str, str]],
    step_version: str,
) -> CleanTask:
    folder = session.lake.staging / session.run.run_id / f"clean-{number:06}"
    source = stage_documents(session.lake, folder / "input.parquet", {d.observation_id: d.seq for d in batch})
    return CleanTask(
        source=source,
        folder=folder,
        run_id=session.run.run_id,
        is_redone=batch[0].is_redone,
        count=len(batch),
        input_hashes=tuple(d.input_hash for d in batch),
        rules=rules,
        mappings=mappings,
        step_version=step_version,
    )
