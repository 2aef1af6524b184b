"""A run with Prefect yields the same tables as a direct run, on a real server; the schedule fires by itself."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import warehouse
from tests.flows.corpus import contents, write_corpus

pytestmark = pytest.mark.prefect

_SETTINGS = 'parser = "lexicon"\nbatch_size = 8\n'


def _run(code: str, environment: dict[str, str], cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=cwd, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _ask_server(environment: dict[str, str], path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        environment["PREFECT_API_URL"] + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_flows_give_the_tables_of_a_direct_run(tmp_path: Path, prefect_environment: dict[str, str]) -> None:
    write_corpus(tmp_path / "in.jsonl", 40)
    (tmp_path / "dateline.toml").write_text(_SETTINGS)
    direct = {k: v for k, v in prefect_environment.items() if k != "PREFECT_API_URL"}
    for lake, environment in (("direct", direct), ("flow", prefect_environment)):
        command = [sys.executable, "-m", "flows.cli", "run", "in.jsonl", "--lake", lake]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    _run(
        "from flows.prefect_flows import *\n"
        "print(ingest(lake='staged', targets=['in.jsonl']))\n"
        "print(refine(lake='staged'))\nprint(publish(lake='staged'))\nprint(maintain(lake='staged'))\n",
        prefect_environment,
        tmp_path,
    )
    expected = contents(tmp_path / "direct")
    assert contents(tmp_path / "flow") == expected
    assert contents(tmp_path / "staged") == expected
    runs = warehouse.connect(tmp_path / "staged").execute(
        "SELECT read, accepted FROM ops.runs ORDER BY started_at"
    )
    assert runs.fetchall() == [(0, 0), (40, 40), (0, 0), (0, 0)]
    flow_runs = _ask_server(prefect_environment, "/flow_runs/filter", {"sort": "START_TIME_ASC"})
    assert [r["name"].split("-")[0] for r in flow_runs] == ["daily", "ingest", "refine", "publish", "maintain"]
    assert {r["state_type"] for r in flow_runs} == {"COMPLETED"}
    task_runs = _ask_server(prefect_environment, "/task_runs/filter", {})
    assert 5 <= len(task_runs) <= 40
    artifacts = _ask_server(prefect_environment, "/artifacts/filter", {})
    assert any("| 40 | 40 |" in str(a["data"]) for a in artifacts)


def test_a_wrong_target_fails_the_flow_and_says_why(
    tmp_path: Path, prefect_environment: dict[str, str]
) -> None:
    command = [sys.executable, "-m", "flows.cli", "run", "missing.txt", "--lake", "lake"]
    done = subprocess.run(command, env=prefect_environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no such file or folder: missing.txt" in done.stderr.splitlines()[-1]


def test_the_schedule_fires_by_itself(tmp_path: Path, prefect_environment: dict[str, str]) -> None:
    write_corpus(tmp_path / "in.jsonl", 3)
    (tmp_path / "dateline.toml").write_text(
        _SETTINGS + 'lake = "served"\n[serve]\nevery_seconds = 15\n[sources.all]\npath = "in.jsonl"\n'
    )
    serving = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "serve"],
        env=prefect_environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        deadline, done = time.monotonic() + 180, 0
        while done < 2 and time.monotonic() < deadline and serving.poll() is None:
            time.sleep(1)
            if (tmp_path / "served" / "news.duckdb").exists():
                connection = warehouse.connect(tmp_path / "served")
                ((done,),) = connection.execute("SELECT count(*) FROM ops.runs WHERE status = 'ok'").fetchall()
                connection.close()
        assert done >= 2
    finally:
        serving.send_signal(signal.SIGINT)
        output, _ = serving.communicate(timeout=120)  # it waits for the run under way
    connection = warehouse.connect(tmp_path / "served")
    assert connection.execute("SELECT sum(accepted), sum(quarantined) FROM ops.runs").fetchall() == [(3, 0)], (
        output
    )
