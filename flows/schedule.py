"""`dateline serve`: the flow daily on its schedule, on the configured Prefect server or a local one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from urllib.error import URLError

from flows.settings import Settings
from transforms.contract.errors import ConfigError, DatelineError

_SECONDS_TO_START = 60.0


def serve_daily(settings: Settings, *, settings_file: str | None = None) -> None:
    """Run all sources on the schedule of the settings until stopped; ConfigError when there is none."""
    schedule = settings.serve
    if (schedule.cron is None) == (schedule.every_seconds is None):
        raise ConfigError("serve needs a schedule: [serve] with either cron or every_seconds", key="serve")
    with _server():
        from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy

        from flows.prefect_flows import daily

        every = schedule.every_seconds
        daily.serve(
            name="dateline",
            cron=schedule.cron,
            interval=timedelta(seconds=every) if every is not None else None,
            parameters={"lake": settings.lake, "settings_file": settings_file},
            # A run that is due during another is skipped: the next one does its work.
            global_limit=ConcurrencyLimitConfig(
                limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
            ),
            print_starting_message=True,
        )


@contextmanager
def _server() -> Iterator[None]:
    """The server at PREFECT_API_URL, else one on this machine until serving stops."""
    if "PREFECT_API_URL" in os.environ:
        yield
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    server = subprocess.Popen(  # noqa: S603 -- our own interpreter, fixed arguments
        command, env={**os.environ, **quiet}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}/api"
        _await(f"{address}/health", server)
        os.environ["PREFECT_API_URL"] = address
        yield
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        server.terminate()
        server.wait(20)


def _await(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(URLError, OSError), urllib.request.urlopen(address, timeout=2):  # noqa: S310 -- loopback
            return
        time.sleep(0.2)
    raise DatelineError("the Prefect server did not start; try: prefect server start")
