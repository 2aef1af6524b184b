"""The command line as a person meets it: real answers, one clear line when something is wrong.

Most calls run in this process, which saves their start; what depends on a process of its own gets one.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import resource
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest

from flows.cli import main
from flows.cli.causes import outside_cause
from tests.flows.corpus import ask, write_corpus
from warehouse.lake.lease import lease

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[3] / "flows" / "examples"


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE_", "PREFECT_"))}


def process(*arguments: str, cwd: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """`dateline` in a process of its own."""
    command = [sys.executable, "-m", "flows.cli", *arguments]
    return subprocess.run(command, cwd=cwd, env=_environment(), input=given, capture_output=True)


def dateline(*arguments: str, cwd: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The same in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        patch.dict(os.environ, _environment(), clear=True),
        patch.object(sys, "argv", ["dateline", *arguments]),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), "utf-8")),
        chdir(cwd),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
    output = (stream.buffer.getvalue() for stream in (out, err) if isinstance(stream.buffer, io.BytesIO))
    return subprocess.CompletedProcess(arguments, status, *output)


def _one_line(done: subprocess.CompletedProcess[bytes], status: int, *words: str) -> None:
    output = done.stderr.decode()
    assert done.returncode == status, output
    assert done.stdout == b""
    assert "Traceback" not in output
    assert len(output.strip().splitlines()) == 1, output
    assert all(word in output for word in words), output


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the lake that `dateline demo` makes."""
    folder = tmp_path_factory.mktemp("home")
    done = process("demo", "--lake", "lake", cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    (folder / "demo.txt").write_bytes(done.stdout)
    return folder


def test_demo_shows_a_quote_with_its_speaker_and_a_relative_date(home: Path) -> None:
    shown = (home / "demo.txt").read_text()
    assert "Ana Reyes" in shown
    assert "We cannot wait for another storm" in shown
    assert re.search(r"Sunday +│ 2024-03-03", shown)
    assert "truncated_stream" in shown


def test_sql_prints_one_array_of_objects(home: Path) -> None:
    done = dateline("sql", "--format", "json", "select title, published_at from mart.dim_article", cwd=home)
    rows = json.loads(done.stdout)
    assert rows
    assert {"title", "published_at"} == set(rows[0])
    assert dateline("sql", "--format", "json", "select 1 where false", cwd=home).stdout.strip() == b"[]"


def test_sql_prints_csv_parquet_and_tables_and_reads_its_query_from_a_pipe(home: Path) -> None:
    query = "select reason, count(*) as times from raw.quarantine group by all order by all"
    csv = dateline("sql", "--format", "csv", cwd=home, given=query.encode()).stdout.decode()
    assert csv.splitlines()[0] == "reason,times"
    assert "not_an_article,1" in csv.splitlines()
    parquet = dateline("sql", "--format", "parquet", query, cwd=home).stdout
    assert pq.read_table(io.BytesIO(parquet)).num_rows == len(csv.splitlines()) - 1
    assert "not_an_article" in dateline("sql", query, cwd=home).stdout.decode()


def test_sql_sees_the_lake_as_it_was(home: Path) -> None:
    done = dateline(
        "sql", "--format", "json", "--as-of", "1", "select count(*) as n from news.articles", cwd=home
    )
    assert json.loads(done.stdout) == [{"n": 0}]


def test_status_and_explain_show_what_is_known_and_why(home: Path) -> None:
    status = dateline("status", cwd=home).stdout.decode()
    ((articles,),) = ask(home / "lake", "select count(*) from news.articles")
    assert f"{articles} articles" in status
    assert "truncated_stream" in status
    query = (
        "select run_id from ops.runs union all select detail from raw.quarantine where detail not like '%\n%'"
    )
    rows = json.loads(dateline("sql", "--format", "json", query, cwd=home).stdout)
    assert all(row["run_id"][:100] in status for row in rows)  # a pipe has no width: nothing is cut
    shown = dateline("explain", "https://courier.example/news/lund-tunnel-night", cwd=home).stdout.decode()
    for word in ("Priya Raman", "published_at", "chosen", "json_ld", "caption", "tunnel.html", "sha256"):
        assert word in shown, word


def test_extract_prints_one_object_per_document(tmp_path: Path) -> None:
    page = (EXAMPLES / "pages" / "tunnel.html").read_bytes()
    done = dateline("extract", "-", str(EXAMPLES / "pages" / "cut-short.html.gz"), cwd=tmp_path, given=page)
    assert done.returncode == 0, done.stderr.decode()
    article, broken = (json.loads(line) for line in done.stdout.splitlines())
    assert article["status"] == "accepted"
    assert article["title"] == "Lund tunnel to open at night during ferry strike"
    assert article["published_at"] == "2024-03-08T05:30:00+00:00"
    for segment in article["segments"]:
        if segment["field"] is not None:
            text = article[{"body": "text", "caption": "captions"}.get(segment["field"], segment["field"])]
            assert text[segment["start"] : segment["end"]] == segment["text"]
    assert {e["attribute"] for e in article["evidence"] if e["is_chosen"]} >= {"published_at", "publisher"}
    assert (broken["status"], broken["reason"], broken["text"]) == ("quarantined", "truncated_stream", None)


def test_annotate_takes_texts_as_they_are(tmp_path: Path) -> None:
    text = "  \n“We will wait,” Ana Reyes said on Friday.\n"
    record = json.dumps({"id": "x", "text": text, "published_at": "2024-03-05"})
    done = process("annotate", "--tables", "quotes,times", cwd=tmp_path, given=record.encode())
    assert done.returncode == 0, done.stderr.decode()
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["table"] for row in rows} == {"quotes", "times"}
    assert all(row["id"] == "x" and text[row["start"] : row["end"]] == row["text"] for row in rows)
    (when,) = (row for row in rows if row["table"] == "times")
    assert when["value"] == "2024-03-01"
    plain = dateline(
        "annotate", "--tables", "times", "--published-at", "2024-03-05", cwd=tmp_path, given=text.encode()
    )
    assert json.loads(plain.stdout)["value"] == "2024-03-01"


