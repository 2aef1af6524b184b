"""Killed at any point and run again: the same rows as a run that nobody disturbed."""

from __future__ import annotations

import contextlib
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

import warehouse
from tests.flows.corpus import contents, write_corpus

pytestmark = pytest.mark.slow

_SETTINGS = 'parser = "lexicon"\nbatch_size = 8\n'


def _start(corpus: Path, lake: Path, settings: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "run",
        str(corpus),
        "--lake",
        str(lake),
        "--settings",
        str(settings),
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _await_progress(lake: Path, run: subprocess.Popen[bytes]) -> None:
    """Wait until a run has committed something, or has ended."""
    before = _snapshots(lake)
    deadline = time.monotonic() + 60
    while _snapshots(lake) == before and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def _snapshots(lake: Path) -> int:
    if not (lake / "catalog.sqlite").exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"file:{lake / 'catalog.sqlite'}?mode=ro", uri=True)) as catalog:
        try:
            return int(catalog.execute("SELECT count(*) FROM ducklake_snapshot").fetchone()[0])
        except sqlite3.OperationalError:  # not made yet, or written to at this moment
            return 0


def test_kill_9_at_random_points_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "in.jsonl", 90)
    settings = tmp_path / "dateline.toml"
    settings.write_text(_SETTINGS)
    calm = _start(corpus, tmp_path / "calm", settings)
    _, output = calm.communicate(timeout=120)
    assert calm.returncode == 0, output
    moments = random.Random(2024)
    killed = 0
    for signal_sent in (signal.SIGKILL, signal.SIGINT) * 3:
        hunted = _start(corpus, tmp_path / "hunted", settings)
        _await_progress(tmp_path / "hunted", hunted)
        time.sleep(moments.uniform(0, 0.4))
        killed += hunted.poll() is None
        hunted.send_signal(signal_sent)
        hunted.communicate()
    last = _start(corpus, tmp_path / "hunted", settings)
    _, output = last.communicate(timeout=120)
    assert last.returncode == 0, output
    assert killed >= 3
    assert contents(tmp_path / "hunted") == contents(tmp_path / "calm")
    connection = warehouse.connect(tmp_path / "hunted")
    running = connection.execute("SELECT count(*) FROM ops.runs WHERE status = 'running'").fetchall()
    unbalanced = connection.execute(
        "SELECT run_id FROM ops.runs WHERE read <> accepted + repaired + duplicate + quarantined"
    ).fetchall()
    articles = connection.execute("SELECT count(*) FROM news.articles").fetchall()
    accepted = connection.execute("SELECT sum(accepted + repaired) FROM ops.runs").fetchall()
    runs = connection.execute(
        "SELECT status, read, accepted, duplicate FROM ops.runs ORDER BY run_id"
    ).fetchall()
    connection.close()
    assert (running, unbalanced, articles) == ([(0,)], [], [(90,)])
    assert accepted == [(90,)], runs  # each counts in the run that committed it
    assert not (tmp_path / "hunted" / "staging").exists()
