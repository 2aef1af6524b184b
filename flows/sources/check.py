"""Checks of sources: the addresses that a run would fetch, found by fetching only the configured ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from msgspec import structs

from flows.fetch.policy import FetchPolicy
from flows.sources.documents import fetch_all
from flows.sources.files import sources_of
from flows.sources.known_states import KnownStates
from flows.sources.source import Source
from transforms.contract.documents import RawDocument, Rejected
from transforms.contract.errors import ReadError, UsageError
from warehouse.catalog.source_rows import FetchState, SourceHealth
from warehouse.ledger.source_state import SourceSchedule


@dataclass(slots=True)
class SourceCheck:
    """One source as `dateline sources check` shows it.

    `files` counts the files found; `entries` the documents in the configured addresses themselves,
    `new` the unknown addresses they name, `due` known ones to fetch again; `problems` are one line each.
    """

    source: Source
    files: int = 0
    entries: int = 0
    new: int = 0
    due: int = 0
    next_due_at: datetime | None = None
    problems: list[str] = field(default_factory=list)
    health: SourceHealth | None = None


def check_sources(
    sources: Sequence[Source],
    *,
    states: KnownStates,
    health: Mapping[str, SourceHealth],
    policy: FetchPolicy | None = None,
) -> Iterator[SourceCheck]:
    """Check each source in turn; nothing is stored, and no page behind a listing is fetched."""
    schedules = states.schedules(datetime.now(UTC))
    for source in sources:
        due, earliest = schedules.get(source.source_id, SourceSchedule())
        check = SourceCheck(source, due=due, next_due_at=earliest, health=health.get(source.source_id))
        if source.is_web:
            _look_at_web(check, states, policy)
        else:
            _look_at_files(check)
        yield check


def _look_at_files(check: SourceCheck) -> None:
    for target in check.source.addresses:
        try:
            for found in sources_of(target):
                if isinstance(found, Rejected):
                    check.problems.append(_line(found))
                else:
                    check.files += 1
        except (UsageError, ReadError) as error:
            check.problems.append(str(error))


def _look_at_web(check: SourceCheck, states: KnownStates, policy: FetchPolicy | None) -> None:
    listing_only = structs.replace(check.source, limit=0)  # no page is fetched
    for outcome in fetch_all([listing_only], states=_Listings(states), policy=policy, is_forced=True):
        check.entries += sum(isinstance(d, RawDocument) for d in outcome.documents)
        check.problems += [_line(d) for d in outcome.documents if isinstance(d, Rejected)]
        if outcome.status == "deferred":
            check.problems.append(f"{outcome.url}: the server asks for a pause")
        check.new += sum(state.fetched_at is None for state in outcome.states)


class _Listings:
    """Known states without the due pages, and without validators, so that listings answer in full."""

    def __init__(self, states: KnownStates) -> None:
        self._states = states
        self.paused, self.schedules = states.paused, states.schedules

    def due(
        self, source_ids: Collection[str], now: datetime, *, listings_only: bool = False
    ) -> list[FetchState]:
        del listings_only
        return [_unconditional(state) for state in self._states.due(source_ids, now, listings_only=True)]

    def of(self, urls: Collection[str]) -> dict[str, FetchState]:
        return {url: _unconditional(state) for url, state in self._states.of(urls).items()}

    def listed(self, modified: Mapping[str, datetime | None], now: datetime) -> dict[str, FetchState | None]:
        found = self._states.listed(modified, now)
        return {url: None if state is None else _unconditional(state) for url, state in found.items()}


def _unconditional(state: FetchState) -> FetchState:
    return replace(state, etag=None, last_modified=None, body_sha256=None)


def _line(rejected: Rejected) -> str:
    where = (rejected.origin.url or rejected.origin.container_uri) if rejected.origin else None
    return (
        f"{where}: {rejected.reason} ({rejected.detail})" if rejected.detail else f"{where}: {rejected.reason}"
    )
