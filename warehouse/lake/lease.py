"""One writer at a time: the lease of a lake, held by the operating system and told to whoever asks."""

from __future__ import annotations

import getpass
import json
import os
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from transforms.contract.errors import LakeError, LakeLocked

_HEARTBEAT_SECONDS = 5.0


class Lease:
    """The right to write into a lake.

    The lock itself belongs to the operating system, so a dead owner's lease is free at once,
    however it died; owner, start and heartbeat lie beside it for people to read. `wait` is how long
    to wait for another owner, in seconds: 0 = not at all, None = for ever. LakeError when the folder
    cannot be written to.
    """

    def __init__(self, folder: Path, *, wait: float | None = 0) -> None:
        self._folder = folder
        self._lock = FileLock(folder / "lease.lock", thread_local=False)
        self._wait = -1 if wait is None else wait
        self._note = folder / "lease.json"
        self._stop = threading.Event()
        self._started_at = datetime.now(UTC)
        self._heart = threading.Thread(target=self._beat, name="lease-heartbeat", daemon=True)

    def __enter__(self) -> Lease:
        """Take the lease; LakeLocked names the owner when it is not to be had in time."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=self._wait)
            self._started_at = datetime.now(UTC)
            self._write()
        except Timeout:
            owner = read_owner(self._folder)
            raise LakeLocked(
                f"another run is writing to {self._folder}: {owner}; wait for it, or give --wait",
                location=str(self._folder),
                owner=owner,
            ) from None
        except OSError as error:
            self._lock.release()
            told = f"the lake in {self._folder} cannot be written to: {error.strerror or error}"
            raise LakeError(told, location=str(self._folder)) from error
        self._heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lease back."""
        self._stop.set()
        self._heart.join()
        self._note.unlink(missing_ok=True)
        self._lock.release()

    def _beat(self) -> None:
        while not self._stop.wait(_HEARTBEAT_SECONDS):
            self._write()

    def _write(self) -> None:
        owner = f"{_user()}@{socket.gethostname()}, process {os.getpid()}"
        told = {
            "owner": owner,
            "started_at": self._started_at.isoformat(timespec="seconds"),
            "heartbeat_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        fresh = self._note.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(told), encoding="utf-8")
        fresh.replace(self._note)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that no name belongs to
        return f"user {os.getuid()}"


def read_owner(folder: Path) -> str:
    """Who holds the lease of the lake in `folder`, since when; "nobody" when it is free."""
    try:
        told = json.loads((folder / "lease.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return "nobody"
    except ValueError:
        return "an owner whose note cannot be read"
    return f"{told['owner']}, since {told['started_at']}, last seen {told['heartbeat_at']}"
