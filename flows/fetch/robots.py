"""The rules of a site's robots.txt, fetched once a day."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from protego import Protego
from yarl import URL

from transforms.contract.reasons import Reason

_DAY = 24 * 3600.0
_SHORT = 15 * 60.0  # a failed fetch is repeated sooner
_LONGEST = 500 * 1024  # RFC 9309: at least so much is parsed

FetchRobots = Callable[[URL], Awaitable["RobotsReply"]]


@dataclass(frozen=True, slots=True)
class RobotsReply:
    """The response to /robots.txt: HTTP status and bytes, or (status None) the reason why there is none."""

    status: int | None
    body: bytes = b""
    reason: Reason = Reason.ROBOTS_DENIED
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one site as they apply to us.

    `unreachable` says why there are no rules: everything is denied, for that reason, until they can
    be read.
    """

    parsed: Protego | None = None
    sha256: str | None = None
    unreachable: str | None = None
    reason: Reason = Reason.ROBOTS_DENIED

    def may_fetch(self, url: URL, agent: str) -> bool:
        """Whether the agent (its product token) may fetch this address."""
        if self.unreachable is not None:
            return False
        return self.parsed is None or self.parsed.can_fetch(str(url), agent)

    def crawl_delay(self, agent: str) -> float:
        """Seconds between requests that the site asks for; 0 when it does not."""
        delay = self.parsed.crawl_delay(agent) if self.parsed else None
        return max(float(delay), 0.0) if delay else 0.0

    def sitemaps(self) -> list[str]:
        """Addresses of the site's sitemaps, in order."""
        return list(self.parsed.sitemaps) if self.parsed else []


def read_rules(answer: RobotsReply) -> Rules:
    """The rules in a response by RFC 9309: 2xx is read, 4xx allows everything, anything else denies everything.

    429 counts as a server in trouble, not as a missing file.
    """
    status = answer.status
    if status is None:
        return Rules(unreachable=f"no robots.txt: {answer.detail}", reason=answer.reason)
    if 200 <= status < 300:
        text = answer.body[:_LONGEST].decode("utf-8-sig", "replace")
        return Rules(Protego.parse(text), hashlib.sha256(answer.body).hexdigest())
    if 400 <= status < 500 and status != 429:
        return Rules()
    return Rules(unreachable=f"robots.txt answered {status}")


@dataclass(slots=True)
class _Site:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Rules | None = None
    until: float = 0.0


class Robots:
    """The rules of every site visited, each fetched when first needed and kept for a day."""

    def __init__(self, fetch: FetchRobots, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch, self._clock = fetch, clock
        self._sites: dict[URL, _Site] = {}

    async def rules(self, url: URL) -> Rules:
        """Return the rules for the site (scheme, host and port) of an address."""
        kept = self._sites.setdefault(url.origin(), _Site())
        async with kept.lock:
            if kept.rules is None or self._clock() >= kept.until:
                kept.rules = read_rules(await self._fetch(url.origin() / "robots.txt"))
                kept.until = self._clock() + (_SHORT if kept.rules.unreachable else _DAY)
            return kept.rules
