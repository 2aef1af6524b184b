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