def test_a_record_that_cannot_be_annotated_costs_only_itself(tmp_path: Path) -> None:
    lines = [
        b'{"id": "first", "text": "It rained on Monday."}',
        b'{"id": "a", "body": "x"}',
        b'{"id": "a", "text": 5}',
        b'{"text": "x", "published_at": 1709600000}',
        b'{"text": "x", "published_at": "soon"}',
        b"{",
        b'{"id": "last", "text": "It rained on Friday."}',
    ]
    given = b"\n".join(lines)
    done = dateline("annotate", "--tables", "times", "--parser", "lexicon", cwd=tmp_path, given=given)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["first", "last"]
    output = done.stderr.decode().splitlines()
    assert [line.split(": ")[1] for line in output] == [f"-, line {number}" for number in range(2, 7)]
    for line, word in zip(output, ("text", "text", "published_at", "soon", "JSON"), strict=True):
        assert word in line


def test_annotate_rejects_unreadable_input(tmp_path: Path) -> None:
    broken = gzip.compress(b"Ana Reyes spoke.")[:20]
    _one_line(dateline("annotate", "--parser", "lexicon", cwd=tmp_path, given=broken), 1, "gzip")
    _one_line(dateline("annotate", "--published-at", "soon", cwd=tmp_path, given=b"It rained."), 2, "soon")


def test_a_language_may_have_a_region(tmp_path: Path) -> None:
    line = b'{"id": null, "text": "It rained on Monday.", "language": "en-GB"}'
    done = dateline("annotate", "--tables", "times", "--parser", "lexicon", cwd=tmp_path, given=line)
    assert json.loads(done.stdout)["id"] == "-:1"


