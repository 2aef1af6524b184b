"""Link steps in the lake: pending scopes, the rows a scope reads, and the commit of its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.contract.columns import encode
from transforms.contract.documents import Rejected
from transforms.contract.errors import SchemaError
from transforms.contract.link_steps import LinkStep, Scope
from warehouse.catalog.rows import Run
from warehouse.catalog.tables import Table, tables
from warehouse.lake.lake import CATALOG, Lake
from warehouse.ledger import steps
from warehouse.ledger.quarantine import quarantine_item
from warehouse.write.commit import StagedBatch, Subject, commit

# The value of a scope in a row, by the first column that the table has; the ledger keeps it as text.
_SCOPE_COLUMNS: Mapping[Scope, Mapping[str, str]] = {
    "publisher": {"publisher_key": "publisher_key", "publisher": "publisher"},
    "day": {"published_on": "published_on", "published_at": "CAST(published_at AS DATE)"},
    "all": {},
}
_SCOPE = "scope_"


@dataclass(frozen=True, slots=True)
class PendingScope:
    """One scope of a link step whose input has changed: `row_count` rows to read, 0 when none are left."""

    scope: str
    row_count: int
    input_hash: str


def pending_scopes(lake: Lake, step: LinkStep, step_version: str) -> list[PendingScope]:
    """The scopes whose input or step version is not the one in the ledger, in order."""
    inputs = " UNION ALL ".join(_digest(tables()[f"news.{name}"], step.scope) for name in step.inputs)
    found = lake.rows(
        f"""
        SELECT coalesce(scope, subject_id), coalesce(row_count, 0), coalesce(digest, '')
        FROM (
            SELECT {_SCOPE} AS scope, sum(row_count) AS row_count,
                md5(string_agg(digest, ' ' ORDER BY digest)) AS digest
            FROM ({inputs}) WHERE {_SCOPE} IS NOT NULL GROUP BY 1
        )
        FULL JOIN (FROM {CATALOG}.ops.steps_done WHERE step = ?) ON scope = subject_id
        WHERE step_version IS DISTINCT FROM ? OR input_hash IS DISTINCT FROM digest
        ORDER BY 1
        """,
        [step.table, step_version],
    )
    return [PendingScope(scope, int(count), digest) for scope, count, digest in found]


def read_scopes(lake: Lake, step: LinkStep, scopes: Sequence[str]) -> dict[str, dict[str, pa.Table]]:
    """The rows that a step reads of these scopes: scope -> table -> rows; tables without rows are empty."""
    found: dict[str, dict[str, pa.Table]] = {scope: {} for scope in scopes}
    for name in (*step.inputs, *({step.table} & set(step.reads))):
        rows = _rows_of(lake, tables()[f"news.{name}"], step.scope, scopes)
        parts = _split(rows)
        empty = rows.slice(0, 0).drop_columns([_SCOPE])
        for scope in scopes:
            found[scope][name] = parts.get(scope, empty)
    return found


def commit_links(
    lake: Lake,
    run: Run,
    step: LinkStep,
    step_version: str,
    scopes: Sequence[PendingScope],
    rows: Sequence[Any],
    rejected: Mapping[str, Rejected],
) -> int:
    """Bring the rows of these scopes to a step's result; rows that stay the same are not written again.

    A scope in `rejected` loses its rows and has a quarantine item. Returns the number of rows written.
    """
    table, names = tables()[f"news.{step.table}"], [scope.scope for scope in scopes]
    result = encode(step.row, rows)
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    keys = ", ".join(table.key)
    staged = StagedBatch(
        stage="link",
        subjects=[Subject(s.scope, 0, s.input_hash) for s in scopes if s.row_count],
        step_versions={step.table: step_version},
        quarantined=[
            quarantine_item(found, stage="link", run_id=run.run_id, at=datetime.now(UTC), subject_id=scope)
            for scope, found in rejected.items()
        ],
        failed_steps={(scope, 0): frozenset({step.table}) for scope in rejected},
    )
    with commit(lake, run, staged, f"{step.table} of {len(names)} scopes"):
        before = _rows_of(lake, table, step.scope, names).drop_columns([_SCOPE])
        with lake.registered("before", before), lake.registered("result", result):
            changes = "SELECT {0} FROM {1} EXCEPT SELECT {0} FROM {2}"
            outdated = lake.arrow(f"SELECT {keys} FROM ({changes.format(columns, 'before', 'result')})")
            changed = lake.arrow(changes.format(columns, "result", "before"))
        if outdated.num_rows:
            lake.delete(table, outdated)
        if changed.num_rows:
            lake.insert(table, changed)
        steps.invalidate(lake, names, step=step.table)
    return int(changed.num_rows)


def _digest(table: Table, scope: Scope) -> str:
    """A query of the rows of a table by scope: their number and a digest of their keys.

    The rows of an article version depend on its input, so input_hash stands for their content.
    """
    names = [c.name for c in table.columns if c.name in table.key or c.name == "input_hash"]
    key = ", ".join(f'"{name}"' for name in names)
    return (
        f"SELECT {_SCOPE}, count(*) AS row_count, "
        f"concat_ws(' ', '{table.name}', count(*), bit_xor(hash({key}))) AS digest "
        f"FROM ({_scoped(table, scope)}) GROUP BY 1"
    )


def _scoped(table: Table, scope: Scope) -> str:
    """The rows of a table with their scope: by a column of its own, else by the article's."""
    name = f"{CATALOG}.{table.qualified}"
    if scope == "all":
        return f"SELECT *, 'all' AS {_SCOPE} FROM {name}"
    has = {column.name for column in table.columns}
    for column, expression in _SCOPE_COLUMNS[scope].items():
        if column in has:
            return f"SELECT *, CAST({expression} AS VARCHAR) AS {_SCOPE} FROM {name}"
    if "article_id" not in has:
        raise SchemaError(f"{table.qualified} has no column that names its {scope}", table=table.qualified)
    articles = _scoped(tables()["news.articles"], scope)
    shared = "article_id, version_no" if "version_no" in has else "article_id"
    latest = "" if "version_no" in has else " WHERE is_latest"
    return f"SELECT t.*, a.{_SCOPE} FROM {name} t JOIN (SELECT * FROM ({articles}){latest}) a USING ({shared})"


def _rows_of(lake: Lake, table: Table, scope: Scope, scopes: Sequence[str]) -> pa.Table:
    """The rows of a table in these scopes, in the order of scope and key."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    with lake.keys(scopes):
        return lake.arrow(
            f"SELECT {columns}, {_SCOPE} FROM ({_scoped(table, scope)}) "
            f"WHERE {_SCOPE} IN (SELECT id FROM asked) ORDER BY {_SCOPE}, {', '.join(table.key)}"
        )


def _split(rows: pa.Table) -> dict[str, pa.Table]:
    """The rows of each scope, from rows in the order of scopes."""
    counts = pc.value_counts(rows[_SCOPE].combine_chunks())
    parts, start, bare = {}, 0, rows.drop_columns([_SCOPE])
    for value, count in zip(
        counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True
    ):
        parts[value] = bare.slice(start, count)
        start += count
    return parts
