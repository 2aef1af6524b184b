from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from tests.bench.news import FRESH, write_news
from tests.bench.replicate import Base, commit_copies, replicate
from tests.flows.corpus import ask
from warehouse.lake.lake import Lake

pytestmark = pytest.mark.slow


def run(lake: Path, source: Path) -> dict[str, int]:
    """Rows written by table, those of runs and checks left out."""
    settings = Settings(lake=str(lake), parser="lexicon")
    written = run_pipeline(settings, sources_for(settings, [str(source)])).rows_by_table
    return {table: rows for table, rows in written.items() if table not in ("ops.runs", "ops.checks")}


def test_nothing_of_a_copy_is_pending_and_every_check_passes(tmp_path: Path) -> None:
    path = tmp_path / "lake"
    run(path, write_news(tmp_path / "first.jsonl", range(60)))
    with Lake.open(path) as lake:
        base = Base.of(lake, tmp_path / "base")
        replicate(lake, base, range(1, 4))
        commit_copies(lake, base, range(4, 6), total=6)
    new = write_news(tmp_path / "new.jsonl", range(FRESH, FRESH + 10))
    written = run(path, new)
    assert written["news.articles"] < 60  # ten, and those in which a line has become boilerplate
    assert run(path, new) == {}
    ((articles, distinct, seqs),) = ask(
        path,
        "select count(*), count(distinct text), (select count(distinct seq) from raw.observations) from news.articles",
    )
    assert (articles, distinct, seqs) == (370, 370, 370)
    assert ask(path, "select sum(failed_rows) from ops.checks") == [(0,)]


def test_a_copy_keeps_the_records_readable(tmp_path: Path) -> None:
    path = tmp_path / "lake"
    run(path, write_news(tmp_path / "first.jsonl", range(3)))
    with Lake.open(path) as lake:
        replicate(lake, Base.of(lake, tmp_path / "base"), range(1, 2))
    query = "select count(*), count(distinct json_extract_string(decode(body), '$.text')) from raw.documents"
    assert ask(path, f"{query} where octet_length(body) = byte_count") == [(6, 6)]
