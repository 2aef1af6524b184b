"""Scopes of link steps: those whose input has changed, and the rows that a step reads of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from transforms.contract.errors import SchemaError
from transforms.contract.link_steps import LinkStep, Scope
from warehouse.catalog.tables import Table, tables
from warehouse.lake.changes import Changes
from warehouse.lake.lake import CATALOG, Lake

# The value of a scope in a row, by the first column that the table has; the ledger keeps it as text.
_SCOPE_COLUMNS: Mapping[Scope, Mapping[str, str]] = {
    "publisher": {"publisher_key": "publisher_key", "publisher": "publisher"},
    "day": {"published_on": "published_on", "published_at": "CAST(published_at AS DATE)"},
    "all": {},
}
SCOPE = "scope_"
"""The column that names the scope of a row."""


@dataclass(frozen=True, slots=True)
class PendingScope:
    """One scope of a link step whose input has changed: `row_count` rows to read, 0 when none are left.

    `keys` are the values of `LinkStep.by` for which there is something to do; None: the whole scope.
    """

    scope: str
    row_count: int
    input_hash: str
    keys: tuple[str, ...] | None = None


def pending_scopes(
    lake: Lake, step: LinkStep, step_version: str, changes: Changes | None
) -> list[PendingScope]:
    """The scopes whose input or step version is not the one in the ledger, in order.

    With `changes`, only the scopes of changed rows are looked at.
    """
    with lake.reading():
        return _pending(lake, step, step_version, changes)


def _pending(lake: Lake, step: LinkStep, step_version: str, changes: Changes | None) -> list[PendingScope]:
    if changes is None:
        return _compared(lake, step, step_version, scopes=None)
    changed = lake.arrow(" UNION ".join(_changed_scopes(step, changes)))
    if not changed.num_rows:
        return []
    scopes = pc.unique(changed[SCOPE]).to_pylist()
    found = _compared(lake, step, step_version, scopes=scopes)
    if step.by is None:
        return found
    whole = {scope.scope for scope in found}
    return sorted([*found, *_keyed(lake, step, changed, whole)], key=lambda scope: scope.scope)


def _changed_scopes(step: LinkStep, changes: Changes) -> Iterator[str]:
    """Queries of the scopes of changed rows, and of the value of `by` in those whose own row is computed again."""
    entries = changes.deleted(tables()["ops.steps_done"])
    yield f"SELECT subject_id AS {SCOPE}, NULL AS key FROM {entries} WHERE step = '{step.table}'"
    for name in step.inputs:
        table = tables()[f"news.{name}"]
        key = f'"{step.by}"' if step.is_by_row(name) else "NULL"
        for rows in (changes.inserted(table), changes.deleted(table)):
            yield f"SELECT {SCOPE}, {key} FROM ({_scoped(table, step.scope, rows)}) WHERE {SCOPE} IS NOT NULL"


def _compared(
    lake: Lake, step: LinkStep, step_version: str, *, scopes: Sequence[str] | None
) -> list[PendingScope]:
    """The scopes, or those among `scopes`, that differ from the ledger in input or version.

    Where each row counts for itself (`LinkStep.by`) the ledger knows the other inputs alone. So all scopes
    are returned without `scopes`, and a scope that failed is returned as soon as one of its rows changes.
    """
    inputs = " UNION ALL ".join(_digest(step, name, is_restricted=scopes is not None) for name in step.inputs)
    is_known = "step_version IS NOT DISTINCT FROM ? AND input_hash IS NOT DISTINCT FROM digest"
    if step.by is not None:
        is_known += f" AND outcome = 'done' AND {scopes is not None}"
    with lake.keys(scopes or ()):
        entries = f"FROM {CATALOG}.ops.steps_done WHERE step = ?"
        entries += " AND subject_id IN (SELECT id FROM asked)" if scopes is not None else ""
        found = lake.rows(
            f"""
            SELECT coalesce(scope, subject_id), coalesce(row_count, 0), coalesce(digest, '')
            FROM (
                SELECT {SCOPE} AS scope, sum(row_count) AS row_count,
                    md5(string_agg(digest, ' ' ORDER BY digest)) AS digest
                FROM ({inputs}) WHERE {SCOPE} IS NOT NULL GROUP BY 1
            )
            FULL JOIN ({entries}) ON scope = subject_id
            WHERE (digest IS NOT NULL OR subject_id IS NOT NULL) AND ({is_known}) IS NOT TRUE
            ORDER BY 1
            """,
            [step.table, step_version],
        )
    return [PendingScope(scope, int(count), digest) for scope, count, digest in found]


def _keyed(lake: Lake, step: LinkStep, changed: pa.Table, whole: set[str]) -> Iterator[PendingScope]:
    """Scopes of which only some rows are to be computed again: those that the ledger has with their other inputs."""
    keys: dict[str, list[str]] = {}
    for scope, key in zip(changed[SCOPE].to_pylist(), changed["key"].to_pylist(), strict=True):
        if key is not None and scope not in whole:
            keys.setdefault(scope, []).append(key)
    with lake.keys(keys):
        known = lake.rows(
            f"SELECT subject_id, input_hash FROM {CATALOG}.ops.steps_done "
            "WHERE step = ? AND subject_id IN (SELECT id FROM asked)",
            [step.table],
        )
    for scope, input_hash in known:
        yield PendingScope(scope, len(keys[scope]), input_hash, tuple(sorted(keys[scope])))


def _digest(step: LinkStep, name: str, *, is_restricted: bool) -> str:
    """A query of the rows of an input by scope: their number and a digest of their keys.

    The rows of an article version depend on its input, so input_hash stands for their content. There is
    no digest where each row counts for itself.
    """
    table = tables()[f"news.{name}"]
    names = [c.name for c in table.columns if c.name in table.key or c.name == "input_hash"]
    key = ", ".join(f'"{name}"' for name in names)
    digest = f"concat_ws(' ', '{name}', count(*), bit_xor(hash({key})))"
    rows = _input(step, table, f"WHERE {SCOPE} IN (SELECT id FROM asked)" if is_restricted else "")
    return (
        f"SELECT {SCOPE}, count(*) AS row_count, {'NULL' if step.is_by_row(name) else digest} AS digest "
        f"FROM ({rows}) GROUP BY 1"
    )


def _input(step: LinkStep, table: Table, where: str) -> str:
    """The rows of an input with their scope, or the sample of them that the step reads."""
    rows = f"SELECT * FROM ({_scoped(table, step.scope)}) {where}"
    if step.sample is None or step.sample.table != table.name:
        return rows
    keys, sample = ", ".join(table.key), step.sample
    # An own query chooses the keys, so that the wide columns of the other rows are never read.
    return (
        f"SELECT * FROM ({rows}) SEMI JOIN (SELECT {keys} FROM ({rows}) QUALIFY row_number() OVER "
        f"(PARTITION BY {SCOPE} ORDER BY md5_number_lower({sample.column}), {keys}) <= {sample.rows}) USING ({keys})"
    )


def read_scopes(lake: Lake, step: LinkStep, scopes: Sequence[PendingScope]) -> dict[str, dict[str, pa.Table]]:
    """The rows that a step reads of these scopes: scope -> table -> rows; tables without rows are empty."""
    found: dict[str, dict[str, pa.Table]] = {scope.scope: {} for scope in scopes}
    for name in (*step.inputs, *({step.table} & set(step.reads))):
        table = tables()[f"news.{name}"]
        where = _where(step, scopes) if step.is_by_row(name) else _where(step, ())
        with _registered(lake, scopes):
            rows = lake.arrow(f"{_select(table)} FROM ({_input(step, table, where)}) {_order(table)}")
        parts = _split(rows)
        empty = rows.slice(0, 0).drop_columns([SCOPE])
        for scope in found:
            found[scope][name] = parts.get(scope, empty)
    return found


def rows_of_scopes(lake: Lake, step: LinkStep, scopes: Sequence[PendingScope]) -> pa.Table:
    """The rows of a step's own table that these scopes stand for, in the order of scope and key."""
    table = tables()[f"news.{step.table}"]
    with _registered(lake, scopes):
        rows = lake.arrow(
            f"{_select(table)} FROM ({_scoped(table, step.scope)}) {_where(step, scopes)} {_order(table)}"
        )
    return rows.drop_columns([SCOPE])


