"""The stage fingerprint: hash the lines of every new page and text, to find the lines publishers repeat."""

from __future__ import annotations

from collections.abc import Sequence

from flows.run.tasks import FingerprintTask, fingerprint_batch
from flows.stages.batches import document_batches, document_work
from flows.stages.reports import FingerprintReport
from flows.stages.session import Session
from transforms.link.boilerplate.rows import FINGERPRINT_VERSION, FINGERPRINTED
from warehouse.lake.batch_inputs import stage_documents
from warehouse.ledger.steps import PendingDocument, pending_fingerprints
from warehouse.write.fingerprints import commit_fingerprints

_QUICK_WORK = 8 << 20  # bytes fingerprinted in less time than workers take to start


def fingerprint(session: Session) -> FingerprintReport:
    """Fingerprint every pending document, batch by batch."""
    report = session.report(FingerprintReport)
    pending = pending_fingerprints(
        session.lake,
        step_version=FINGERPRINT_VERSION,
        media_types=FINGERPRINTED,
        changes=session.changes(),
    )
    if not pending:
        return report
    session.start_workers()
    is_quick = sum(map(document_work, pending)) < _QUICK_WORK
    runner = session.runner_here if is_quick else session.runner
    batches = document_batches(pending, largest=session.settings.batch_size, workers=runner.workers)
    tasks = (_task(session, batch) for batch in batches)
    for staged in runner.map(fingerprint_batch, tasks):
        commit_fingerprints(session.lake, session.run, staged)
        report.step_failures += len(staged.quarantined)
        report.fingerprinted += len(staged.subjects)
        session.progress("fingerprint", report.fingerprinted, len(pending))
    return report


def _task(session: Session, batch: Sequence[PendingDocument]) -> FingerprintTask:
    folder = session.new_folder("fingerprint")
    source = stage_documents(session.lake, folder / "input.parquet", {d.observation_id: d.seq for d in batch})
    return FingerprintTask(
        source=source,
        folder=folder,
        run_id=session.run.run_id,
        is_redone=batch[0].is_redone,
        count=len(batch),
    )
