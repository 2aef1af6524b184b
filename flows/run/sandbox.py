"""Calls under CPU-time and memory limits: in a child process that may be killed, or here under a timer.

Time is CPU time: on a busy machine a document is not to blame for waiting.
"""

from __future__ import annotations

import multiprocessing
import pickle
import resource
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any, Self, TypeVar

from flows.run.portable import UnportableError, portable
from transforms.contract.errors import PortableError, described
from transforms.contract.reasons import Reason

MEMORY_BYTES = 1536 << 20
_PATIENCE_SECONDS = 60.0
_WALL_SECONDS = 6.0  # that a busy machine may take for one second of CPU time

R = TypeVar("R")


class LimitExceeded(PortableError):
    """A call took too much CPU time or memory, or crashed its process; `reason` is the one to quarantine with."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class _Expired(BaseException):
    """Raised by the timer inside a call; not an Exception, so that the call does not catch it."""


@contextmanager
def timer(seconds: float) -> Iterator[None]:
    """LimitExceeded when the block takes more CPU time; main thread only, since no other gets signals.

    Native code is interrupted only when it returns: a parser that may hang belongs in a Sandbox.
    """
    before = signal.signal(signal.SIGPROF, _expire)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except _Expired:
        raise LimitExceeded(Reason.TIME_LIMIT) from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _expire(_signal: int, _frame: FrameType | None) -> None:
    raise _Expired


class Sandbox:
    """A child process for risky calls: started by the first call, and again after each death.

    `prepare` runs in the child before the limits hold, so that loading modules does not count
    against a call. `patience_seconds` of wall-clock time pass before a child that does not answer is killed,
    more for calls that may take much CPU time.
    """

    def __init__(
        self,
        prepare: Callable[[], object] = int,
        *,
        memory_bytes: int = MEMORY_BYTES,
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        self._prepare = prepare
        self._memory_bytes = memory_bytes
        self._patience_seconds = patience_seconds
        self._connection: Connection | None = None
        self._process: BaseProcess | None = None

    @property
    def process_id(self) -> int | None:
        """The child's process id; None when there is no child."""
        return self._process.pid if self._process else None

    def __enter__(self) -> Self:
        """The sandbox itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def call(self, function: Callable[..., R], *arguments: Any, seconds: float) -> R:
        """Call a function in the child; returns its result or raises its error.

        Function and arguments must pickle. An error carries the child's traceback as a note.
        LimitExceeded after `seconds` of CPU time, when memory runs out, or when the child crashes;
        UnportableError for a result that does not pickle.
        """
        request = pickle.dumps((function, arguments, seconds))
        connection = self._connected()
        try:
            connection.send_bytes(request)
            if not connection.poll(max(self._patience_seconds, seconds * _WALL_SECONDS)):
                self.close()
                raise LimitExceeded(Reason.TIME_LIMIT)
            reply = connection.recv_bytes()
        except (EOFError, OSError):
            raise LimitExceeded(self._reason_of_death()) from None
        try:
            result: R = _unpacked(reply)
        except MemoryError as error:
            self.close()  # the child's memory stays fragmented
            raise LimitExceeded(Reason.MEMORY_LIMIT) from error
        return result

    def close(self) -> None:
        """End the child."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None

    def _connected(self) -> Connection:
        if self._process is not None and not self._process.is_alive():
            self.close()
        if self._connection is None:
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            arguments = (theirs, self._prepare, self._memory_bytes)
            self._process = context.Process(target=_serve, args=arguments, name="sandbox", daemon=True)
            self._process.start()
            theirs.close()
            self._await_ready(self._connection)
        return self._connection

    def _await_ready(self, connection: Connection) -> None:
        """Return when the child is prepared: failing to start is an error of its own, not of a document."""
        try:
            _unpacked(connection.recv_bytes())
        except EOFError as error:
            self.close()
            raise ChildProcessError("the sandbox process ended before it was ready") from error
        except BaseException:
            self.close()
            raise

    def _reason_of_death(self) -> Reason:
        assert self._process is not None
        self._process.join(self._patience_seconds)
        is_time = self._process.exitcode == -signal.SIGPROF
        self.close()
        return Reason.TIME_LIMIT if is_time else Reason.MEMORY_LIMIT


def _serve(connection: Connection, prepare: Callable[[], object], memory_bytes: int) -> None:
    """Answer requests until the caller ends."""
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        connection.send_bytes(_reply(pickle.dumps((prepare, (), 0.0))))
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        while True:
            connection.send_bytes(_reply(connection.recv_bytes()))


def _reply(request: bytes) -> bytes:
    """Whether the requested call returned, with its result or error, pickled."""
    try:
        function, arguments, seconds = pickle.loads(request)  # noqa: S301 -- from the parent process
        # The signal's default action ends the process, also inside native code; 0 sets no limit.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            result = function(*arguments)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        return _packed(result)
    except BaseException as error:
        sent = portable(error)
        sent.add_note(f"In the sandbox:\n{traceback.format_exc()}")
        return pickle.dumps((False, sent))


def _packed(result: object) -> bytes:
    try:
        return pickle.dumps((True, result))
    except MemoryError:
        raise
    except Exception as error:
        raise UnportableError(f"a {type(result).__name__} cannot be returned: {described(error)}") from error


def _unpacked(reply: bytes) -> Any:
    """The result in a reply; its error is raised."""
    try:
        is_result, found = pickle.loads(reply)  # noqa: S301 -- from our own child process
    except Exception as error:
        raise UnportableError(f"a result cannot be read: {described(error)}") from error
    if not is_result:
        raise found
    return found
