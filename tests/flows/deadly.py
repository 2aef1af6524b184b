"""Work that kills its process, hangs or fails: what the tests of runners send to workers."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from flows.run.in_order import no_follow_ups
from transforms.contract.errors import SchemaError
from transforms.contract.steps import registered_cleaners, registered_steps

if TYPE_CHECKING:
    from flows.run.in_order import Runner

DEADLY_NUMBERS = frozenset({9, 41})


@dataclass(frozen=True)
class Numbers:
    """A task that can be divided."""

    numbers: tuple[int, ...]
    is_rejected: bool = False

    def halves(self) -> tuple[Numbers, ...]:
        middle = len(self.numbers) // 2
        return (Numbers(self.numbers[:middle]), Numbers(self.numbers[middle:])) if middle else ()

    def as_rejected(self) -> Numbers:
        return Numbers(self.numbers, is_rejected=True)


def negated(task: Numbers) -> list[int | None]:
    if task.is_rejected:
        return [None for _ in task.numbers]
    if not DEADLY_NUMBERS.isdisjoint(task.numbers):
        os.kill(os.getpid(), signal.SIGKILL)
    return [-number for number in task.numbers]


def process_id(task: Numbers) -> int:
    return os.getpid()


_prepared: list[int] = []


def prepare() -> None:
    """Note the process that makes this call."""
    _prepared.append(os.getpid())


def prepared_by(task: Numbers) -> int:
    """The process that called `prepare` for this worker, which is another."""
    (process,) = _prepared
    assert process != os.getpid()
    return process


class OddError(Exception):
    """Does not unpickle."""

    def __init__(self, *, number: int) -> None:
        super().__init__(f"number {number} is odd")


def strict(task: Numbers) -> list[int]:
    if 9 in task.numbers:
        raise SchemaError("a number is 9", table="numbers")
    return list(task.numbers)


def odd(task: Numbers) -> list[int]:
    if 9 in task.numbers:
        raise OddError(number=9)
    return list(task.numbers)


Fault = Literal["kill", "hang", "raise", "misfit"]


@dataclass(frozen=True)
class Poison:
    """What cleaning or enriching an article does, by the article's address."""

    cleaning: Mapping[str, Fault] = field(default_factory=dict)
    enriching: Mapping[str, Fault] = field(default_factory=dict)

    def take(self) -> None:
        """Let the steps of this process be deadly from now on."""
        import transforms.enrich  # noqa: F401 - it registers the steps
        from transforms.clean import load_cleaners

        load_cleaners()
        cleaners: Any = registered_cleaners()
        clean = cleaners["application/json"]

        def deadly_clean(raw: Any, known: Any) -> Any:
            draft = clean(raw, known)
            for address, fault in self.cleaning.items():
                if f'"{address}"'.encode() in raw.body and _strike(fault):
                    draft.facts.subtitle = 7
            return draft

        def deadly_find(article: Any, *needed: Any) -> Iterator[Any]:
            fault = self.enriching.get(article.url)
            is_misfit = fault is not None and _strike(fault)
            for row in step.find(article, *needed):
                yield dataclasses.replace(row, value=7) if is_misfit else row

        cleaners["application/json"] = deadly_clean
        steps: Any = registered_steps()
        step = steps["times"]
        steps["times"] = dataclasses.replace(step, find=deadly_find)


def _strike(fault: Fault) -> bool:
    """Commit the fault; True when it is one of the rows."""
    if fault == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    while fault == "hang":
        pass
    if fault == "raise":
        raise OddError(number=9)
    return fault == "misfit"


_taken: list[Poison] = []


def _poisoned(poison: Poison, function: Callable[[Any], Any], task: Any) -> Any:
    if multiprocessing.parent_process() and not _taken:
        _taken.append(poison)
        poison.take()
    return function(task)


class Poisoned:
    """A runner whose workers take the poison; what is rejected is rejected in the parent, which does not."""

    def __init__(self, inner: Runner, poison: Poison) -> None:
        self.workers = inner.workers
        self._inner = inner
        self._poison = poison

    def start(self, prepare: Callable[[], object]) -> None:
        self._inner.start(prepare)

    def map(
        self,
        function: Callable[[Any], Any],
        tasks: Iterable[Any],
        *,
        then: Callable[[Any], Iterable[Any]] = no_follow_ups,
    ) -> Iterator[Any]:
        return self._inner.map(partial(_poisoned, self._poison, function), tasks, then=then)

    def close(self) -> None:
        self._inner.close()
