"""Work under guard: a timer here, or a process of its own that the system kills when it exceeds its limits.

Time is CPU time: on a busy machine a document is not to blame for waiting.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from transforms.contract.reasons import Reason

PATIENCE = 60.0  # seconds until a worker must have answered, however busy the machine
MEMORY_BYTES = 1536 << 20


class TimeLimit(BaseException):
    """Raised by the timer inside the code that took too long, which must not catch it."""


@contextmanager
def timer(seconds: float) -> Iterator[None]:
    """Raise TimeLimit inside after so many seconds of work; only the main thread gets signals, others no timer.

    A parser that is not Python is not interrupted before it is done: what may hang there is guarded instead.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _expire)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _expire(_signal: int, _frame: FrameType | None) -> None:
    raise TimeLimit


def guarded(function: Callable[..., Any], *arguments: Any, seconds: float) -> Any:
    """The result of a call in the guarded process, or the Reason why there is none: a limit that it exceeded.

    Function, arguments and result must pickle.
    """
    return _warden().call(function, arguments, seconds)


@dataclass(slots=True)
class _Warden:
    """One guarded process, started when first needed and again after each death."""

    process: BaseProcess | None = None
    connection: Connection | None = None

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float) -> Any:
        connection = self._connected()
        try:
            connection.send((function, arguments, seconds))
            if connection.poll(PATIENCE):
                return connection.recv()
        except (EOFError, OSError):
            assert self.process is not None
            self.process.join(PATIENCE)
            if self.process.exitcode != -signal.SIGPROF:
                return Reason.MEMORY_LIMIT
        self._kill()
        return Reason.TIME_LIMIT

    def _connected(self) -> Connection:
        if self.process is None or not self.process.is_alive() or self.connection is None:
            self.connection, theirs = multiprocessing.Pipe()
            context = multiprocessing.get_context("spawn")
            self.process = context.Process(target=_serve, args=(theirs,), name="warden", daemon=True)
            self.process.start()
            theirs.close()
            # It has loaded its cleaners when it says so: starting is no document's fault.
            self.connection.recv()
        return self.connection

    def _kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()
        self.process = None


_held = threading.local()


def _warden() -> _Warden:
    if not hasattr(_held, "warden"):
        _held.warden = _Warden()
    warden: _Warden = _held.warden
    return warden


def _serve(connection: Connection) -> None:
    from transforms.clean import load_cleaners

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    load_cleaners()
    connection.send("ready")
    while True:
        try:
            function, arguments, seconds = connection.recv()
            signal.setitimer(signal.ITIMER_PROF, seconds)  # its signal kills, also inside a parser
            found = function(*arguments)
            signal.setitimer(signal.ITIMER_PROF, 0)
            connection.send(found)
        except (EOFError, BrokenPipeError):  # who asked is gone
            return
