"""A run with Prefect yields the same tables as a direct run, on a real server; the schedule fires by itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import duckdb
import pytest
from prefect.exceptions import TerminationSignal

import warehouse
from flows.prefect_flows import reraising_signals
from tests.flows.corpus import contents, write_corpus
from warehouse.lake.lease import lease

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


def test_a_failing_source_shows_in_the_state_and_the_artifact(
    tmp_path: Path, prefect_environment: dict[str, str]
) -> None:
    (tmp_path / "dateline.toml").write_text(_SETTINGS + '[sources.archive]\npath = "nowhere.jsonl"\n')
    command = [sys.executable, "-m", "flows.cli", "run", "--strict"]
    done = subprocess.run(command, env=prefect_environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    newest = _ask_server(prefect_environment, "/flow_runs/filter", {"sort": "START_TIME_DESC", "limit": 1})
    assert [run["state_name"] for run in newest] == ["Completed with warnings"]
    artifacts = _ask_server(prefect_environment, "/artifacts/filter", {})
    assert any("**failing: archive (nowhere.jsonl): unreadable" in str(a["data"]) for a in artifacts)


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
        output, _ = serving.communicate(timeout=60)
    connection = warehouse.connect(tmp_path / "served")
    assert connection.execute("SELECT sum(accepted), sum(quarantined) FROM ops.runs").fetchall() == [(3, 0)], (
        output
    )


def _serve(home: Path) -> subprocess.Popen[bytes]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE_", "PREFECT_"))}
    command = [sys.executable, "-u", "-m", "flows.cli", "serve"]
    with (home / "log").open("wb") as log:
        environment["PREFECT_HOME"] = str(home / "prefect")
        return subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=subprocess.STDOUT)


def _await_log(home: Path, words: str, seconds: float) -> str:
    deadline = time.monotonic() + seconds
    while words not in (text := (home / "log").read_text()) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert words in text, text
    return text


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_server_and_run_end_with_the_process_that_serves_them(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    write_corpus(tmp_path / "in.jsonl", 2000)
    (tmp_path / "dateline.toml").write_text(
        f'{_SETTINGS}[serve]\nevery_seconds = 5\nport = {port}\n[sources.all]\npath = "in.jsonl"\n'
    )
    killed = _serve(tmp_path)
    _await_log(tmp_path, f"http://127.0.0.1:{port}", 20)
    _await_log(tmp_path, "Beginning flow run 'daily-2", 180)
    killed.kill()
    killed.wait()
    deadline = time.monotonic() + 20
    while not _is_free(port) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert _is_free(port)
    again = _serve(tmp_path)
    try:
        output = _await_log(tmp_path, "Beginning flow run", 180)
        assert "anonymous usage data" not in output
        _await_log(tmp_path, "Skipped a run that is due", 60)
    finally:
        again.send_signal(signal.SIGINT)
        again.wait(40)
    output = (tmp_path / "log").read_text()
    assert "stopping the schedule and the run under way" in output, output
    assert "Traceback" not in output, output
    assert "Aborted" not in output
    assert _is_free(port)
    with lease(tmp_path / "lake", wait=10):  # nobody writes any more
        pass


def test_a_signal_to_stop_is_kept_when_it_arrives_within_a_query() -> None:
    """DuckDB raises a RuntimeError for it, which Prefect would report as a failed run with a traceback."""

    def stop(number: int, _: Any) -> None:
        raise TerminationSignal(number)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(TerminationSignal), reraising_signals():
            duckdb.sql("SELECT sum(hash(i)) FROM range(100000000000000) t(i)").fetchall()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
