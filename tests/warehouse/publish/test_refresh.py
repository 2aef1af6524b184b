"""A published file that is refreshed for what changed equals one that is built from the whole lake."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.warehouse.rows import AT, article
from transforms.contract.article import Article
from transforms.contract.columns import encode
from transforms.contract.errors import CheckFailed
from warehouse.catalog.tables import tables
from warehouse.lake.compaction import compact
from warehouse.lake.lake import Lake
from warehouse.ledger.runs import new_run
from warehouse.publish import slice as slices
from warehouse.publish.build import build
from warehouse.publish.checks import run_checks
from warehouse.publish.publish import PublishReport, _stamp, publish
from warehouse.publish.sqlfiles import in_build_order, sql_files

pytestmark = pytest.mark.slow

ARTICLES = tables()["news.articles"]
ANNOTATIONS = ("segments", "entities", "mentions", "quotes")
MARTS, CHECKS = in_build_order(sql_files("marts")), sql_files("checks")


def write(lake: Lake, id: str, seed: int, *, version: int = 1, broken: bool = False) -> None:
    """Replace an article version by one whose rows depend on the seed; a broken one has a misplaced quote."""
    lake.connection.execute(
        "DELETE FROM lake.news.articles WHERE (article_id, version_no) IN (VALUES (?, ?))", [id, version]
    )
    day = None if seed % 5 == 4 else AT.replace(day=1 + seed % 3)
    text = f"The wall {seed} fell."
    row = article(
        id, text, version_no=version, raw_id=f"r{seed}", observation_id=f"{id}{version}", word_count=seed,
        publisher=[None, "Gazette", "Post"][seed % 3], repairs=["mojibake_fixed"] if seed % 2 else [],
        published_at=day, published_precision=day and "day", published_basis=day and "metadata",
    )  # fmt: skip
    lake.insert(ARTICLES, encode(Article, [row]))
    lake.connection.execute(
        "UPDATE lake.news.articles SET is_latest = (version_no = ?) "
        "WHERE article_id = ? AND is_latest <> (version_no = ?)",
        [version, id, version],
    )
    lake.connection.execute(
        "INSERT INTO lake.raw.documents BY NAME SELECT ? AS raw_id "
        "WHERE ? NOT IN (SELECT raw_id FROM lake.raw.documents)",
        [row.raw_id, row.raw_id],
    )
    annotate(lake, id, seed, version=version, broken=broken)


def annotate(lake: Lake, id: str, seed: int, *, version: int = 1, broken: bool = False) -> None:
    """Replace the annotations of an article version."""
    key = f"{id!r} AS article_id, {version} AS version_no"
    for name in ANNOTATIONS:
        lake.connection.execute(
            f"DELETE FROM lake.news.{name} WHERE article_id = {id!r} AND version_no = {version}"
        )
    entities = f"SELECT {key}, 'e' || n AS entity_id, 'Name {seed % 4}' AS name, 'person' AS kind"
    for name, rows in {
        "segments": f"SELECT {key}, 0 AS segment_no",
        "entities": f"{entities}, {seed} AS mention_count, {seed} / 7 AS salience FROM range({seed % 4}) r(n)",
        "mentions": f"SELECT {key}, 'body' AS field, n AS start, 'e' || n AS entity_id FROM range({seed % 4}) r(n)",
        "quotes": f"SELECT {key}, n AS quote_no, n // 2 AS utterance_no, 'body' AS field, {4 + broken} AS start, "
        f"8 AS \"end\", 'wall' AS text FROM range({seed % 3 + broken}) r(n)",
    }.items():
        lake.connection.execute(f"INSERT INTO lake.news.{name} BY NAME {rows}")


def remove(lake: Lake, id: str, *, version: int) -> None:
    """Remove the newest version of an article."""
    for name in ("articles", *ANNOTATIONS):
        lake.connection.execute(
            f"DELETE FROM lake.news.{name} WHERE article_id = {id!r} AND version_no = {version}"
        )
    if version > 1:
        lake.connection.execute(
            "UPDATE lake.news.articles SET is_latest = true WHERE (article_id, version_no) IN (VALUES (?, ?))",
            [id, version - 1],
        )


def fold(lake: Lake) -> None:
    """Compact in every way that DuckLake has."""
    for call in ("flush_inlined_data('lake')", "rewrite_data_files('lake', delete_threshold => 0.0)"):
        lake.connection.execute(f"CALL ducklake_{call}")
    lake.connection.execute("CALL ducklake_merge_adjacent_files('lake')")


class Steps:
    """A lake that is written to by steps: letters and a number, which decides about the content."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.versions: dict[str, int] = {}

    def take(self, step: str, id: str, seed: int) -> None:
        if step == "publish":
            with suppress(CheckFailed):
                publish(self.lake, new_run())
            return
        if step in ("fold", "maintain"):
            fold(self.lake)
            if step == "maintain":
                compact(self.lake, keep_days=0)
            return
        version = self.versions.get(id, 0)
        with self.lake.transaction(step):
            if step == "add" or not version:
                self.versions[id] = version + 1
                write(self.lake, id, seed, version=version + 1)
            elif step == "remove":
                self.versions[id] = version - 1
                remove(self.lake, id, version=version)
            elif step == "annotate":
                annotate(self.lake, id, seed, version=version)
            else:
                write(self.lake, id, seed, version=version, broken=step == "break")


