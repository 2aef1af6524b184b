"""Follow-up tasks come before further tasks, and no class of tasks waits for another's results."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from flows.run.in_order import InOrder, Launch
from flows.run.runners import runner_of
from flows.run.slices import InSlices, Slice
from tests.flows.deadly import Numbers, strict

TASKS = [Numbers((number,)) for number in range(10, 16)]


class Later(Numbers):
    """A follow-up task."""


def _follow_up(result: list[int]) -> Iterator[Numbers]:
    """Ten follow-up tasks have results of 100 or more, which have none themselves."""
    if result[0] < 100:
        yield Later((10 * result[0],))


def test_inline_runs_the_follow_up_of_a_task_before_the_next_task() -> None:
    found = [n for result in runner_of("inline", 1).map(strict, TASKS, then=_follow_up) for n in result]
    assert found == [10, 100, 11, 110, 12, 120, 13, 130, 14, 140, 15, 150]


def test_tasks_and_follow_ups_keep_their_orders_with_workers() -> None:
    runner = InOrder(Launch(ThreadPoolExecutor), 2)
    found = [n for result in runner.map(strict, TASKS, then=_follow_up) for n in result]
    runner.close()
    assert [n for n in found if n < 100] == [10, 11, 12, 13, 14, 15]
    assert [n for n in found if n >= 100] == [100, 110, 120, 130, 140, 150]
    assert found.index(100) < found.index(15)


def test_the_follow_ups_of_a_slice_begin_the_next() -> None:
    slices: list[list[int]] = []

    def run_slice(what: str, number: int, work: Slice) -> list[list[int]]:
        results = work.run()
        slices.append([n for result in results for n in result])
        return results

    runner = InSlices(runner_of("inline", 1), run_slice)
    found = [n for result in runner.map(strict, TASKS, then=_follow_up) for n in result]
    assert sorted(found) == [10, 11, 12, 13, 14, 15, 100, 110, 120, 130, 140, 150]
    assert slices[:3] == [[10], [100, 11], [110, 12, 13, 14]]


def test_a_slow_task_of_one_class_does_not_hold_up_another_class() -> None:
    may_end = Event()

    def run(task: Numbers) -> int:
        if isinstance(task, Later):
            assert may_end.wait(20)
        return task.numbers[0]

    runner = InOrder(Launch(ThreadPoolExecutor), 2)
    found = []
    for number in runner.map(run, [Later((1,)), *TASKS[:2]]):
        found.append(number)
        if number == 11:
            may_end.set()
    runner.close()
    assert found == [10, 11, 1]
