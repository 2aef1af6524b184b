"""Cleaning under guard: a document that hangs, explodes or crashes its parser costs only itself.

Ordinary documents are cleaned in this process under a timer. Those that a cheap look finds risky
(large, or in a format whose parser can run away) go to a worker of their own, with limits of memory
and time, which the system kills when it exceeds them. Time is CPU time: on a busy machine a document
is not to blame for waiting.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import FrameType

from transforms.contract import Cleaned, RawDocument, Rejected
from transforms.reasons import Reason

SECONDS = 8.0
PATIENCE = 60.0  # seconds until a worker must have answered, however busy the machine
MEMORY_BYTES = 1536 << 20
WORKER_DIED = "its worker died: out of memory, or its parser crashed"
_RISKY_TYPES = frozenset({"application/pdf", "message/rfc822"})
_RISKY_BYTES = 3 << 20


class _TimeLimit(BaseException):
    """Raised by the timer inside the code that took too long, which must not catch it."""


def clean_guarded(raw: RawDocument, furniture: frozenset[str] = frozenset()) -> Cleaned | Rejected:
    """Clean one document, lines its publisher repeats left out; what our own code fails on is a rejection."""
    if raw.media_type in _RISKY_TYPES or len(raw.body) > _RISKY_BYTES:
        return _warden().clean(raw, furniture)
    try:
        with _timer(SECONDS):
            return _clean(raw, furniture)
    except _TimeLimit:
        return _too_slow(raw, SECONDS)


def worker_died(raw: RawDocument) -> Rejected:
    """The rejection of a document that cost the life of a process which did nothing else."""
    return _rejected(raw, Reason.MEMORY_LIMIT, WORKER_DIED)


def _clean(raw: RawDocument, furniture: frozenset[str]) -> Cleaned | Rejected:
    from transforms.clean import clean

    try:
        return clean(raw, furniture)
    except MemoryError:
        return _rejected(raw, Reason.MEMORY_LIMIT, f"more than {MEMORY_BYTES >> 20} MB")
    except Exception:  # our own defect on this document: kept with its trace, the batch goes on
        return _rejected(raw, Reason.STEP_FAILED, traceback.format_exc(limit=-6))


def _too_slow(raw: RawDocument, seconds: float) -> Rejected:
    return _rejected(raw, Reason.TIME_LIMIT, f"not done after {seconds:.0f} s of work")


def _rejected(raw: RawDocument, reason: Reason, detail: str) -> Rejected:
    return Rejected(reason, detail, raw.origin, raw.item_no, raw.raw_id, raw.body[:4096])


@contextmanager
def _timer(seconds: float) -> Iterator[None]:
    """Raise _TimeLimit inside after so many seconds of work; only the main thread gets signals, others no timer."""
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
    raise _TimeLimit


@dataclass(slots=True)
class _Warden:
    """One guarded worker process, started when first needed and again after each death."""

    process: BaseProcess | None = None
    connection: Connection | None = None

    def clean(self, raw: RawDocument, furniture: frozenset[str]) -> Cleaned | Rejected:
        connection = self._connected()
        try:
            connection.send((raw, furniture, SECONDS))
            if connection.poll(PATIENCE):
                found: Cleaned | Rejected = connection.recv()
                return found
        except (EOFError, OSError):
            assert self.process is not None
            self.process.join(PATIENCE)
            if self.process.exitcode != -signal.SIGPROF:
                return worker_died(raw)
        self._kill()
        return _too_slow(raw, SECONDS)

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
            raw, furniture, seconds = connection.recv()
            signal.setitimer(signal.ITIMER_PROF, seconds)  # its signal kills, also inside a parser
            found = _clean(raw, furniture)
            signal.setitimer(signal.ITIMER_PROF, 0)
            connection.send(found)
        except (EOFError, BrokenPipeError):  # who asked is gone
            return
