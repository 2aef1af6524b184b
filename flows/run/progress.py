"""Progress of a run on standard error: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

_SECONDS_BETWEEN_LINES = 10.0
_VERBS = {"read": "reading", "fingerprint": "fingerprinting", "clean": "cleaning", "enrich": "enriching"}


class Progress(Protocol):
    """Reports how far a stage is.

    With a total, `done` counts from the start of the stage; without one, since the last report.
    """

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Report once."""
        ...


def silent(stage: str, done: int, total: int | None) -> None:
    """Report nothing."""


@contextmanager
def on_terminal() -> Iterator[Progress]:
    """The progress report that fits standard error: bars if it is a terminal, else a line every few seconds."""
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
                tasks[stage] = bars.add_task(_VERBS.get(stage, stage), total=total)
            task = tasks[stage]
            if total is None:
                bars.advance(task, done)
            else:
                bars.update(task, completed=done, total=total)

        yield progress


class _Lines:
    """One line every few seconds, and one when a stage is done."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._printed = ""
        self._printed_at = time.monotonic()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if total is None:
            self._counts[stage] = done = self._counts.get(stage, 0) + done
        now = time.monotonic()
        if done != total and now - self._printed_at < _SECONDS_BETWEEN_LINES:
            return
        of = "" if total is None else f" of {total:,}"
        line = f"{_VERBS.get(stage, stage)}: {done:,}{of}"
        if line != self._printed:
            self._printed, self._printed_at = line, now
            print(line, file=sys.stderr)  # noqa: T201
