"""`dateline sql`: the rows of a query as a table, CSV, a JSON array or Parquet."""

from __future__ import annotations

import csv
import json
import math
import shutil
import sys
from collections import Counter
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb

from transforms.contract.errors import DatelineError, UsageError
from warehouse import connect

_ROWS_AT_ONCE = 10_000


def print_answer(lake: str, query: str, *, format: str, as_of: str | None = None) -> None:
    """Run one query on the lake and print its rows on standard output.

    DatelineError has DuckDB's message when the query fails.
    """
    if not query.strip():
        raise UsageError("no query: pass one, or pipe it in")
    connection = connect(lake, as_of=as_of)
    try:
        relation = connection.sql(query)
        if relation is not None:
            _PRINTERS[format](relation)
    except duckdb.Error as error:
        raise DatelineError(str(error).strip()) from error
    finally:
        connection.close()


def _print_table(relation: duckdb.DuckDBPyRelation) -> None:
    width = shutil.get_terminal_size((160, 24)).columns
    relation.show(max_width=width, max_col_width=width // 2, max_rows=200)


def _print_csv(relation: duckdb.DuckDBPyRelation) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(relation.columns)
    while rows := relation.fetchmany(_ROWS_AT_ONCE):
        writer.writerows([_cell(value) for value in row] for row in rows)


def _print_json(relation: duckdb.DuckDBPyRelation) -> None:
    """One array of objects, one row per line; UsageError when two columns have the same name."""
    names, opening = relation.columns, "["
    if doubled := [name for name, times in Counter(names).items() if times > 1]:
        raise UsageError(f"two columns are named {doubled[0]!r}: rename one with `as`")
    while rows := relation.fetchmany(_ROWS_AT_ONCE):
        for row in rows:
            record = {name: plain(value) for name, value in zip(names, row, strict=True)}
            sys.stdout.write(f"{opening}{json.dumps(record, ensure_ascii=False)}")
            opening = ",\n "
    sys.stdout.write("[]\n" if opening == "[" else "]\n")


def _cell(value: Any) -> Any:
    """A value as a CSV field: lists and maps as JSON."""
    simple = plain(value)
    return json.dumps(simple, ensure_ascii=False) if isinstance(simple, list | dict) else simple


def _print_parquet(relation: duckdb.DuckDBPyRelation) -> None:
    import pyarrow.parquet as pq

    pq.write_table(relation.to_arrow_table(), sys.stdout.buffer, compression="zstd")


_PRINTERS = {"table": _print_table, "csv": _print_csv, "json": _print_json, "parquet": _print_parquet}


def plain(value: Any) -> Any:
    """A value of DuckDB as a JSON value: times in ISO 8601, bytes in hex, NaN and infinity as null."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)
