"""Staged Parquet files, by which workers exchange rows with the driver without the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from transforms.contract.columns import decode

R = TypeVar("R")


def write_tables(folder: Path, tables: Mapping[str, pa.Table]) -> dict[str, Path]:
    """Write one Parquet file per table, by name; tables without rows get no file."""
    return {
        name: write_table(folder / f"{name}.parquet", table) for name, table in tables.items() if table.num_rows
    }


def write_table(path: Path, table: pa.Table) -> Path:
    """Write one Arrow table as a staged file; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd", compression_level=1)
    return path


def read_rows(path: Path, row: type[R], rows: slice) -> list[R]:
    """Some rows of a staged file as instances of their row class."""
    return decode(row, pq.read_table(path, partitioning=None).slice(rows.start, rows.stop - rows.start))


def read_records(path: Path, *, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """The rows of a staged file as dictionaries; maps become dictionaries too."""
    return records(pq.read_table(path, columns=columns, partitioning=None))


def records(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of an Arrow table as dictionaries; maps become dictionaries too."""
    maps = [f.name for f in table.schema if pa.types.is_map(f.type)]
    found: list[dict[str, Any]] = table.to_pylist()
    for record in found:
        for name in maps:
            record[name] = dict(record[name] or ())
    return found
