"""Retry quarantined items after a fix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from flows.run.progress import Progress, silent
from flows.settings import Settings
from flows.sources import Source, named_source, source_of, sources_of
from flows.stages.pipeline import run_stages
from flows.stages.reports import IngestReport, RetryReport
from flows.stages.session import Session, open_session
from transforms.contract.errors import UsageError
from transforms.contract.reasons import Reason
from warehouse.lake.lake import Lake, require_lake

_OPEN = "status = 'open' AND (? IS NULL OR reason = ?)"


def retry(settings: Settings, *, reason: str | None = None, progress: Progress = silent) -> Session:
    """Retry open quarantined items, all or those of one reason.

    Documents and articles that a step rejected become pending again; containers and addresses that
    could not be read are read again. Items that now succeed are resolved. UsageError when there is no
    such reason, LakeError when there is no lake.
    """
    if reason is not None and reason not in set(Reason):
        raise UsageError(f"no such reason: {reason}; there are {', '.join(sorted(Reason))}")
    require_lake(Path(settings.lake))
    with open_session(settings, progress=progress) as session:
        lake, run_id = session.lake, session.run.run_id
        open_before = _open_letters(lake, reason)
        unread, session.sources = _unread(lake, settings, reason)
        session.is_forced = True
        _make_pending(lake, run_id, reason)
        run_stages(session)
        _settle(lake, run_id, unread, session.report(IngestReport).quarantine_ids)
        report = session.report(RetryReport)
        report.retried = len(open_before)
        report.resolved = len(open_before - _open_letters(lake, reason))
        session.end()
    return session


def _open_letters(lake: Lake, reason: str | None) -> set[str]:
    return {id for (id,) in lake.rows(f"SELECT quarantine_id FROM raw.quarantine WHERE {_OPEN}", [reason] * 2)}


def _unread(lake: Lake, settings: Settings, reason: str | None) -> tuple[list[str], list[Source]]:
    """Letters of the stages read and fetch, and the sources that hold what they speak of.

    A file that is gone is left out; its items stay as they are.
    """
    found = lake.rows(
        "SELECT quarantine_id, coalesce(container_uri, url), source_id FROM raw.quarantine "
        f"WHERE stage IN ('read', 'fetch') AND coalesce(container_uri, url) IS NOT NULL AND {_OPEN} ORDER BY 2",
        [reason, reason],
    )
    sources = {target: _source(settings, target, source_id) for _, target, source_id in found}
    there = {target: source for target, source in sources.items() if _is_there(source)}
    return [id for id, target, _ in found if target in there], list(there.values())


def _source(settings: Settings, target: str, source_id: str | None) -> Source:
    """The source of one file or address. A file keeps the id it came under, and that source's field names."""
    source = named_source(target)
    if source.is_web or source_id is None:
        return source
    table = settings.sources.get(source_id)
    fields = source_of(source_id, table).fields if table is not None else {}
    return replace(source, source_id=source_id, fields=fields)


def _is_there(source: Source) -> bool:
    try:
        for address in () if source.is_web else source.addresses:
            sources_of(address)
    except UsageError:
        return False
    return True


def _make_pending(lake: Lake, run_id: str, reason: str | None) -> None:
    """Take back what the ledger says of refused subjects.

    A document that was refused left no rows behind. Of an article other steps or versions may have
    some, so its steps stay in the ledger as done in an older version: they are redone, not added.
    """
    found = lake.rows(
        "SELECT subject_id, stage FROM raw.quarantine "
        f"WHERE stage IN ('fingerprint', 'clean', 'enrich') AND subject_id IS NOT NULL AND {_OPEN}",
        [reason, reason],
    )
    if not found:
        return
    subjects = {
        "id": pa.array([id for id, _ in found], pa.string()),
        "stage": pa.array([stage for _, stage in found], pa.string()),
    }
    message = f"run {run_id}: {len(found)} subjects pending again"
    with lake.registered("again", pa.table(subjects)), lake.transaction(message, is_data=False):
        # The stages fingerprint and clean are one step each, of the same name.
        lake.connection.execute(
            "DELETE FROM ops.steps_done WHERE (subject_id, step) IN (SELECT (id, stage) FROM again)"
        )
        lake.connection.execute(
            "UPDATE ops.steps_done SET step_version = '' "
            "WHERE subject_id IN (SELECT id FROM again WHERE stage = 'enrich')"
        )


def _settle(lake: Lake, run_id: str, unread: Sequence[str], refused_again: set[str]) -> None:
    """Close the items of what was read this time; count another attempt for the rest."""
    if not unread:
        return
    asked = {
        "id": pa.array(unread, pa.string()),
        "is_refused": pa.array([id in refused_again for id in unread], pa.bool_()),
    }
    message = f"run {run_id}: {len(unread)} items read again"
    with lake.registered("retried", pa.table(asked)), lake.transaction(message, is_data=False):
        lake.connection.execute(
            "UPDATE raw.quarantine SET attempts = attempts + 1, "
            "status = CASE WHEN is_refused THEN status ELSE 'resolved' END "
            "FROM retried WHERE quarantine_id = retried.id"
        )