def _registered(lake: Lake, scopes: Sequence[PendingScope]) -> AbstractContextManager[None]:
    """Let SQL inside see scopes and their keys as the table `asked`."""
    pairs = [(s.scope, key) for s in scopes for key in (s.keys if s.keys is not None else [None])]
    columns = {"id": [scope for scope, _ in pairs], "key": [key for _, key in pairs]}
    return lake.registered("asked", pa.table({n: pa.array(v, pa.string()) for n, v in columns.items()}))


def _where(step: LinkStep, scopes: Sequence[PendingScope]) -> str:
    """The condition for rows of the scopes in `asked`, and of their keys where they have any."""
    in_scopes = f"WHERE {SCOPE} IN (SELECT id FROM asked"
    if all(scope.keys is None for scope in scopes):
        return f"{in_scopes})"
    return f'{in_scopes} WHERE key IS NULL) OR "{step.by}" IN (SELECT key FROM asked)'


def _select(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f"SELECT {names}, {SCOPE}"


def _order(table: Table) -> str:
    return f"ORDER BY {SCOPE}, {', '.join(table.key)}"


def _scoped(table: Table, scope: Scope, rows: str | None = None) -> str:
    """The rows of a table with their scope: by a column of its own, else by the article's."""
    name = rows or f"{CATALOG}.{table.qualified}"
    if scope == "all":
        return f"SELECT *, 'all' AS {SCOPE} FROM {name}"
    has = {column.name for column in table.columns}
    for column, expression in _SCOPE_COLUMNS[scope].items():
        if column in has:
            return f"SELECT *, CAST({expression} AS VARCHAR) AS {SCOPE} FROM {name}"
    if "article_id" not in has:
        raise SchemaError(f"{table.qualified} has no column that names its {scope}", table=table.qualified)
    articles = _scoped(tables()["news.articles"], scope)
    shared = "article_id, version_no" if "version_no" in has else "article_id"
    latest = "" if "version_no" in has else " WHERE is_latest"
    return f"SELECT t.*, a.{SCOPE} FROM {name} t JOIN (SELECT * FROM ({articles}){latest}) a USING ({shared})"


def _split(rows: pa.Table) -> dict[str, pa.Table]:
    """The rows of each scope, from rows in the order of scopes."""
    counts = pc.value_counts(rows[SCOPE].combine_chunks())
    parts, start, bare = {}, 0, rows.drop_columns([SCOPE])
    for value, count in zip(
        counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True
    ):
        parts[value] = bare.slice(start, count)
        start += count
    return parts
