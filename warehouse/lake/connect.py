"""A lake and its published file as one read-only DuckDB connection."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import duckdb

from warehouse.catalog.tables import SCHEMAS
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, Lake
from warehouse.lake.lease import NOBODY, read_owner
from warehouse.lake.location import Location, location_of

PUBLISHED = "served"
"""The name under which a connection has the published file attached."""


def open_for_reading(lake: Location | Path | str, *, as_of: str | None = None) -> duckdb.DuckDBPyConnection:
    """Like `warehouse.connect`; a published file that is damaged is left out, so that the lake can be read."""
    opened = Lake.open(lake, read_only=True, as_of=as_of)
    _set_search_path(opened.connection)
    if as_of is None:
        attach_published(opened.connection, opened.location)
    return opened.connection


def attach_published(connection: duckdb.DuckDBPyConnection, location: Location) -> None:
    """Attach the published file, if it is there and can be read, instead of the one that is attached already."""
    _set_search_path(connection)
    connection.execute(f"DETACH DATABASE IF EXISTS {PUBLISHED}")
    if not location.published.exists():
        return
    with suppress(duckdb.Error):  # the next run builds it again
        connection.execute(f"ATTACH {quoted(str(location.published))} AS {PUBLISHED} (READ_ONLY)")
        _set_search_path(connection, f"{PUBLISHED}.mart", f"{PUBLISHED}.meta")


def _set_search_path(connection: duckdb.DuckDBPyConnection, *published: str) -> None:
    path = [*(f"{CATALOG}.{schema}" for schema in SCHEMAS), *published]
    connection.execute(f"SET search_path = {quoted(','.join(path))}")


def why_no_marts(lake: Location | Path | str, *, as_of: str | None = None) -> str:
    """Why a connection has no schemas mart and meta, for people."""
    if as_of is not None:
        return (
            "mart and meta are in the published file, which shows the newest snapshot only; "
            "with --as-of there are raw, news and ops"
        )
    location = location_of(lake)
    owner = read_owner(location)
    doing = "dateline run publishes them" if owner == NOBODY else f"the run of {owner} is not done yet"
    return f"mart and meta are not published yet in {location}: {doing}"
