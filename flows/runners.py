"""Who executes batches: this process, or several; results come back in the order of the tasks."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Runner(Protocol):
    """Executes a function over tasks; function, tasks and results must pickle."""

    workers: int

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Results in the order of the tasks, as soon as that order allows."""
        ...

    def close(self) -> None:
        """Let go of the workers."""
        ...


class Inline:
    """Executes each task in this process, when its result is asked for."""

    workers = 1

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """As of Runner."""
        return map(function, tasks)

    def close(self) -> None:
        """Nothing to let go of."""


class Processes:
    """Executes tasks in worker processes, a few more in flight than there are workers.

    Workers are spawned, not forked: the parent holds a database connection and threads.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """As of Runner; the workers start with the first task and stay for the next call."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.workers, mp_context=context)
        waiting: deque[Future[R]] = deque()
        for task in tasks:
            waiting.append(self._pool.submit(function, task))
            if len(waiting) > 2 * self.workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def runner_of(name: str, workers: int) -> Runner:
    """The runner that the settings name."""
    return Processes(workers) if name == "processes" else Inline()
