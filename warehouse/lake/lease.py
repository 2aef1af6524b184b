"""One writer at a time: the lease of a lake, with its owner and start for whoever has to wait."""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from transforms.contract.errors import LakeError, LakeLocked
from warehouse.lake.location import Location, location_of

NOBODY = "nobody"
"""The owner of a lease that is free."""


@contextmanager
def lease(lake: Location | Path | str, *, wait: float | None = 0) -> Iterator[None]:
    """The right to write to a lake; it ends with its owner's process, however that ends.

    `wait` is the time to wait for another owner in seconds (None: without limit). LakeLocked names the
    owner, LakeError a place that cannot be written to.
    """
    location = location_of(lake)
    try:
        release = location.acquire(_note(), wait)
    except OSError as error:
        message = f"the lake in {location} cannot be written to: {error.strerror or error}"
        raise LakeError(message, location=str(location)) from error
    if release is None:
        owner = read_owner(location)
        message = f"another run is writing to {location}: {owner}; wait for it, or use --wait"
        raise LakeLocked(message, location=str(location), owner=owner)
    try:
        yield
    finally:
        release()


def read_owner(lake: Location | Path | str) -> str:
    """Owner and start of the lease; "nobody" when it is free."""
    note = location_of(lake).note()
    if note is None:
        return NOBODY
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
