from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import warehouse
from tests.warehouse.rows import article
from transforms.contract.article import Article
from transforms.contract.columns import decode, encode
from transforms.contract.errors import LakeError, SchemaError
from warehouse.catalog import tables as catalogue
from warehouse.catalog.rows import Document
from warehouse.catalog.tables import Table, tables
from warehouse.lake.lake import CATALOG, Lake

pytestmark = pytest.mark.slow


ARTICLES = tables()["news.articles"]


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake.open(tmp_path / "lake") as opened:
        yield opened


def _count(lake: Lake) -> int:
    return int(lake.rows("SELECT count(*) FROM lake.news.articles")[0][0])


def test_rows_are_read_back_unchanged(lake: Lake) -> None:
    held = article("a", text="“Straße” 😀\n\nNext.", authors=["Ana Reyes"], flags=["live"])
    with lake.transaction("one"):
        lake.insert(ARTICLES, encode(Article, [held]))
    (row,) = lake.arrow("SELECT * FROM lake.news.articles").to_pylist()
    assert Article(**row) == held


def test_a_transaction_that_fails_leaves_nothing(lake: Lake) -> None:
    def half() -> None:
        with lake.transaction("half"):
            lake.insert(ARTICLES, encode(Article, [article("a")]))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        half()
    assert _count(lake) == 0
    assert lake.rows_written == 0


def test_every_column_is_documented_and_every_comment_is_in_the_lake(lake: Lake) -> None:
    undocumented = [f"{t.qualified}.{c.name}" for t in tables().values() for c in t.columns if not c.doc]
    assert undocumented == []
    assert [t.qualified for t in tables().values() if not t.comment] == []
    held = lake.rows("SELECT count(*) FROM duckdb_columns() WHERE database_name = 'lake' AND comment IS NULL")
    assert held == [(0,)]


def test_a_row_class_that_gains_a_column_evolves_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dataclass(slots=True)
    class Before:
        """A row."""

        id: Annotated[str, "the row"]

    @dataclass(slots=True)
    class After:
        """A row."""

        id: Annotated[str, "the row"]
        note: Annotated[str | None, "what was noted"]

    def declare(row: type) -> Table:
        table = Table("news", "notes", row, ("id",))
        monkeypatch.setattr(
            "warehouse.lake.evolution.tables", lambda: {**catalogue.tables(), "news.notes": table}
        )
        return table

    before = declare(Before)
    with Lake.open(tmp_path) as lake, lake.transaction("old"):
        lake.insert(before, encode(Before, [Before("old")]))
        lake.append(before, [encode(Before, [Before("old file")])])
    after = declare(After)
    with Lake.open(tmp_path) as lake:
        with lake.transaction("new"):
            lake.insert(after, encode(After, [After("new", "seen")]))
            lake.append(after, [encode(After, [After("new file", "seen")])])
        rows = [("new", "seen"), ("new file", "seen"), ("old", None), ("old file", None)]
        assert lake.rows("FROM lake.news.notes ORDER BY id") == rows


def test_files_of_their_own_are_part_of_the_lake(tmp_path: Path) -> None:
    table, now = tables()["raw.documents"], datetime.now(UTC)
    rows = [Document(f"{n}", bytes([n]) * n, "text/plain", None, n, n, now) for n in range(50)]
    with Lake.open(tmp_path / "here") as lake:
        for part in (rows[:30], rows[30:]):
            with lake.transaction("documents"):
                groups = [encode(Document, part[:7]), encode(Document, part[7:])]
                assert lake.append(table, groups) == len(part)
        with suppress(KeyboardInterrupt), lake.transaction("broken off"):
            lake.append(table, [encode(Document, rows)])
            raise KeyboardInterrupt
        assert lake.rows_written == 50
        found = lake.arrow("FROM lake.raw.documents ORDER BY byte_count")
        assert decode(Document, found) == rows
        lake.connection.execute(f"CALL ducklake_merge_adjacent_files('{CATALOG}')")
        assert lake.arrow("FROM lake.raw.documents ORDER BY byte_count") == found
    (tmp_path / "here").rename(tmp_path / "there")
    with Lake.open(tmp_path / "there", read_only=True) as lake:
        assert lake.arrow("FROM lake.raw.documents ORDER BY byte_count") == found


