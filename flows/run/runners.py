"""Who executes batches: this process, or several; results come back in the order of the tasks."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Protocol, Self, TypeVar


class Task(Protocol):
    """Work that can be divided, so that what kills a worker is found and costs nothing else."""

    def halves(self) -> Sequence[Self]:
        """The same work in two parts, in order; nothing when there is but one document."""
        ...

    def as_rejected(self) -> Self:
        """The same work, to be refused instead of done."""
        ...


T = TypeVar("T", bound=Task)
R = TypeVar("R")


class Runner(Protocol):
    """Executes a function over tasks; function, tasks and results must pickle."""

    workers: int

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Results in the order of the tasks, as soon as that order allows; a divided task has several."""
        ...

    def close(self) -> None:
        """Let go of the workers."""
        ...


class Inline:
    """Executes each task in this process, when its result is asked for."""

    workers = 1

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Like Runner.map."""
        return map(function, tasks)

    def close(self) -> None:
        """Nothing to let go of."""


class Processes:
    """Executes tasks in worker processes, a few more in flight than there are workers.

    Workers are spawned, not forked: the parent holds a database connection and threads. When one
    dies (killed for its memory, or crashed in a parser), what was in flight is done again piece by
    piece; a document that kills a worker which does nothing else is given up, all others are done.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Like Runner.map; the workers start with the first task and stay for the next call."""
        waiting: deque[tuple[T, Future[R]]] = deque()
        for task in tasks:
            waiting.append((task, self._submit(function, task)))
            if len(waiting) > 2 * self.workers:
                yield from self._next(function, waiting)
        while waiting:
            yield from self._next(function, waiting)

    def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _next(self, function: Callable[[T], R], waiting: deque[tuple[T, Future[R]]]) -> Iterator[R]:
        """The result of the first task; if a worker has died, of all that wait, for any may be to blame."""
        task, future = waiting.popleft()
        if not _is_lost(future):
            yield future.result()
            return
        self.close()
        yield from self._alone(function, task)
        while waiting:
            task, future = waiting.popleft()
            if _is_lost(future):
                yield from self._alone(function, task)
            else:
                yield future.result()
        self.close()

    def _alone(self, function: Callable[[T], R], task: T) -> Iterator[R]:
        """Results of a task during which a worker died: nothing is done beside it, so only it can be to blame."""
        if self._pool is None:
            self._pool = _pool_of(1)
            self._pool.submit(int).result()  # a worker that cannot even start is no document's fault
        future = self._submit(function, task)
        if not _is_lost(future):
            yield future.result()
            return
        self.close()
        halves = task.halves()
        if not halves:
            yield function(task.as_rejected())
        for half in halves:
            yield from self._alone(function, half)

    def _submit(self, function: Callable[[T], R], task: T) -> Future[R]:
        self._pool = self._pool or _pool_of(self.workers)
        try:
            return self._pool.submit(function, task)
        except BrokenProcessPool as error:  # the pool knows of a death before we have asked for a result
            lost: Future[R] = Future()
            lost.set_exception(error)
            return lost


def _pool_of(workers: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_with_parent)


def _leave_with_parent() -> None:
    """Let this worker end when its parent does, however that died: it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, args=(parent.sentinel,), name="parent-watch", daemon=True).start()


def _is_lost(future: Future[R]) -> bool:
    """Whether the result, waited for, will never come because a worker died."""
    return isinstance(future.exception(), BrokenProcessPool)


def runner_of(name: str, workers: int, *, isolate_workers: bool = False) -> Runner:
    """The runner that the settings name; `isolate_workers` puts the work into a process that may die of it."""
    return Processes(workers) if name == "processes" or isolate_workers else Inline()
