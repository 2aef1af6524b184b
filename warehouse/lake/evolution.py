"""The SQL that brings a catalogue's tables to what the code declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from transforms.contract.errors import SchemaError
from warehouse.catalog.tables import SCHEMAS, Table, sql_type, tables
from warehouse.lake.engine import quoted

Held = Mapping[str, Mapping[str, str]]
"""SQL type by column by qualified table."""


def held_columns(rows: Iterable[tuple[str, str, str, str]]) -> Held:
    """What a catalogue has, from rows of schema, table, column and type (`duckdb_columns()`)."""
    held: dict[str, dict[str, str]] = {}
    for schema, table, column, type_ in rows:
        held.setdefault(f"{schema}.{table}", {})[column] = type_
    return held


def evolution(catalog: str, held: Held) -> list[str]:
    """Statements that create missing schemas and tables and add missing columns, none when all is there.

    SchemaError when a column's type has changed.
    """
    changes: list[str] = []
    for table in tables().values():
        if table.qualified in held:
            changes += _additions(catalog, table, held[table.qualified])
        else:
            changes += _creation(catalog, table)
    if not changes:
        return []
    schemas = [f"CREATE SCHEMA IF NOT EXISTS {catalog}.{schema}" for schema in SCHEMAS]
    return [*schemas, *changes, f"CALL {catalog}.set_option('parquet_compression', 'zstd')"]


def _creation(catalog: str, table: Table) -> Iterator[str]:
    columns = ", ".join(f'"{c.name}" {sql_type(c.type)}' for c in table.columns)
    name = f"{catalog}.{table.qualified}"
    yield f"CREATE TABLE {name} ({columns})"
    yield f"COMMENT ON TABLE {name} IS {quoted(table.comment)}"
    for column in table.columns:
        yield f'COMMENT ON COLUMN {name}."{column.name}" IS {quoted(column.doc)}'


def _additions(catalog: str, table: Table, held: Mapping[str, str]) -> Iterator[str]:
    name = f"{catalog}.{table.qualified}"
    for column in table.columns:
        type_ = sql_type(column.type)
        if column.name not in held:
            yield f'ALTER TABLE {name} ADD COLUMN "{column.name}" {type_}'
            yield f'COMMENT ON COLUMN {name}."{column.name}" IS {quoted(column.doc)}'
        elif held[column.name] != type_:
            raise SchemaError(
                f"{table.qualified}.{column.name} is {held[column.name]} in the lake and {type_} in the code",
                table=table.qualified,
            )
