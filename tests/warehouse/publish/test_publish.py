"""The published file: opens anywhere, explains itself, and is exchanged while it is being read."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

import warehouse
from tests.warehouse.rows import article
from transforms.contract.article import Article
from transforms.contract.columns import encode
from warehouse.catalog.tables import tables
from warehouse.lake.compaction import compact
from warehouse.lake.lake import Lake
from warehouse.ledger.runs import close_run, new_run
from warehouse.publish.publish import publish
from warehouse.publish.sqlfiles import sql_files

pytestmark = pytest.mark.slow


def _publish(folder: Path, *articles: Article) -> None:
    with Lake.open(folder) as lake:
        with lake.transaction("articles"):
            lake.insert(tables()["news.articles"], encode(Article, list(articles)))
            lake.connection.execute(
                "INSERT INTO lake.raw.documents SELECT DISTINCT raw_id, ''::BLOB, 'text/plain', NULL, 0, 0, now() "
                "FROM lake.news.articles WHERE raw_id NOT IN (SELECT raw_id FROM lake.raw.documents)"
            )
        run = new_run()
        publish(lake, run)
        close_run(lake, run, status="ok")


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    _publish(tmp_path / "lake", article("a"), article("b", publisher=None))
    return tmp_path / "lake"


def test_it_opens_without_extension_from_any_place(lake: Path, tmp_path: Path) -> None:
    shutil.move(lake / "news.duckdb", tmp_path / "elsewhere.duckdb")
    connection = duckdb.connect(str(tmp_path / "elsewhere.duckdb"), read_only=True)
    assert connection.execute("SELECT count(*) FROM mart.dim_article").fetchall() == [(2,)]
    assert connection.execute("SELECT date_on::VARCHAR FROM mart.dim_date").fetchall() == [("2024-03-05",)]
    assert connection.execute("FROM mart.said_by('nobody')").fetchall() == []
    assert connection.execute("SELECT count(*) FROM mart.timeline('x')").fetchall() == [(1,)]


def test_every_column_is_explained_in_the_dictionary_and_as_a_comment(lake: Path) -> None:
    connection = warehouse.connect(lake)
    missing = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'served' "
        "AND schema_name = 'mart' AND coalesce(comment, '') = ''"
    ).fetchall()
    assert missing == []
    described = connection.execute(
        "SELECT DISTINCT schema_name || '.' || table_name FROM meta.dictionary"
    ).fetchall()
    marts = {f"mart.{mart.name}" for mart in sql_files("marts")}
    assert {name for (name,) in described} == {*tables(), *marts, "meta.publish", "meta.dictionary"}
    assert connection.execute("SELECT count(*) FROM meta.dictionary WHERE comment = ''").fetchall() == [(0,)]


def test_the_file_alone_says_what_is_in_it(lake: Path) -> None:
    connection = duckdb.connect(str(lake / "news.duckdb"), read_only=True)
    marts = {mart.name for mart in sql_files("marts")}
    assert {name for (name,) in connection.execute("SHOW TABLES").fetchall()} == marts
    assert connection.execute("SELECT count(*) FROM dim_article").fetchall() == [(2,)]
    for kind, parts in {"tables": "table", "views": "view"}.items():
        named = f"SELECT {parts}_name FROM duckdb_{kind}() WHERE NOT internal AND coalesce(comment, '') = ''"
        assert connection.execute(named).fetchall() == []
    macros = "SELECT function_name, comment FROM duckdb_functions() WHERE schema_name = 'mart'"
    assert dict(connection.execute(macros).fetchall()) == {f.name: f.comment for f in sql_files("macros")}
    uncommented = (
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name IN ('mart', 'meta') "
        "AND coalesce(comment, '') = ''"
    )
    assert connection.execute(uncommented).fetchall() == []


def test_no_column_of_the_file_is_a_reserved_word(lake: Path) -> None:
    reserved = (
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND (column_name = 'start' OR "
        "column_name IN (SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'))"
    )
    assert duckdb.connect(str(lake / "news.duckdb"), read_only=True).execute(reserved).fetchall() == []


def test_keys_are_not_null_and_references_are_in_the_dictionary(lake: Path) -> None:
    connection = warehouse.connect(lake)
    nullable = (
        "SELECT table_name, column_name FROM duckdb_columns() c JOIN meta.dictionary d USING (table_name, column_name) "
        "WHERE c.database_name = 'served' AND c.schema_name = 'mart' AND d.schema_name = 'mart' "
        "AND c.is_nullable <> d.is_nullable"
    )
    assert connection.execute(nullable).fetchall() == []
    found = connection.execute(
        "SELECT schema_name || '.' || table_name || '.' || column_name, refers_to FROM meta.dictionary "
        "WHERE refers_to <> ''"
    )
    references = dict(found.fetchall())
    assert references["mart.quote_book.article_id"] == "mart.dim_article.article_id"
    assert references["mart.quote_book.published_on"] == "mart.dim_date.date_on"
    assert references["mart.quote_book.speaker_entity_id"] == "mart.article_entities.entity_id"
    assert references["news.quotes.speaker_entity_id"] == "news.entities.entity_id"
    assert references["news.mentions.version_no"] == "news.articles.version_no"
    assert references["raw.documents.first_seq"] == "raw.observations.seq"
    assert references["meta.publish.run_id"] == "ops.runs.run_id"
    assert "news.articles.article_id" not in references
    columns = "SELECT schema_name || '.' || table_name || '.' || column_name FROM meta.dictionary"
    assert set(references.values()) <= {name for (name,) in connection.execute(columns).fetchall()}


def test_readers_of_the_old_file_keep_it_and_new_ones_see_the_new(lake: Path) -> None:
    old = duckdb.connect(str(lake / "news.duckdb"), read_only=True)
    _publish(lake, article("c", observation_id="o-c"))
    assert old.execute("SELECT count(*) FROM mart.dim_article").fetchall() == [(2,)]
    old.close()
    new = duckdb.connect(str(lake / "news.duckdb"), read_only=True)
    assert new.execute("SELECT count(*) FROM mart.dim_article").fetchall() == [(3,)]
    assert sorted(p.name for p in lake.glob("*duckdb*")) == ["news.duckdb"]


def test_a_current_file_is_not_built_again(lake: Path) -> None:
    before = (lake / "news.duckdb").stat().st_mtime_ns
    with Lake.open(lake) as opened:
        assert publish(opened, new_run()).is_current
    assert (lake / "news.duckdb").stat().st_mtime_ns == before


def test_macros_answer_by_name(lake: Path) -> None:
    assert {f.name for f in sql_files("macros")} == {"said_by", "timeline", "who_said"}
    connection = warehouse.connect(lake)
    assert connection.execute("FROM mart.who_said('storm')").fetchall() == []


def test_a_damaged_file_hides_the_marts_alone_and_is_built_again(lake: Path) -> None:
    whole = (lake / "news.duckdb").read_bytes()
    (lake / "news.duckdb").write_bytes(whole[:5000])
    assert warehouse.connect(lake).execute("SELECT count(*) FROM news.articles").fetchall() == [(2,)]
    with pytest.raises(duckdb.CatalogException, match="mart"):
        warehouse.connect(lake).execute("FROM mart.dim_article")
    with Lake.open(lake) as opened:
        assert not publish(opened, new_run()).is_current
    assert warehouse.connect(lake).execute("SELECT count(*) FROM mart.dim_article").fetchall() == [(2,)]


def test_the_published_snapshot_survives_maintenance(lake: Path) -> None:
    with Lake.open(lake) as opened:
        assert compact(opened, keep_days=0).snapshots_expired > 0
        assert publish(opened, new_run()).is_current
    ((shown,),) = warehouse.connect(lake).execute("SELECT snapshot_id FROM meta.publish").fetchall()
    then = warehouse.connect(lake, as_of=str(shown))
    assert then.execute("SELECT count(*) FROM lake.news.articles").fetchall() == [(2,)]


def test_a_file_published_after_the_backup_that_the_lake_was_restored_from_is_built_again(
    lake: Path, tmp_path: Path
) -> None:
    shutil.copytree(lake, tmp_path / "backup")
    _publish(lake, article("lost"))
    shutil.move(lake / "news.duckdb", tmp_path / "news.duckdb")
    shutil.rmtree(lake)
    shutil.move(tmp_path / "backup", lake)
    shutil.move(tmp_path / "news.duckdb", lake / "news.duckdb")
    for name in ("c", "d"):
        _publish(lake, article(name))
    with closing(warehouse.connect(lake)) as connection:
        published = connection.execute("SELECT article_id FROM mart.dim_article ORDER BY ALL").fetchall()
    assert published == [("a",), ("b",), ("c",), ("d",)]
