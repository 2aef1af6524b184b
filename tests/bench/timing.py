"""CPU seconds of a piece of work, children included, of two pieces in turn so that noise hits both; memory."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(slots=True)
class Spent:
    """CPU seconds, user and system, of this process and of children that have ended."""

    seconds: float = 0.0


@contextmanager
def cpu() -> Iterator[Spent]:
    """Measure what is done inside."""
    spent, before = Spent(), _used()
    yield spent
    spent.seconds = _used() - before


def in_turn(
    ours: Callable[[], object], rival: Callable[[], object], *, rounds: int = 3
) -> tuple[float, float, float]:
    """Median CPU seconds of each, and the median of their ratios pair by pair, after one warm-up."""
    pairs = []
    for _ in range(rounds + 1):
        with cpu() as mine:
            ours()
        with cpu() as theirs:
            rival()
        pairs.append((mine.seconds, theirs.seconds))
    pairs = pairs[1:]
    ratios = [mine / theirs for mine, theirs in pairs]
    return median(m for m, _ in pairs), median(t for _, t in pairs), median(ratios)


def peak_memory() -> int:
    """MB of this process; what getrusage says is inherited from the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) >> 10


def _used() -> float:
    found = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in found)
