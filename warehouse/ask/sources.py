"""The fetch states and the health of sources in a lake."""

from __future__ import annotations

from pathlib import Path

from warehouse.catalog.source_rows import FetchState, SourceHealth
from warehouse.lake.lake import Lake
from warehouse.lake.location import Location, location_of
from warehouse.ledger.source_state import fetch_states, source_health


def read_sources(lake: Location | Path | str) -> tuple[dict[str, FetchState], dict[str, SourceHealth]]:
    """Fetch states by address and health by source_id; both are empty when there is no lake."""
    location = location_of(lake)
    if not location.exists():
        return {}, {}
    with Lake.open(location, read_only=True) as opened:
        return fetch_states(opened), source_health(opened)
