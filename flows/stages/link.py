"""The link stages: steps over many documents before cleaning, and over many articles after enriching."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from flows.run.tasks import raw_document
from flows.stages.reports import LinkReport
from flows.stages.session import Session
from flows.stages.step_versions import enrichment_versions
from transforms.contract.documents import RawDocument, Rejected
from transforms.contract.link_steps import DOCUMENTS, LinkStep
from transforms.contract.reasons import Reason
from transforms.link import is_before_cleaning, link_version, ordered_links
from warehouse.lake.batch_inputs import read_documents
from warehouse.write.links import commit_links
from warehouse.write.scopes import PendingScope, pending_scopes, read_scopes

BATCH_ROWS = 60_000
_DOCUMENTS_AT_ONCE = 64


def link_documents(session: Session) -> LinkReport:
    """Run the link steps that read raw documents alone: their rows are input of cleaning."""
    return _run_links(session, [step for step in ordered_links() if is_before_cleaning(step)], {})


def link_articles(session: Session) -> LinkReport:
    """Run the link steps that read articles and annotations."""
    steps = [step for step in ordered_links() if not is_before_cleaning(step)]
    return _run_links(session, steps, enrichment_versions(session.settings))


def _run_links(session: Session, steps: Sequence[LinkStep], enrichments: Mapping[str, str]) -> LinkReport:
    report = session.report(LinkReport)
    for step in steps:
        version = link_version(step, enrichments)
        pending = pending_scopes(session.lake, step, version, session.changes())
        for scopes in _batches(pending):
            rows, rejected = _find(session, step, [scope for scope in scopes if scope.row_count])
            report.rows[step.table] += commit_links(
                session.lake, session.run, step, version, scopes, rows, rejected
            )
            report.scopes[step.table] += len(scopes)
            report.step_failures += len(rejected)
            session.progress(step.table, report.scopes[step.table], len(pending))
    return report


def _find(
    session: Session, step: LinkStep, scopes: Sequence[PendingScope]
) -> tuple[list[object], dict[str, Rejected]]:
    """The rows of a step for these scopes, each found from its own rows alone, and the scopes it fails on."""
    parameters = () if step.parameters is None else (step.parameters,)
    rows: list[object] = []
    rejected: dict[str, Rejected] = {}
    with session.lake.reading():
        for scope, tables in read_scopes(session.lake, step, scopes).items():
            read = [partial(_documents, session) if name == DOCUMENTS else tables[name] for name in step.reads]
            try:
                rows += list(step.find(*read, *parameters))
            except Exception as error:  # a bug on this scope must not stop the others
                detail = f"{step.table}, {step.scope} {scope!r}: {type(error).__name__}: {error}"
                rejected[scope] = Rejected(Reason.STEP_FAILED, detail)
    return rows, rejected


def _batches(pending: Sequence[PendingScope]) -> Iterator[list[PendingScope]]:
    """Batches of scopes in order, up to BATCH_ROWS rows to read in each."""
    batch: list[PendingScope] = []
    for scope in pending:
        if batch and sum(s.row_count for s in batch) + scope.row_count > BATCH_ROWS:
            yield batch
            batch = []
        batch.append(scope)
    if batch:
        yield batch


def _documents(session: Session, observation_ids: Sequence[str]) -> Iterator[RawDocument]:
    """Read raw documents again, a few at a time."""
    remaining = iter(observation_ids)
    while ids := list(islice(remaining, _DOCUMENTS_AT_ONCE)):
        yield from map(raw_document, read_documents(session.lake, ids))
