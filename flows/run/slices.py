"""Slices of several batches, each worth several seconds, for callers whose calls are expensive."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from flows.run.in_order import Agenda, Runner, Task, no_follow_ups

SECONDS_A_SLICE = 5.0

T = TypeVar("T", bound=Task)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Slice:
    """Several batches for one call. Its text is short: callers log their arguments."""

    runner: Runner
    function: Callable[[Any], Any]
    batches: tuple[Any, ...]

    def run(self) -> list[Any]:
        """The results of all batches, in order."""
        return list(self.runner.map(self.function, self.batches))

    def __repr__(self) -> str:
        return f"<{len(self.batches)} batches for {self.function.__name__}>"


class RunSlice(Protocol):
    """Runs a slice, for example as a Prefect task; `what` and `number` name it."""

    def __call__(self, what: str, number: int, work: Slice) -> list[Any]:
        """The results of its batches, in order."""
        ...


class InSlices:
    """A runner that passes slices of its batches to `run_slice`, which lets `inner` execute them.

    The first slice is one batch per worker; slices double until one takes several seconds. Prefect's
    30 ms per slice stay below 1 % of the work, however long the run.
    """

    def __init__(self, inner: Runner, run_slice: RunSlice) -> None:
        self.workers = inner.workers
        self._inner = inner
        self._run_slice = run_slice

    def start(self, prepare: Callable[[], object]) -> None:
        """Start the inner runner's workers."""
        self._inner.start(prepare)

    def map(
        self,
        function: Callable[[T], R],
        tasks: Iterable[T],
        *,
        then: Callable[[R], Iterable[T]] = no_follow_ups,
    ) -> Iterator[R]:
        """Like Runner.map; the follow-up tasks of a slice begin the next one."""
        agenda, size = Agenda(tasks), self.workers
        number = 0
        while True:
            batches: list[T] = []
            while len(batches) < size and (task := agenda.take()) is not None:
                batches.append(task)
            if not batches:
                return
            began = time.monotonic()
            results = self._run_slice(function.__name__, number, Slice(self._inner, function, tuple(batches)))
            seconds = time.monotonic() - began
            for result in results:
                yield result
                agenda.add(then(result))
            number += 1
            if seconds < SECONDS_A_SLICE:
                size *= 2

    def close(self) -> None:
        """End the inner runner's workers."""
        self._inner.close()
