"""The data dictionary of the published file: every mart and column with its meaning, from the headers."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from transforms.contract.errors import SchemaError
from warehouse.catalog.rows import DictionaryEntry
from warehouse.lake.connect import PUBLISHED
from warehouse.lake.engine import quoted
from warehouse.publish.sqlfiles import SqlFile


def mart_dictionary(connection: duckdb.DuckDBPyConnection, marts: Sequence[SqlFile]) -> list[DictionaryEntry]:
    """The marts as built in the attached published file; SchemaError when a column is undocumented."""
    entries = []
    for mart in marts:
        built = connection.execute(
            f"SELECT column_name, column_index, data_type FROM duckdb_columns() WHERE database_name = '{PUBLISHED}' "
            f"AND schema_name = 'mart' AND table_name = {quoted(mart.name)} ORDER BY column_index"
        ).fetchall()
        if [name for name, _, _ in built] != list(mart.columns):
            raise SchemaError(
                f"mart {mart.name}: its header documents {list(mart.columns)}, "
                f"its columns are {[name for name, _, _ in built]}",
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