def test_a_closed_pipe_is_not_a_failure(home: Path) -> None:
    query = "select s.text from news.segments s, range(9000)"
    command = [sys.executable, "-m", "flows.cli", "sql", "--lake", "lake", "--format", "csv", query]
    running = subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.wait(60) == 0
    assert running.stderr.read() == b""
    running.stderr.close()


def test_json_has_numbers_and_a_name_for_each_column(home: Path) -> None:
    done = dateline(
        "sql", "--format", "json", "select 1.5 as a, sum(x)::hugeint as b from range(3) t(x)", cwd=home
    )
    assert json.loads(done.stdout) == [{"a": 1.5, "b": 3}]
    _one_line(dateline("sql", "--format", "json", "select 1 as a, 2 as a", cwd=home), 2, "'a'")


def test_strict_exits_with_3_when_something_was_rejected(tmp_path: Path) -> None:
    broken = str(EXAMPLES / "pages" / "cut-short.html.gz")
    assert dateline("run", broken, cwd=tmp_path).returncode == 0
    other = tmp_path / "empty.txt"
    other.write_bytes(b"")
    assert process("run", "empty.txt", "--strict", cwd=tmp_path).returncode == 3


def test_strict_follows_failed_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise ValueError("poisoned")

    monkeypatch.setattr("transforms.link.boilerplate.fingerprint.fingerprint", failing)
    page = str(EXAMPLES / "pages" / "tunnel.html")
    done = dateline("run", page, "--strict", "--parser", "lexicon", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert b"1 step failed" in done.stderr


def test_retry_takes_a_parser_and_workers(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    dateline("run", "empty.txt", "--parser", "lexicon", cwd=tmp_path)
    done = dateline("retry", "--parser", "lexicon", "--workers", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert b"1 item" in done.stderr


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))


def test_a_full_disk_is_one_line_and_the_next_run_goes_on(tmp_path: Path) -> None:
    write_corpus(tmp_path / "in.jsonl", 30)
    command = [sys.executable, "-m", "flows.cli", "run", "in.jsonl", "--parser", "lexicon"]
    done = subprocess.run(
        command, cwd=tmp_path, env=_environment(), capture_output=True, text=True, preexec_fn=_small_files
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr.splitlines()[-1]
    assert dateline(*command[3:], cwd=tmp_path).returncode == 0
    runs = "SELECT count(*) FILTER (status = 'running'), sum(accepted) FROM ops.runs"
    assert ask(tmp_path / "lake", runs) == [(0, 30)]


def test_a_memory_limit_that_is_too_small_is_named(tmp_path: Path) -> None:
    (tmp_path / "dateline.toml").write_text('memory_limit = "1MB"\nparser = "lexicon"\n')
    write_corpus(tmp_path / "in.jsonl", 1)
    _one_line(dateline("run", "in.jsonl", cwd=tmp_path), 1, "dateline: memory_limit is too small")


def test_a_damaged_lake_is_found_and_a_damaged_published_file_does_not_hide_the_lake(tmp_path: Path) -> None:
    write_corpus(tmp_path / "in.jsonl", 1)
    dateline("run", "in.jsonl", "--parser", "lexicon", cwd=tmp_path)
    (tmp_path / "lake" / "news.duckdb").write_bytes(b"damaged" * 1000)
    assert b"1 article in" in dateline("status", cwd=tmp_path).stdout
    assert dateline("sql", "from news.articles", cwd=tmp_path).returncode == 0
    (tmp_path / "lake" / "catalog.sqlite").write_bytes(b"damaged" * 1000)
    done = dateline("doctor", cwd=tmp_path)
    assert done.returncode == 1
    assert b"wrong lake: " in done.stderr


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied", "/srv/lake"), "Permission denied: /srv/lake"),
        (RuntimeError('IO Error: Cannot open file "x": Permission denied'), "Permission denied"),
        (RuntimeError("unable to write: database or disk is full"), "No space left on device"),
        (FileNotFoundError(2, "No such file or directory", "a"), None),
        (ValueError("ours"), None),
    ],
)
def test_only_causes_outside_the_program_are_one_line(error: Exception, words: str | None) -> None:
    later = RuntimeError("cannot rollback")
    later.__context__ = error
    assert outside_cause(error) == outside_cause(later) == words


