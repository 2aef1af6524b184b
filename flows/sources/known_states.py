"""The stored states of addresses, looked up by due time or by name, never all at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from flows.sources.polling import is_due
from warehouse.catalog.source_rows import FetchState
from warehouse.ledger.source_state import SourceSchedule


class KnownStates(Protocol):
    """The states of all addresses, with those that the run under way has committed.

    The crawl calls it from threads of its own, but never while its consumer works.
    """

    def due(
        self, source_ids: Collection[str], now: datetime, *, listings_only: bool = False
    ) -> list[FetchState]:
        """Due addresses that listings of these sources named, the longest overdue first."""

    def paused(self, now: datetime) -> dict[str, datetime]:
        """Ends of the pauses that servers asked for, by address; only those after `now`."""

    def of(self, urls: Collection[str]) -> dict[str, FetchState]:
        """States of these addresses, by address, as far as they are known."""

    def listed(self, modified: Mapping[str, datetime | None], now: datetime) -> dict[str, FetchState | None]:
        """Addresses that a listing names and that are known, each with its state if it is due.

        `modified` are the addresses with the times at which the listing calls them modified, which make
        them due earlier.
        """

    def schedules(self, now: datetime) -> dict[str, SourceSchedule]:
        """When the addresses of each source are due, by source_id."""


class StatesInMemory:
    """KnownStates of a mapping by address; empty for a lake that does not exist yet."""

    def __init__(self, states: Mapping[str, FetchState] | None = None) -> None:
        self._states = {} if states is None else states

    def due(
        self, source_ids: Collection[str], now: datetime, *, listings_only: bool = False
    ) -> list[FetchState]:
        """Due addresses that listings of these sources named, the longest overdue first."""
        found = [
            state
            for state in self._states.values()
            if state.depth and state.source_id in source_ids and (state.kind == "listing" or not listings_only)
        ]
        return sorted(
            (state for state in found if is_due(state, now)),
            key=lambda state: (state.next_due_at or now, state.url),
        )

    def paused(self, now: datetime) -> dict[str, datetime]:
        """Ends of the pauses that servers asked for, by address; only those after `now`."""
        ends = {url: state.retry_after_until for url, state in self._states.items()}
        return {url: end for url, end in ends.items() if end is not None and end > now}

    def of(self, urls: Collection[str]) -> dict[str, FetchState]:
        """States of these addresses, by address, as far as they are known."""
        return {url: self._states[url] for url in urls if url in self._states}

    def listed(self, modified: Mapping[str, datetime | None], now: datetime) -> dict[str, FetchState | None]:
        """Addresses that a listing names and that are known, each with its state if it is due."""
        found = self.of(modified)
        return {url: s if is_due(s, now, modified_at=modified[url]) else None for url, s in found.items()}

    def schedules(self, now: datetime) -> dict[str, SourceSchedule]:
        """When the addresses of each source are due, by source_id."""
        found: dict[str, SourceSchedule] = {}
        for state in self._states.values():
            due, earliest = found.get(state.source_id, SourceSchedule())
            times = [at for at in (earliest, state.next_due_at) if at is not None]
            found[state.source_id] = SourceSchedule(due + is_due(state, now), min(times, default=None))
        return found
