"""A lake and its published file as one read-only DuckDB connection."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import duckdb

from warehouse.catalog.tables import SCHEMAS
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, Lake
from warehouse.lake.location import Location

PUBLISHED = "served"
"""The name under which a connection has the published file attached."""


def open_for_reading(lake: Location | Path | str, *, as_of: str | None = None) -> duckdb.DuckDBPyConnection:
    """Like `warehouse.connect`; a published file that is damaged is left out, so that the lake can be read."""
    opened = Lake.open(lake, read_only=True, as_of=as_of)
    connection, published = opened.connection, opened.location.published
    path = [f"{CATALOG}.{schema}" for schema in SCHEMAS]
    if as_of is None and published.exists():
        with suppress(duckdb.Error):  # the next run builds it again
            connection.execute(f"ATTACH {quoted(str(published))} AS {PUBLISHED} (READ_ONLY)")
            path += [f"{PUBLISHED}.mart", f"{PUBLISHED}.meta"]
    connection.execute(f"SET search_path = {quoted(','.join(path))}")
    return connection
