"""The data dictionary of the lake: every table and column with its meaning, derived from the row classes."""

from __future__ import annotations

from transforms.contract.columns import columns
from warehouse.catalog.rows import DictionaryEntry, Publication
from warehouse.catalog.tables import Table, sql_type, tables

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
