"""Retry: what was refused is taken again, after the code or the thing itself was mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from flows.run.progress import Progress, silent
from flows.settings import Settings
from flows.sources import Source, named_source, source_of, sources_of
from flows.stages.ingest import ingest
from flows.stages.inputs import items_of
from flows.stages.refine import refine
from flows.stages.session import Session, session
from transforms.contract.errors import UsageError
from transforms.contract.reasons import Reason
from warehouse.lake.lake import Lake, require_lake
from warehouse.publish.publish import publish

_OPEN = "status = 'open' AND (? IS NULL OR reason = ?)"


def retry(settings: Settings, *, reason: str | None = None, progress: Progress = silent) -> Session:
    """Take open quarantined items again, all or those of one reason.

    What a step refused is pending again; containers and addresses that could not be read are read
    again. Letters of what now succeeds are closed. UsageError when there is no such reason,
    LakeError when there is no lake.
    """
    if reason is not None and reason not in set(Reason):
        raise UsageError(f"no such reason: {reason}; there are {', '.join(sorted(Reason))}")
    require_lake(Path(settings.lake))
    with session(settings) as held:
        lake = held.lake
        open_before = _open_letters(lake, reason)
        unread, sources = _unread(lake, settings, reason)
        _make_pending(lake, held.run.run_id, reason)
        items = items_of(lake, settings, sources, is_forced=True)
        held.ingested = ingest(lake, held.run, items, progress=progress)
        _settle(lake, held.run.run_id, unread, held.ingested.quarantine_ids)
        held.refined = refine(lake, held.run, held.runner, settings, progress=progress)
        held.published = publish(lake, held.run)
        held.retried = len(open_before)
        held.resolved = len(open_before - _open_letters(lake, reason))
        held.end()
    return held


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
