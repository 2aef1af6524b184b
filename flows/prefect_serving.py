"""The flow daily as a Prefect deployment that this process serves: schedule, names of runs, and a quick end."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, StateType
from prefect.runner import Runner
from prefect.states import Crashed

from flows.prefect_flows import daily, run_name
from flows.settings import Serve, Settings

_SECONDS_BETWEEN_NAMES = 20.0
_SECONDS_TO_END = 10.0  # for a run that is interrupted


class _Skipped(logging.Filter):
    """Says that a run was skipped because the one before it goes on, which Prefect reports like a fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Reword the message."""
        if record.msg.startswith("Aborted submission") and "CANCELLED" in record.getMessage():
            record.msg, record.args = "Skipped a run that is due: the one before it is still under way", ()
        return True


class _Runner(Runner):
    """Interrupts the runs under way when it is stopped, and stops at once the second time."""

    say: Callable[[str], None]

    def handle_sigterm(self, *args: Any, **kwargs: Any) -> None:
        """Stop. Batches already committed are kept; the next run continues after them."""
        if self.stopping:
            _end_runs(signal.SIGKILL)
            os._exit(1)
        under_way = " and the run under way" if multiprocessing.active_children() else ""
        self.say(f"dateline: stopping the schedule{under_way}; start it again to continue")
        _end_runs(signal.SIGTERM)
        late = threading.Timer(_SECONDS_TO_END, _end_runs, (signal.SIGKILL,))
        late.daemon = True
        late.start()
        super().handle_sigterm(*args, **kwargs)


def _end_runs(number: signal.Signals) -> None:
    for child in multiprocessing.active_children():
        if child.pid is not None:
            os.kill(child.pid, number)


def serve(
    settings: Settings,
    schedule: Serve,
    say: Callable[[str], None],
    *,
    settings_file: str | None,
    is_alone: bool,
) -> None:
    """Serve until SIGINT or SIGTERM.

    `is_alone`: nobody else serves the deployment on this server, so that runs under way are left over.
    """
    logging.getLogger("prefect.runner.state_proposer").addFilter(_Skipped())
    runner = _Runner(name="dateline")
    runner.say = say
    every = schedule.every_seconds
    deployment = runner.add_flow(
        daily,
        name="dateline",
        cron=schedule.cron,
        interval=timedelta(seconds=every) if every is not None else None,
        parameters={"lake": settings.lake, "settings_file": settings_file},
        # A run that is due during another is skipped: the next one does its work.
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
    )
    assert isinstance(deployment, UUID)  # a coroutine only inside a loop
    signal.signal(signal.SIGINT, runner.handle_sigterm)
    asyncio.run(_run(runner, deployment, is_alone=is_alone))


async def _run(runner: Runner, deployment: UUID, *, is_alone: bool) -> None:
    if is_alone:
        await _close_left_over(deployment)
    naming = asyncio.create_task(_name_by_date(deployment))
    try:
        await runner.start()
    finally:
        naming.cancel()


async def _close_left_over(deployment: UUID) -> None:
    """Record the runs of a killed process as crashed: while they count as under way, no other starts."""
    async with get_client() as client:
        for run in await client.read_flow_runs(**_runs(deployment, StateType.PENDING, StateType.RUNNING)):
            await client.set_flow_run_state(run.id, Crashed(message="dateline serve was killed"))


async def _name_by_date(deployment: UUID) -> None:
    """Name the scheduled runs by their dates; the server gives them names of animals."""
    async with get_client() as client:
        while True:
            for run in await client.read_flow_runs(**_runs(deployment, StateType.SCHEDULED)):
                at = run.expected_start_time
                if at is not None and run.name != (name := run_name(daily.name, at)):
                    await client.update_flow_run(run.id, name=name)
            await asyncio.sleep(_SECONDS_BETWEEN_NAMES)


def _runs(deployment: UUID, *states: StateType) -> dict[str, Any]:
    """The filters for the runs of a deployment in these states."""
    return {
        "flow_run_filter": FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states)))
        ),
        "deployment_filter": DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
    }
