"""Runners by name: each is a file of this folder whose LAUNCH makes its executor."""

from __future__ import annotations

from importlib import import_module
from typing import Literal

from flows.run.in_order import InOrder, Launch

RunnerName = Literal["inline", "processes"]


def runner_of(name: RunnerName, workers: int, *, isolate_workers: bool = False) -> InOrder:
    """The runner of this name; with `isolate_workers` one worker process replaces a runner without workers."""
    launch = _launch(name)
    if isolate_workers and not launch.has_workers:
        launch, workers = _launch("processes"), 1
    return InOrder(launch, workers)


def _launch(name: RunnerName) -> Launch:
    launch: Launch = import_module(f"{__name__}.{name}").LAUNCH
    return launch
