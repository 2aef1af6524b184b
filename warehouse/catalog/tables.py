"""Every table of the lake with its row class and key, from which everything else is derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import pyarrow as pa

from transforms.contract import article
from transforms.contract.columns import Column, columns
from transforms.contract.errors import SchemaError
from transforms.contract.link_steps import registered_links
from transforms.contract.steps import registered_steps
from transforms.link.boilerplate import rows as lines
from warehouse.catalog import rows, source_rows

SCHEMAS = ("raw", "news", "ops")
_VERSION_KEY = ("article_id", "version_no")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: schema and name, row class, and the columns that identify a row.

    Inserted rows are sorted by `order`, by default the key; empty: they keep their order.
    """

    schema: str
    name: str
    row: type
    key: tuple[str, ...]
    sorted_by: tuple[str, ...] | None = None

    @property
    def qualified(self) -> str:
        """Schema and name, as in SQL."""
        return f"{self.schema}.{self.name}"

    @property
    def order(self) -> tuple[str, ...]:
        """The columns that inserted rows are sorted by."""
        return self.key if self.sorted_by is None else self.sorted_by

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns as declared by the row class."""
        return columns(self.row)

    @property
    def comment(self) -> str:
        """The first paragraph of the row class's docstring."""
        return " ".join((self.row.__doc__ or "").split("\n\n")[0].split())


CLEANED = (
    Table("news", "articles", article.Article, _VERSION_KEY, sorted_by=("seq", *_VERSION_KEY)),
    Table("news", "segments", article.Segment, (*_VERSION_KEY, "segment_no")),
    Table("news", "evidence", article.Evidence, (*_VERSION_KEY, "attribute", "evidence_no")),
    Table("news", "images", article.Image, (*_VERSION_KEY, "image_no")),
    Table("news", "links", article.Link, (*_VERSION_KEY, "link_no")),
)
"""The tables that the step clean fills; all have the key of an article version."""

_CORE = (
    Table("raw", "documents", rows.Document, ("raw_id",), sorted_by=()),
    Table("raw", "observations", rows.Observation, ("observation_id",), sorted_by=()),
    Table("raw", "fetch_state", source_rows.FetchState, ("url",)),
    Table("raw", "quarantine", rows.QuarantineItem, ("quarantine_id",)),
    *CLEANED,
    Table("news", "aliases", article.Alias, ("article_id", "kind", "value")),
    Table("news", "fingerprints", lines.Fingerprint, ("observation_id",), sorted_by=()),
    Table("ops", "runs", rows.Run, ("run_id",)),
    Table("ops", "steps_done", rows.StepDone, ("subject_id", "version_no", "step")),
    Table("ops", "step_versions", rows.StepVersion, ("step_version", "enrichment")),
    Table("ops", "source_health", source_rows.SourceHealth, ("source_id",)),
    Table("ops", "checks", rows.CheckResult, ("run_id", "name")),
)


@cache
def tables() -> Mapping[str, Table]:
    """Every table by qualified name: the core ones and one for each registered enrichment and link step."""
    for package in ("transforms.enrich", "transforms.link"):  # importing them registers their steps
        import_module(package)
    by_steps = [
        *(Table("news", s.table, s.row, s.key) for s in registered_steps().values()),
        *(Table("news", s.table, s.row, s.key) for s in registered_links().values()),
    ]
    found: dict[str, Table] = {}
    for table in (*_CORE, *by_steps):
        if table.qualified in found:
            raise SchemaError(f"{table.qualified} is declared twice", table=table.qualified)
        found[table.qualified] = table
    return found


def enriched_tables() -> tuple[Table, ...]:
    """The tables that enrichments fill."""
    return tuple(tables()[f"news.{name}"] for name in registered_steps())


def sql_type(arrow: pa.DataType) -> str:
    """The DuckDB type of an Arrow type that a row class may have."""
    if pa.types.is_list(arrow):
        return f"{sql_type(arrow.value_type)}[]"
    if pa.types.is_map(arrow):
        return f"MAP({sql_type(arrow.key_type)}, {sql_type(arrow.item_type)})"
    name = _SQL_TYPES.get(arrow)
    if name is None:
        raise SchemaError(f"no SQL type for {arrow}", table=str(arrow))
    return name


_SQL_TYPES = {
    pa.string(): "VARCHAR",
    pa.bool_(): "BOOLEAN",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.date32(): "DATE",
    pa.timestamp("us", tz="UTC"): "TIMESTAMP WITH TIME ZONE",
    pa.large_binary(): "BLOB",
}