def test_a_column_that_changes_its_type_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(slots=True)
    class Text:
        """A row."""

        id: Annotated[str, "the row"]

    @dataclass(slots=True)
    class Number:
        """A row."""

        id: Annotated[int, "the row"]

    for row in (Text, Number):
        table = Table("news", "notes", row, ("id",))
        monkeypatch.setattr("warehouse.lake.evolution.tables", lambda t=table: {"news.notes": t})
        if row is Number:
            with pytest.raises(
                SchemaError, match=r"news\.notes\.id is VARCHAR in the lake and BIGINT in the code"
            ):
                Lake.open(tmp_path)
        else:
            Lake.open(tmp_path).close()


def test_snapshots_carry_messages_and_show_the_lake_as_it_was(lake: Lake) -> None:
    for name in ("a", "b"):
        with lake.transaction(f"article {name}"):
            lake.insert(ARTICLES, encode(Article, [article(name)]))
    messages = [m for (m,) in lake.rows("SELECT commit_message FROM lake.snapshots() ORDER BY snapshot_id")]
    assert messages[-2:] == ["article a", "article b"]
    with_a = lake.data_snapshot_id - 1
    with Lake.open(lake.location, as_of=str(with_a)) as earlier:
        assert earlier.rows("SELECT article_id FROM lake.news.articles") == [("a",)]


def test_a_lake_can_be_moved(tmp_path: Path) -> None:
    with Lake.open(tmp_path / "here") as lake, lake.transaction("one"):
        lake.insert(ARTICLES, encode(Article, [article(str(n)) for n in range(20)]))
    shutil.move(tmp_path / "here", tmp_path / "there")
    assert warehouse.connect(tmp_path / "there").execute("SELECT count(*) FROM news.articles").fetchall() == [
        (20,)
    ]


def test_a_missing_lake_has_a_clear_message(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="there is no lake in"):
        warehouse.connect(tmp_path / "nowhere")


def test_readers_cannot_write(lake: Lake) -> None:
    with lake.transaction("one"):
        lake.insert(ARTICLES, encode(Article, [article("a")]))
    reader = warehouse.connect(Path(str(lake.location)))
    with pytest.raises(Exception, match="read-only"):
        reader.execute("DELETE FROM news.articles")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abcde"), st.text(max_size=20)), max_size=8))
def test_replacing_by_key_keeps_the_last_of_each(lake: Lake, writes: list[tuple[str, str]]) -> None:
    with lake.transaction("empty"):
        lake.connection.execute("DELETE FROM lake.news.articles")
    for id, text in writes:
        rows = encode(Article, [article(id, text=text)])
        with lake.transaction("replace"):
            lake.delete(ARTICLES, rows.select(["article_id", "version_no"]))
            lake.insert(ARTICLES, rows)
    assert dict(lake.rows("SELECT article_id, text FROM lake.news.articles")) == dict(writes)
    assert _count(lake) == len(dict(writes))


def _write_for_ever(folder: Path) -> None:
    with Lake.open(folder) as lake:
        for n in range(10_000):
            batch = [article(f"{n}-{i}", observation_id=f"{n}-{i}") for i in range(50)]
            with lake.transaction(f"batch {n}"):
                lake.insert(ARTICLES, encode(Article, batch))
                lake.insert(tables()["news.aliases"], _aliases(n))


def _aliases(n: int) -> pa.Table:
    from transforms.contract.article import Alias

    return encode(Alias, [Alias(f"{n}-{i}", "url", f"https://x.example/{n}/{i}") for i in range(50)])


def _die_in_a_commit(catalog: Path) -> None:
    """Leave a journal of changes that are half in the catalogue, as a kill in the midst of a commit does."""
    database = sqlite3.connect(catalog, isolation_level=None)
    database.execute("PRAGMA cache_size = 1")  # pages go to the file long before the commit
    database.execute("BEGIN IMMEDIATE")
    database.execute("DELETE FROM ducklake_snapshot_changes")
    database.execute("CREATE TABLE half (value)")
    database.executemany("INSERT INTO half VALUES (randomblob(?))", [(1000,)] * 500)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("reads", [True, False])
