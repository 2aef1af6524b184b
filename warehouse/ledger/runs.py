"""The record of runs: start, end, status and counts of each."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import NamedTuple

from transforms.contract.columns import encode
from transforms.contract.errors import DatelineError
from warehouse.catalog.rows import Outcome, Run, RunStatus
from warehouse.catalog.tables import tables
from warehouse.lake.lake import CATALOG, Lake

_OUTCOMES = ("accepted", "repaired", "duplicate", "quarantined")
WELL = ("ok", "warnings")
"""The states of a run that did all its work."""


def new_run() -> Run:
    """A run that starts now."""
    now = datetime.now(UTC)
    return Run(
        run_id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}",
        started_at=now,
        ended_at=None,
        status="running",
        read=0,
        accepted=0,
        repaired=0,
        duplicate=0,
        quarantined=0,
        rows_written=0,
        code_version=version("dateline"),
        message="",
    )


class Counts(NamedTuple):
    """Items of a run by outcome; the columns of `Run` of these names."""

    read: int = 0
    accepted: int = 0
    repaired: int = 0
    duplicate: int = 0
    quarantined: int = 0

    @classmethod
    def of(cls, run: Run) -> Counts:
        """The counts of a run."""
        return cls(*(getattr(run, name) for name in cls._fields))


NOTHING = Counts()
"""The counts of a batch that no item of the run became."""


def counts_of(outcomes: Sequence[Outcome]) -> Counts:
    """The counts of documents that were cleaned."""
    found: Counter[str] = Counter(outcomes)
    return Counts(len(outcomes), *(found[name] for name in _OUTCOMES))


def add_counts(run: Run, counts: Counts) -> None:
    """Add to the counts of a run."""
    for name, more in zip(Counts._fields, counts, strict=True):
        setattr(run, name, getattr(run, name) + more)


def open_run(lake: Lake, run: Run, counts: Counts = NOTHING) -> None:
    """Record a run with its counts and those of the batch, in the transaction under way; close crashed ones.

    What a run that is killed has committed is counted in its row.
    """
    counted = replace(run)
    add_counts(counted, counts)
    if _recorded(lake, run) != Counts.of(counted):
        _record(lake, counted)


def _recorded(lake: Lake, run: Run) -> Counts | None:
    """The counts in the row of a run that has not ended; None: there is none."""
    names = ", ".join(Counts._fields)
    query = f"SELECT {names} FROM {CATALOG}.ops.runs WHERE run_id = ? AND ended_at IS NULL"
    found = lake.rows(query, [run.run_id])
    return Counts(*found[0]) if found else None


def _record(lake: Lake, run: Run) -> None:
    lake.connection.execute(
        f"UPDATE {CATALOG}.ops.runs SET status = 'crashed', message = 'found unfinished by ' || ? "
        "WHERE status = 'running' AND run_id <> ?",
        [run.run_id, run.run_id],
    )
    lake.delete(tables()["ops.runs"], encode(Run, [run]).select(["run_id"]))
    lake.insert(tables()["ops.runs"], encode(Run, [run]))


def close_run(
    lake: Lake, run: Run, *, status: RunStatus, message: str = "", steps_hash: str | None = None
) -> Run:
    """Record the end of a run; DatelineError when its counts do not balance, which makes it failed.

    `steps_hash` is that of all steps when the run left none of them pending; with an empty one the next
    run does not rely on earlier runs. A run that fails keeps the counts of its commits, even of one during
    which it was interrupted.
    """
    if status == "failed" and (recorded := _recorded(lake, run)):
        counts = Counts.of(run)._asdict()
        larger = {name: max(counts[name], getattr(recorded, name)) for name in _OUTCOMES}
        for name, count in {**larger, "read": sum(larger.values())}.items():
            setattr(run, name, count)
    ended = replace(
        run, ended_at=datetime.now(UTC), status=status, message=message, rows_written=lake.rows_written
    )
    if status in WELL and not balances(ended):
        ended = replace(ended, status="failed", message="counts do not balance")
    elif steps_hash is not None:
        ended = replace(ended, snapshot_id=lake.snapshot_id, steps_hash=steps_hash)
    with lake.transaction(f"run {run.run_id}: {ended.status}", is_data=False):
        _record(lake, ended)
    if ended.message == "counts do not balance":
        raise DatelineError(
            f"run {run.run_id}: read {ended.read}, but accepted {ended.accepted} + repaired {ended.repaired}"
            f" + duplicate {ended.duplicate} + quarantined {ended.quarantined} do not add up to it"
        )
    return ended


def converged_snapshot(lake: Lake, steps_hash: str) -> int | None:
    """The newest snapshot up to which no step is pending, in these versions of the steps; None: unknown."""
    found = lake.rows(
        f"SELECT snapshot_id, steps_hash FROM {CATALOG}.ops.runs ORDER BY snapshot_id DESC NULLS LAST LIMIT 1"
    )
    return int(found[0][0]) if found and found[0][0] is not None and found[0][1] == steps_hash else None


def balances(run: Run) -> bool:
    """Whether every item read is accounted for."""
    return run.read == run.accepted + run.repaired + run.duplicate + run.quarantined
