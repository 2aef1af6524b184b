"""A slice of the lake: all rows of the articles that changed since a snapshot, as tables of the same names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from warehouse.catalog.tables import Table, tables
from warehouse.lake.changes import Changes, changes_since
from warehouse.lake.connect import PUBLISHED
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, Lake
from warehouse.publish.sqlfiles import SqlFile

SLICE = "slice"
"""The in-memory catalogue of the slice: schema `news` as in the lake, and `main.touched`, the article ids."""

# Above both, computing everything is cheaper than computing what changed.
_MOST_ARTICLES = 500
_MOST_OF_ALL = 0.05

Columns = Mapping[Table, Sequence[str]]
"""The columns that queries read, by table."""


@contextmanager
def sliced(lake: Lake, published: Path, since: int, files: Sequence[SqlFile]) -> Iterator[int | None]:
    """Attach the slice for marts and checks of articles; yields the number of articles in it.

    The slice has every row that the files read of the articles that changed after the snapshot `since`,
    the one in the published file. Yields None when there is no slice: too many articles changed, or the
    changes are no longer known.
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


def _columns_read(files: Sequence[SqlFile]) -> Columns:
    """The columns of tables of articles that the files name."""
    read: dict[Table, set[str]] = {}
    for file in files:
        words = set(re.findall(r"\w+", file.body))
        for name in re.findall(r"\bnews\.(\w+)", file.body):
            table = tables()[f"news.{name}"]
            read.setdefault(table, {"article_id"}).update(c.name for c in table.columns if c.name in words)
    return {table: sorted(names) for table, names in read.items()}


def _find_touched(lake: Lake, published: Path, columns: Columns, changes: Changes) -> int | None:
    """Fill `main.touched` (article_id, is_known: it was published before) and `main.seen`, the changes by table.

    Returns the number of articles, or None when there are too many.
    """
    run = lake.connection.execute
    run(f"CREATE TABLE {SLICE}.main.seen (table_name VARCHAR, article_id VARCHAR, is_deletion BOOLEAN)")
    for table in columns:
        for rows, is_deletion in ((changes.inserted(table), False), (changes.deleted(table), True)):
            row = f"{quoted(table.name)}, article_id, {is_deletion}"
            run(f"INSERT INTO {SLICE}.main.seen SELECT DISTINCT {row} FROM {rows}")
    run(f"ATTACH {quoted(str(published))} AS {PUBLISHED} (READ_ONLY)")
    known = f"(SELECT article_id FROM {PUBLISHED}.mart.dim_article)"
    run(
        f"CREATE TABLE {SLICE}.main.touched AS SELECT DISTINCT article_id, article_id IN {known} AS is_known "
        f"FROM {SLICE}.main.seen"
    )
    ((count, total),) = lake.rows(f"SELECT count(*), (SELECT count(*) FROM {known}) FROM {SLICE}.main.touched")
    run(f"DETACH {PUBLISHED}")
    return None if count > max(_MOST_ARTICLES, _MOST_OF_ALL * total) else int(count)


def _copy_rows(lake: Lake, table: Table, names: Sequence[str], changes: Changes) -> None:
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
    searched = [quoted(id) for (id,) in lake.rows(f"FROM {SLICE}.main.searched")]
    found = f"FROM {CATALOG}.{table.qualified} WHERE article_id IN ({', '.join(searched) or 'NULL'})"
    if "seq" in table.order:  # their places are found first, so that few of the wide columns are read
        places = [str(seq) for (seq,) in lake.rows(f"SELECT seq {found}")]
        found += f" AND seq IN ({', '.join(places) or 'NULL'})"
    run(f"CREATE TABLE {target} AS SELECT {columns} {found}")
    run(
        f"INSERT INTO {target} SELECT {columns} FROM {changes.inserted(table)} "
        f"WHERE article_id NOT IN (FROM {SLICE}.main.searched)"
    )
