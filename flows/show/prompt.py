"""`dateline sql` on a terminal without a query: a prompt with history, completion and dot commands."""

from __future__ import annotations

import os
import readline
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import duckdb

from flows.show.query_result import PRINTERS, print_rows
from flows.show.screen import grid, screen
from transforms.contract.errors import DatelineError, UsageError
from warehouse import connect
from warehouse.lake.connect import PUBLISHED, attach_published
from warehouse.lake.lake import CATALOG
from warehouse.lake.location import location_of

_HELP = """\
A query ends with ; or an empty line. Tab completes names of tables and columns.
.tables          the tables and functions, with their contents
.schema TABLE    the columns of a table, with their meaning
.mode FORMAT     how to print rows: {formats}
.help            this list
.quit            leave; or Ctrl-D"""
_HISTORY_LENGTH = 1000
_OURS = (
    f"database_name IN ('{CATALOG}', '{PUBLISHED}') AND schema_name IN ('raw', 'news', 'ops', 'mart', 'meta')"
)


def open_prompt(lake: str, *, format: str, as_of: str | None = None) -> None:
    """Answer queries on the lake until the end of the input."""
    with closing(connect(lake, as_of=as_of)) as connection:
        prompt = _Prompt(connection, lake, format, as_of)
        history = _history_file()
        readline.set_completer(prompt.complete)
        readline.set_completer_delims(" \t\n,;()='\"")
        readline.parse_and_bind("tab: complete")
        _read_history(history)
        try:
            prompt.loop()
        finally:
            _write_history(history)


class _Prompt:
    """The state of a prompt: the connection, the format, and the lines of an unfinished query."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, lake: str, format: str, as_of: str | None
    ) -> None:
        self.connection, self.lake, self.format, self.as_of = connection, lake, format, as_of
        self.lines: list[str] = []
        self.names: list[str] = []
        self.published = self._stamp()

    def loop(self) -> None:
        print(f"Lake {location_of(self.lake)}. A query ends with ; or an empty line. .help lists commands.")  # noqa: T201
        while True:
            try:
                line = input("dateline> " if not self.lines else "     ...> ")
            except EOFError:
                print()  # noqa: T201
                return
            except KeyboardInterrupt:
                print()  # noqa: T201
                self.lines = []
                continue
            if not self.lines and line.startswith("."):
                if line.split()[0] in (".quit", ".exit"):
                    return
                self._try(self._command, line)
            else:
                self._add(line)

    def _add(self, line: str) -> None:
        self.lines.append(line)
        query = "\n".join(self.lines).strip()
        if query.endswith(";") or not line.strip():
            self.lines = []
            if query:
                self._try(self._answer, query)

    def _try(self, action: Callable[[str], None], text: str) -> None:
        """Run a command or query; what goes wrong is a message, and the prompt goes on."""
        try:
            self._run(action, text)
        except DatelineError as error:
            print(error, file=sys.stderr)  # noqa: T201
        except duckdb.Error as error:
            print(str(error).strip(), file=sys.stderr)  # noqa: T201
        except KeyboardInterrupt:
            print("stopped")  # noqa: T201

    def _run(self, action: Callable[[str], None], text: str) -> None:
        """Run a command or query in a thread, where Ctrl-C does not reach DuckDB.

        A query that DuckDB stops at Ctrl-C itself keeps its tasks, and the next query waits for them.
        """
        with ThreadPoolExecutor(1) as thread:
            done = thread.submit(action, text)
            try:
                done.result()
            finally:  # at Ctrl-C; repeated, since an interrupt before the query starts is lost
                while not done.done():
                    self.connection.interrupt()
                    wait([done], 0.1)

    def _answer(self, query: str) -> None:
        self._refresh()
        print_rows(self.connection, query, format=self.format, lake=self.lake, as_of=self.as_of)

    def _refresh(self) -> None:
        """Attach the published file again when a run has replaced it."""
        if self.as_of is None and (stamp := self._stamp()) != self.published:
            attach_published(self.connection, location_of(self.lake))
            self.published = stamp

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = location_of(self.lake).published.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _command(self, line: str) -> None:
        name, _, argument = line.strip().rstrip(";").partition(" ")
        commands = {".tables": self._tables, ".schema": self._schema, ".mode": self._mode, ".help": self._help}
        if name not in commands:
            raise DatelineError(f"no such command: {name}; there are {', '.join([*commands, '.quit'])}")
        self._refresh()
        commands[name](argument.strip())

    def _help(self, _: str) -> None:
        print(_HELP.format(formats=", ".join(_formats())))  # noqa: T201

    def _mode(self, argument: str) -> None:
        if argument not in _formats():
            raise DatelineError(f"no such format: {argument!r}; there are {', '.join(_formats())}")
        self.format = argument

    def _tables(self, _: str) -> None:
        found = self.connection.execute(
            f"SELECT schema_name || '.' || table_name, comment FROM duckdb_tables() WHERE {_OURS} UNION ALL "
            f"SELECT schema_name || '.' || function_name || '(…)', comment FROM duckdb_functions() WHERE {_OURS} "
            "ORDER BY 1"
        ).fetchall()
        shown = grid("table", "contents")
        for name, comment in found:
            shown.add_row(name, (comment or "").partition(" Grain: ")[0])
        screen().print(shown)

    def _schema(self, argument: str) -> None:
        if not argument:
            raise UsageError("usage: .schema TABLE; .tables lists them")
        schema, _, table = argument.rpartition(".")
        found = self.connection.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() "
            f"WHERE {_OURS} AND table_name = ? AND schema_name = coalesce(nullif(?, ''), schema_name) "
            "ORDER BY database_name, schema_name, column_index",
            [table, schema],
        ).fetchall()
        if not found:
            raise DatelineError(f"no such table: {argument!r}; .tables lists them")
        shown = grid("column", "type", "meaning")
        for name, kind, comment in found:
            shown.add_row(name, kind.lower(), comment or "")
        screen().print(shown)

    def complete(self, text: str, state: int) -> str | None:
        """Names of commands, tables and columns that start with `text`, one for each `state` from 0."""
        if state == 0:
            columns = self.connection.execute(
                "SELECT DISTINCT unnest([schema_name || '.' || table_name, table_name, column_name]) AS name "
                f"FROM duckdb_columns() WHERE {_OURS} ORDER BY 1"
            ).fetchall()
            known = [".tables", ".schema", ".mode", ".help", ".quit", *(name for (name,) in columns)]
            self.names = [name for name in known if name.startswith(text)]
        return self.names[state] if state < len(self.names) else None


def _formats() -> list[str]:
    return [name for name in PRINTERS if name != "parquet"]  # binary


def _history_file() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "dateline" / "sql_history"


def _read_history(file: Path) -> None:
    try:
        readline.read_history_file(file)
    except OSError:
        return  # the first time, or no permission: a prompt without history is one all the same


def _write_history(file: Path) -> None:
    readline.set_history_length(_HISTORY_LENGTH)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        readline.write_history_file(file)
    except OSError as error:
        print(f"the history cannot be written to {file}: {error.strerror}", file=sys.stderr)  # noqa: T201
