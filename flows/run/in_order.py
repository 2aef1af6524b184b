"""Results of tasks in the order of the tasks, from any executor, even when workers die."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from flows.run.portable import portable


class Task(Protocol):
    """Work that can be divided, so that the one document that kills its worker is found."""

    def halves(self) -> Sequence[Self]:
        """The same work in two parts, in order; none when there is only one document."""
        ...

    def as_rejected(self) -> Self:
        """The same task, marked to be quarantined without running."""
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
        """End the workers."""
        ...


@dataclass(frozen=True, slots=True)
class Launch:
    """How a runner makes its executor, and how that executor reports a lost worker.

    `executor` makes one for a number of workers. `lost` are the exceptions of a future, or of
    `submit`, whose worker died. Without `has_workers` each task runs here when its result is due.
    """

    executor: Callable[[int], Executor]
    lost: tuple[type[BaseException], ...] = ()
    has_workers: bool = True


class InOrder:
    """The runner around an executor: order, bounded look-ahead, and recovery from lost workers.

    When a worker is lost (killed for its memory, or crashed in a parser), each task in flight
    runs again alone, and a task that kills its worker again is halved. A single document that kills
    its worker is rejected; all others are done.
    """

    def __init__(self, launch: Launch, workers: int) -> None:
        self.workers = workers if launch.has_workers else 1
        self._ahead = 2 * workers if launch.has_workers else 0
        self._launch = launch
        self._executor: Executor | None = None

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Like Runner.map; workers start with the first task and stay for the next call."""
        waiting: deque[tuple[T, Future[R]]] = deque()
        for task in tasks:
            waiting.append((task, self._submit(function, task)))
            if len(waiting) > self._ahead:
                yield from self._next(function, waiting)
        while waiting:
            yield from self._next(function, waiting)

    def close(self) -> None:
        """End the workers."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None

    def _next(self, function: Callable[[T], R], waiting: deque[tuple[T, Future[R]]]) -> Iterator[R]:
        """The first task's result; after a loss, those of all tasks in flight, any of which may be the cause."""
        task, future = waiting.popleft()
        if not self._is_lost(future):
            yield future.result()
            return
        self.close()
        yield from self._alone(function, task)
        while waiting:
            task, future = waiting.popleft()
            if self._is_lost(future):
                yield from self._alone(function, task)
            else:
                yield future.result()
        self.close()

    def _alone(self, function: Callable[[T], R], task: T) -> Iterator[R]:
        """Results of a task whose worker was lost, run alone: a second loss is its own fault."""
        if self._executor is None:
            self._executor = self._launch.executor(1)
            self._executor.submit(int).result()  # a worker that cannot even start is not a document's fault
        future = self._submit(function, task)
        if not self._is_lost(future):
            yield future.result()
            return
        self.close()
        halves = task.halves()
        if not halves:
            yield function(task.as_rejected())
        for half in halves:
            yield from self._alone(function, half)

    def _submit(self, function: Callable[[T], R], task: T) -> Future[R]:
        self._executor = self._executor or self._launch.executor(self.workers)
        try:
            return self._executor.submit(_call, function, task)
        except self._launch.lost as error:  # the loss is known before the result is due
            lost: Future[R] = Future()
            lost.set_exception(error)
            return lost

    def _is_lost(self, future: Future[R]) -> bool:
        """Wait for the result; returns whether a dead worker prevents it."""
        return isinstance(future.exception(), self._launch.lost)


def _call(function: Callable[[T], R], task: T) -> R:
    """Run a task in the worker; an error that cannot be pickled would look like a lost worker."""
    try:
        return function(task)
    except Exception as error:
        if (sent := portable(error)) is error:
            raise
        raise sent from error
