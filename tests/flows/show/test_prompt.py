"""The prompt of `dateline sql`, typed into a terminal of 80 columns."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.warehouse.rows import article
from transforms.contract.article import Article
from transforms.contract.columns import encode
from warehouse.catalog.tables import tables
from warehouse.lake.lake import Lake
from warehouse.ledger.runs import new_run
from warehouse.publish.publish import publish

pytestmark = pytest.mark.slow


class _Terminal:
    """`dateline` at a terminal of 80 columns."""

    def __init__(self, cwd: Path, *arguments: str) -> None:
        root = str(Path(__file__).parents[3])
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE_", "COLUMNS", "LINES"))}
            environment = {**kept, "TERM": "dumb", "XDG_STATE_HOME": str(cwd / "state"), "PYTHONPATH": root}
            os.execve(sys.executable, [sys.executable, "-m", "flows.cli", *arguments], environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def read(self, until: str = "> ") -> str:
        """The output up to the next prompt, or to the end."""
        output, end = "", time.monotonic() + 20
        while not output.endswith(until) and time.monotonic() < end:
            if select.select([self.fd], [], [], 1)[0]:
                try:
                    data = os.read(self.fd, 65536)
                except OSError:
                    break
                if not data:
                    break
                output += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return output

    def type(self, text: str) -> str:
        """The output after typing a text, up to the next prompt."""
        os.write(self.fd, text.encode())
        return self.read()

    def close(self) -> int:
        """Press Ctrl-D; returns the exit status."""
        os.write(self.fd, b"\x04")
        self.read(until="\0")
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def _add(lake: Path, *ids: str) -> None:
    with Lake.open(lake) as opened:
        with opened.transaction("articles"):
            rows = [article(id, observation_id=id) for id in ids]
            opened.insert(tables()["news.articles"], encode(Article, rows))
            opened.connection.execute(
                "INSERT INTO lake.raw.documents SELECT DISTINCT raw_id, ''::BLOB, 'text/plain', NULL, 0, 0, now() "
                "FROM lake.news.articles WHERE raw_id NOT IN (SELECT raw_id FROM lake.raw.documents)"
            )
        publish(opened, new_run())


def test_queries_and_dot_commands_are_answered_until_the_end(tmp_path: Path) -> None:
    _add(tmp_path / "lake", "a")
    terminal = _Terminal(tmp_path, "sql")
    try:
        assert ".help" in terminal.read()
        assert "Grain" not in (listed := terminal.type(".tables\n"))
        assert all(name in listed for name in ("mart.dim_article", "news.quotes", "mart.said_by"))
        assert "the words, as printed" in terminal.type(".schema quote_book\n")
        assert ".schema TABLE" in terminal.type(".help\n")
        assert "...> " in terminal.type("select count(*) as n\n")
        assert "│     1 │" in terminal.type("from mart.dim_article;\n")
        assert "Parser Error" in terminal.type("selct 1;\n")
        assert "no such command: .tabels" in terminal.type(".tabels\n")
        _add(tmp_path / "lake", "b", "c")
        terminal.type(".mode csv\n")
        assert "n\n3\n" in terminal.type("select count(*) as n from mart.dim_article;\n")
    finally:
        status = terminal.close()
    assert status == 0
    assert ".schema quote_book" in (tmp_path / "state" / "dateline" / "sql_history").read_text()


def test_ctrl_c_stops_a_query_but_not_the_prompt(tmp_path: Path) -> None:
    _add(tmp_path / "lake", "a")
    terminal = _Terminal(tmp_path, "sql")
    try:
        terminal.read()
        for seconds in (0.05, 0.2, 1, 3):  # before DuckDB has the query, and within it
            os.write(terminal.fd, b"select sum(hash(a.range)) from range(100000000000000) a;\n")
            time.sleep(seconds)
            assert "stopped" in terminal.type("\x03")
            assert "│     7 │" in terminal.type("select 7;\n")
    finally:
        assert terminal.close() == 0
