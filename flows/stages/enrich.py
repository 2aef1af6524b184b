"""The stage enrich: article versions get the annotation rows they lack, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.run.tasks import EnrichTask, enrich_batch
from flows.stages.batches import article_batches, batch_size
from flows.stages.reports import EnrichReport
from flows.stages.session import Session
from flows.stages.step_versions import enrichment_versions
from warehouse.lake.batch_inputs import stage_articles
from warehouse.ledger.steps import PendingArticle, enrich_version, pending_articles
from warehouse.write.annotations import commit_annotations


def enrich(session: Session) -> EnrichReport:
    """Run on every article version the enrichments that it lacks."""
    report, versions = session.report(EnrichReport), enrichment_versions(session.settings)
    pending = pending_articles(session.lake, enrichments=versions, changes=session.changes())
    batches = article_batches(pending, batch_size(session, len(pending)))
    tasks = (_task(session, batch, number, versions) for number, batch in enumerate(batches))
    for staged in session.runner.map(enrich_batch, tasks):
        commit_annotations(session.lake, session.run, staged, versions)
        report.enriched += len(staged.subjects)
        report.step_failures += len(staged.quarantined)
        session.progress("enrich", report.enriched, len(pending))
    return report


def _task(
    session: Session, batch: Sequence[PendingArticle], number: int, versions: Mapping[str, str]
) -> EnrichTask:
    folder = session.lake.staging / session.run.run_id / f"enrich-{number:06}"
    source = stage_articles(
        session.lake, folder / "input.parquet", {(a.article_id, a.version_no): a.seq for a in batch}
    )
    return EnrichTask(
        source=source,
        folder=folder,
        run_id=session.run.run_id,
        is_redone=batch[0].is_redone,
        count=len(batch),
        resources=session.settings.chosen_resources(),
        enrichments=frozenset(batch[0].steps),
        step_version=enrich_version(versions),
    )
