"""The runner without workers: each task in this process, when its result is due."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

from flows.run.in_order import Launch

P = ParamSpec("P")
R = TypeVar("R")


class _ThisProcess(Executor):
    """Runs each call in `submit`."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """A future that is done; interrupts are raised here."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


LAUNCH = Launch(lambda _: _ThisProcess(), has_workers=False)
