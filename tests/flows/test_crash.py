"""Killed at any point and run again: the same rows as a run that nobody disturbed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import warehouse
from tests.flows.corpus import contents, write_corpus

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


def test_kill_9_at_random_points_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "in.jsonl", 60)
    settings = tmp_path / "dateline.toml"
    settings.write_text(_SETTINGS)
    began = time.monotonic()
    calm = _start(corpus, tmp_path / "calm", settings)
    _, told = calm.communicate(timeout=120)
    assert calm.returncode == 0, told
    duration = time.monotonic() - began
    moments = random.Random(2024)
    killed = 0
    for _ in range(6):
        hunted = _start(corpus, tmp_path / "hunted", settings)
        try:
            hunted.communicate(timeout=duration * moments.uniform(0.35, 0.95))
        except subprocess.TimeoutExpired:
            hunted.send_signal(signal.SIGKILL)
            hunted.communicate()
            killed += 1
    last = _start(corpus, tmp_path / "hunted", settings)
    _, told = last.communicate(timeout=120)
    assert last.returncode == 0, told
    assert killed >= 2
    assert contents(tmp_path / "hunted") == contents(tmp_path / "calm")
    connection = warehouse.connect(tmp_path / "hunted")
    running = connection.execute("SELECT count(*) FROM ops.runs WHERE status = 'running'").fetchall()
    unbalanced = connection.execute(
        "SELECT run_id FROM ops.runs WHERE status = 'ok' "
        "AND read <> accepted + repaired + duplicate + quarantined"
    ).fetchall()
    accepted = connection.execute("SELECT count(*) FROM news.articles").fetchall()
    connection.close()
    assert (running, unbalanced, accepted) == ([(0,)], [], [(60,)])
    assert not (tmp_path / "hunted" / "staging").exists()
