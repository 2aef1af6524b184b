"""The lake: one DuckLake (Parquet files and a SQL catalogue) with transactions, snapshots and time travel."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.contract.columns import arrow_schema
from transforms.contract.errors import LakeError, UsageError
from warehouse.catalog.tables import SCHEMAS, Table
from warehouse.lake.engine import MEMORY_LIMIT, open_engine, quoted
from warehouse.lake.evolution import INLINED_ROWS, ROW_GROUP, evolution, options, present_columns
from warehouse.lake.lease import NOBODY, read_owner
from warehouse.lake.location import BUSY_TIMEOUT_MS, Location, location_of, require_lake

CATALOG = "lake"
METADATA = f"__ducklake_metadata_{CATALOG}"
"""The tables of the catalogue itself; reading them is much cheaper than `snapshots()`."""
IN_MEMORY = "memory"
"""DuckDB's in-memory catalogue, the current one of a writer."""
DATA = "data"
"""The mark of a commit that changed more than the records of runs."""
# DuckLake's message to a reader of a catalogue that is not created yet.
_NO_CATALOGUE = "creating a new DuckLake is explicitly disabled"
# Larger rows would make the catalogue slow.
_INLINED_BYTES = 1 << 20


class Lake:
    """An attached lake: one writer at a time (`warehouse.lake.lease`), any number of readers."""

    def __init__(
        self, location: Location, connection: duckdb.DuckDBPyConnection, attach_statement: str
    ) -> None:
        self.location = location
        self.connection = connection
        self._attach_statement = attach_statement
        self.written: Counter[str] = Counter()
        self._is_in_transaction = False

    @classmethod
    def open(
        cls,
        lake: Location | Path | str,
        *,
        read_only: bool = False,
        as_of: str | None = None,
        busy_timeout_ms: int = BUSY_TIMEOUT_MS,
        memory_limit: str = MEMORY_LIMIT,
    ) -> Lake:
        """Attach a lake; a writer creates what is missing and adds new columns.

        `as_of` is a snapshot number or a timestamp (ISO 8601, UTC unless it has a zone) and implies
        reading only. `busy_timeout_ms` is how long to wait for another connection that locks the
        catalogue, `memory_limit` the memory that DuckDB uses before it spills to disk. Raises
        LakeError if there is no lake to read, UsageError if there is no such snapshot.
        """
        location = location_of(lake)
        is_reader = read_only or as_of is not None
        if is_reader:
            require_lake(location)
        else:
            location.create()
        connection = open_engine(location.extensions, memory_limit=memory_limit, spill=location.new_spill())
        options = location.attach_options(busy_timeout_ms)
        if as_of is not None:
            options.append(_snapshot_option(as_of))
        elif read_only:
            options.append("READ_ONLY")
        source = quoted(f"ducklake:{location.catalogue}")
        statement = f"ATTACH {source} AS {CATALOG} ({', '.join(options)})"
        try:
            _attach(connection, statement, location)
        except duckdb.Error as error:
            connection.close()
            raise _open_error(location, as_of, error) from error
        opened = cls(location, connection, statement)
        if not is_reader:
            opened._evolve()
        else:
            # Unqualified schemas are the lake's: news.articles is lake.news.articles. A writer names the
            # catalogue; else each table that it registers would be looked for in the lake, 10 ms each time.
            connection.execute(f"USE {CATALOG}")
            opened._require_tables(as_of)
        return opened

    def _require_tables(self, as_of: str | None) -> None:
        """LakeError in the first moments of a lake, whose catalogue is empty; UsageError for a snapshot of then."""
        names = "SELECT schema_name FROM duckdb_schemas() WHERE database_name = ?"
        if not {name for (name,) in self.rows(names, [CATALOG])}.issuperset(SCHEMAS):
            self.close()
            raise no_tables(self.location) if as_of is None else unknown_snapshot(self.location, as_of)

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
        """Folder of the Parquet files that workers write, which are not part of the lake yet."""
        return self.location.scratch

    @property
    def rows_written(self) -> int:
        """Rows inserted and committed through this object, those of `ops.runs` left out."""
        return self.written.total() - self.written["ops.runs"]

    @property
    def data_snapshot_id(self) -> int:
        """The newest snapshot that changed more than the records of runs; -1: there is none."""
        found = self.rows(
            f"SELECT coalesce(max(snapshot_id), -1) FROM {METADATA}.ducklake_snapshot_changes "
            f"WHERE commit_extra_info = '{DATA}'"
        )
        return int(found[0][0])

    @property
    def snapshot_id(self) -> int:
        """The newest snapshot."""
        return int(self.rows(f"SELECT max(snapshot_id) FROM {METADATA}.ducklake_snapshot")[0][0])

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query as tuples."""
        return self.connection.execute(sql, parameters).fetchall()

    def arrow(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> pa.Table:
        """All rows of a query as an Arrow table."""
        return self.connection.execute(sql, parameters).to_arrow_table()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Answer the queries inside from one snapshot, which is then looked up once, not for each query."""
        if self._is_in_transaction:
            yield
            return
        self.connection.execute("BEGIN")
        self._is_in_transaction = True
        try:
            yield
        finally:
            self._is_in_transaction = False
            with suppress(duckdb.TransactionException):  # an error can end the transaction itself
                self.connection.execute("ROLLBACK")

    @contextmanager
    def transaction(self, message: str, *, is_data: bool = True) -> Iterator[None]:
        """Commit the rows written inside as one snapshot with this message, or none of them.

        `is_data` is False for records of runs, which do not make the published file stale.
        LakeError when the lake cannot be written: disk full, catalogue locked.
        """
        self.connection.execute("BEGIN")
        self._is_in_transaction = True
        written = self.written.copy()
        try:
            yield
            info = DATA if is_data else "record"
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
        finally:
            self._is_in_transaction = False

    def _write_error(self, error: duckdb.Error) -> LakeError:
        """The error of a failed write; the catalogue is attached again for the next transaction.

        A COMMIT that fails can leave a SQLite connection open and the catalogue locked, until the
        catalogue is detached; closing our connection is not enough.
        """
        cause = " ".join(str(error).split())
        if fault := self.location.fault():  # DuckLake reports SQLite's "no transaction is active" instead
            cause = f"{fault} ({cause})"
        found = LakeError(
            f"the lake in {self.location} cannot be written: {cause}", location=str(self.location)
        )
        with closing(self.connection.cursor()) as other:
            try:
                other.execute(f"DETACH {CATALOG}")
                other.execute(self._attach_statement)
            except duckdb.Error as second:
                found.add_note(f"The catalogue cannot be attached again: {second}")
        return found

    def insert(self, table: Table, rows: pa.Table | Path, *, select: str = "*", joined: str = "") -> int:
        """Add rows in memory or of a staged Parquet file, in the table's order; returns their number.

        `select` and `joined` are SQL that completes the rows, which it sees as the table `staged`.
        """
        if isinstance(rows, pa.Table):
            with self.registered("incoming", rows):
                return self._insert(table, "incoming", select, joined)
        return self._insert(table, f"read_parquet({quoted(str(rows))})", select, joined)

    def _insert(self, table: Table, source: str, select: str, joined: str) -> int:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        order = f"ORDER BY {', '.join(table.order)}" if table.order else ""
        result = self.connection.execute(
            f"INSERT INTO {CATALOG}.{table.qualified} ({names}) "
            f"SELECT {names} FROM (SELECT {select} FROM {source} AS staged {joined}) {order}"
        )
        count = int(result.fetchall()[0][0])
        self.written[table.qualified] += count
        return count

    def append(self, table: Table, row_groups: Iterable[pa.Table]) -> int:
        """Add rows as a Parquet file of their own, in their order; returns their number.

        Each table is encoded and compressed before the next one is taken, so that memory stays small.
        For wide columns whose values never repeat: DuckDB's writer would look for a dictionary in them
        and compress harder, at four times the cost. Compaction rewrites the files its own way. A few
        small rows are inserted, so that they are kept in the catalogue until then.
        """
        schema, groups, count = arrow_schema(table.row), iter(row_groups), 0
        first = next(groups, schema.empty_table())
        if first.num_rows < INLINED_ROWS and first.nbytes < _INLINED_BYTES:
            return self.insert(table, pa.concat_tables([first, *groups]))
        path = self.location.new_data_file(table.schema, table.name)
        with pq.ParquetWriter(
            path, schema, compression="zstd", compression_level=1, use_dictionary=False
        ) as file:
            for rows in chain([first], groups):
                file.write_table(rows, row_group_size=ROW_GROUP)
                count += rows.num_rows
        self.connection.execute(
            f"CALL ducklake_add_data_files('{CATALOG}', {quoted(table.name)}, {quoted(str(path))}, "
            f"schema => {quoted(table.schema)})"
        )
        self.written[table.qualified] += count
        return count

    def delete(self, table: Table, keys: pa.Table) -> None:
        """Delete the rows whose values in the columns of `keys` occur in it."""
        names = ", ".join(f'"{name}"' for name in keys.column_names)
        with self.registered("deleted", keys):
            self.connection.execute(
                f"DELETE FROM {CATALOG}.{table.qualified} WHERE ({names}) IN (SELECT ({names}) FROM deleted)"
            )

    def keys(self, ids: Iterable[str], *, name: str = "asked") -> AbstractContextManager[None]:
        """Let SQL inside see ids as a table of this name, in its column `id`."""
        return self.registered(name, pa.table({"id": pa.array(list(ids), pa.string())}))

    @contextmanager
    def registered(self, name: str, rows: pa.Table) -> Iterator[None]:
        """Let SQL inside see rows in memory as a table of this name."""
        self.connection.register(name, rows)
        try:
            yield
        finally:
            self.connection.unregister(name)

    def clear_staging(self) -> None:
        """Remove the files of an earlier run from staging, and old spilled ones; only the owner of the lease may."""
        shutil.rmtree(self.staging, ignore_errors=True)
        self.location.clear_spill()

    def _evolve(self) -> None:
        columns = self.rows(
            "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
            f"WHERE database_name = '{CATALOG}'"
        )
        if statements := evolution(CATALOG, present_columns(columns)):
            with self.transaction("tables as the code declares them"):
                for statement in statements:
                    self.connection.execute(statement)
            for statement in options(CATALOG):
                self.connection.execute(statement)


