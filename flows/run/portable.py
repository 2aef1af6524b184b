"""Errors in a form that can be sent to another process."""

from __future__ import annotations

import pickle

from transforms.contract.errors import PortableError, described


class UnportableError(PortableError):
    """Stands for an error or a result that does not survive pickling; its text describes it."""


def portable(error: BaseException) -> BaseException:
    """The error itself when pickling keeps its type and text, else an UnportableError that describes it.

    An error that fails to unpickle breaks a pool of processes, which then looks like a lost worker.
    """
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 -- pickled in the same expression
        is_kept = type(copy) is type(error) and str(copy) == str(error)
    except Exception:  # pickling runs the error's own code, which may raise anything
        is_kept = False
    return error if is_kept else UnportableError(described(error))
