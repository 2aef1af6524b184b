"""Errors raised to callers.

DatelineError
├── ConfigError      a setting in dateline.toml or the environment is invalid or not supported
├── UsageError       a wrong call: a missing path, an undeclared table
├── ReadError        a source cannot be opened (one bad document is a quarantine row instead)
├── SchemaError      a row does not fit its declared columns
├── ModelMissing     a configured model or its package is not installed
├── LakeError        the lake cannot be opened or written, or its tables do not fit this code
│   └── LakeLocked   another run holds the lease
└── CheckFailed      a data quality check found rows; nothing is published

A problem with one document is a value, not an exception: `transforms.contract.documents.Rejected`.
"""

from __future__ import annotations

from typing import Any


class PortableError(Exception):
    """An exception that crosses process boundaries: pickling keeps arguments, attributes and cause.

    By default pickle calls the class with `args`, which fails for required keyword arguments and loses
    attributes set in `__init__`. The cause may not pickle, so only its text is kept.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild without calling `__init__`."""
        cause = self.__cause__
        text = None if cause is None else str(cause) if isinstance(cause, RemoteCause) else described(cause)
        return _rebuilt, (type(self), self.args, self.__dict__, text)


class RemoteCause(PortableError):
    """Type and text of an exception's cause in the process that raised it."""


def is_interrupt(error: BaseException) -> bool:
    """Whether this is Ctrl-C, for which DuckDB raises a RuntimeError when it stops a query."""
    return isinstance(error, KeyboardInterrupt) or (
        isinstance(error, RuntimeError) and str(error) == "Query interrupted"
    )


def described(error: BaseException) -> str:
    """Type and text of an error, for messages."""
    return f"{type(error).__name__}: {error}"


def _rebuilt(
    kind: type[PortableError], arguments: tuple[Any, ...], attributes: dict[str, Any], cause: str | None
) -> PortableError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(attributes)
    if cause is not None:
        error.__cause__ = RemoteCause(cause)
    return error


class DatelineError(PortableError):
    """Base of all errors raised on purpose; its text is a message for users."""


class ConfigError(DatelineError):
    """An invalid or unsupported setting; `key` is its dotted name."""

    def __init__(self, message: str, *, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key


class UsageError(DatelineError):
    """A wrong call: the command line exits with 2."""


class ReadError(DatelineError):
    """A source that cannot be opened; `uri` names it."""

    def __init__(self, message: str, *, uri: str) -> None:
        super().__init__(message)
        self.uri = uri


class SchemaError(DatelineError):
    """Rows and declared columns disagree; `table` names the table or row class."""

    def __init__(self, message: str, *, table: str) -> None:
        super().__init__(message)
        self.table = table


class ModelMissing(DatelineError):
    """A model that the settings ask for is not installed; `name` is the setting's value."""

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


class LakeError(DatelineError):
    """The lake at `location` cannot be used."""

    def __init__(self, message: str, *, location: str) -> None:
        super().__init__(message)
        self.location = location


class LakeLocked(LakeError):
    """Another run holds the lake's lease; `owner` names it and its start."""

    def __init__(self, message: str, *, location: str, owner: str) -> None:
        super().__init__(message, location=location)
        self.owner = owner


class CheckFailed(DatelineError):
    """Data quality checks that found rows, by name."""

    def __init__(self, message: str, *, checks: tuple[str, ...]) -> None:
        super().__init__(message)
        self.checks = checks
