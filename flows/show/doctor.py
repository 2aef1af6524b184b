"""The state of an installation: what works, and what to do about what does not."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from flows.settings import Settings
from transforms.contract.errors import DatelineError
from warehouse.lake.engine import open_engine

_OURS = ("flows", "transforms", "warehouse")


def examine(settings: Settings, say: Callable[[str], None]) -> bool:
    """Say a line about each part; gives whether all of them work."""
    all_well = True
    for part, check in _CHECKS.items():
        try:
            for line in check(settings):
                say(f"ok    {part}: {line}")
        except (DatelineError, ImportError, OSError) as error:
            say(f"wrong {part}: {error}")
            all_well = False
    return all_well


def _python(_: Settings) -> Iterator[str]:
    yield f"{sys.version.split()[0]} at {sys.executable}"


def _packages(_: Settings) -> Iterator[str]:
    """Another distribution that ships packages of our names would overwrite ours silently."""
    owners = importlib.metadata.packages_distributions()
    for name in _OURS:
        others = set(owners.get(name, ["dateline"])) - {"dateline"}
        if others:
            raise DatelineError(
                f"{name} also comes with {', '.join(sorted(others))}: use an environment of its own"
            )
    for name in ("dateline", "duckdb", "pyarrow", "spacy", "trafilatura", "prefect"):
        yield f"{name} {importlib.metadata.version(name)}"


def _extensions(_: Settings) -> Iterator[str]:
    connection = open_engine()
    loaded = connection.execute(
        "SELECT extension_name, extension_version FROM duckdb_extensions() WHERE loaded AND installed_from <> ''"
    ).fetchall()
    connection.close()
    yield "ducklake and sqlite_scanner load" + (
        f" ({', '.join(' '.join(row) for row in loaded)})" if loaded else ""
    )


def _resources(settings: Settings) -> Iterator[str]:
    from transforms.nlp.resources import registered_resources

    chosen = settings.chosen_resources()
    for kind in sorted(registered_resources()):
        chosen.load(kind)
        yield f"{kind} {chosen.name(kind)} loads"


def _lake(settings: Settings) -> Iterator[str]:
    folder = Path(settings.lake)
    nearest = next(p for p in (folder, *folder.resolve().parents) if p.exists())
    with tempfile.TemporaryFile(dir=nearest):
        yield f"{folder} {'is there' if folder.exists() else 'can be made'} and can be written to"


def _server(_: Settings) -> Iterator[str]:
    address = os.environ.get("PREFECT_API_URL")
    yield f"runs go to the server at {address}" if address else "no server is asked for, none is needed"


_CHECKS: dict[str, Callable[[Settings], Iterator[str]]] = {
    "python": _python,
    "packages": _packages,
    "extensions": _extensions,
    "resources": _resources,
    "lake": _lake,
    "prefect": _server,
}
