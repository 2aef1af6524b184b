"""`dateline sql`: the rows of a query as a table, a line for each value, Markdown, CSV, a JSON array or Parquet."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, redirect_stdout
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb

from transforms.contract.errors import DatelineError, UsageError
from warehouse import connect
from warehouse.lake.connect import PUBLISHED, why_no_marts
from warehouse.publish.sqlfiles import sql_files

_ROWS_AT_ONCE = 10_000
_SHOWN_ROWS = 200
_HIDDEN_COLUMNS = re.compile(r"\d+ columns? \(\d+ shown\)")


def print_answer(lake: str, query: str, *, format: str, as_of: str | None = None) -> None:
    """Run one query on the lake and print its rows on standard output.

    DatelineError has DuckDB's message when the query fails.
    """
    if not query.strip():
        raise UsageError("no query: pass one, or pipe it in")
    with closing(connect(lake, as_of=as_of)) as connection:
        print_rows(connection, query, format=format, lake=lake, as_of=as_of)


def print_rows(
    connection: duckdb.DuckDBPyConnection, query: str, *, format: str, lake: str, as_of: str | None = None
) -> None:
    """Like `print_answer`, over a connection to that lake."""
    try:
        relation = connection.sql(query)
        if relation is not None:
            PRINTERS[format](relation)
    except duckdb.Error as error:
        message = str(error).strip()
        if _misses_marts(connection, message):
            message = why_no_marts(lake, as_of=as_of)
        raise DatelineError(message) from error


def _misses_marts(connection: duckdb.DuckDBPyConnection, message: str) -> bool:
    """Whether a query failed because it names something of the published file, and there is none."""
    missing = re.search(r'(?:name|schema|Catalog) "?([\w.]+)"? does not exist', message)
    if missing is None:
        return False
    schema, _, name = missing[1].rpartition(".")
    names = {file.name for kind in ("marts", "macros") for file in sql_files(kind)} | {"dictionary", "publish"}
    if not (name in names or {name, schema} & {"mart", "meta", PUBLISHED}):
        return False
    attached = connection.execute("SELECT 1 FROM duckdb_databases() WHERE database_name = ?", [PUBLISHED])
    return attached.fetchone() is None


def _print_table(relation: duckdb.DuckDBPyRelation) -> None:
    """A table as wide as the terminal; a line for each value where columns would be hidden."""
    width = shutil.get_terminal_size((160, 24)).columns
    shown = _drawn(relation, width, width // 2)
    if _HIDDEN_COLUMNS.search(shown):
        first = relation.limit(_SHOWN_ROWS)  # DuckDB's drawing cannot be undone: the query runs again
        rows = first.fetchall()
        cell = _widest_cell([first.columns, first.types, *rows], width)
        shown = _drawn(relation, width, cell) if cell >= width * 2 // 5 else shown
        if _HIDDEN_COLUMNS.search(shown):
            _print_records(first.columns, rows)
            if len(rows) == _SHOWN_ROWS:
                sys.stdout.write(f"\nthe first {_SHOWN_ROWS} rows; --format line prints all\n")
            return
    sys.stdout.write(shown)


def _drawn(relation: duckdb.DuckDBPyRelation, width: int, cell: int) -> str:
    with redirect_stdout(io.StringIO()) as shown:
        relation.show(max_width=width, max_col_width=cell, max_rows=_SHOWN_ROWS)
    return shown.getvalue()


def _widest_cell(rows: Sequence[Sequence[Any]], width: int) -> int:
    """The largest width of cells at which all columns fit."""
    columns = [max(len(_text(value)) for value in column) for column in zip(*rows, strict=True)]
    room = width - 3 * len(columns) - 1
    return next((cell for cell in range(width // 2, 0, -1) if sum(min(n, cell) for n in columns) <= room), 0)


def _print_line(relation: duckdb.DuckDBPyRelation) -> None:
    is_first = True
    while rows := relation.fetchmany(_ROWS_AT_ONCE):
        if not is_first:
            sys.stdout.write("\n")
        _print_records(relation.columns, rows)
        is_first = False


def _print_records(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A line for each value, an empty line between rows; values are wrapped at the width of a terminal."""
    margin = max(map(len, names)) + 3
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    records = []
    for row in rows:
        lines = []
        for name, value in zip(names, row, strict=True):
            parts = [part for line in _text(value).splitlines() for part in _wrapped(line, width, margin)] or [
                ""
            ]
            lines.append(f"{name:>{margin - 3}} = " + f"\n{' ' * margin}".join(parts) + "\n")
        records.append("".join(lines))
    sys.stdout.write("\n".join(records))


def _wrapped(line: str, width: int | None, margin: int) -> list[str]:
    if width is None or len(line) <= width - margin:
        return [line]
    return textwrap.wrap(line, max(width - margin, 20), break_on_hyphens=False) or [""]


def _print_markdown(relation: duckdb.DuckDBPyRelation) -> None:
    names = relation.columns
    sys.stdout.write(f"| {' | '.join(map(_markdown, names))} |\n|{'---|' * len(names)}\n")
    while rows := relation.fetchmany(_ROWS_AT_ONCE):
        for row in rows:
            cells = ("" if value is None else _markdown(_text(value)) for value in row)
            sys.stdout.write(f"| {' | '.join(cells)} |\n")


def _markdown(text: str) -> str:
    return "<br>".join(text.replace("\\", "\\\\").replace("|", "\\|").splitlines())


def _text(value: Any) -> str:
    """A value for people: lists and maps as JSON, times like `2024-03-05 12:00:00+00:00`."""
    if value is None:
        return "NULL"
    return str(_cell(value)) if isinstance(value, bool | list | tuple | dict | bytes) else str(value)


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
    """A value as a CSV field: lists, maps and booleans as JSON."""
    simple = plain(value)
    return json.dumps(simple, ensure_ascii=False) if isinstance(simple, bool | list | dict) else simple


def _print_parquet(relation: duckdb.DuckDBPyRelation) -> None:
    import pyarrow.parquet as pq

    pq.write_table(relation.to_arrow_table(), sys.stdout.buffer, compression="zstd")


PRINTERS = {
    "table": _print_table, "line": _print_line, "markdown": _print_markdown, "csv": _print_csv, "json": _print_json,
    "parquet": _print_parquet,
}  # fmt: skip


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
