"""The lake: one DuckLake (Parquet files and a SQL catalogue) with transactions, snapshots and time travel."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.contract.errors import LakeError
from warehouse.catalog.tables import Table
from warehouse.lake.engine import open_engine, quoted
from warehouse.lake.evolution import evolution, held_columns

CATALOG = "lake"
PUBLISHED_FILE = "news.duckdb"
# A reader may hold the catalogue at the very moment of a commit: wait for it instead of failing.
_BUSY_TIMEOUT_MS = 30_000
_CATALOG_FILE = "catalog.sqlite"
# What SQLite says to a reader of a catalogue that holds half a commit.
_CANNOT_UNDO = "attempt to write a readonly database"


class Lake:
    """An attached lake. One writer at a time (`warehouse.lake.lease`), any number of readers."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection, attach_statement: str) -> None:
        self.folder = folder
        self.connection = connection
        self._attach_statement = attach_statement
        self.written: Counter[str] = Counter()

    @classmethod
    def open(
        cls,
        folder: Path | str,
        *,
        read_only: bool = False,
        as_of: str | None = None,
        busy_timeout_ms: int = _BUSY_TIMEOUT_MS,
    ) -> Lake:
        """Attach the lake in `folder`; a writer creates what is missing and adds new columns.

        `as_of` is a snapshot number or a timestamp (ISO 8601, UTC if it says no zone) and implies
        reading only. `busy_timeout_ms` is how long to wait for another connection that locks the
        catalogue. LakeError when there is no lake to read, or the snapshot does not exist.
        """
        path = Path(folder)
        is_reader = read_only or as_of is not None
        if is_reader:
            require_lake(path)
        else:
            _make_folder(path / "data")
        connection = open_engine()
        options = [
            f"DATA_PATH {quoted(str(path.resolve() / 'data') + '/')}",
            "OVERRIDE_DATA_PATH true",
            f"META_BUSY_TIMEOUT {busy_timeout_ms}",
        ]
        if as_of is not None:
            options.append(_snapshot_option(as_of))
        elif read_only:
            options.append("READ_ONLY")
        source = quoted(f"ducklake:sqlite:{path.resolve() / _CATALOG_FILE}")
        statement = f"ATTACH {source} AS {CATALOG} ({', '.join(options)})"
        try:
            _attach(connection, statement, path / _CATALOG_FILE)
        except (duckdb.Error, sqlite3.Error) as error:
            connection.close()
            raise LakeError(f"the lake in {path} cannot be opened: {error}", location=str(path)) from error
        lake = cls(path, connection, statement)
        if not is_reader:
            lake._evolve()
        # Unqualified schemas are the lake's: news.articles is lake.news.articles.
        connection.execute(f"USE {CATALOG}")
        return lake

    def close(self) -> None:
        """Detach and close; open transactions are rolled back."""
        self.connection.close()

    def __enter__(self) -> Lake:
        """The lake itself: `with Lake.open(...) as lake`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    @property
    def staging(self) -> Path:
        """Where workers leave Parquet files that are not part of the lake yet."""
        return self.folder / "staging"

    @property
    def rows_written(self) -> int:
        """Rows inserted and committed through this object, those of `ops.runs` left out."""
        return self.written.total() - self.written["ops.runs"]

    @property
    def data_snapshot_id(self) -> int:
        """The newest committed snapshot that changed more than the records of runs; -1 when there is none."""
        found = self.rows(
            f"SELECT coalesce(max(snapshot_id), -1) FROM {CATALOG}.snapshots() WHERE commit_extra_info = 'data'"
        )
        return int(found[0][0])

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query as tuples."""
        return self.connection.execute(sql, parameters).fetchall()

    def arrow(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> pa.Table:
        """All rows of a query as an Arrow table."""
        return self.connection.execute(sql, parameters).to_arrow_table()

    @contextmanager
    def transaction(self, message: str, *, is_data: bool = True) -> Iterator[None]:
        """All or nothing: what is written inside becomes one snapshot with this message.

        `is_data` is False for records of runs, which do not make the published file stale.
        LakeError when the lake cannot be written: disk full, catalogue locked.
        """
        self.connection.execute("BEGIN")
        written = self.written.copy()
        try:
            yield
            info = "data" if is_data else "record"
            self.connection.execute(
                f"CALL {CATALOG}.set_commit_message('dateline', {quoted(message)}, extra_info => '{info}')"
            )
            self.connection.execute("COMMIT")
        except BaseException as error:
            self.written = written
            with suppress(duckdb.TransactionException):  # a COMMIT that fails ends the transaction itself
                self.connection.execute("ROLLBACK")
            if isinstance(error, duckdb.OperationalError):
                raise self._write_error(error) from error
            raise

    def _write_error(self, error: duckdb.Error) -> LakeError:
        """The error of a failed write; the catalogue is attached again for the next transaction.

        A COMMIT that fails can leave a SQLite connection open and the catalogue locked, until the
        catalogue is detached; closing our connection is not enough.
        """
        cause = " ".join(str(error).split())
        if fault := _disk_fault(self.folder):  # DuckLake reports SQLite's "no transaction is active" instead
            cause = f"{fault} ({cause})"
        found = LakeError(f"the lake in {self.folder} cannot be written: {cause}", location=str(self.folder))
        with closing(self.connection.cursor()) as other:
            try:
                other.execute(f"DETACH {CATALOG}")
                other.execute(self._attach_statement)
            except duckdb.Error as second:
                found.add_note(f"The catalogue cannot be attached again: {second}")
        return found

    def insert(self, table: Table, rows: pa.Table | Path, *, select: str = "*", joined: str = "") -> int:
        """Add rows, given in memory or as a staged Parquet file, sorted by the table's key.

        `select` and `joined` let a staged file's rows be completed on the way (`staged s`). Gives
        the number of rows added.
        """
        if isinstance(rows, Path):
            source = f"read_parquet({quoted(str(rows))})"
        else:
            source = "incoming"
            self.connection.register(source, rows)
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        order = f"ORDER BY {', '.join(table.key)}" if table.is_sorted else ""
        result = self.connection.execute(
            f"INSERT INTO {CATALOG}.{table.qualified} ({names}) "
            f"SELECT {names} FROM (SELECT {select} FROM {source} AS staged {joined}) {order}"
        )
        count = int(result.fetchall()[0][0])
        if not isinstance(rows, Path):
            self.connection.unregister(source)
        self.written[table.qualified] += count
        return count

    def append(self, table: Table, rows: pa.Table) -> int:
        """Add rows as a Parquet file of their own, in the order given; gives their number.

        For wide columns that no two rows share: DuckDB's writer would look for a dictionary in them
        and compress harder, at four times the cost. What `maintain` merges it writes its own way.
        """
        folder = self.folder.resolve() / "data" / table.schema / table.name
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"appended-{uuid4()}.parquet"
        pq.write_table(rows, path, compression="zstd", compression_level=1, use_dictionary=False)
        self.connection.execute(
            f"CALL ducklake_add_data_files('{CATALOG}', {quoted(table.name)}, {quoted(str(path))}, "
            f"schema => {quoted(table.schema)})"
        )
        count: int = rows.num_rows
        self.written[table.qualified] += count
        return count

    def delete(self, table: Table, keys: pa.Table) -> None:
        """Remove the rows whose values in the columns of `keys` occur there."""
        names = ", ".join(f'"{name}"' for name in keys.column_names)
        self.connection.register("gone", keys)
        self.connection.execute(
            f"DELETE FROM {CATALOG}.{table.qualified} WHERE ({names}) IN (SELECT ({names}) FROM gone)"
        )
        self.connection.unregister("gone")

    @contextmanager
    def registered(self, name: str, rows: pa.Table) -> Iterator[None]:
        """Let SQL inside see rows in memory as a table of this name."""
        self.connection.register(name, rows)
        try:
            yield
        finally:
            self.connection.unregister(name)

    def clear_staging(self) -> None:
        """Remove what an earlier run left in staging; only the holder of the lease may."""
        shutil.rmtree(self.staging, ignore_errors=True)

    def _evolve(self) -> None:
        columns = self.rows(
            "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
            f"WHERE database_name = '{CATALOG}'"
        )
        if statements := evolution(CATALOG, held_columns(columns)):
            with self.transaction("tables as the code declares them"):
                for statement in statements:
                    self.connection.execute(statement)


def require_lake(folder: Path) -> None:
    """LakeError when there is no lake in `folder`; opening one for writing would make it."""
    if not (folder / _CATALOG_FILE).exists():
        raise LakeError(f"there is no lake in {folder} (dateline run makes one)", location=str(folder))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LakeError(f"{folder}: {error.strerror}", location=str(folder)) from error


def _disk_fault(folder: Path) -> str | None:
    """The system's reason why the lake's folder takes no more data, if there is one."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(1 << 20))
            probe.flush()
    except OSError as error:
        return error.strerror
    return None


def _attach(connection: duckdb.DuckDBPyConnection, statement: str, catalog: Path) -> None:
    """Run the ATTACH; a commit in whose midst its writer was killed is undone first if need be.

    SQLite does so at the first look of a connection that may write. One that may only read fails instead.
    """
    try:
        connection.execute(statement)
    except duckdb.Error as error:
        if _CANNOT_UNDO not in str(error):
            raise
        with closing(sqlite3.connect(catalog, timeout=_BUSY_TIMEOUT_MS / 1000)) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchall()
        connection.execute(statement)


def _snapshot_option(as_of: str) -> str:
    if as_of.isdigit():
        return f"SNAPSHOT_VERSION {as_of}"
    return f"SNAPSHOT_TIME {quoted(as_of)}"


def describe_snapshots(lake: Lake, *, newest: int = 10) -> list[dict[str, Any]]:
    """The newest snapshots, newest first: number, time, message."""
    found = lake.rows(
        f"SELECT snapshot_id, snapshot_time, commit_message FROM {CATALOG}.snapshots() "
        f"ORDER BY snapshot_id DESC LIMIT {newest}"
    )
    return [{"snapshot_id": n, "snapshot_time": at, "message": message} for n, at, message in found]
