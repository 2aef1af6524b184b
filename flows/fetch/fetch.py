"""Fetching with robots.txt, rate limits, redirects and retries."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from yarl import URL

from flows.fetch.exchange import Deferred, Fetched, FetchRequest, NotModified, retry_after
from flows.fetch.guard import AddressGuard, Forbidden
from flows.fetch.hosts import HostPaused, Hosts
from flows.fetch.http_client import FetchFailed, HttpClient, Reply
from flows.fetch.policy import AGENT, FetchPolicy, fixed_addresses
from flows.fetch.robots import Robots, RobotsReply, Rules
from transforms.contract.documents import Origin, Rejected
from transforms.contract.reasons import Reason

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PAUSE = 15 * 60.0  # seconds that a host is paused when its robots.txt cannot be fetched
_TRANSIENT = frozenset({408, 425, 429})  # and every 5xx


class Fetcher:
    """Fetches within one session: `async with Fetcher(policy) as fetcher`."""

    def __init__(self, policy: FetchPolicy | None = None) -> None:
        self.policy = policy or FetchPolicy()
        self.hosts = Hosts(delay=self.policy.delay, patience=self.policy.patience)
        self.robots = Robots(self._fetch_robots)
        self._guard = AddressGuard(self.policy.allowed, self.policy.ports, fixed_addresses(self.policy.resolve))
        self._client = HttpClient(self._guard, self.policy.bounds, user_agent=self.policy.user_agent)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified | Rejected | Deferred:
        """Fetch an address if robots.txt and the guard allow it, in the host's turn.

        Transient failures are retried; permanent ones are returned as values. Deferred: the
        host asks for a pause longer than `FetchPolicy.patience`.
        """
        conditions = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        try:
            url = self._guard.check(request.url)
            reply, rules = await self._fetch_with_retries(url, headers)
        except HostPaused as paused:
            return Deferred(request, paused.seconds)
        except Forbidden as error:
            return _rejected(request, FetchFailed(Reason.URL_FORBIDDEN, str(error), URL()))
        except FetchFailed as failure:
            return _rejected(request, failure)
        body_sha256 = hashlib.sha256(reply.body).hexdigest()
        now, final_url = datetime.now(UTC), str(reply.url)
        if reply.status == 304 or body_sha256 == request.body_sha256:
            return NotModified(request, final_url, reply.status, reply.headers, now, rules.sha256)
        return Fetched(request, final_url, reply.status, reply.headers, reply.body, now, rules.sha256)

    async def _fetch_robots(self, url: URL) -> RobotsReply:
        try:
            reply, _ = await self._fetch_with_retries(url, {}, is_robots=True)
        except FetchFailed as failure:
            if failure.is_transient:  # other requests to the host wait for a later run
                self.hosts.pause(url.raw_host or "", _PAUSE)
            is_connected = failure.reason not in (Reason.FETCH_FAILED, Reason.URL_FORBIDDEN)
            reason = Reason.ROBOTS_DENIED if is_connected else failure.reason
            return RobotsReply(failure.status, reason=reason, detail=failure.detail)
        return RobotsReply(reply.status, reply.body)

    async def _fetch_with_retries(
        self, url: URL, headers: Mapping[str, str], *, is_robots: bool = False
    ) -> tuple[Reply, Rules]:
        """Fetch with retries after transient failures; raise the last one."""
        for attempt in range(1, self.policy.attempts + 1):
            try:
                return await self._follow_redirects(url, headers, is_robots=is_robots)
            except FetchFailed as failure:
                if not failure.is_transient:
                    raise
                requested = retry_after(failure.headers, datetime.now(UTC))
                backoff = self.policy.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
                seconds = backoff if requested is None else requested.total_seconds()
                is_last = attempt == self.policy.attempts or seconds > self.policy.patience
                if requested is not None or not is_last:
                    self.hosts.pause(failure.url.raw_host or "", seconds)
                if is_last:
                    raise
        raise AssertionError("attempts must be 1 or more")

    async def _follow_redirects(
        self, url: URL, headers: Mapping[str, str], *, is_robots: bool
    ) -> tuple[Reply, Rules]:
        """Follow redirects; each hop is checked, has its own robots.txt and waits for its turn."""
        for hop in range(self.policy.redirects + 1):
            try:
                self.hosts.check(url.raw_host or "")
                rules = Rules() if is_robots else await self._rules(url)
                async with self.hosts.turn(url.raw_host or ""):
                    reply = await self._client.get(url, headers)
            except FetchFailed as failure:
                if hop and failure.reason is Reason.URL_FORBIDDEN:
                    failure.reason = Reason.REDIRECT_REFUSED
                raise
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                return _checked_status(reply, is_conditional=bool(headers)), rules
            url = self._next(reply)
        raise FetchFailed(Reason.REDIRECT_REFUSED, f"more than {self.policy.redirects} redirects", url)

    def _next(self, reply: Reply) -> URL:
        location = reply.headers["location"]
        try:
            return self._guard.check_redirect(reply.url, location)
        except Forbidden as error:
            detail = f"to {location[:200]}: {error}"
            raise FetchFailed(Reason.REDIRECT_REFUSED, detail, reply.url, reply.status) from error

    async def _rules(self, url: URL) -> Rules:
        if url.path == "/robots.txt":  # always allowed (RFC 9309)
            return Rules()
        rules = await self.robots.rules(url)
        if not rules.may_fetch(url, AGENT):
            detail = rules.unreachable or f"robots.txt of {url.raw_host} denies {url.raw_path_qs}"
            raise FetchFailed(rules.reason, detail, url)
        self.hosts.obey(url.raw_host or "", rules.crawl_delay(AGENT))
        return rules


def _checked_status(reply: Reply, *, is_conditional: bool) -> Reply:
    if 200 <= reply.status < 300 or (reply.status == 304 and is_conditional):
        return reply
    raise FetchFailed(
        Reason.HTTP_ERROR,
        f"answered {reply.status}",
        reply.url,
        reply.status,
        reply.headers,
        sample=reply.body,
        is_transient=reply.status in _TRANSIENT or reply.status >= 500,
    )


def _rejected(request: FetchRequest, failure: FetchFailed) -> Rejected:
    origin = Origin(
        source_id=request.source_id,
        url=request.url,
        fetched_at=datetime.now(UTC),
        http_status=failure.status,
        http_headers=failure.headers,
        hints=request.hints,
        fields=request.fields,
    )
    return Rejected(failure.reason, failure.detail, origin, sample=failure.sample)
