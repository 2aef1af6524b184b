"""Retry quarantined items after a fix."""

from __future__ import annotations

from msgspec import structs

from flows.run.progress import Progress, silent
from flows.settings import Settings
from flows.sources import Source, named_source, source_of, sources_of
from flows.stages.pipeline import run_stages
from flows.stages.reports import IngestReport, RetryReport
from flows.stages.session import Session, open_session
from transforms.contract.errors import UsageError
from transforms.contract.reasons import Reason
from warehouse.lake.lake import Lake
from warehouse.lake.location import location_of, require_lake
from warehouse.ledger.quarantine import count_attempts, make_pending, open_ids, unread_items


def retry(settings: Settings, *, reason: str | None = None, progress: Progress = silent) -> Session:
    """Retry open quarantined items, all or those of one reason.

    Documents and articles that a step rejected become pending again; containers and addresses that
    could not be read are read again. Items that now succeed are resolved. UsageError when there is no
    such reason, LakeError when there is no lake.
    """
    if reason is not None and reason not in set(Reason):
        raise UsageError(f"no such reason: {reason}; there are {', '.join(sorted(Reason))}")
    require_lake(location_of(settings.lake))
    with open_session(settings, progress=progress) as session:
        lake, run_id = session.lake, session.run.run_id
        open_before = open_ids(lake, reason)
        unread, session.sources = _unread(lake, settings, reason)
        session.is_forced = True
        make_pending(lake, run_id, reason)
        run_stages(session)
        count_attempts(lake, run_id, unread, rejected_again=session.report(IngestReport).quarantine_ids)
        report = session.report(RetryReport)
        report.retried = len(open_before)
        report.resolved = len(open_before - open_ids(lake, reason))
        session.end()
    return session


def _unread(lake: Lake, settings: Settings, reason: str | None) -> tuple[list[str], list[Source]]:
    """Items of the stages read and fetch, and the sources to read them from again.

    A file that no longer exists is left out; its items stay as they are.
    """
    items = unread_items(lake, reason)
    sources = {item.target: _source(settings, item.target, item.source_id) for item in items}
    there = {target: source for target, source in sources.items() if _is_there(source)}
    return [item.quarantine_id for item in items if item.target in there], list(there.values())


def _source(settings: Settings, target: str, source_id: str | None) -> Source:
    """The source of one file or address; a file keeps the id of its source and that source's field names."""
    source = named_source(target)
    if source.is_web or source_id is None:
        return source
    table = settings.sources.get(source_id)
    fields = source_of(source_id, table).fields if table is not None else {}
    return structs.replace(source, source_id=source_id, fields=fields)


def _is_there(source: Source) -> bool:
    try:
        for address in () if source.is_web else source.addresses:
            next(sources_of(address), None)
    except UsageError:
        return False
    return True