def _attach(connection: duckdb.DuckDBPyConnection, statement: str, location: Location) -> None:
    try:
        connection.execute(statement)
    except duckdb.Error as error:
        if not location.repair(error):
            raise
        connection.execute(statement)


def _snapshot_option(as_of: str) -> str:
    if as_of.isascii() and as_of.isdecimal():
        return f"SNAPSHOT_VERSION {as_of}"
    try:
        at = datetime.fromisoformat(as_of)
    except ValueError as error:
        raise UsageError(f"not a snapshot number or a time like 2024-03-05T12:00: {as_of!r}") from error
    return f"SNAPSHOT_TIME {quoted(str(at if at.tzinfo else at.replace(tzinfo=UTC)))}"


def _open_error(location: Location, as_of: str | None, error: duckdb.Error) -> LakeError | UsageError:
    if as_of is not None and isinstance(error, duckdb.InvalidInputException):
        return unknown_snapshot(location, as_of)
    if _NO_CATALOGUE in str(error):
        return no_tables(location)
    return LakeError(f"the lake in {location} cannot be opened: {error}", location=str(location))


def unknown_snapshot(location: Location, as_of: str) -> UsageError:
    """The error for a missing snapshot, naming the first and the last; LakeError if the lake has no tables yet."""
    with Lake.open(location, read_only=True) as lake:
        known = lake.rows(
            f"SELECT snapshot_id, snapshot_time::TIMESTAMPTZ FROM {METADATA}.ducklake_snapshot WHERE snapshot_id >= "
            f"(SELECT min(begin_snapshot) FROM {METADATA}.ducklake_table) ORDER BY snapshot_id"
        )
    first, last = (f"{number} ({at:%Y-%m-%d %H:%M:%S} UTC)" for number, at in (known[0], known[-1]))
    return UsageError(f"there is no snapshot at {as_of}; the lake in {location} has {first} to {last}")


def no_tables(location: Location) -> LakeError:
    """The error for a lake in the first moments of its first run, or whose first run got no further."""
    owner = read_owner(location)
    state = "has no tables yet; dateline run creates them"
    if owner != NOBODY:
        state = f"is being created by {owner}; try again in a moment"
    return LakeError(f"the lake in {location} {state}", location=str(location))