def test_a_commit_whose_writer_was_killed_in_its_midst_is_undone_by_whoever_opens_the_lake_next(
    lake: Lake, *, reads: bool
) -> None:
    with lake.transaction("one"):
        lake.insert(ARTICLES, encode(Article, [article("a")]))
    lake.close()
    catalog = Path(str(lake.location)) / "catalog.sqlite"
    writer = multiprocessing.get_context("spawn").Process(target=_die_in_a_commit, args=(catalog,))
    writer.start()
    writer.join()
    assert catalog.with_name("catalog.sqlite-journal").stat().st_size > 0
    with Lake.open(lake.location, read_only=reads) as again:
        assert _count(again) == 1
        newest = "SELECT commit_message FROM lake.snapshots() ORDER BY snapshot_id DESC LIMIT 1"
        assert again.rows(newest) == [("one",)]


def test_readers_beside_a_writer_that_is_killed_see_whole_batches(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    Lake.open(folder).close()
    seen = [(0, 0)]
    for _ in range(2):
        writer = multiprocessing.get_context("spawn").Process(target=_write_for_ever, args=(folder,))
        writer.start()
        enough, until = seen[-1][0] + 150, time.monotonic() + 60
        connection = warehouse.connect(folder)
        while seen[-1][0] < enough and time.monotonic() < until:
            seen += connection.execute(
                "SELECT (SELECT count(*) FROM news.articles), (SELECT count(*) FROM news.aliases)"
            ).fetchall()
        connection.close()
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
    assert seen[-1][0] >= 300
    assert all(articles == aliases and articles % 50 == 0 for articles, aliases in seen)
    with Lake.open(folder) as lake, lake.transaction("still writable"):
        lake.insert(ARTICLES, encode(Article, [article("after")]))


@pytest.mark.parametrize("locked_by", ["BEGIN IMMEDIATE", "BEGIN; SELECT * FROM sqlite_master"])
def test_a_commit_that_finds_the_catalogue_locked_says_so_and_leaves_the_lake_usable(
    tmp_path: Path, locked_by: str
) -> None:
    folder = tmp_path / "lake"
    Lake.open(folder).close()
    program = (
        "import sqlite3, sys\n"
        "catalog = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "held = [catalog.execute(statement) for statement in sys.argv[2].split('; ')][-1]\n"
        "held.fetchone()\n"
        "print('locked', flush=True)\n"
        "input()\n"
    )
    command = [sys.executable, "-c", program, str(folder / "catalog.sqlite"), locked_by]
    with Lake.open(folder, busy_timeout_ms=200) as lake:
        other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(LakeError, match=r"lake cannot be written.*database is locked") as caught:
            _add(lake, "a")
        other.communicate(b"\n")
        assert isinstance(caught.value.__cause__, duckdb.Error)
        assert caught.value.location == str(folder)
        assert (_count(lake), lake.rows_written) == (0, 0)
        _add(lake, "a")
        assert (_count(lake), lake.rows_written) == (1, 1)


def test_a_commit_onto_a_full_disk_says_so_and_leaves_the_lake_usable(tmp_path: Path) -> None:
    """The disk is not full here, but no file may grow: the system fails the same writes."""
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Lake.open(tmp_path / "lake") as lake:
        with pytest.raises(LakeError, match=r"lake cannot be written: File too large") as caught:
            _add(lake, "a", before_commit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard)))
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert isinstance(caught.value.__cause__, duckdb.Error)
        _add(lake, "b")
        assert lake.rows("SELECT article_id FROM lake.news.articles") == [("b",)]


def _add(lake: Lake, article_id: str, *, before_commit: Callable[[], None] = lambda: None) -> None:
    with lake.transaction(f"add {article_id}"):
        lake.insert(ARTICLES, encode(Article, [article(article_id)]))
        before_commit()
