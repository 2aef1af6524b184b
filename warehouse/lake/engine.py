"""A DuckDB connection with the extensions the lake needs, from installed wheels or DuckDB's own folder."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import duckdb

from transforms.contract.errors import LakeError

MEMORY_LIMIT = "2GB"
"""Memory that DuckDB uses before it spills to disk."""


def open_engine(
    extensions: Sequence[str], *, memory_limit: str = MEMORY_LIMIT, spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB in UTC with the extensions loaded; LakeError names one that is missing.

    Beyond `memory_limit` ("2GB") it writes to the folder `spill` (None: it does not). The wheels
    have binaries with DuckDB's signature, which it verifies on loading; unsigned ones stay forbidden.
    Without the wheel DuckDB's own INSTALL is tried.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoload_known_extensions": False,
        "memory_limit": memory_limit,
        "temp_directory": str(spill or ""),
    }
    connection = duckdb.connect(config=config)
    for name in extensions:
        load_extension(connection, name)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")  # it goes to standard output, among the data
    return connection


def extension_versions(extensions: Sequence[str]) -> dict[str, str]:
    """Versions of the extensions by name, as far as they are known; LakeError names one that is missing."""
    with closing(open_engine(extensions)) as connection:
        found = connection.execute(
            "SELECT extension_name, extension_version FROM duckdb_extensions() WHERE list_contains(?, extension_name)",
            [list(extensions)],
        )
        return dict(found.fetchall())


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load one extension: the wheel's binary for this DuckDB, else INSTALL and LOAD."""
    bundled = _bundled(name)
    try:
        if bundled is None:
            connection.execute(f"INSTALL {name}")
        connection.execute(f"LOAD {quoted(str(bundled)) if bundled else name}")
    except duckdb.Error as error:
        wheel = f"duckdb-extension-{name.replace('_', '-')}=={duckdb.__version__}"
        message = f"DuckDB's extension {name} is missing; pip install {wheel} ({error})"
        raise LakeError(message, location=name) from error


def quoted(text: str) -> str:
    """A string as SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _bundled(name: str) -> Path | None:
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations)))
    binary = folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    return binary if binary.exists() else None
