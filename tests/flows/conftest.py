"""A Prefect server on loopback, a web site to fetch from, and a fetch policy quick enough for tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from flows.fetch.policy import Bounds, FetchPolicy
from tests.flows.site import Site, running


@pytest.fixture(scope="session")
def prefect_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of processes that talk to the server."""
    home: Path = tmp_path_factory.mktemp("prefect")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _await(environment["PREFECT_API_URL"] + "/health", server, home / "server.log")
        yield environment
    finally:
        server.terminate()
        server.wait(30)


def _await(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.2)
    raise AssertionError(log.read_text())


Hasty = Callable[..., FetchPolicy]


@pytest.fixture
def site() -> Iterator[Site]:
    with running(Site()) as started:
        yield started


@pytest.fixture
def hasty(site: Site) -> Hasty:
    """FetchPolicy that reach the site by its name, without delays; each may be set."""

    def make(*names: str, total_seconds: float = 5.0, **settings: Any) -> FetchPolicy:
        bounds = Bounds(total_seconds=total_seconds, connect_seconds=1.0)
        base = FetchPolicy(resolve=site.resolve(*names), delay=0.0, backoff=0.01, patience=5.0, bounds=bounds)
        return structs.replace(base, **settings)

    return make
