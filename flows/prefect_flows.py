"""The same stages as Prefect flows and tasks: parameters, retries, limits, hooks, artifacts, schedules.

A flow takes names and paths, never articles, and gives a short report. The work of workers runs as
task runs that are each worth several seconds: a task run costs the server 30 ms. What is done and
what is pending the ledger knows, not Prefect's caches; so both ways give the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow
from prefect.logging import get_run_logger
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from flows.run.slices import InSlices, Slice
from flows.settings import Settings, load_settings
from flows.sources import Source
from flows.stages import ingest as ingest_stage
from flows.stages import refine as refine_stage
from flows.stages.inputs import items_of, sources_for
from flows.stages.session import Session, session
from flows.stages.source_health import record_health
from transforms.contract.errors import DatelineError
from warehouse.lake import compaction as maintain_stage
from warehouse.lake.lake import Lake
from warehouse.lake.lease import lease
from warehouse.publish import publish as publish_stage

_COUNTS = ("read", "accepted", "repaired", "duplicate", "quarantined", "rows_written")


def _is_worth_retrying(task: Any, run: Any, state: State[Any]) -> bool:  # noqa: ARG001 -- Prefect's call
    """What we raise on purpose fails the same way again; a lost worker or a full disk may not."""
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
    return work.run()


@task(name="stage", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def _run_stage(name: str, stage: Callable[[], None]) -> None:  # noqa: ARG001 -- it names the task run
    """One stage of the driver. It comes as a closure: Prefect would walk through any other argument."""
    stage()


def _ingest(held: Session, sources: Sequence[Source], limit: int | None) -> None:
    def stage() -> None:
        items = items_of(held.lake, held.settings, sources)
        held.ingested = ingest_stage.ingest(held.lake, held.run, items, limit=limit)

    _run_stage("ingest", stage)


def _publish(held: Session) -> None:
    def stage() -> None:
        held.published = publish_stage.publish(held.lake, held.run)

    _run_stage("publish", stage)


@contextmanager
def _held(settings: Settings) -> Iterator[Session]:
    """A session whose batches run as Prefect tasks, and an artifact that tells what came of it."""
    with session(settings, wrap=lambda runner: InSlices(runner, run_batches)) as held:
        yield held
        held.end()
    create_markdown_artifact(_told(held), key="dateline-run", description="What one run did.")


def _told(held: Session) -> str:
    run = held.run
    lines = [
        f"# Run {run.run_id}",
        "| " + " | ".join(_COUNTS) + " |",
        "|---" * len(_COUNTS) + "|",
        "| " + " | ".join(str(getattr(run, name)) for name in _COUNTS) + " |",
    ]
    lines += [f"- quarantined: {count} {reason}" for reason, count in held.reasons.items()]
    lines += [f"- {table}: {count} rows" for table, count in sorted(held.rows_by_table.items())]
    return "\n".join(lines)


def _report(held: Session) -> dict[str, Any]:
    run = held.run
    return {name: getattr(run, name) for name in ("run_id", "status", *_COUNTS)}


def _on_failure(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001
    """Say in the run's own words why it failed; hooks are called by these argument names."""
    get_run_logger().error("%s failed: %s", flow_run.name, state.message)


def _settings(lake: str | None, settings_file: str | None) -> Settings:
    return load_settings(Path(settings_file) if settings_file else None, lake=lake)


@flow(name="ingest", flow_run_name="ingest-{lake}", on_failure=[_on_failure], persist_result=False)
def ingest(
    lake: str | None = None,
    targets: list[str] | None = None,
    limit: int | None = None,
    settings_file: str | None = None,
) -> dict[str, Any]:
    """Take in the raw documents of the targets, or of the configured sources."""
    settings = _settings(lake, settings_file)
    sources = sources_for(settings, targets or [])
    with _held(settings) as held:
        _ingest(held, sources, limit)
    return _report(held)


@flow(name="refine", flow_run_name="refine-{lake}", on_failure=[_on_failure], persist_result=False)
def refine(lake: str | None = None, settings_file: str | None = None) -> dict[str, Any]:
    """Bring articles and enrichments to what the code now says."""
    with _held(_settings(lake, settings_file)) as held:
        held.refined = refine_stage.refine(held.lake, held.run, held.runner, held.settings)
    return _report(held)


@flow(name="publish", flow_run_name="publish-{lake}", on_failure=[_on_failure], persist_result=False)
def publish(lake: str | None = None, settings_file: str | None = None) -> dict[str, Any]:
    """Check the lake and publish the serving file."""
    with _held(_settings(lake, settings_file)) as held:
        _publish(held)
    return _report(held)


@flow(name="daily", flow_run_name="daily-{lake}", on_failure=[_on_failure], persist_result=False)
def daily(
    lake: str | None = None,
    targets: list[str] | None = None,
    limit: int | None = None,
    settings_file: str | None = None,
) -> dict[str, Any]:
    """Ingest, refine and publish, as `dateline run` does."""
    settings = _settings(lake, settings_file)
    return _report(_daily(settings, sources_for(settings, targets or []), limit))


def _daily(settings: Settings, sources: Sequence[Source], limit: int | None) -> Session:
    with _held(settings) as held:
        _ingest(held, sources, limit)
        held.refined = refine_stage.refine(held.lake, held.run, held.runner, settings)
        record_health(held)
        _publish(held)
    return held


@flow(name="maintain", flow_run_name="maintain-{lake}", on_failure=[_on_failure], persist_result=False)
def maintain(lake: str | None = None, keep_days: int = 30, settings_file: str | None = None) -> dict[str, int]:
    """Merge small files, let go of old snapshots."""
    settings = _settings(lake, settings_file)
    with lease(settings.lake, wait=settings.wait_seconds), Lake.open(settings.lake) as opened:
        report = maintain_stage.maintain(opened, keep_days=keep_days)
    return {"files_before": report.files_before, "files_after": report.files_after}


def run_as_flow(settings: Settings, sources: Sequence[Source], *, limit: int | None) -> Session:
    """`dateline run` as a run of the flow daily on the configured server, with what each stage reports.

    The heartbeat is for deployments: in a process that a person watches it only delays the end.
    """

    @flow(name="daily", flow_run_name="daily-{lake}", on_failure=[_on_failure], persist_result=False)
    def here(lake: str, targets: list[str], limit: int | None) -> Session:  # noqa: ARG001 -- shown
        return _daily(settings, sources, limit)

    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return here(settings.lake, [s.source_id for s in sources], limit)


FLOWS = (ingest, refine, publish, daily, maintain)
