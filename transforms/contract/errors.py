"""The errors a caller may see.

DatelineError
├── ConfigError      dateline.toml or the environment says something we cannot follow
├── UsageError       the call itself is wrong: a path that is not there, a table nobody declares
├── ReadError        a source cannot be opened at all (one bad document is a quarantine row instead)
├── SchemaError      a row does not fit its declared columns
├── ModelMissing     a configured model or its package is not installed
├── LakeError        the lake cannot be opened or has another shape than this code
│   └── LakeLocked   another run holds the lease
└── CheckFailed      a data quality check found rows; nothing was published

What is wrong with one document is not an exception but a value: `transforms.contract.Rejected`.
"""

from __future__ import annotations


class DatelineError(Exception):
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
