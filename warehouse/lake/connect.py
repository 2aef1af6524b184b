"""A lake and its published file as one read-only DuckDB connection."""

from __future__ import annotations

from pathlib import Path

import duckdb

from transforms.contract.errors import LakeError
from warehouse.catalog.tables import SCHEMAS
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, PUBLISHED_FILE, Lake


def open_for_reading(folder: Path, *, as_of: str | None = None) -> duckdb.DuckDBPyConnection:
    """As of `warehouse.connect`."""
    lake = Lake.open(folder, read_only=True, as_of=as_of)
    connection = lake.connection
    path = [f"{CATALOG}.{schema}" for schema in SCHEMAS]
    served = folder / PUBLISHED_FILE
    if as_of is None and served.exists():
        try:
            connection.execute(f"ATTACH {quoted(str(served))} AS served (READ_ONLY)")
        except duckdb.Error as error:
            connection.close()
            message = f"{served} cannot be opened, the next run makes it anew: {error}"
            raise LakeError(message, location=str(served)) from error
        path += ["served.mart", "served.meta"]
    connection.execute(f"SET search_path = {quoted(','.join(path))}")
    return connection
