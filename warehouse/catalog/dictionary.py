"""The data dictionary of the lake: every table and column with its meaning, derived from the row classes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from transforms.contract.columns import columns
from warehouse.catalog.rows import DictionaryEntry, Publication
from warehouse.catalog.tables import Table, sql_type, tables

META = (
    Table("meta", "publish", Publication, ("run_id",)),
    Table("meta", "dictionary", DictionaryEntry, ("schema_name", "table_name", "column_name")),
)
"""The tables of the published file that are not marts."""

# A table, or one of its columns, in brackets: (ops.runs), (raw.observations.seq), (dim_date).
_REFERENCE = re.compile(r"\((?:(raw|news|ops|mart)\.)?(\w+)(?:\.(\w+))?\)")


def dictionary() -> list[DictionaryEntry]:
    """The tables of the lake and of schema meta."""
    known = {table.qualified: [column.name for column in table.columns] for table in tables().values()}
    return [entry for table in (*tables().values(), *META) for entry in _entries(table, known)]


def _entries(table: Table, known: Mapping[str, Sequence[str]]) -> list[DictionaryEntry]:
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
            refers_to=reference(table.qualified, column.name, column.doc, known),
            comment=column.doc,
            allowed_values=", ".join(column.values),
        )
        for number, column in enumerate(columns(table.row), start=1)
    ]


def reference(table: str, column: str, comment: str, known: Mapping[str, Sequence[str]]) -> str:
    """The column that a column refers to, as its comment states in brackets; empty: none.

    `known` has the columns of tables by qualified name. Without a column in the brackets it is the one
    of the same name, else one that ends its name (entity_id of speaker_entity_id), else the first.
    """
    for schema, name, stated in _REFERENCE.findall(comment):
        target = f"{schema or table.partition('.')[0]}.{name}"
        if target == table or target not in known:
            continue
        names = known[target]
        found = stated or next((n for n in names if n == column), None)
        found = found or next((n for n in names if column.endswith(f"_{n}")), names[0])
        return f"{target}.{found}" if found in names else ""
    return ""
