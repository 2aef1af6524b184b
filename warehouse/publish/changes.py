"""A slice of the lake: all rows of the articles that changed since a snapshot, as tables of the same names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warehouse.catalog.tables import Table, tables
from warehouse.lake.connect import PUBLISHED
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, METADATA, Lake
from warehouse.publish.sqlfiles import SqlFile

SLICE = "slice"
"""The in-memory catalogue of the slice: schema `news` as in the lake, and `main.touched`, the article ids."""

# Above both, computing everything is cheaper than computing what changed.
_MOST_ARTICLES = 500
_MOST_OF_ALL = 0.05
# Each range costs two queries for every table.
_MOST_RANGES = 30
_IS_REWRITE = "rewrite_delete"

Columns = Mapping[Table, Sequence[str]]
"""The columns that queries read, by table."""


@dataclass(frozen=True, slots=True)
class Change:
    """The snapshots of one stretch of the lake's history, first and last."""

    first: int
    last: int


@contextmanager
def sliced(lake: Lake, published: Path, since: int, files: Sequence[SqlFile]) -> Iterator[int | None]:
    """Attach the slice for marts and checks of articles; yields the number of articles in it.

    Every row that the files read of an article changed after the snapshot `since`, which the published
    file shows, is in the slice. None: there is no slice, because too many articles changed, or because
    the changes are not known any more.
    """
    changes = changes_since(lake, since)
    if changes is None:
        yield None
        return
    columns = _columns_read(files)
    run = lake.connection.execute
    run(f"ATTACH ':memory:' AS {SLICE}")
    try:
        run(f"CREATE SCHEMA {SLICE}.news")
        run(f"CREATE SCHEMA {SLICE}.mart")
        count = _find_touched(lake, published, columns, changes)
        if count is not None:
            for table, names in columns.items():
                _copy_rows(lake, table, names, changes)
        yield count
    finally:
        run(f"DETACH {SLICE}")


def changes_since(lake: Lake, since: int) -> list[Change] | None:
    """The stretches of history after a snapshot that have changes of rows; None when part of it has expired.

    A rewrite of files shows each of their rows as deleted and inserted, though none has changed: it
    separates two stretches. Directly after `since` snapshots may be missing: maintenance keeps the
    newest snapshot that changed data, so the missing ones did not.
    """
    found = lake.rows(
        f"SELECT snapshot_id, contains(changes_made, {quoted(_IS_REWRITE)}) "
        f"FROM {METADATA}.ducklake_snapshot_changes WHERE snapshot_id >= ? ORDER BY 1",
        [since],
    )
    if not found or found[0][0] != since:
        return None
    later = found[1:]
    if later and later[-1][0] - later[0][0] != len(later) - 1:
        return None
    changes: list[Change] = []
    for snapshot, is_rewrite in later:
        if is_rewrite:
            continue
        if changes and changes[-1].last == snapshot - 1:
            changes[-1] = Change(changes[-1].first, snapshot)
        else:
            changes.append(Change(snapshot, snapshot))
    return changes if len(changes) <= _MOST_RANGES else None


def _columns_read(files: Sequence[SqlFile]) -> Columns:
    """The columns of tables of articles that the files name."""
    read: dict[Table, set[str]] = {}
    for file in files:
        words = set(re.findall(r"\w+", file.body))
        for name in re.findall(r"\bnews\.(\w+)", file.body):
            table = tables()[f"news.{name}"]
            read.setdefault(table, {"article_id"}).update(c.name for c in table.columns if c.name in words)
    return {table: sorted(names) for table, names in read.items()}


def _find_touched(lake: Lake, published: Path, columns: Columns, changes: Sequence[Change]) -> int | None:
    """Fill `main.touched` (article_id, is_known: it was published before) and `main.deleted` (table_name, article_id).

    Returns the number of articles, or None when there are too many.
    """
    run = lake.connection.execute
    run(f"CREATE TABLE {SLICE}.main.seen (table_name VARCHAR, article_id VARCHAR, is_deletion BOOLEAN)")
    for table in columns:
        for change in changes:
            for feed in ("insertions", "deletions"):
                row = f"{quoted(table.name)}, article_id, {feed == 'deletions'}"
                run(f"INSERT INTO {SLICE}.main.seen SELECT DISTINCT {row} FROM {_feed(table, feed, change)}")
    run(f"ATTACH {quoted(str(published))} AS {PUBLISHED} (READ_ONLY)")
    known = f"(SELECT article_id FROM {PUBLISHED}.mart.dim_article)"
    run(
        f"CREATE TABLE {SLICE}.main.touched AS SELECT DISTINCT article_id, article_id IN {known} AS is_known "
        f"FROM {SLICE}.main.seen"
    )
    ((count, total),) = lake.rows(f"SELECT count(*), (SELECT count(*) FROM {known}) FROM {SLICE}.main.touched")
    run(f"DETACH {PUBLISHED}")
    return None if count > max(_MOST_ARTICLES, _MOST_OF_ALL * total) else int(count)


def _copy_rows(lake: Lake, table: Table, names: Sequence[str], changes: Sequence[Change]) -> None:
    """Copy the rows of the touched articles.

    Those of a new article are the insertions since, unless some were deleted again. Those of any other
    article are searched for in the whole table.
    """
    target, columns = f"{SLICE}.news.{table.name}", ", ".join(f'"{name}"' for name in names)
    run = lake.connection.execute
    run(
        f"CREATE OR REPLACE TABLE {SLICE}.main.searched AS SELECT article_id FROM {SLICE}.main.touched WHERE is_known "
        f"UNION SELECT article_id FROM {SLICE}.main.seen WHERE is_deletion AND table_name = {quoted(table.name)}"
    )
    searched = [id for (id,) in lake.rows(f"FROM {SLICE}.main.searched")]
    run(
        f"CREATE TABLE {target} AS SELECT {columns} FROM {CATALOG}.{table.qualified} "
        f"WHERE article_id IN ({', '.join(map(quoted, searched)) or 'NULL'})"
    )
    for change in changes:
        run(
            f"INSERT INTO {target} SELECT {columns} FROM {_feed(table, 'insertions', change)} "
            f"WHERE article_id NOT IN (FROM {SLICE}.main.searched)"
        )


def _feed(table: Table, feed: str, change: Change) -> str:
    return (
        f"ducklake_table_{feed}({quoted(CATALOG)}, {quoted(table.schema)}, {quoted(table.name)}, "
        f"{change.first}, {change.last})"
    )
