"""A writing session: lease, lake, runner and run record together, whatever ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flows.run.in_order import Runner
from flows.run.runners import runner_of
from flows.settings import Settings
from flows.stages.ingest import IngestReport
from flows.stages.layout_rules import own_rules
from flows.stages.refine import RefineReport
from warehouse.catalog.rows import Run
from warehouse.lake.lake import Lake
from warehouse.lake.lease import Lease
from warehouse.ledger.runs import close_run, new_run
from warehouse.publish.publish import PublishReport


@dataclass(slots=True)
class Session:
    """What the stages of one run share, and what each of them reports.

    `retried` counts the refusals that a retry took again, `resolved` those of them that are no more.
    """

    lake: Lake
    runner: Runner
    settings: Settings
    run: Run
    ingested: IngestReport = field(default_factory=IngestReport)
    refined: RefineReport = field(default_factory=RefineReport)
    published: PublishReport | None = None
    rows_by_table: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    retried: int = 0
    resolved: int = 0

    def count(self) -> None:
        """Enter the balance: what was read and what was found left over, and what became of it.

        Documents that were taken in but not cleaned in this run count in the run that cleans them.
        """
        outcomes, taken_in = self.refined.outcomes, self.ingested.fresh + self.ingested.unfinished
        self.run.read = self.ingested.read - taken_in + self.refined.pending
        self.run.accepted = outcomes["accepted"]
        self.run.repaired = outcomes["repaired"]
        self.run.duplicate = outcomes["duplicate"] + self.ingested.seen
        self.run.quarantined = outcomes["quarantined"] + self.ingested.quarantined

    def end(self) -> None:
        """Enter the run as done; DatelineError when its counts do not balance."""
        self.count()
        found = self.lake.rows(
            "SELECT reason, count(*) FROM raw.quarantine WHERE run_id = ? GROUP BY ALL ORDER BY 2 DESC, 1",
            [self.run.run_id],
        )
        self.reasons = dict(found)
        self.rows_by_table = dict(self.lake.written)
        self.run = close_run(self.lake, self.run, status="ok")


@contextmanager
def session(
    settings: Settings, *, wrap: Callable[[Runner], Runner] = lambda runner: runner
) -> Iterator[Session]:
    """Hold the lake for one run, ended by `Session.end` when all went well.

    A run that fails is entered as failed before the error goes on; what it had committed stays and
    is not done again. After a run that died over its batches this one is wary: a document may have
    been the cause. `wrap` may put another runner around the configured one.
    """
    own_rules(settings)  # a broken file is told before anything is touched
    folder = Path(settings.lake)
    with Lease(folder, wait=settings.wait_seconds), Lake.open(folder) as lake:
        isolate_workers = lake.staging.exists()
        lake.clear_staging()
        runner = wrap(runner_of(settings.runner, settings.workers, isolate_workers=isolate_workers))
        held = Session(lake, runner, settings, new_run())
        try:
            yield held
        except BaseException as error:
            if held.run.status == "running":
                held.count()
                close_run(lake, held.run, status="failed", message=f"{type(error).__name__}: {error}"[:1000])
            raise
        finally:
            runner.close()
            lake.clear_staging()
