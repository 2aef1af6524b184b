"""The pipeline as Prefect flows and tasks: parameters, retries, limits, hooks, artifacts.

Flows take names and paths, never articles, and return a short report. Batches run in task runs of
several seconds each, since a task run costs the server 30 ms. The ledger, not Prefect's caches,
knows which work is done and which is pending, so a run with and without Prefect yields the same
tables.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import ExternalSignal
from prefect.flows import Flow
from prefect.logging import get_run_logger
from prefect.runtime import deployment, flow_run
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Completed

from flows.run.in_order import Runner
from flows.run.slices import InSlices, Slice
from flows.settings import Settings, load_settings
from flows.sources import Source
from flows.stages.inputs import sources_for
from flows.stages.maintain import maintain as maintain_lake
from flows.stages.pipeline import PIPELINE, REFINE, Stage
from flows.stages.session import Session, open_session
from transforms.contract.errors import DatelineError

_COUNTS = ("read", "accepted", "repaired", "duplicate", "quarantined", "rows_written")


def _is_worth_retrying(task: Any, run: Any, state: State[Any]) -> bool:  # noqa: ARG001 -- Prefect's call
    """Whether a retry may succeed: a DatelineError fails the same way again."""
    error = state.result(raise_on_failure=False)
    return not isinstance(error, DatelineError)


@task(
    name="batches",
    task_run_name="{what}-{number:03}",
    retries=2,
    retry_delay_seconds=[1, 10],
    retry_jitter_factor=0.5,
    retry_condition_fn=_is_worth_retrying,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def run_batches(what: str, number: int, work: Slice) -> list[Any]:  # noqa: ARG001 -- they name the task run
    """Execute a slice of batches; they are named by paths, and their rows stay in staged files."""
    with reraising_signals():
        return work.run()


@task(name="stage", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def _run_stage(name: str, stage: Callable[[], Any]) -> None:  # noqa: ARG001 -- it names the task run
    """Run one stage of the driver, passed as a closure: Prefect walks through any other argument."""
    with reraising_signals():
        stage()


@contextmanager
def reraising_signals() -> Iterator[None]:
    """Raise Prefect's signal again when DuckDB turns it into a RuntimeError, which Prefect reports as a failure."""
    try:
        yield
    except RuntimeError as error:
        if isinstance(error.__cause__, ExternalSignal):
            raise error.__cause__ from None
        raise


def _run(
    settings: Settings,
    stages: Sequence[Stage],
    *,
    sources: Sequence[Source] = (),
    limit: int | None = None,
    is_forced: bool = False,
) -> Session:
    """Run stages as Prefect tasks, batch by batch where a stage has batches, and store a summary artifact."""

    def in_tasks(runner: Runner) -> Runner:
        return InSlices(runner, run_batches)

    with (
        reraising_signals(),
        open_session(settings, sources=sources, limit=limit, is_forced=is_forced, wrap=in_tasks) as session,
    ):
        for stage in stages:
            if stage.has_batches:
                stage.run(session)
            else:
                _run_stage(stage.name, partial(stage.run, session))
        session.end(is_converged=set(REFINE) <= set(stages))
    create_markdown_artifact(_summary(session), key="dateline-run", description="Counts of one run.")
    get_run_logger().info(_counts(session))
    for line in session.warnings:
        get_run_logger().warning(line)
    return session


def _counts(session: Session) -> str:
    """The summary of a run in one line."""
    counts = ", ".join(f"{name} {getattr(session.run, name)}" for name in _COUNTS)
    return f"Run {session.run.run_id}, status {session.run.status}: {counts}"


def _summary(session: Session) -> str:
    run = session.run
    lines = [
        f"# Run {run.run_id}",
        "| " + " | ".join(_COUNTS) + " |",
        "|---" * len(_COUNTS) + "|",
        "| " + " | ".join(str(getattr(run, name)) for name in _COUNTS) + " |",
    ]
    lines += [f"- **{line}**" for line in session.warnings]
    lines += [f"- {line}" for line in session.rejection_lines()]
    lines += [f"- {table}: {count} rows" for table, count in sorted(session.rows_by_table.items())]
    return "\n".join(lines)


