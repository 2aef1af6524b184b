"""Maintenance deletes the files of a killed writer, none that any snapshot names, and checks every row."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.maintain import maintain
from flows.stages.pipeline import run_pipeline
from tests.flows.corpus import ask, contents, files_of, write_corpus
from transforms.contract.errors import CheckFailed
from warehouse.lake import compaction
from warehouse.lake.compaction import compact
from warehouse.lake.lake import Lake

pytestmark = pytest.mark.slow


# A transaction that has written its files and is killed before its commit.
_KILLED = """
import os, signal, sys
from warehouse.lake.lake import CATALOG, Lake

lake = Lake.open(sys.argv[1])
with lake.transaction("never"):
    lake.connection.execute(
        f"INSERT INTO {CATALOG}.news.segments BY NAME SELECT s.* REPLACE (s.segment_no + n AS segment_no) "
        f"FROM {CATALOG}.news.segments s, range(2000) t(n)"
    )
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_files_of_a_killed_writer_go_once_they_are_old(tmp_path: Path) -> None:
    folder = tmp_path / "my lake #1"
    settings = Settings(lake=str(folder), parser="lexicon")
    run_pipeline(settings, sources_for(settings, [str(write_corpus(tmp_path / "in.jsonl", 3))]))
    sound, held = files_of(folder), contents(folder)
    killed = subprocess.run([sys.executable, "-c", _KILLED, folder])
    assert killed.returncode == -signal.SIGKILL
    orphans = files_of(folder) - sound
    assert orphans

    folder = folder.rename(tmp_path / "moved")
    with Lake.open(folder) as lake:
        assert compact(lake).orphans_removed == 0
        assert orphans <= files_of(folder)
        for path in folder.rglob("*.parquet"):
            os.utime(path, (time.time() - 2 * 86400,) * 2)
        assert compact(lake).orphans_removed == len(orphans)
        assert not orphans & files_of(folder)
        assert compact(lake).orphans_removed == 0
    assert contents(folder) == held


def test_a_broken_old_row_fails_maintenance_after_compaction(tmp_path: Path) -> None:
    settings = Settings(lake=str(tmp_path / "lake"), parser="lexicon")
    corpus = tmp_path / "in.jsonl"
    run_pipeline(settings, sources_for(settings, [str(write_corpus(corpus, 2))]))
    assert maintain(settings, keep_days=0).snapshots_expired
    with Lake.open(tmp_path / "lake") as lake, lake.transaction("remove"):
        lake.connection.execute("DELETE FROM lake.raw.documents")
    run_pipeline(settings, sources_for(settings, [str(write_corpus(corpus, 3))]))
    with pytest.raises(CheckFailed, match="the lake fails its checks: raw_bytes_are_kept: 2 rows"):
        maintain(settings, keep_days=0)
    runs = "SELECT status, contains(message, 'raw_bytes_are_kept') FROM ops.runs ORDER BY started_at"
    assert ask(tmp_path / "lake", runs) == [("ok", False), ("ok", False), ("ok", False), ("failed", True)]


# A fold that is killed after some time; it has always something to do.
_KILLED_FOLD = """
import os, signal, sys, threading
from warehouse.lake import compaction
from warehouse.lake.lake import Lake

compaction._MOST_COMMITS = 0
with Lake.open(sys.argv[1]) as lake:
    threading.Timer(float(sys.argv[2]), os.kill, (os.getpid(), signal.SIGKILL)).start()
    while True:
        compaction.fold(lake)
        with lake.transaction("more"):
            rows = "SELECT r::TEXT, 'x', 0, '', now() FROM range(2000) t(r)"
            lake.connection.execute(f"INSERT INTO lake.ops.checks {rows}")
            lake.connection.execute("DELETE FROM lake.ops.checks WHERE name = 'x' AND run_id::INT % 3 = 0")
"""


def test_a_fold_that_is_killed_at_any_moment_leaves_every_row(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    settings = Settings(lake=str(folder), parser="lexicon")
    for number in range(3):
        corpus = write_corpus(tmp_path / f"{number}.jsonl", 3, first=3 * number)
        run_pipeline(settings, sources_for(settings, [str(corpus)]))
    held = contents(folder)
    for delay in (0.02, 0.1, 0.3, 0.7, 1.5, 2.5):
        killed = subprocess.run([sys.executable, "-c", _KILLED_FOLD, folder, str(delay)])
        assert killed.returncode == -signal.SIGKILL
        kept = contents(folder)
        assert {name: kept[name] for name in kept if name != "ops.checks"} == {
            name: held[name] for name in held if name != "ops.checks"
        }
    corpus = write_corpus(tmp_path / "last.jsonl", 3, first=100)
    assert run_pipeline(settings, sources_for(settings, [str(corpus)])).run.accepted == 3


def test_runs_fold_what_small_runs_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "_MOST_COMMITS", 20)
    settings = Settings(lake=str(tmp_path / "lake"), parser="lexicon")
    folded = 0
    for number in range(8):
        corpus = write_corpus(tmp_path / "in.jsonl", 2, first=2 * number)
        session = run_pipeline(settings, sources_for(settings, [str(corpus)]))
        folded += session.report(compaction.CompactionReport).files_after > 0
    assert 1 < folded < 5
    with Lake.open(settings.lake, read_only=True) as lake:
        ((files,),) = lake.rows("SELECT sum(file_count) FROM ducklake_table_info('lake')")
        assert files < 40
        assert lake.rows("SELECT count(*), count(DISTINCT article_id) FROM news.articles") == [(16, 16)]
