"""`dateline serve`: the flow daily on its schedule, on the configured Prefect server or a local one."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.error import URLError

from flows.settings import Serve, Settings
from transforms.contract.errors import ConfigError, DatelineError

_SECONDS_TO_START = 120.0
_SECONDS_TO_END = 10.0
_SECONDS_TO_FREE_PORT = 5.0  # the server of a killed process ends a moment after it
_CRON = re.compile(r"@\w+|\S+(\s+\S+){4,5}")


def serve_daily(settings: Settings, say: Callable[[str], None], *, settings_file: str | None = None) -> None:
    """Run all sources on the schedule of the settings until stopped; ConfigError when there is none."""
    schedule = settings.serve
    _check(schedule)
    os.environ.setdefault("DO_NOT_TRACK", "1")  # also of this process and its runs: Prefect shows a notice else
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    when = f"cron {schedule.cron!r}" if schedule.cron else f"every {schedule.every_seconds:g} seconds"
    is_own_server = "PREFECT_API_URL" not in os.environ
    say(f"dateline: starting Prefect to serve {settings.lake} ({when})")
    if schedule.cron is not None:
        _check_cron(schedule.cron)
    with _server(schedule.port, say) as address:
        from flows.prefect_serving import serve

        say(f"dateline: serving; runs and logs are at {address.removesuffix('/api')}")
        serve(settings, schedule, say, settings_file=settings_file, is_alone=is_own_server)


def _check(schedule: Serve) -> None:
    """ConfigError for a schedule that is missing or wrong, as far as that shows without Prefect."""
    if (schedule.cron is None) == (schedule.every_seconds is None):
        raise ConfigError("serve needs a schedule: [serve] with either cron or every_seconds", key="serve")
    if schedule.every_seconds is not None and schedule.every_seconds <= 0:
        raise ConfigError(f"serve.every_seconds: {schedule.every_seconds:g} is not above 0", key="serve")
    if schedule.cron is not None and not _CRON.fullmatch(schedule.cron.strip()):
        raise _wrong_cron(schedule.cron)


def _check_cron(cron: str) -> None:
    from prefect.client.schemas.schedules import CronSchedule  # late: it takes a second or two

    try:
        CronSchedule(cron=cron)
    except ValueError as error:
        raise _wrong_cron(cron) from error


def _wrong_cron(cron: str) -> ConfigError:
    example = '"*/15 * * * *": minute, hour, day, month, weekday'
    return ConfigError(f"serve.cron: {cron!r} is not a cron line, such as {example}", key="serve.cron")


@contextmanager
def _server(port: int, say: Callable[[str], None]) -> Iterator[str]:
    """The address of the server at PREFECT_API_URL, else of one on this machine until serving stops."""
    if "PREFECT_API_URL" in os.environ:
        yield os.environ["PREFECT_API_URL"]
        return
    _await_free(port)
    say(f"dateline: the server starts at http://127.0.0.1:{port}; this takes some seconds")
    server = subprocess.Popen(  # noqa: S603 -- our own interpreter, fixed arguments
        [sys.executable, "-m", "flows.prefect_server", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C stops it last
    )
    try:
        address = f"http://127.0.0.1:{port}/api"
        _await(f"{address}/health", server)
        os.environ["PREFECT_API_URL"] = address
        yield address
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        server.terminate()
        try:
            server.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await_free(port: int) -> None:
    deadline = time.monotonic() + _SECONDS_TO_FREE_PORT
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    raise DatelineError(
                        f"port {port} is in use, perhaps by another dateline serve; set `port` in [serve]"
                    ) from error
        time.sleep(0.2)


def _await(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(URLError, OSError), urllib.request.urlopen(address, timeout=2):  # noqa: S310 -- loopback
            return
        time.sleep(0.2)
    raise DatelineError("the Prefect server did not start; try: prefect server start")
