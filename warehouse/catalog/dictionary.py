"""The data dictionary: every table and column with what it means, derived from where it is declared."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from transforms.contract.columns import columns
from transforms.contract.errors import SchemaError
from warehouse.catalog.rows import DictionaryEntry, Publication
from warehouse.catalog.tables import Table, sql_type, tables
from warehouse.lake.engine import quoted
from warehouse.publish.sqlfiles import SqlFile

_META = (
    Table("meta", "publish", Publication, ("run_id",)),
    Table("meta", "dictionary", DictionaryEntry, ("schema_name", "table_name", "column_name")),
)


def dictionary() -> list[DictionaryEntry]:
    """The tables of the lake and of schema meta."""
    return [entry for table in (*tables().values(), *_META) for entry in _entries(table)]


def _entries(table: Table) -> list[DictionaryEntry]:
    return [
        DictionaryEntry(
            schema_name=table.schema,
            table_name=table.name,
            table_comment=table.comment,
            column_name=column.name,
            ordinal=number,
            data_type=sql_type(column.type),
            is_nullable=column.is_nullable,
            is_key=column.name in table.key,
            comment=column.doc,
            allowed_values=", ".join(column.values),
        )
        for number, column in enumerate(columns(table.row), start=1)
    ]


def mart_dictionary(connection: duckdb.DuckDBPyConnection, marts: Sequence[SqlFile]) -> list[DictionaryEntry]:
    """The marts as built in the attached file `served`; SchemaError when a column is undocumented."""
    entries = []
    for mart in marts:
        built = connection.execute(
            "SELECT column_name, column_index, data_type FROM duckdb_columns() WHERE database_name = 'served' "
            f"AND schema_name = 'mart' AND table_name = {quoted(mart.name)} ORDER BY column_index"
        ).fetchall()
        if [name for name, _, _ in built] != list(mart.columns):
            raise SchemaError(
                f"mart {mart.name}: its header documents {list(mart.columns)}, "
                f"it has {[name for name, _, _ in built]}",
                table=mart.name,
            )
        entries += [
            DictionaryEntry(
                schema_name="mart",
                table_name=mart.name,
                table_comment=f"{mart.comment} Grain: {mart.grain}.",
                column_name=name,
                ordinal=ordinal,
                data_type=data_type,
                is_nullable=name not in mart.key or "null" in mart.columns[name],
                is_key=name in mart.key,
                comment=mart.columns[name],
                allowed_values="",
            )
            for name, ordinal, data_type in built
        ]
    return entries
