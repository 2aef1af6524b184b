"""The cause of a failure that lies outside the program, as one line: a full disk, a permission, too little memory."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

_OUTSIDE = (
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EMFILE,
    errno.EIO,
)
_DAMAGED = "The catalogue of the lake is damaged; restore its folder from a backup"
# DuckDB and SQLite pass the system's words on, or their own.
_WORDS = {os.strerror(number): os.strerror(number) for number in _OUTSIDE} | {
    "database or disk is full": os.strerror(errno.ENOSPC),
    "attempt to write a readonly database": os.strerror(errno.EACCES),
    "database disk image is malformed": _DAMAGED,
    "file is not a database": _DAMAGED,
}
_OUT_OF_MEMORY = "OutOfMemoryException"  # DuckDB's, by name: most commands do not import it


def outside_cause(error: BaseException) -> str | None:
    """The cause outside the program, with the file if known; None if the error is a bug."""
    chain = list(_chain(error))
    if any(type(each).__name__ == _OUT_OF_MEMORY for each in chain):
        return "memory_limit is too small for DuckDB; raise it in dateline.toml"
    for each in chain:
        if isinstance(each, OSError) and each.errno in _OUTSIDE:
            return f"{os.strerror(each.errno)}: {each.filename}" if each.filename else os.strerror(each.errno)
    return next((words for each in chain for phrase, words in _WORDS.items() if phrase in str(each)), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those that it followed, the last first."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += (each.__context__, each.__cause__)
