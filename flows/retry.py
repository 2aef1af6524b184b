"""Retry: what was refused is taken again, after the code or the thing itself was mended."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from flows.ingest import ingest
from flows.progress import Progress, silent
from flows.reading import items_of
from flows.refine import refine
from flows.session import Session, session
from flows.settings import Settings
from flows.sources import Source, named_source
from transforms.errors import UsageError
from transforms.reasons import Reason
from warehouse import ledger
from warehouse.lake import Lake
from warehouse.serve import publish

_OPEN = "status = 'open' AND (? IS NULL OR reason = ?)"


def retry(settings: Settings, *, reason: str | None = None, progress: Progress = silent) -> Session:
    """Take open quarantined items again, all or those of one reason.

    What a step refused is pending again; containers and addresses that could not be read are read
    again. Letters of what now succeeds are closed. UsageError when there is no such reason.
    """
    if reason is not None and reason not in set(Reason):
        raise UsageError(f"no such reason: {reason}; there are {', '.join(sorted(Reason))}")
    with session(settings) as held:
        lake = held.lake
        unread, sources = _unread(lake, reason)
        _make_pending(lake, held.run.run_id, reason)
        items = items_of(lake, settings, sources, is_forced=True)
        held.ingested = ingest(lake, held.run, items, progress=progress)
        _settle(lake, held.run.run_id, unread, held.ingested.letters)
        held.refined = refine(lake, held.run, held.runner, settings, progress=progress)
        held.published = publish(lake, held.run)
        held.end()
    return held


def _unread(lake: Lake, reason: str | None) -> tuple[list[str], list[Source]]:
    """Letters of the stages read and fetch, and the sources that hold what they speak of."""
    found = lake.rows(
        "SELECT quarantine_id, coalesce(container_uri, url) FROM raw.quarantine "
        f"WHERE stage IN ('read', 'fetch') AND coalesce(container_uri, url) IS NOT NULL AND {_OPEN} ORDER BY 2",
        [reason, reason],
    )
    return [id for id, _ in found], [named_source(target) for target in dict.fromkeys(t for _, t in found)]


def _make_pending(lake: Lake, run_id: str, reason: str | None) -> None:
    """Take what the ledger says of refused subjects back."""
    found = lake.rows(
        "SELECT subject_id, stage FROM raw.quarantine "
        f"WHERE stage IN ('clean', 'enrich') AND subject_id IS NOT NULL AND {_OPEN}",
        [reason, reason],
    )
    if not found:
        return
    subjects = {
        "id": pa.array([id for id, _ in found], pa.string()),
        "is_clean": pa.array([stage == "clean" for _, stage in found], pa.bool_()),
    }
    lake.connection.register("again", pa.table(subjects))
    with lake.transaction(f"run {run_id}: {len(found)} subjects pending again", is_data=False):
        lake.connection.execute(
            f"DELETE FROM ops.steps_done WHERE (subject_id, step = '{ledger.CLEAN}') IN "
            "(SELECT (id, is_clean) FROM again)"
        )
    lake.connection.unregister("again")


def _settle(lake: Lake, run_id: str, unread: Sequence[str], refused_again: set[str]) -> None:
    """Close the letters of what was read this time; count another attempt for the rest."""
    if not unread:
        return
    asked = {
        "id": pa.array(unread, pa.string()),
        "is_refused": pa.array([id in refused_again for id in unread], pa.bool_()),
    }
    lake.connection.register("retried", pa.table(asked))
    with lake.transaction(f"run {run_id}: {len(unread)} items read again", is_data=False):
        lake.connection.execute(
            "UPDATE raw.quarantine SET attempts = attempts + 1, "
            "status = CASE WHEN is_refused THEN status ELSE 'resolved' END "
            "FROM retried WHERE quarantine_id = retried.id"
        )
    lake.connection.unregister("retried")
