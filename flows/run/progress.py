"""What a person sees while a run works: bars on a terminal, plain lines elsewhere, always on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

_SECONDS_BETWEEN_LINES = 10.0
_DOING = {"read": "reading", "fingerprint": "fingerprinting", "clean": "cleaning", "enrich": "enriching"}


class Progress(Protocol):
    """Is told how far a stage has come.

    With a total, `done` is what is done of it so far; without one, by how much it has grown.
    """

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Note it."""
        ...


def silent(stage: str, done: int, total: int | None) -> None:
    """Show nothing."""


@contextmanager
def on_terminal() -> Iterator[Progress]:
    """Progress as fits standard error: bars when it is a terminal, now and then a line when not."""
    if sys.stderr.isatty():
        with _bars() as progress:
            yield progress
    else:
        yield _Lines()


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.progress import Progress as Bars

    name = TextColumn("{task.description:<14}")
    shown = (SpinnerColumn(), name, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*shown, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_DOING.get(stage, stage), total=total)
            task = tasks[stage]
            if total is None:
                bars.advance(task, done)
            else:
                bars.update(task, completed=done, total=total)

        yield progress


class _Lines:
    """A line a stage every few seconds, and one when it is done."""

    def __init__(self) -> None:
        self._grown: dict[str, int] = {}
        self._said_at = time.monotonic()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if total is None:
            self._grown[stage] = done = self._grown.get(stage, 0) + done
        now = time.monotonic()
        if done != total and now - self._said_at < _SECONDS_BETWEEN_LINES:
            return
        self._said_at = now
        of = "" if total is None else f" of {total:,}"
        print(f"{_DOING.get(stage, stage)}: {done:,}{of}", file=sys.stderr)  # noqa: T201
