"""One writer at a time: the lease of a lake, with its owner and start for whoever has to wait."""

from __future__ import annotations

import getpass
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from transforms.contract.errors import LakeError, LakeLocked
from warehouse.lake.location import Location, location_of


class Lease:
    """The right to write to a lake; it ends with its owner's process, however that ends.

    `wait` is the time to wait for another owner in seconds: 0 = not at all, None = without limit.
    """

    def __init__(self, lake: Location | Path | str, *, wait: float | None = 0) -> None:
        self._location = location_of(lake)
        self._lock = self._location.lock()
        self._wait = wait

    def __enter__(self) -> Lease:
        """Acquire the lease; LakeLocked names the owner, LakeError a place that cannot be written to."""
        try:
            is_ours = self._lock.acquire(self._wait)
            if is_ours:
                self._lock.write_note(_note())
        except OSError as error:
            self._lock.release()
            message = f"the lake in {self._location} cannot be written to: {error.strerror or error}"
            raise LakeError(message, location=str(self._location)) from error
        if not is_ours:
            owner = read_owner(self._location)
            raise LakeLocked(
                f"another run is writing to {self._location}: {owner}; wait for it, or give --wait",
                location=str(self._location),
                owner=owner,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release the lease."""
        self._lock.release()


def read_owner(lake: Location | Path | str) -> str:
    """Owner of the lease and start; "nobody" when it is free."""
    note = location_of(lake).lock().read_note()
    if note is None:
        return "nobody"
    try:
        facts = json.loads(note)
        return f"{facts['owner']}, since {facts['started_at']}"
    except (ValueError, KeyError, TypeError):
        return "an owner whose note cannot be read"


def _note() -> str:
    owner = f"{_user()}@{socket.gethostname()}, process {os.getpid()}"
    return json.dumps({"owner": owner, "started_at": datetime.now(UTC).isoformat(timespec="seconds")})


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return f"user {os.getuid()}"
