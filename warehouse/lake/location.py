"""Where a lake lies: catalogue, data, scratch space, published file, and the lock of its one writer."""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from filelock import FileLock, Timeout

from transforms.contract.errors import ConfigError, LakeError
from warehouse.lake.engine import quoted

# A reader may lock the catalogue at the very moment of a commit: wait for it instead of failing.
_PATIENCE_MS = 30_000
# SQLite's words to a reader of a catalogue with half a commit in it.
_CANNOT_UNDO = "attempt to write a readonly database"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


class Lock(Protocol):
    """The lock of a lake's writer: it ends with the process, and holds a note for people to read."""

    def acquire(self, wait: float | None) -> bool:
        """Whether the lock was acquired within so many seconds (None: no limit); OSError when it cannot be."""

    def release(self) -> None:
        """Release the lock and remove the note."""

    def write_note(self, text: str) -> None:
        """Replace the note."""

    def read_note(self) -> str | None:
        """The note of the present owner; None: there is none."""


class Location(Protocol):
    """All that depends on where a lake lies; `str()` is the name to show to people."""

    @property
    def extensions(self) -> tuple[str, ...]:
        """The DuckDB extensions that the lake needs."""

    @property
    def catalogue(self) -> str:
        """The DSN that DuckLake attaches."""

    @property
    def attach_options(self) -> list[str]:
        """Options of the ATTACH statement."""

    @property
    def scratch(self) -> Path:
        """Folder of staged files, which all workers reach."""

    @property
    def published(self) -> Path:
        """The published file."""

    def exists(self) -> bool:
        """Whether there is a lake."""

    def create(self) -> None:
        """Make the place for a new lake, if there is none; LakeError when that cannot be done."""

    def require_writable(self) -> None:
        """OSError when a lake here could not be written to."""

    def repair(self, error: Exception) -> bool:
        """Whether the error of an ATTACH was repaired, so that it can be tried again."""

    def new_data_file(self, schema: str, table: str) -> Path:
        """Path of a data file to be written and then added to a table."""

    def publish(self, fresh: Path) -> None:
        """Put a new file in the place of the published one, in one step."""

    def lock(self) -> Lock:
        """The lock of the one writer."""


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A lake in a folder: a SQLite catalogue and Parquet files beside it."""

    folder: Path
    extensions: tuple[str, ...] = ("sqlite_scanner", "ducklake")

    def __str__(self) -> str:
        return str(self.folder)

    @property
    def _catalogue_file(self) -> Path:
        return self.folder.resolve() / "catalog.sqlite"

    @property
    def _data(self) -> Path:
        return self.folder.resolve() / "data"

    @property
    def catalogue(self) -> str:
        """The SQLite file as DSN."""
        return f"sqlite:{self._catalogue_file}"

    @property
    def attach_options(self) -> list[str]:
        """The data folder where it lies now, whatever the catalogue says: a lake can be moved."""
        data = quoted(f"{self._data}/")
        return [f"DATA_PATH {data}", "OVERRIDE_DATA_PATH true", f"META_BUSY_TIMEOUT {_PATIENCE_MS}"]

    @property
    def scratch(self) -> Path:
        """Folder of staged files."""
        return self.folder / "staging"

    @property
    def published(self) -> Path:
        """The published file."""
        return self.folder / "news.duckdb"

    def exists(self) -> bool:
        """Whether the catalogue is there."""
        return self._catalogue_file.exists()

    def create(self) -> None:
        """Make the folders; LakeError when that cannot be done."""
        try:
            self._data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LakeError(f"{self._data}: {error.strerror}", location=str(self)) from error

    def require_writable(self) -> None:
        """OSError when neither the folder nor the one it would be made in can be written to."""
        nearest = next(p for p in (self.folder, *self.folder.resolve().parents) if p.exists())
        with tempfile.TemporaryFile(dir=nearest):
            return

    def repair(self, error: Exception) -> bool:
        """Undo a commit whose writer was killed: a SQLite connection that may only read cannot."""
        if _CANNOT_UNDO not in str(error):
            return False
        try:
            with closing(sqlite3.connect(self._catalogue_file, timeout=_PATIENCE_MS / 1000)) as database:
                database.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except sqlite3.Error:
            return False
        return True

    def new_data_file(self, schema: str, table: str) -> Path:
        """A name of its own in the table's folder."""
        folder = self._data / schema / table
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"appended-{uuid4()}.parquet"

    def publish(self, fresh: Path) -> None:
        """Make the new file durable, then visible under its name in one step."""
        _sync(fresh)
        fresh.replace(self.published)
        _sync(self.folder)

    def lock(self) -> Lock:
        """A lock of the operating system on a file in the folder."""
        return _FileLock(self.folder)


class _FileLock:
    """A file lock, and the note beside it: opening a lock file may empty it."""

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "lease.lock", thread_local=False)
        self._note = folder / "lease.json"

    def acquire(self, wait: float | None) -> bool:
        self._note.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=-1 if wait is None else wait)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
        self._lock.release()

    def write_note(self, text: str) -> None:
        fresh = self._note.with_suffix(f".{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self._note)

    def read_note(self) -> str | None:
        try:
            return self._note.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_KINDS: dict[str, Callable[[str], Location]] = {"": lambda text: LocalFolder(Path(text))}
"""How the setting `lake` becomes a location, by scheme; a path has none."""


def location_of(lake: Location | Path | str) -> Location:
    """The location that the setting `lake` names; ConfigError for a scheme that is not supported."""
    if not isinstance(lake, Path | str):
        return lake
    scheme = _SCHEME.match(lake) if isinstance(lake, str) else None
    kind = _KINDS.get(scheme[1].lower() if scheme else "")
    if kind is None:
        raise ConfigError(f"lake: {lake}: only a folder is supported as a place for the lake", key="lake")
    return kind(str(lake))


def require_lake(location: Location) -> None:
    """LakeError when there is no lake; opening one for writing would make it."""
    if not location.exists():
        raise LakeError(f"there is no lake in {location} (dateline run makes one)", location=str(location))
