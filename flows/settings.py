"""Settings: the command line overrides the environment, which overrides dateline.toml."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from flows.run.runners import RunnerName
from transforms.contract.errors import ConfigError

if TYPE_CHECKING:
    from transforms.nlp.resources import Resources

SETTINGS_FILE = "dateline.toml"


class Serve(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The table `[serve]`: the schedule of `dateline serve`, one of the two."""

    cron: Annotated[
        str | None, msgspec.Meta(description="the schedule as a cron line", examples=["*/15 * * * *"])
    ] = None
    every_seconds: Annotated[
        float | None, msgspec.Meta(description="the schedule as seconds between two runs", examples=[900])
    ] = None
    port: Annotated[
        int,
        msgspec.Meta(
            ge=1,
            le=65535,
            description="port of the Prefect server that it starts if PREFECT_API_URL names none",
        ),
    ] = 4210


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings with their defaults; `sources`, `fetch` are read by `source_of`, `fetch_policy_of`."""

    lake: Annotated[str, msgspec.Meta(description="folder of the lake")] = "./lake"
    parser: Annotated[
        str | None,
        msgspec.Meta(
            description="model for English: dateline, dateline-accurate (better, slower), spacy:PACKAGE, or "
            "lexicon (no model); short for `parser` of [resources]",
            examples=["dateline"],
        ),
    ] = None
    resources: dict[str, str] = {}
    runner: Annotated[
        RunnerName, msgspec.Meta(description="what executes batches; several workers imply processes")
    ] = "inline"
    workers: Annotated[int, msgspec.Meta(ge=1, description="number of batches at once")] = 1
    batch_size: Annotated[int, msgspec.Meta(ge=1, description="most documents in one transaction")] = 512
    memory_limit: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^\d+(\.\d+)?\s*([kKMGT]i?B)$",
            description="memory that DuckDB uses before it spills to disk",
        ),
    ] = "2GB"
    wait_seconds: Annotated[
        float, msgspec.Meta(ge=0, description="seconds to wait for another run on the same lake")
    ] = 0.0
    publishers: Annotated[
        str | None,
        msgspec.Meta(
            description="file of layout rules for single publishers, relative to this file",
            examples=["publishers.toml"],
        ),
    ] = None
    sources: dict[str, dict[str, Any]] = {}
    fetch: dict[str, Any] = {}
    serve: Serve = Serve()

    def chosen_resources(self) -> Resources:
        """The resources that these settings choose; ConfigError for an unknown kind."""
        from transforms.nlp.resources import Resources  # late: its package imports every resource

        return Resources(self.resources | ({} if self.parser is None else {"parser": self.parser}))


ENVIRONMENT = {
    "DATELINE_LAKE": ("lake", str),
    "DATELINE_PARSER": ("parser", str),
    "DATELINE_RUNNER": ("runner", str),
    "DATELINE_WORKERS": ("workers", int),
}


def load_settings(
    file: Path | None = None, *, environment: Mapping[str, str] = os.environ, **arguments: Any
) -> Settings:
    """Settings from `file` (default: ./dateline.toml when there is one), environment and arguments.

    Arguments that are None are ignored. Several workers imply the runner `processes`, unless the
    same layer names another. ConfigError names the file and the key that is wrong.
    """
    path = file or Path(SETTINGS_FILE)
    values: dict[str, Any] = {}
    if file is not None or path.exists():
        values = _with_runner(_read(path))
        if isinstance(named := values.get("publishers"), str):
            values["publishers"] = str(path.parent / named)
    found = {
        key: _converted(name, environment[name], kind)
        for name, (key, kind) in ENVIRONMENT.items()
        if name in environment
    }
    values |= _with_runner(found) | _with_runner({k: v for k, v in arguments.items() if v is not None})
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}, environment or arguments: {error}") from error


def _with_runner(layer: dict[str, Any]) -> dict[str, Any]:
    workers = layer.get("workers")
    is_many = isinstance(workers, int) and workers > 1
    return {"runner": "processes", **layer} if is_many else layer


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file") from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _converted(name: str, text: str, kind: type) -> Any:
    try:
        return kind(text)
    except ValueError as error:
        raise ConfigError(f"{name}={text!r} is not {kind.__name__}", key=name) from error
