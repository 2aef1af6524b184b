"""Fetch states between runs, and when an address is due again: pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flows.fetch.exchange import Fetched, FetchRequest, NotModified, retry_after
from transforms.contract.documents import Rejected
from transforms.contract.reasons import Reason
from warehouse.catalog.source_rows import FetchState


@dataclass(frozen=True, slots=True)
class Polling:
    """When an address is fetched again: the interval grows while nothing changes, and shrinks when it does.

    Polling ends at the age `lifetime` after discovery, or after `patience` failures in a row (None: never).
    """

    first: timedelta
    shortest: timedelta
    longest: timedelta
    changed: float = 0.5
    unchanged: float = 2.0
    lifetime: timedelta | None = None
    patience: int | None = None


# A little less than whole hours and days, so that an hourly or daily run finds due what the last one
# fetched. The news sleeps at night: a longer interval than four hours would miss the morning.
LISTINGS = Polling(timedelta(minutes=50), timedelta(minutes=10), timedelta(hours=4), unchanged=1.5)
# The parts of a sitemap index are many, most of them old; an index says which were modified.
SITEMAPS = replace(LISTINGS, longest=timedelta(hours=20))
# The bytes of most pages differ at each fetch (advertisements, tokens), so a change says little:
# pages are seen again after 1, 2, 4, 8 and 16 days, which catches nearly all corrections.
PAGES = Polling(
    timedelta(hours=20),
    timedelta(hours=20),
    timedelta(days=16),
    changed=2.0,
    lifetime=timedelta(days=32),
    patience=5,
)
_FIRST_RETRY = timedelta(minutes=15)
_LONGEST_RETRY = timedelta(days=1)
_LONGEST_FRESH = timedelta(days=1)  # a longer max-age is capped
_FINAL = frozenset({Reason.URL_FORBIDDEN, Reason.REDIRECT_REFUSED})
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def discovered(
    url: str, *, source_id: str, at: datetime, depth: int = 0, hints: Mapping[str, str] | None = None
) -> FetchState:
    """State of an address just discovered and due at once."""
    return FetchState(url, source_id, "page", depth, dict(hints or {}), at, next_due_at=at)


def is_due(state: FetchState, now: datetime, *, modified_at: datetime | None = None) -> bool:
    """Whether to fetch now. A listing that calls it modified after our last fetch makes it due earlier."""
    if state.retry_after_until is not None and now < state.retry_after_until:
        return False
    if modified_at is not None and state.fetched_at is not None and state.fetched_at < modified_at <= now:
        return True
    return state.next_due_at is not None and state.next_due_at <= now


def request(state: FetchState, *, fields: Mapping[str, str] | None = None) -> FetchRequest:
    """The request for an address, conditional when the server sent validators."""
    return FetchRequest(
        state.url,
        state.source_id,
        state.depth,
        state.hints,
        fields or {},
        state.etag,
        state.last_modified,
        state.body_sha256,
    )


def after(
    state: FetchState,
    outcome: Fetched | NotModified | Rejected,
    *,
    polling: Polling,
    at: datetime,
    is_new: bool = True,
) -> FetchState:
    """State after a fetch at `at`; `is_new` says whether a body that came has anything new."""
    if isinstance(outcome, Rejected):
        return _after_failure(state, outcome, polling, at)
    is_body = isinstance(outcome, Fetched)
    interval = _interval(state, polling, is_new and is_body)
    answered = replace(
        state,
        final_url=outcome.final_url,
        etag=outcome.headers.get("etag") or (None if is_body else state.etag),
        last_modified=outcome.headers.get("last-modified") or (None if is_body else state.last_modified),
        status=outcome.status,
        problem=None,
        fetched_at=at,
        interval_seconds=int(interval.total_seconds()),
        next_due_at=_within_life(state, polling, at + max(interval, _fresh_for(outcome.headers))),
        consecutive_failures=0,
        failed_since=None,
        retry_after_until=None,
        robots_sha256=outcome.robots_sha256,
    )
    if isinstance(outcome, Fetched):
        answered = replace(answered, body_sha256=outcome.body_sha256, changed_at=at)
    return answered


def _after_failure(state: FetchState, rejected: Rejected, polling: Polling, at: datetime) -> FetchState:
    status = rejected.origin.http_status if rejected.origin else None
    requested = retry_after(rejected.origin.http_headers, at) if rejected.origin else None
    failures = state.consecutive_failures + 1
    wait = min(_FIRST_RETRY * 2 ** min(failures - 1, 10), _LONGEST_RETRY)
    if rejected.reason is Reason.ROBOTS_DENIED:
        wait = _LONGEST_RETRY
    elif rejected.reason is Reason.URL_FORBIDDEN:
        wait = timedelta(0)  # nothing was requested, and the settings may allow it now
    is_over = polling.patience is not None and (
        failures >= polling.patience or rejected.reason in _FINAL or status == 410
    )
    return replace(
        state,
        status=status,
        problem=str(rejected.reason),
        fetched_at=at,
        next_due_at=None if is_over else at + max(wait, requested or timedelta(0)),
        consecutive_failures=failures,
        failed_since=state.failed_since or (state.fetched_at if state.problem else None) or at,
        retry_after_until=None if requested is None else at + requested,
    )


def _interval(state: FetchState, polling: Polling, is_new: bool) -> timedelta:
    if not state.interval_seconds:
        return polling.first
    factor = polling.changed if is_new else polling.unchanged
    return min(max(timedelta(seconds=state.interval_seconds) * factor, polling.shortest), polling.longest)


def _within_life(state: FetchState, polling: Polling, due: datetime) -> datetime | None:
    is_over = polling.lifetime is not None and due > state.discovered_at + polling.lifetime
    return None if is_over else due


def _fresh_for(headers: Mapping[str, str]) -> timedelta:
    """How long the response stays fresh (Cache-Control: max-age), a day at most."""
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    return min(timedelta(seconds=int(found[1])), _LONGEST_FRESH) if found else timedelta(0)
