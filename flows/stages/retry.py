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
    by_id: dict[tuple[str, bool], Source] = {}
    for source in there.values():
        before = by_id.get((source.source_id, source.is_web))
        both = (*before.addresses, *source.addresses) if before else source.addresses
        by_id[source.source_id, source.is_web] = structs.replace(source, addresses=both)
    return [item.quarantine_id for item in items if item.target in there], list(by_id.values())


def _source(settings: Settings, target: str, source_id: str | None) -> Source:
    """The source of one file or address: its own with this address alone, as the settings have it."""
    source = named_source(target)
    table = settings.sources.get(source_id or "")
    if source_id is not None and table is not None:
        own = source_of(source_id, table)
        if own.is_web == source.is_web:
            return structs.replace(own, addresses=(target,), limit=None)
    if source.is_web or source_id is None:
        return source
    return structs.replace(source, source_id=source_id)


def _is_there(source: Source) -> bool:
    try:
        for address in () if source.is_web else source.addresses:
            next(sources_of(address), None)
    except UsageError:
        return False
    return True
