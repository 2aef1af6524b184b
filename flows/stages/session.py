"""A session: lease, lake, runner, run record and reports, which the stages of one run share."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from flows.run.in_order import Runner
from flows.run.limits import prepare_worker
from flows.run.progress import Progress, silent
from flows.run.runners import runner_of
from flows.settings import Settings
from flows.sources import Source
from flows.sources.health import alarm_line
from flows.stages.layout_rules import field_mappings, own_rules
from flows.stages.reports import (
    CleanReport,
    EnrichReport,
    FingerprintReport,
    IngestReport,
    LinkReport,
    SourceReport,
)
from flows.stages.step_versions import hash_of_steps
from transforms.contract.errors import DatelineError, described, is_interrupt
from warehouse.catalog.rows import Run
from warehouse.lake.changes import Changes, changes_since
from warehouse.lake.lake import CATALOG, Lake
from warehouse.lake.lease import lease
from warehouse.ledger.quarantine import reasons_of_steps
from warehouse.ledger.runs import close_run, converged_snapshot, new_run

R = TypeVar("R")
_LAST_WAIT_MS = 2000  # for a catalogue that the failed connection may have locked


@dataclass(slots=True)
class Session:
    """The state that the stages of one run share, with their reports.

    `runner_here` executes batches that take less time than workers take to start. `steps_hash` stands
    for the versions of all steps and the settings they read; `converged_at` is the snapshot up to which
    none of them is pending (None: unknown). `sources` are read by the stage ingest, at most `limit`
    items of them; `is_forced` fetches addresses that are not due yet. `reasons` and `warnings` are set at
    the end: items rejected by reason, and a line for each source with an alarm.
    """

    lake: Lake
    runner: Runner
    runner_here: Runner
    settings: Settings
    run: Run
    steps_hash: str
    converged_at: int | None = None
    sources: Sequence[Source] = ()
    limit: int | None = None
    is_forced: bool = False
    progress: Progress = silent
    reports: dict[type, Any] = field(default_factory=dict)
    rows_by_table: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    _folder_numbers: Iterator[int] = field(default_factory=itertools.count)

    def report(self, kind: type[R]) -> R:
        """The report of this class, the same at each call; empty until its stage fills it."""
        found: R = self.reports.setdefault(kind, kind())
        return found

    @property
    def step_failures(self) -> int:
        """Number of articles, documents and scopes on which a step failed."""
        reports = (self.report(FingerprintReport), self.report(EnrichReport), self.report(LinkReport))
        return sum(report.step_failures for report in reports)

    @property
    def is_flawless(self) -> bool:
        """Whether nothing was rejected, no step failed and no source has an alarm."""
        return not (self.run.quarantined or self.reasons or self.step_failures or self.warnings)

    def rejection_lines(self) -> list[str]:
        """The items rejected, a line a reason, and how many of them an earlier run rejected already."""
        repeated, lines = self.report(IngestReport).repeated, []
        for reason, count in self.reasons.items():
            before = min(repeated[reason], count)
            some = f" ({before:,} of them as before)" if before else ""
            lines.append(f"quarantined: {count:,} {reason}{' (as before)' if before == count else some}")
        return lines

    def changes(self) -> Changes | None:
        """What changed in the lake since no step was pending; None: anything may have."""
        return None if self.converged_at is None else changes_since(self.lake, self.converged_at)

    def new_folder(self, name: str) -> Path:
        """A folder for staged files, never used before: DuckDB may remember the contents of a path."""
        return self.lake.staging / self.run.run_id / f"{name}-{next(self._folder_numbers):06}"

    def start_workers(self) -> None:
        """Start the workers, if there are any, and have them load what they need: there will be work."""
        self.runner.start(partial(prepare_worker, self.settings.chosen_resources()))

    def count(self) -> None:
        """Set the number of items read, with those left over from earlier runs: commits count the outcomes.

        Documents that were ingested but not cleaned in this run count in the run that cleans them.
        """
        ingested, cleaned = self.report(IngestReport), self.report(CleanReport)
        self.run.read = ingested.read - ingested.fresh - ingested.unfinished + cleaned.pending

    def end(self, *, is_converged: bool = True) -> None:
        """Record the run as done; DatelineError when its counts do not balance.

        `is_converged`: every stage that refines raw documents was run, so that no step is pending.
        """
        self.count()
        ingested = self.report(IngestReport)
        found = ingested.reasons + Counter(reasons_of_steps(self.lake, self.run.run_id))
        self.reasons = dict(found.most_common())
        self.rows_by_table = dict(self.lake.written)
        self.warnings = [alarm_line(health) for health in self.report(SourceReport).alarms]
        self.run = close_run(
            self.lake,
            self.run,
            status="warnings" if self.warnings else "ok",
            message="; ".join(self.warnings)[:1000],
            steps_hash=self.steps_hash if is_converged else None,
        )


@contextmanager
def open_session(
    settings: Settings,
    *,
    sources: Sequence[Source] = (),
    limit: int | None = None,
    is_forced: bool = False,
    progress: Progress = silent,
    wrap: Callable[[Runner], Runner] = lambda runner: runner,
) -> Iterator[Session]:
    """Hold the lake for one run; `Session.end` ends it when all went well.

    A run that fails is recorded as failed before its error is raised; its commits stay and are not
    done again. After a run that crashed on its batches, worker processes are used even for
    `inline`, since a document may be the cause. `wrap` may put another runner around the
    configured one.
    """
    own_rules(settings)  # wrong settings fail before anything is touched
    field_mappings(settings)
    settings.chosen_resources().check()
    with (
        lease(settings.lake, wait=settings.wait_seconds),
        Lake.open(settings.lake, memory_limit=settings.memory_limit) as lake,
    ):
        isolate_workers = lake.staging.exists()
        lake.clear_staging()
        runner = wrap(runner_of(settings.runner, settings.workers, isolate_workers=isolate_workers))
        steps_hash = hash_of_steps(settings)
        session = Session(
            lake=lake,
            runner=runner,
            runner_here=runner if isolate_workers else runner_of("inline", 1),
            settings=settings,
            run=new_run(),
            steps_hash=steps_hash,
            converged_at=converged_snapshot(lake, steps_hash),
            sources=sources,
            limit=limit,
            is_forced=is_forced,
            progress=progress,
        )
        try:
            if sources and _is_empty(lake):
                session.start_workers()
            yield session
        except BaseException as error:
            if session.run.status == "running":
                _close_failed(session, error)
            raise
        finally:
            runner.close()
            lake.clear_staging()


def _close_failed(session: Session, error: BaseException) -> None:
    """Record a run as failed, where that is possible: the error itself may be that nothing can be written."""
    lake = session.lake
    message = "interrupted" if is_interrupt(error) else described(error)[:1000]
    lake.clear_staging()  # it may have filled the disk
    try:
        close_run(lake, session.run, status="failed", message=message)
    except (duckdb.Error, DatelineError, OSError):  # a failed write may have made the connection useless
        try:
            with Lake.open(lake.location, busy_timeout_ms=_LAST_WAIT_MS) as again:
                close_run(again, session.run, status="failed", message=message)
        except (duckdb.Error, DatelineError, OSError) as second:
            error.add_note(f"The run could not be recorded as failed: {second}")


def _is_empty(lake: Lake) -> bool:
    return not lake.rows(f"SELECT 1 FROM {CATALOG}.raw.observations LIMIT 1")
