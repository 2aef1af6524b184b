"""The runner whose workers are processes of this machine."""

from __future__ import annotations

import base64
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from multiprocessing.connection import wait

from flows.run.in_order import Launch

# Forking what has loaded numpy is safe on Linux only.
_CONTEXT = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
_PREPARE = "DATELINE_PREPARE_WORKERS"


def _pool(workers: int) -> ProcessPoolExecutor:
    """Workers are not forked from this process, which has a database connection and threads."""
    return ProcessPoolExecutor(workers, mp_context=_CONTEXT, initializer=_prepare_worker)


def _start(prepare: Callable[[], object]) -> None:
    """Start the process that workers are forked from: modules and models are loaded there, once for all.

    It stays until this process ends; when it runs already, workers load what it lacks.
    """
    if sys.platform != "linux":
        return
    _CONTEXT.set_forkserver_preload(["flows.run.preloaded"])
    os.environ[_PREPARE] = base64.b64encode(pickle.dumps(prepare)).decode()
    try:
        forkserver.ensure_running()
    finally:
        del os.environ[_PREPARE]


def prepare_forks() -> None:
    """Make the call that `_start` left in the environment, in the process that workers are forked from."""
    if call := os.environ.pop(_PREPARE, None):
        pickle.loads(base64.b64decode(call))()  # noqa: S301 -- from our own parent process


def _prepare_worker() -> None:
    """Leave Ctrl-C, which reaches every process of a terminal, to the parent: end without a traceback."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))
    _end_with_parent()


def _end_with_parent() -> None:
    """End this worker when its parent ends, even by a crash: it would wait for work forever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, args=(parent.sentinel,), name="parent-watch", daemon=True).start()


LAUNCH = Launch(_pool, lost=(BrokenProcessPool,), start=_start)