def _report(session: Session) -> Any:
    """The result of a flow: the counts, in a state of its own name when a source has an alarm."""
    report = {name: getattr(session.run, name) for name in ("run_id", "status", *_COUNTS)}
    if not session.warnings:
        return report
    return Completed(name="Completed with warnings", message="; ".join(session.warnings), data=report)


def _on_failure(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001
    """Log why a run failed; Prefect passes these arguments by name."""
    get_run_logger().error("%s failed: %s", flow_run.name, state.message)


def _settings(lake: str | None, settings_file: str | None) -> Settings:
    return load_settings(Path(settings_file) if settings_file else None, lake=lake)


def run_name(flow_name: str, at: datetime) -> str:
    """The name of a run, by the time when it is or was due: daily-2024-03-05T06:00:00Z."""
    return f"{flow_name}-{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _name_of_run() -> str:
    return run_name(flow_run.flow_name, flow_run.scheduled_start_time)


@flow(name="ingest", flow_run_name=_name_of_run, on_failure=[_on_failure], persist_result=False)
def ingest(
    lake: str | None = None,
    targets: list[str] | None = None,
    limit: int | None = None,
    settings_file: str | None = None,
) -> Any:
    """Ingest the raw documents of the targets, or of the configured sources."""
    settings = _settings(lake, settings_file)
    sources = sources_for(settings, targets or [])
    return _report(_run(settings, _named("ingest"), sources=sources, limit=limit))


@flow(name="refine", flow_run_name=_name_of_run, on_failure=[_on_failure], persist_result=False)
def refine(lake: str | None = None, settings_file: str | None = None) -> Any:
    """Bring articles, annotations and links up to date with code, data and settings."""
    return _report(_run(_settings(lake, settings_file), REFINE))


@flow(name="publish", flow_run_name=_name_of_run, on_failure=[_on_failure], persist_result=False)
def publish(lake: str | None = None, settings_file: str | None = None) -> Any:
    """Check the lake and publish its marts as one file."""
    return _report(_run(_settings(lake, settings_file), _named("publish")))


@flow(name="daily", flow_run_name=_name_of_run, on_failure=[_on_failure], persist_result=False)
def daily(
    lake: str | None = None,
    targets: list[str] | None = None,
    limit: int | None = None,
    settings_file: str | None = None,
) -> Any:
    """Run the whole pipeline, like `dateline run`."""
    _end_with_server()
    settings = _settings(lake, settings_file)
    return _report(_run(settings, PIPELINE, sources=sources_for(settings, targets or []), limit=limit))


@flow(name="maintain", flow_run_name=_name_of_run, on_failure=[_on_failure], persist_result=False)
def maintain(lake: str | None = None, keep_days: int = 30, settings_file: str | None = None) -> dict[str, int]:
    """Compact small files, expire old snapshots and check every row."""
    report = maintain_lake(_settings(lake, settings_file), keep_days=keep_days)
    return {"files_before": report.files_before, "files_after": report.files_after}


def run_as_flow(
    settings: Settings, sources: Sequence[Source], *, limit: int | None, is_forced: bool = False
) -> Session:
    """`dateline run` as a run of the flow daily on the configured server; returns the session.

    The heartbeat is for deployments: in a process that a person watches it only delays the end.
    """
    ended: list[Session] = []  # not the flow's result: Prefect would look through it

    @flow(name="daily", flow_run_name=_name_of_run, on_failure=[_on_failure], persist_result=False)
    def here(lake: str, targets: list[str], limit: int | None) -> Any:  # noqa: ARG001 -- shown
        ended.append(_run(settings, PIPELINE, sources=sources, limit=limit, is_forced=is_forced))
        return _report(ended[0])

    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        here(settings.lake, [s.source_id for s in sources], limit)
    return ended[0]


def _end_with_server() -> None:
    """End the process of a served run with the one that serves it, even when that is killed."""
    parent = multiprocessing.parent_process()
    if deployment.id is None or parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _named(*names: str) -> list[Stage]:
    return [stage for stage in PIPELINE if stage.name in names]