def test_wrong_calls_get_one_line_and_status_2(tmp_path: Path) -> None:
    _one_line(process("run", "nowhere.txt", cwd=tmp_path), 2, "no such file or folder: nowhere.txt")
    _one_line(dateline("run", cwd=tmp_path), 2, "nothing to read")
    _one_line(dateline("annotate", "--tables", "qutes", cwd=tmp_path, given=b"x"), 2, "qutes", "quotes")
    _one_line(dateline("sql", "select 1", "--lake", "none", cwd=tmp_path), 1, "there is no lake in none")
    _one_line(dateline("maintain", "--lake", "none", cwd=tmp_path), 1, "there is no lake in none")
    assert not (tmp_path / "none").exists()


def test_a_broken_settings_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "dateline.toml"
    file.write_text("lake = [")
    _one_line(dateline("status", cwd=tmp_path), 2, "dateline.toml")
    file.write_text("wokers = 2\n")
    _one_line(dateline("status", cwd=tmp_path), 2, "dateline.toml", "wokers")


@pytest.mark.parametrize(
    ("serve", "words"),
    [
        ('cron = "every hour"', "'every hour' is not a cron line"),
        ('cron = ""', "'' is not a cron line"),
        ("every_seconds = 0", "serve.every_seconds: 0 is not above 0"),
        ("", "serve needs a schedule"),
        ('cron = "@daily"\nevery_seconds = 5', "either cron or every_seconds"),
        ("every_seconds = 5\nport = 0", "port"),
    ],
)
def test_a_wrong_schedule_is_named_before_a_server_starts(tmp_path: Path, serve: str, words: str) -> None:
    (tmp_path / "dateline.toml").write_text(f"[serve]\n{serve}\n")
    _one_line(dateline("serve", cwd=tmp_path), 2, words)


def test_a_locked_lake_names_its_owner(home: Path) -> None:
    with lease(home / "lake"):
        _one_line(dateline("run", str(EXAMPLES), cwd=home), 1, "another run is writing", str(os.getpid()))


def test_a_wrong_query_shows_the_message_of_duckdb(home: Path) -> None:
    done = dateline("sql", "select titel from news.articles", cwd=home)
    assert done.returncode == 1
    assert b"titel" in done.stderr
    assert b"Traceback" not in done.stderr


def test_init_writes_settings_that_load_and_never_overwrites(tmp_path: Path) -> None:
    assert dateline("init", cwd=tmp_path).returncode == 0
    _one_line(dateline("init", cwd=tmp_path), 2, "exists already")
    assert b"no lake" in dateline("status", cwd=tmp_path).stderr


