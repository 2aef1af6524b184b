"""A call in the sandbox returns, raises or exceeds its limits, and the next one works."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from flows.run.portable import UnportableError
from flows.run.sandbox import LimitExceeded, Sandbox, timer
from tests.flows.deadly import OddError
from transforms.contract.errors import ModelMissing, SchemaError


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(memory_bytes=512 << 20) as opened:
        yield opened


def _add(left: int, right: int) -> int:
    return left + right


def _misfit() -> None:
    try:
        int("seven")
    except ValueError as error:
        raise SchemaError("Article.title: null", table="Article") from error


def _odd() -> None:
    raise OddError(number=9)


def _closure() -> Callable[[], None]:
    return lambda: None


def _exit() -> None:
    raise SystemExit(3)


def _loop() -> None:
    while True:
        pass


def _allocate() -> bytes:
    return bytes(1 << 30)


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _unprepared() -> None:
    raise ModelMissing("no such model", name="dateline")


def test_a_result_comes_back_from_another_process(sandbox: Sandbox) -> None:
    assert sandbox.call(_add, 1, 2, seconds=5) == 3
    assert sandbox.call(os.getpid, seconds=5) == sandbox.process_id != os.getpid()


def test_an_error_of_a_call_is_raised_here_with_its_traceback(sandbox: Sandbox) -> None:
    before = sandbox.call(os.getpid, seconds=5)
    with pytest.raises(SchemaError, match="title: null") as caught:
        sandbox.call(_misfit, seconds=5)
    assert (str(caught.value), caught.value.table) == ("Article.title: null", "Article")
    assert "ValueError: invalid literal" in str(caught.value.__cause__)
    assert "in _misfit" in caught.value.__notes__[0]
    with pytest.raises(SystemExit):
        sandbox.call(_exit, seconds=5)
    assert sandbox.call(os.getpid, seconds=5) == before


def test_a_result_that_does_not_pickle_is_an_error(sandbox: Sandbox) -> None:
    with pytest.raises(UnportableError, match="OddError: number 9 is odd") as caught:
        sandbox.call(_odd, seconds=5)
    assert "in _odd" in caught.value.__notes__[0]
    with pytest.raises(UnportableError, match="a function cannot be returned"):
        sandbox.call(_closure, seconds=5)


@pytest.mark.parametrize(
    ("function", "reason"), [(_loop, "time_limit"), (_allocate, "memory_limit"), (_crash, "memory_limit")]
)
def test_a_call_that_exceeds_a_limit_costs_only_itself(
    sandbox: Sandbox, function: Callable[[], object], reason: str
) -> None:
    with pytest.raises(LimitExceeded) as caught:
        sandbox.call(function, seconds=0.3)
    assert caught.value.reason == reason
    assert sandbox.call(_add, 1, 2, seconds=5) == 3


def test_a_child_that_was_killed_between_calls_is_replaced(sandbox: Sandbox) -> None:
    process_id = sandbox.call(os.getpid, seconds=5)
    os.kill(process_id, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while sandbox._process is not None and sandbox._process.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sandbox.call(_add, 1, 2, seconds=5) == 3


def test_a_call_that_waits_for_ever_is_killed() -> None:
    with Sandbox(patience_seconds=0.2) as sandbox, pytest.raises(LimitExceeded) as caught:
        sandbox.call(time.sleep, 60, seconds=0.01)
    assert caught.value.reason == "time_limit"


def test_a_sandbox_that_cannot_be_prepared_says_why() -> None:
    with Sandbox(_unprepared) as sandbox, pytest.raises(ModelMissing, match="no such model"):
        sandbox.call(_add, 1, 2, seconds=5)
    with Sandbox(_crash) as sandbox, pytest.raises(ChildProcessError, match="ended before it was ready"):
        sandbox.call(_add, 1, 2, seconds=5)


def test_the_child_ends_with_its_sandbox() -> None:
    with Sandbox() as sandbox:
        process_id = sandbox.call(os.getpid, seconds=5)
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)
    started: list[int] = []
    thread = threading.Thread(target=lambda: started.append(Sandbox().call(os.getpid, seconds=5)))
    thread.start()
    thread.join()
    deadline = time.monotonic() + 10
    while (children := _children()) & set(started) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert started
    assert not children & set(started)


def _children() -> set[int | None]:
    return {child.pid for child in multiprocessing.active_children()}


def test_the_timer_ends_a_block_and_not_what_follows() -> None:
    with pytest.raises(LimitExceeded), timer(0.1):
        _loop()
    with timer(0.1):
        pass
    began = time.process_time()
    while time.process_time() - began < 0.2:
        pass
