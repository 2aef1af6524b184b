"""Work that kills the process which does it: what the tests of runners send to workers."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.run.runners import Runner

DEADLY_NUMBERS = frozenset({9, 41})


@dataclass(frozen=True)
class Numbers:
    """A task that can be divided."""

    held: tuple[int, ...]
    is_rejected: bool = False

    def halves(self) -> tuple[Numbers, ...]:
        middle = len(self.held) // 2
        return (Numbers(self.held[:middle]), Numbers(self.held[middle:])) if middle else ()

    def as_rejected(self) -> Numbers:
        return Numbers(self.held, is_rejected=True)


def negated(task: Numbers) -> list[int | None]:
    if task.is_rejected:
        return [None for _ in task.held]
    if not DEADLY_NUMBERS.isdisjoint(task.held):
        os.kill(os.getpid(), signal.SIGKILL)
    return [-number for number in task.held]


def process_id(task: Numbers) -> int:
    return os.getpid()


@dataclass(frozen=True)
class Poison:
    """Addresses of articles: cleaning or enriching them kills the process, if it is a worker."""

    cleaning: str = ""
    enriching: str = ""

    def take(self) -> None:
        """Let the steps of this process be deadly from now on."""
        from transforms.clean import load_cleaners
        from transforms.contract.steps import registered_cleaners, registered_steps

        load_cleaners()
        cleaners: Any = registered_cleaners()
        clean = cleaners["application/json"]

        def deadly_clean(raw: Any, known: Any) -> Any:
            if self.cleaning and f'"{self.cleaning}"'.encode() in raw.body:
                os.kill(os.getpid(), signal.SIGKILL)
            return clean(raw, known)

        def deadly_find(article: Any, *needed: Any) -> Iterable[Any]:
            if self.enriching and self.enriching == article.url:
                os.kill(os.getpid(), signal.SIGKILL)
            return step.find(article, *needed)

        cleaners["application/json"] = deadly_clean
        steps: Any = registered_steps()
        if (step := steps.get("times")) is not None:
            steps["times"] = dataclasses.replace(step, find=deadly_find)


_taken: list[Poison] = []


def _poisoned(poison: Poison, function: Callable[[Any], Any], task: Any) -> Any:
    import transforms.enrich  # noqa: F401 - it registers the steps

    if multiprocessing.parent_process() and not _taken:
        _taken.append(poison)
        poison.take()
    return function(task)


class Poisoned:
    """A runner whose workers die of some documents; work given up is done in the parent, which lives."""

    def __init__(self, inner: Runner, poison: Poison) -> None:
        self.workers = inner.workers
        self._inner = inner
        self._poison = poison

    def map(self, function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        return self._inner.map(partial(_poisoned, self._poison, function), tasks)

    def close(self) -> None:
        self._inner.close()