def test_doctor_finds_a_sound_installation(tmp_path: Path) -> None:
    done = process("doctor", cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert b"wrong" not in done.stderr


def test_fields_are_named_on_the_command_line_shown_and_missed(tmp_path: Path) -> None:
    row = {
        "hed": "The harbour wall is done",
        "story_text": "The wall of Northport is done. It took a year.",
        "blurb": "",
    }
    (tmp_path / "dump.jsonl").write_text(json.dumps(row) + "\n")
    (tmp_path / "dateline.toml").write_text(
        '[sources.dump]\npath = "dump.jsonl"\nfields = { text = "story_text", published = "went_live" }\n'
    )
    shown = dateline("sources", "check", cwd=tmp_path).stdout.decode()
    assert re.search(r"text\W+story_text\W+The wall of Northport", shown)
    assert re.search(r"published\W+went_live\W+no such value", shown)
    assert "not used: hed, blurb" in shown
    _one_line(
        dateline("run", "dump.jsonl", "--field", "body=story_text", cwd=tmp_path), 2, "'body'", "publisher"
    )
    fields = ("--field", "text=story_text", "--field", "title=hed")
    done = dateline("run", "dump.jsonl", *fields, "--parser", "lexicon", cwd=tmp_path)
    assert done.returncode == 0
    assert b"dump.jsonl: 1 of 1 article has no date\n" in done.stderr
    assert ask(tmp_path / "lake", "SELECT title FROM news.articles") == [(row["hed"],)]


def test_the_output_of_extract_can_be_piped_into_annotate(tmp_path: Path) -> None:
    files = [str(EXAMPLES / "pages" / name) for name in ("tunnel.html", "cut-short.html.gz")]
    extracted = dateline("extract", *files, cwd=tmp_path).stdout
    article, broken = map(json.loads, extracted.splitlines())
    assert broken["id"] is None
    done = dateline("annotate", "--tables", "times", "--parser", "lexicon", cwd=tmp_path, given=extracted)
    assert (done.returncode, done.stderr) == (0, b"")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["id"] for row in rows} == {article["id"]}
    fields = {"body": "text", "title": "title", "caption": "captions"}
    assert all(article[fields[row["field"]]][row["start"] : row["end"]] == row["text"] for row in rows)


def test_a_day_without_a_time_stays_a_day_when_it_is_piped(tmp_path: Path) -> None:
    record = {"text": "It rained yesterday.", "published_at": "2024-03-05T00:00:00+00:00"}
    lines = [json.dumps(record | {"published_precision": precision}) for precision in ("day", "month")]
    done = dateline(
        "annotate", "--tables", "times", "--parser", "lexicon", cwd=tmp_path, given="\n".join(lines).encode()
    )
    day, month = (json.loads(line)["value"] for line in done.stdout.splitlines())
    assert day == "2024-03-04"
    assert month != day


def test_every_help_sentence_fits_into_80_columns(tmp_path: Path) -> None:
    with patch.dict(os.environ, {"COLUMNS": "80"}):
        shown = dateline("--help", cwd=tmp_path).stdout.decode()
        sources = dateline("sources", "--help", cwd=tmp_path).stdout.decode()
    commands = (shown + sources).split("Commands:")
    assert len(commands) == 3
    assert "..." not in "".join(part.split("Usage:")[0] for part in commands[1:])
    assert max(map(len, (shown + sources).splitlines())) <= 80


def test_the_version_is_printed(tmp_path: Path) -> None:
    assert re.fullmatch(rb"dateline \d+\.\d+\.\d+\n", dateline("--version", cwd=tmp_path).stdout)


def test_snapshots_are_listed_and_marts_are_explained_under_as_of(home: Path) -> None:
    listed = dateline("snapshots", "--limit", "3", cwd=home).stdout.decode()
    numbers = re.findall(r"^│ (\d+) ", listed, re.MULTILINE)
    assert len(numbers) == 3
    query = "select count(*) as n from news.articles"
    done = dateline("sql", "--format", "csv", "--as-of", numbers[0], query, cwd=home)
    assert int(done.stdout.split()[1]) > 0
    _one_line(
        dateline("sql", "--as-of", numbers[0], "from mart.quote_book", cwd=home), 1, "newest snapshot only"
    )
    _one_line(dateline("sql", "--as-of", "99999", "select 1", cwd=home), 2, "no snapshot at 99999", "to ")


def test_the_suggested_query_and_the_macros_fit_into_80_columns(home: Path) -> None:
    with patch.dict(os.environ, {"COLUMNS": "80"}):
        said = dateline("sql", "from mart.said_by('Reyes')", cwd=home).stdout.decode()
        chosen = dateline(
            "sql", "select quote, speaker, published_on from mart.quote_book", cwd=home
        ).stdout.decode()
    assert [line.split(" = ")[0].strip() for line in said.splitlines()[:3]] == [
        "quote",
        "speaker",
        "published_on",
    ]
    assert "shown)" not in said
    assert "published_on" in chosen
    assert "shown)" not in chosen
