"""Turns at a host: one connection at a time with a pause after each, shared by all sources that use it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from transforms.contract.errors import PortableError


class HostPaused(PortableError):
    """The host must not be asked for `seconds`, longer than we wait."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} is paused for {seconds:.0f} s")
        self.seconds = seconds


@dataclass(slots=True)
class _Host:
    configured: float | None = None  # by the settings of sources; None: the default
    crawl_delay: float = 0.0  # by robots.txt
    free_at: float = 0.0
    paused_until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Hosts:
    """Turns by host name, whatever the port or the source.

    `delay` is the pause in seconds from the end of one exchange to the start of the next where no
    source sets another; `patience` the longest wait in seconds for a turn: beyond it `turn` raises
    HostPaused.
    """

    def __init__(
        self, *, delay: float = 1.0, patience: float = 120.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._delay, self._patience, self._clock = delay, patience, clock
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's turn and keep it for the exchange inside the block."""
        state = self._host(host)
        async with state.lock:
            await asyncio.sleep(self._wait(host))
            try:
                yield
            finally:
                state.free_at = self._clock() + self.delay(host)

    def check(self, host: str) -> None:
        """Raise HostPaused when the wait for a turn is longer than `patience`."""
        self._wait(host)

    def delay(self, host: str) -> float:
        """Seconds between exchanges: the longest that a source sets or robots.txt asks for."""
        state = self._host(host)
        return max(self._delay if state.configured is None else state.configured, state.crawl_delay)

    def set_delay(self, host: str, delay: float) -> None:
        """Note the delay that one more source sets for the host; the longest holds."""
        state = self._host(host)
        state.configured = delay if state.configured is None else max(state.configured, delay)

    def obey(self, host: str, crawl_delay: float) -> None:
        """Note the Crawl-delay of the host's robots.txt; the longest of its sites holds."""
        state = self._host(host)
        state.crawl_delay = max(state.crawl_delay, crawl_delay)

    def pause(self, host: str, seconds: float) -> None:
        """Send the host no request for `seconds` (Retry-After, back-off)."""
        state = self._host(host)
        state.paused_until = max(state.paused_until, self._clock() + seconds)

    def _wait(self, host: str) -> float:
        state = self._host(host)
        wait = max(state.free_at, state.paused_until) - self._clock()
        if wait > self._patience:
            raise HostPaused(host, wait)
        return max(wait, 0.0)

    def _host(self, host: str) -> _Host:
        name = host.lower().rstrip(".")
        return self._hosts.setdefault(name, _Host())
