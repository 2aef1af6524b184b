"""The change feed names every row that changed since a snapshot, whatever compaction did in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.rows import article
from transforms.contract.article import Article
from transforms.contract.columns import encode
from warehouse.catalog.tables import tables
from warehouse.lake.changes import Changes, changes_since
from warehouse.lake.compaction import compact
from warehouse.lake.lake import CATALOG, Lake

ARTICLES = tables()["news.articles"]


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake.open(tmp_path) as opened:
        _insert(opened, "a", "b", "c")
        yield opened


def _insert(lake: Lake, *ids: str) -> None:
    with lake.transaction("insert"):
        lake.insert(ARTICLES, encode(Article, [article(id) for id in ids]))


def _delete(lake: Lake, id: str) -> None:
    with lake.transaction("delete"):
        lake.connection.execute(f"DELETE FROM {CATALOG}.news.articles WHERE article_id = '{id}'")


def _named(lake: Lake, changes: Changes | None) -> list[str]:
    assert changes is not None
    return sorted(id for (id,) in lake.rows(f"FROM {changes.keys(ARTICLES, ['article_id'])}"))


def test_rows_inserted_and_deleted_since_a_snapshot_are_named(lake: Lake) -> None:
    since = lake.snapshot_id
    _insert(lake, "d")
    _delete(lake, "b")
    assert _named(lake, changes_since(lake, since)) == ["b", "d"]
    assert _named(lake, changes_since(lake, lake.snapshot_id)) == []


def test_compaction_changes_nothing(lake: Lake) -> None:
    _delete(lake, "a")
    since = lake.snapshot_id
    compact(lake)
    assert _named(lake, changes_since(lake, since)) == []
    _insert(lake, "d")
    assert _named(lake, changes_since(lake, since)) == ["d"]


def test_a_rewrite_between_two_changes_is_left_out(lake: Lake) -> None:
    since = lake.snapshot_id
    _delete(lake, "a")
    compact(lake)
    _insert(lake, "d")
    assert _named(lake, changes_since(lake, since)) == ["a", "d"]


def test_records_of_runs_change_nothing(lake: Lake) -> None:
    since = lake.snapshot_id
    with lake.transaction("record", is_data=False):
        lake.connection.execute(f"INSERT INTO {CATALOG}.ops.checks VALUES ('r', 'c', 0, '', now())")
    changes = changes_since(lake, since)
    assert changes is not None
    assert not changes.ranges


def test_the_changes_since_an_unknown_snapshot_are_unknown(lake: Lake) -> None:
    assert changes_since(lake, 9_999) is None


def test_the_changes_of_a_table_that_was_altered_are_unknown(lake: Lake) -> None:
    since = lake.snapshot_id
    lake.connection.execute(f"ALTER TABLE {CATALOG}.news.articles ADD COLUMN more INTEGER")
    with lake.transaction("fill"):
        lake.connection.execute(f"UPDATE {CATALOG}.news.articles SET more = 1")
    assert changes_since(lake, since) is None
