"""The lake: tables, storage and queries; `connect` opens one for reading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["connect"]


def connect(lake: Path | str = "./lake", *, as_of: str | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only DuckDB connection that sees `raw`, `news`, `ops` of the lake and `mart`, `meta`.

    The marts are those of the published file; with `as_of` (a snapshot number or a timestamp) there is
    only the lake, at that snapshot. LakeError when there is no lake.
    """
    from warehouse.lake.connect import open_for_reading  # late: importing the package costs nothing

    return open_for_reading(lake, as_of=as_of)
