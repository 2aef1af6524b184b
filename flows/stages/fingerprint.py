"""The stage fingerprint: hash the lines of every new page and text, to find the lines publishers repeat."""

from __future__ import annotations

from collections.abc import Sequence

from flows.run.tasks import FingerprintTask, fingerprint_batch
from flows.stages.batches import batch_size, document_batches
from flows.stages.reports import FingerprintReport
from flows.stages.session import Session
from transforms.link.boilerplate.rows import FINGERPRINT_VERSION, FINGERPRINTED
from warehouse.lake.batch_inputs import stage_documents
from warehouse.ledger.steps import PendingDocument, pending_fingerprints
from warehouse.write.fingerprints import commit_fingerprints


def fingerprint(session: Session) -> FingerprintReport:
    """Fingerprint every pending document, batch by batch."""
    report = session.report(FingerprintReport)
    pending = pending_fingerprints(
        session.lake,
        step_version=FINGERPRINT_VERSION,
        media_types=FINGERPRINTED,
        changes=session.changes(),
    )
    batches = document_batches(pending, batch_size(session, len(pending)))
    tasks = (_task(session, batch, number) for number, batch in enumerate(batches))
    for staged in session.runner.map(fingerprint_batch, tasks):
        commit_fingerprints(session.lake, session.run, staged)
        report.step_failures += len(staged.quarantined)
        report.fingerprinted += len(staged.subjects)
        session.progress("fingerprint", report.fingerprinted, len(pending))
    return report


def _task(session: Session, batch: Sequence[PendingDocument], number: int) -> FingerprintTask:
    folder = session.lake.staging / session.run.run_id / f"fingerprint-{number:06}"
    source = stage_documents(session.lake, folder / "input.parquet", {d.observation_id: d.seq for d in batch})
    return FingerprintTask(
        source=source,
        folder=folder,
        run_id=session.run.run_id,
        is_redone=batch[0].is_redone,
        count=len(batch),
    )