def assert_published_like_a_full_build(lake: Lake) -> None:
    run, folder = new_run(), Path(str(lake.location))
    failed = failed_checks(lambda: publish(lake, run))
    assert failed == failed_checks(lambda: run_checks(lake, run, CHECKS, failure="full"))
    if not failed:
        build(lake, folder / "whole.duckdb", MARTS, _stamp(lake, run, MARTS, CHECKS, None))
        assert differences(folder / "news.duckdb", folder / "whole.duckdb") == []


def failed_checks(work: Callable[[], object]) -> tuple[str, ...]:
    try:
        work()
    except CheckFailed as error:
        return error.checks
    return ()


def differences(left: Path, right: Path) -> list[str]:
    """The marts that differ between two published files."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{left}' AS a (READ_ONLY)")
        connection.execute(f"ATTACH '{right}' AS b (READ_ONLY)")
        both = "(FROM {0}.mart.{2} EXCEPT ALL FROM {1}.mart.{2})"
        return [
            mart.name
            for mart in MARTS
            for order in ("ab", "ba")
            if connection.execute(f"FROM {both.format(*order, mart.name)}").fetchall()
        ]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "again", "annotate", "remove", "break", "fold", "maintain", "publish"]),
        st.sampled_from("abc"),
        st.integers(0, 11),
    ),
    min_size=6,
    max_size=12,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "lake"
    Lake.open(folder).close()
    return folder


@pytest.fixture
def lake(empty: Path, tmp_path: Path) -> Iterator[Lake]:
    shutil.copytree(empty, tmp_path / "lake")
    with Lake.open(tmp_path / "lake") as opened:
        opened.connection.execute("SET threads = 1")
        yield opened


PUBLISH = ("publish", "a", 0)
FIRST = [("add", "a", 2), ("add", "b", 3), PUBLISH]
REPLACED = [
    ("add", "a", 3),
    ("fold", "a", 0),
    ("add", "c", 4),
    ("fold", "a", 0),
    ("again", "c", 10),
]  # a leaves its day


@given(STEPS, st.booleans())
@example([*FIRST, *REPLACED, PUBLISH, ("maintain", "a", 0), ("annotate", "a", 9), ("remove", "b", 0)], False)
@example([*FIRST, *REPLACED, ("break", "b", 5), PUBLISH, ("again", "b", 8), ("remove", "c", 0)], True)
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_refreshed_file_and_its_checks_equal_those_of_a_full_build(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int]], is_inlined: bool
) -> None:
    folder = tmp_path_factory.mktemp("property") / "lake"
    shutil.copytree(empty, folder)
    with Lake.open(folder) as lake:
        lake.connection.execute("SET threads = 1")  # for a few rows, more of them only cost time
        lake.connection.execute(f"CALL lake.set_option('data_inlining_row_limit', {1000 * is_inlined})")
        taken = Steps(lake)
        for step in steps:
            taken.take(*step)
        assert_published_like_a_full_build(lake)


def _publish(lake: Lake) -> PublishReport:
    return publish(lake, new_run())


def _add(lake: Lake, id: str, seed: int, *, broken: bool = False) -> None:
    with lake.transaction("add"):
        write(lake, id, seed, broken=broken)


def test_only_changed_articles_are_computed_again(lake: Lake) -> None:
    _add(lake, "a", 1)
    _add(lake, "b", 2)
    assert _publish(lake).refreshed is None
    _add(lake, "b", 3)
    _add(lake, "c", 4)
    report = _publish(lake)
    assert (report.refreshed, report.rows["dim_article"]) == (2, 3)


def test_a_row_broken_since_the_last_publication_stops_the_next(lake: Lake) -> None:
    _add(lake, "a", 2)
    _publish(lake)
    _add(lake, "b", 2, broken=True)
    with pytest.raises(CheckFailed, match=r"nothing was published: quotes_are_where_they_say: 3 rows"):
        _publish(lake)
    _add(lake, "b", 2)
    assert _publish(lake).refreshed == 1


def test_a_broken_old_row_that_a_full_check_finds_stops_the_next_publication(lake: Lake) -> None:
    _add(lake, "a", 2)
    _publish(lake)
    with lake.transaction("remove"):
        lake.connection.execute("DELETE FROM lake.raw.documents")
    _add(lake, "b", 3)
    assert _publish(lake).refreshed == 1
    with pytest.raises(CheckFailed, match=r"the lake fails: raw_bytes_are_kept: 1 rows.*\"a\""):
        run_checks(lake, new_run(), CHECKS, failure="the lake fails")
    _add(lake, "c", 4)
    with pytest.raises(CheckFailed, match=r"nothing was published: raw_bytes_are_kept: 1 rows.*\"a\""):
        _publish(lake)


def test_a_file_is_built_from_the_whole_lake_when_many_articles_changed(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "_MOST_ARTICLES", 1)
    _add(lake, "a", 1)
    _publish(lake)
    _add(lake, "b", 1)
    assert _publish(lake).refreshed == 1
    with lake.transaction("two"):
        write(lake, "c", 1)
        write(lake, "d", 1)
    assert _publish(lake).refreshed is None


def test_a_file_is_built_from_the_whole_lake_when_the_changes_have_expired(lake: Lake) -> None:
    _add(lake, "a", 1)
    _publish(lake)
    _add(lake, "b", 1)
    _add(lake, "c", 1)
    compact(lake, keep_days=0)
    report = _publish(lake)
    assert (report.refreshed, report.rows["dim_article"]) == (None, 3)


def test_maintenance_directly_after_a_publication_leaves_the_changes_known(lake: Lake) -> None:
    _add(lake, "a", 1)
    _publish(lake)
    compact(lake, keep_days=0)
    _add(lake, "b", 1)
    assert _publish(lake).refreshed == 1
