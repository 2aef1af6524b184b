"""Results of tasks and of their follow-up tasks in order, from any executor, even when workers die."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

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


def no_follow_ups(_: object) -> tuple[()]:
    """The follow-up tasks of a result that has none."""
    return ()


class Runner(Protocol):
    """Executes a function over tasks; function, tasks and results must pickle."""

    workers: int

    def start(self, prepare: Callable[[], object]) -> None:
        """Start what makes workers ahead of the first task; it calls `prepare`, which must pickle, for all."""
        ...

    def map(
        self,
        function: Callable[[T], R],
        tasks: Iterable[T],
        *,
        then: Callable[[R], Iterable[T]] = no_follow_ups,
    ) -> Iterator[R]:
        """Results of the tasks of each class in their order, as soon as that order allows.

        When the caller has handled a result and asks for the next, `then` returns the follow-up tasks of
        that result, which come before further `tasks`. A divided task has several results.
        """
        ...

    def close(self) -> None:
        """End the workers."""
        ...


@dataclass(frozen=True, slots=True)
class Launch:
    """How a runner makes its executor, and how that executor reports a lost worker.

    `executor` makes one for a number of workers. `lost` are the exceptions of a future, or of
    `submit`, whose worker died. Without `has_workers` each task runs here when its result is due.
    `start` starts what makes workers ahead of the first, where that takes a while.
    """

    executor: Callable[[int], Executor]
    lost: tuple[type[BaseException], ...] = ()
    has_workers: bool = True
    start: Callable[[Callable[[], object]], None] | None = None


class Agenda(Generic[T]):
    """Tasks that a runner has yet to start: follow-up tasks first."""

    def __init__(self, tasks: Iterable[T]) -> None:
        self._further = iter(tasks)
        self._follow_ups: deque[T] = deque()

    def add(self, follow_ups: Iterable[T]) -> None:
        """Add follow-up tasks."""
        self._follow_ups.extend(follow_ups)

    def take(self) -> T | None:
        """The next task; None when there is none for now."""
        return self._follow_ups.popleft() if self._follow_ups else next(self._further, None)


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

    def start(self, prepare: Callable[[], object]) -> None:
        """Like Runner.start."""
        if self._launch.start is not None:
            self._launch.start(prepare)

    def map(
        self,
        function: Callable[[T], R],
        tasks: Iterable[T],
        *,
        then: Callable[[R], Iterable[T]] = no_follow_ups,
    ) -> Iterator[R]:
        """Like Runner.map; workers start with the first task and stay for the next call."""
        agenda = Agenda(tasks)
        waiting: list[tuple[T, Future[R]]] = []
        while True:
            while len(waiting) <= self._ahead and (task := agenda.take()) is not None:
                waiting.append((task, self._submit(function, task)))
            if not waiting:
                return
            for result in self._next(function, waiting):
                yield result
                agenda.add(then(result))

    def close(self) -> None:
        """End the workers."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None

    def _next(self, function: Callable[[T], R], waiting: list[tuple[T, Future[R]]]) -> Iterator[R]:
        """The next result; after a loss, those of all tasks in flight, any of which may be the cause."""
        place = _first_ready(waiting)
        _, future = waiting[place]
        if not self._is_lost(future):
            del waiting[place]
            yield future.result()
            return
        self.close()
        while waiting:
            task, future = waiting.pop(0)
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


def _first_ready(waiting: Sequence[tuple[Any, Future[Any]]]) -> int:
    """Wait until the first task of any class is done; returns its place."""
    first: dict[type, int] = {}
    for place, (task, _) in enumerate(waiting):
        first.setdefault(type(task), place)
    wait((waiting[place][1] for place in first.values()), return_when=FIRST_COMPLETED)
    return next(place for place in first.values() if waiting[place][1].done())


def _call(function: Callable[[T], R], task: T) -> R:
    """Run a task in the worker; an error that cannot be pickled would look like a lost worker."""
    try:
        return function(task)
    except Exception as error:
        if (sent := portable(error)) is error:
            raise
        raise sent from error
