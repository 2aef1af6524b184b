"""The stage clean: raw documents become article versions, batch by batch, which are enriched at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from flows.run.tasks import CleanTask, EnrichTask, clean_or_enrich
from flows.stages.batches import document_batches
from flows.stages.enrich import Enrichment
from flows.stages.layout_rules import clean_version, field_mappings, own_rules
from flows.stages.missing_fields import count_fields
from flows.stages.reports import CleanReport
from flows.stages.session import Session
from warehouse.lake.batch_inputs import stage_documents
from warehouse.ledger.steps import PendingDocument, pending_documents
from warehouse.write.articles import commit_articles
from warehouse.write.field_mappings import map_sources

if TYPE_CHECKING:
    from transforms.contract.layout_rules import LayoutRules


def clean(session: Session) -> CleanReport:
    """Clean every pending document, and enrich the articles of each batch while further ones are cleaned."""
    report, rules = session.report(CleanReport), own_rules(session.settings)
    version = clean_version(rules)
    if session.converged_at is None:  # the settings may have changed
        map_sources(session.lake, session.run, field_mappings(session.settings))
    pending = pending_documents(session.lake, step_version=version, changes=session.changes())
    if pending:
        session.start_workers()
    report.pending = sum(not d.is_redone for d in pending)
    batches = document_batches(pending, largest=session.settings.batch_size, workers=session.runner.workers)
    tasks: Iterator[CleanTask | EnrichTask] = (_task(session, batch, rules, version) for batch in batches)
    enrichment, done = Enrichment(session), 0
    for staged in session.runner.map(clean_or_enrich, tasks, then=enrichment.tasks_of_added):
        if staged.stage == "enrich":
            enrichment.receive(staged)
            enrichment.show_progress(further=len(pending) - done)
            continue
        committed = commit_articles(session.lake, session.run, staged)
        enrichment.add(committed)
        count_fields(session, staged)
        if staged.is_redone:
            report.recleaned += len(staged.subjects)
        done += len(staged.subjects)
        session.progress("clean", done, len(pending))
        enrichment.show_progress(further=len(pending) - done)
    enrichment.commit()
    return report


def _task(
    session: Session,
    batch: Sequence[PendingDocument],
    rules: LayoutRules | None,
    step_version: str,
) -> CleanTask:
    folder = session.new_folder("clean")
    source = stage_documents(session.lake, folder / "input.parquet", {d.observation_id: d.seq for d in batch})
    return CleanTask(
        source=source,
        folder=folder,
        run_id=session.run.run_id,
        is_redone=batch[0].is_redone,
        count=len(batch),
        input_hashes=tuple(d.input_hash for d in batch),
        rules=rules,
        step_version=step_version,
    )
