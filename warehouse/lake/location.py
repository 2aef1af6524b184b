"""Where a lake lies: catalogue, data, scratch space, published file, and the lock of its one writer."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from filelock import FileLock, Timeout

from transforms.contract.errors import ConfigError, LakeError
from warehouse.lake.engine import quoted

# A reader may lock the catalogue at the very moment of a commit: wait for it instead of failing.
BUSY_TIMEOUT_MS = 30_000
_SPILL_GRACE_SECONDS = 86_400
# SQLite's message to a reader of a catalogue with an unfinished commit.
_CANNOT_UNDO = "attempt to write a readonly database"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


class Location(Protocol):
    """Everything that depends on where a lake lies; `str()` is the name to show to people."""

    @property
    def extensions(self) -> tuple[str, ...]:
        """The DuckDB extensions that the lake needs."""

    @property
    def catalogue(self) -> str:
        """The DSN that DuckLake attaches."""

    def attach_options(self, busy_timeout_ms: int) -> list[str]:
        """Options of the ATTACH statement; the time-out is for a catalogue that another connection locks."""

    @property
    def scratch(self) -> Path:
        """Folder of staged files, which all workers can reach."""

    def new_spill(self) -> Path:
        """A folder where one connection keeps what does not fit into its memory; DuckDB makes and removes it.

        Two connections with one folder would overwrite each other's files.
        """

    def clear_spill(self) -> None:
        """Remove the spill folders of killed connections, which nothing was written to for a day."""

    @property
    def published(self) -> Path:
        """The published file."""

    def exists(self) -> bool:
        """Whether there is a lake; PermissionError when it cannot be read."""

    def create(self) -> None:
        """Make the place for a new lake, if there is none; LakeError when that fails."""

    def require_writable(self) -> None:
        """OSError when a lake here could not be written to."""

    def fault(self) -> str | None:
        """The system's reason why no more data can be written here, if there is one."""

    def repair(self, error: Exception) -> bool:
        """Repair the cause of a failed ATTACH; returns whether it can be tried again."""

    def vacuum(self) -> None:
        """Give back the space that deleted rows take in the catalogue, when it is most of it."""

    def new_data_file(self, schema: str, table: str) -> Path:
        """A path to write a data file to, before it is added to a table."""

    def publish(self, fresh: Path) -> None:
        """Replace the published file by a new one, in one step."""

    def acquire(self, note: str, wait: float | None) -> Callable[[], None] | None:
        """Acquire the writer's lock and leave a note for people; returns the function that releases it.

        None: another writer had it for `wait` seconds (None: without limit). The lock ends with the
        process. OSError when the place cannot be written to.
        """

    def note(self) -> str | None:
        """The note of the present writer."""


@dataclass(frozen=True, slots=True)
class _LocalFolder:
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
    def _note(self) -> Path:
        return self.folder / "lease.json"  # not in the lock file: opening that may empty it

    @property
    def catalogue(self) -> str:
        return f"sqlite:{self._catalogue_file}"

    def attach_options(self, busy_timeout_ms: int) -> list[str]:
        # The catalogue has the path of the data folder, but a lake can be moved.
        data = quoted(f"{self._data}/")
        return [f"DATA_PATH {data}", "OVERRIDE_DATA_PATH true", f"META_BUSY_TIMEOUT {busy_timeout_ms}"]

    @property
    def scratch(self) -> Path:
        return self.folder / "staging"

    def new_spill(self) -> Path:
        return self.folder / f"spill-{uuid4()}"

    def clear_spill(self) -> None:
        oldest = time.time() - _SPILL_GRACE_SECONDS
        for folder in self.folder.glob("spill-*"):
            with suppress(OSError):  # its connection may end and remove it at this moment
                if max(p.stat().st_mtime for p in (folder, *folder.iterdir())) < oldest:
                    shutil.rmtree(folder)

    @property
    def published(self) -> Path:
        return self.folder / "news.duckdb"

    def exists(self) -> bool:
        try:
            self._catalogue_file.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        self._require(os.R_OK)
        return True

    def _require(self, access: int) -> None:
        """PermissionError without access to the catalogue; opening it would end SQLite's locks of this process."""
        if not os.access(self._catalogue_file, access):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self._catalogue_file))

    def create(self) -> None:
        try:
            self._data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LakeError(f"{self._data}: {error.strerror}", location=str(self)) from error
        if self.exists():
            self._require(os.W_OK)

    def require_writable(self) -> None:
        nearest = next(p for p in (self.folder, *self.folder.resolve().parents) if p.exists())
        with tempfile.TemporaryFile(dir=nearest):
            return

    def fault(self) -> str | None:
        try:
            with tempfile.TemporaryFile(dir=self.folder) as probe:
                probe.write(bytes(1 << 20))
                probe.flush()
        except OSError as error:
            return error.strerror
        return None

    def repair(self, error: Exception) -> bool:
        """Undo the commit of a killed writer, which a read-only SQLite connection cannot."""
        if _CANNOT_UNDO not in str(error):
            return False
        try:
            with closing(sqlite3.connect(self._catalogue_file, timeout=BUSY_TIMEOUT_MS / 1000)) as database:
                database.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except sqlite3.Error:
            return False
        return True

    def vacuum(self) -> None:
        with closing(sqlite3.connect(self._catalogue_file, timeout=BUSY_TIMEOUT_MS / 1000)) as database:
            ((pages,),) = database.execute("PRAGMA page_count")
            ((free,),) = database.execute("PRAGMA freelist_count")
            if free > pages // 2:
                with suppress(sqlite3.OperationalError):  # a reader locks it, or the disk is full: another time
                    database.execute("VACUUM")

    def new_data_file(self, schema: str, table: str) -> Path:
        folder = self._data / schema / table
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"appended-{uuid4()}.parquet"

    def publish(self, fresh: Path) -> None:
        _sync(fresh)
        fresh.replace(self.published)
        _sync(self.folder)

    def acquire(self, note: str, wait: float | None) -> Callable[[], None] | None:
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "lease.lock", thread_local=False)
        try:
            lock.acquire(timeout=-1 if wait is None else wait)
            fresh = self._note.with_suffix(f".{os.getpid()}")
            fresh.write_text(note, encoding="utf-8")
            fresh.replace(self._note)
        except Timeout:
            return None
        except OSError:
            lock.release()
            raise

        def release() -> None:
            self._note.unlink(missing_ok=True)
            lock.release()

        return release

    def note(self) -> str | None:
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


_KINDS: dict[str, Callable[[str], Location]] = {"": lambda text: _LocalFolder(Path(text))}
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
