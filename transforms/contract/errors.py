"""The errors a caller may see.

DatelineError
├── ConfigError      dateline.toml or the environment asks for something we cannot do
├── UsageError       the call itself is wrong: a missing path, an undeclared table
├── ReadError        a source cannot be opened at all (one bad document is a quarantine row instead)
├── SchemaError      a row does not fit its declared columns
├── ModelMissing     a configured model or its package is not installed
├── LakeError        the lake cannot be opened or written, or its tables do not fit this code
│   └── LakeLocked   another run holds the lease
└── CheckFailed      a data quality check found rows; nothing was published

What is wrong with one document is not an exception but a value: `transforms.contract.Rejected`.
"""

from __future__ import annotations

from typing import Any


class PortableError(Exception):
    """An exception that crosses process boundaries: pickling keeps arguments, attributes and cause.

    Python's own way calls the class with `args` again, which fails for required keyword arguments
    and loses what `__init__` derives. The cause may not pickle, so it arrives as its text.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild without calling `__init__`."""
        cause = self.__cause__
        text = None if cause is None else str(cause) if isinstance(cause, RemoteCause) else described(cause)
        return _rebuilt, (type(self), self.args, self.__dict__, text)


class RemoteCause(PortableError):
    """Type and text of the exception that caused another one, in the process where both were raised."""


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
    """Root of all errors raised on purpose; its text is fit to be shown to a person."""


class ConfigError(DatelineError):
    """A setting that cannot be followed; `key` is its dotted name."""

    def __init__(self, message: str, *, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key


class UsageError(DatelineError):
    """The call is wrong: the command line exits with 2."""


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
    """Another run holds the lake's lease; `owner` says who, since when."""

    def __init__(self, message: str, *, location: str, owner: str) -> None:
        super().__init__(message, location=location)
        self.owner = owner


class CheckFailed(DatelineError):
    """Data quality checks that found rows, by name."""

    def __init__(self, message: str, *, checks: tuple[str, ...]) -> None:
        super().__init__(message)
        self.checks = checks
