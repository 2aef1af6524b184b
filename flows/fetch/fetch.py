"""The one polite way to fetch an address; everything that is fetched goes through it."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from yarl import URL

from flows.fetch.exchange import Deferred, Fetched, FetchRequest, NotModified, retry_after
from flows.fetch.guard import Forbidden, Guard
from flows.fetch.hosts import HostPaused, Hosts
from flows.fetch.http_client import HttpClient, Refused, Reply
from flows.fetch.policy import AGENT, FetchPolicy, fixed_addresses
from flows.fetch.robots import Answer, Robots, Rules
from transforms.contract.documents import Origin, Rejected
from transforms.contract.reasons import Reason

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PAUSE = 15 * 60.0  # seconds that a host is left alone when not even its robots.txt can be had
_TRANSIENT = frozenset({408, 425, 429})  # and every 5xx


class Fetcher:
    """Fetches within one session: `async with Fetcher(policy) as fetcher`."""

    def __init__(self, policy: FetchPolicy | None = None) -> None:
        self.policy = policy or FetchPolicy()
        self.hosts = Hosts(delay=self.policy.delay, patience=self.policy.patience)
        self.robots = Robots(self._ask_robots)
        self._guard = Guard(self.policy.allowed, self.policy.ports, fixed_addresses(self.policy.resolve))
        self._wire = HttpClient(self._guard, self.policy.bounds, user_agent=self.policy.user_agent)

    async def __aenter__(self) -> Self:
        await self._wire.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._wire.__aexit__(kind, error, trace)

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified | Rejected | Deferred:
        """Fetch an address if robots.txt and the guard allow it, in the host's turn.

        Transient failures are tried again; whatever stays wrong comes back as a value. Deferred: the
        host wants to be left alone for longer than `FetchPolicy.patience`.
        """
        conditions = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        try:
            url = self._guard.check(request.url)
            reply, rules = await self._insist(url, headers)
        except HostPaused as paused:
            return Deferred(request, paused.seconds)
        except Forbidden as error:
            return _rejected(request, Refused(Reason.URL_FORBIDDEN, str(error), URL()))
        except Refused as refused:
            return _rejected(request, refused)
        body_sha256 = hashlib.sha256(reply.body).hexdigest()
        now, final_url = datetime.now(UTC), str(reply.url)
        if reply.status == 304 or body_sha256 == request.body_sha256:
            return NotModified(request, final_url, reply.status, reply.headers, now, rules.sha256)
        return Fetched(request, final_url, reply.status, reply.headers, reply.body, now, rules.sha256)

    async def _ask_robots(self, url: URL) -> Answer:
        try:
            reply, _ = await self._insist(url, {}, is_robots=True)
        except Refused as refused:
            if refused.is_transient:  # what else this run wants of the host waits for another
                self.hosts.pause(url.raw_host or "", _PAUSE)
            is_connected = refused.reason not in (Reason.FETCH_FAILED, Reason.URL_FORBIDDEN)
            reason = Reason.ROBOTS_DENIED if is_connected else refused.reason
            return Answer(refused.status, reason=reason, detail=refused.detail)
        return Answer(reply.status, reply.body)

    async def _insist(
        self, url: URL, headers: Mapping[str, str], *, is_robots: bool = False
    ) -> tuple[Reply, Rules]:
        """Follow an address, again after transient failures; raise Refused with the last one."""
        for attempt in range(1, self.policy.attempts + 1):
            try:
                return await self._follow(url, headers, is_robots=is_robots)
            except Refused as refused:
                if not refused.is_transient:
                    raise
                asked = retry_after(refused.headers, datetime.now(UTC))
                backoff = self.policy.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
                seconds = backoff if asked is None else asked.total_seconds()
                is_last = attempt == self.policy.attempts or seconds > self.policy.patience
                if asked is not None or not is_last:
                    self.hosts.pause(refused.url.raw_host or "", seconds)
                if is_last:
                    raise
        raise AssertionError("attempts must be 1 or more")

    async def _follow(self, url: URL, headers: Mapping[str, str], *, is_robots: bool) -> tuple[Reply, Rules]:
        """Go from hop to hop: each is checked, asked for its own robots.txt and taken in its own turn."""
        for hop in range(self.policy.redirects + 1):
            try:
                self.hosts.check(url.raw_host or "")
                rules = Rules() if is_robots else await self._rules(url)
                async with self.hosts.turn(url.raw_host or ""):
                    reply = await self._wire.get(url, headers)
            except Refused as refused:
                if hop and refused.reason is Reason.URL_FORBIDDEN:
                    refused.reason = Reason.REDIRECT_REFUSED
                raise
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                return _judged(reply, is_conditional=bool(headers)), rules
            url = self._next(reply)
        raise Refused(Reason.REDIRECT_REFUSED, f"more than {self.policy.redirects} redirects", url)

    def _next(self, reply: Reply) -> URL:
        location = reply.headers["location"]
        try:
            return self._guard.check_redirect(reply.url, location)
        except Forbidden as error:
            detail = f"to {location[:200]}: {error}"
            raise Refused(Reason.REDIRECT_REFUSED, detail, reply.url, reply.status) from error

    async def _rules(self, url: URL) -> Rules:
        if url.path == "/robots.txt":  # always allowed (RFC 9309)
            return Rules()
        rules = await self.robots.rules(url)
        if not rules.may_fetch(url, AGENT):
            detail = rules.unreachable or f"robots.txt of {url.raw_host} denies {url.raw_path_qs}"
            raise Refused(rules.reason, detail, url)
        self.hosts.obey(url.raw_host or "", rules.crawl_delay(AGENT))
        return rules


def _judged(reply: Reply, *, is_conditional: bool) -> Reply:
    if 200 <= reply.status < 300 or (reply.status == 304 and is_conditional):
        return reply
    raise Refused(
        Reason.HTTP_ERROR,
        f"answered {reply.status}",
        reply.url,
        reply.status,
        reply.headers,
        sample=reply.body,
        is_transient=reply.status in _TRANSIENT or reply.status >= 500,
    )


def _rejected(request: FetchRequest, refused: Refused) -> Rejected:
    origin = Origin(
        source_id=request.source_id,
        url=request.url,
        fetched_at=datetime.now(UTC),
        http_status=refused.status,
        http_headers=refused.headers,
        hints=request.hints,
        fields=request.fields,
    )
    return Rejected(refused.reason, refused.detail, origin, sample=refused.sample)
