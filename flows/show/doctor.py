"""`dateline doctor`: one line per part of the installation, with the remedy for one that fails."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Callable, Iterator

import duckdb

from flows.settings import Settings
from transforms.contract.errors import DatelineError
from warehouse.lake.engine import extension_versions
from warehouse.lake.lake import CATALOG, Lake
from warehouse.lake.location import location_of

_OURS = ("flows", "transforms", "warehouse")


def examine(settings: Settings, say: Callable[[str], None]) -> bool:
    """Print one line per part; returns whether all of them work."""
    all_well = True
    for part, check in _CHECKS.items():
        try:
            for line in check(settings):
                say(f"ok    {part}: {line}")
        except (DatelineError, ImportError, OSError, duckdb.Error) as error:
            say(f"wrong {part}: {' '.join(str(error).split())}")
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


def _extensions(settings: Settings) -> Iterator[str]:
    for name, version in sorted(extension_versions(location_of(settings.lake).extensions).items()):
        yield f"{name} {version} loads"


def _resources(settings: Settings) -> Iterator[str]:
    from transforms.nlp.resources import registered_resources

    chosen = settings.chosen_resources()
    for kind in sorted(registered_resources()):
        chosen.load(kind)
        yield f"{kind} {chosen.name(kind)} loads"


def _lake(settings: Settings) -> Iterator[str]:
    location = location_of(settings.lake)
    location.require_writable()
    if location.exists():
        with Lake.open(location, read_only=True, memory_limit=settings.memory_limit) as lake:
            ((count,),) = lake.rows(f"SELECT count(*) FROM {CATALOG}.news.articles")
        yield f"{count:,} articles can be read"
    yield f"{location} {'exists' if location.exists() else 'can be created'} and can be written to"


def _server(_: Settings) -> Iterator[str]:
    address = os.environ.get("PREFECT_API_URL")
    yield f"runs go to the server at {address}" if address else "no server is configured, none is needed"


_CHECKS: dict[str, Callable[[Settings], Iterator[str]]] = {
    "python": _python,
    "packages": _packages,
    "extensions": _extensions,
    "resources": _resources,
    "lake": _lake,
    "prefect": _server,
}
