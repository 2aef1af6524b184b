"""The runner whose workers are processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

from flows.run.in_order import Launch


def _pool(workers: int) -> ProcessPoolExecutor:
    """Workers are spawned, not forked: the parent has a database connection and threads."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare_worker)


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


LAUNCH = Launch(_pool, lost=(BrokenProcessPool,))
