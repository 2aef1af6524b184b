"""What a reader of a lake is told when there is nothing to read yet, or not at that snapshot."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

import warehouse
from tests.warehouse.rows import article
from transforms.contract.article import Article
from transforms.contract.columns import encode
from transforms.contract.errors import LakeError, UsageError
from warehouse.ask.snapshots import last_snapshots
from warehouse.catalog.tables import tables
from warehouse.lake.connect import why_no_marts
from warehouse.lake.lake import Lake
from warehouse.lake.lease import lease

pytestmark = pytest.mark.slow


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "lake"
    with Lake.open(folder) as opened, opened.transaction("run 20240305T120000-abcd: 1 article version"):
        opened.insert(tables()["news.articles"], encode(Article, [article("a")]))
    return folder


def test_the_snapshots_of_a_lake_are_listed_newest_first_and_can_be_queried(lake: Path) -> None:
    with closing(warehouse.connect(lake)) as connection:
        newest, *older = last_snapshots(connection, limit=10)
    assert (newest.run_id, newest.change) == ("20240305T120000-abcd", "1 article version")
    assert newest.snapshot_id > older[0].snapshot_id
    for each in (newest, *older):
        with closing(warehouse.connect(lake, as_of=str(each.snapshot_id))) as connection:
            count = connection.execute("select count(*) from news.articles").fetchall()
        assert count == [(int(each is newest),)]


@pytest.mark.parametrize("as_of", ["0", "999", "1999-01-01", "1999-01-01T12:00+02:00"])
def test_a_snapshot_that_does_not_exist_is_answered_with_those_that_do(lake: Path, as_of: str) -> None:
    with pytest.raises(UsageError, match=r"no snapshot at .*; the lake in .* has \d+ .* to \d+ \("):
        warehouse.connect(lake, as_of=as_of)


@pytest.mark.parametrize("as_of", ["yesterday", "-1", "²", "1.5"])
def test_what_is_neither_a_number_nor_a_time_is_wrong_usage(lake: Path, as_of: str) -> None:
    with pytest.raises(UsageError, match="not a snapshot number or a time"):
        warehouse.connect(lake, as_of=as_of)


def test_a_lake_in_its_first_moments_says_who_creates_it(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    folder.mkdir()
    (folder / "catalog.sqlite").write_bytes(b"")
    with pytest.raises(LakeError, match="has no tables yet; dateline run creates them"):
        warehouse.connect(folder)
    with lease(folder), pytest.raises(LakeError, match=r"is being created by .*; try again in a moment"):
        warehouse.connect(folder)


def test_why_there_are_no_marts(lake: Path) -> None:
    assert "not published yet" in why_no_marts(lake)
    assert "dateline run publishes them" in why_no_marts(lake)
    with lease(lake):
        assert "is not done yet" in why_no_marts(lake)
    assert "newest snapshot only" in why_no_marts(lake, as_of="2")
