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
    """The schedule of `dateline serve`: a cron line, or a number of seconds.

    `port` is that of the Prefect server that it starts on this machine when PREFECT_API_URL names none.
    """

    cron: str | None = None
    every_seconds: float | None = None
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 4210


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings with their defaults.

    `lake` is the folder of the lake; `parser` the model for English (dateline, dateline-accurate,
    spacy:<package>, or lexicon for none), short for the kind "parser" of `resources`, which replaces
    the default resources by kind; `runner` executes batches, `workers` of them at once; `batch_size`
    is the largest number of documents in one transaction; `memory_limit` is what DuckDB uses before it
    spills to disk ("2GB", "512MB"); `wait_seconds` is how long a run waits for
    another run on the same lake; `publishers` is a file of layout rules for single publishers,
    relative to the settings file; `sources` are tables of `flows.sources.source` by source_id, `fetch`
    is the table of `flows.fetch.policy`.
    """

    lake: str = "./lake"
    parser: str | None = None
    resources: dict[str, str] = {}
    runner: RunnerName = "inline"
    workers: Annotated[int, msgspec.Meta(ge=1)] = 1
    batch_size: Annotated[int, msgspec.Meta(ge=1)] = 512
    memory_limit: Annotated[str, msgspec.Meta(pattern=r"^\d+(\.\d+)?\s*([kKMGT]i?B)$")] = "2GB"
    wait_seconds: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    publishers: str | None = None
    sources: dict[str, dict[str, Any]] = {}
    fetch: dict[str, Any] = {}
    serve: Serve = Serve()

    def chosen_resources(self) -> Resources:
        """The resources that these settings choose; ConfigError for an unknown kind."""
        from transforms.nlp.resources import Resources  # late: its package imports every resource

        return Resources(self.resources | ({} if self.parser is None else {"parser": self.parser}))


_ENVIRONMENT = {
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
        for name, (key, kind) in _ENVIRONMENT.items()
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


TEMPLATE = """\
# Settings of dateline. Every line is optional; `sources` and `serve` are examples, the rest shows the defaults.

# lake = "./lake"                              # the folder of the lake
# parser = "dateline"                          # reads English; or "dateline-accurate" (better, slower),
                                               # "spacy:<installed package>", "lexicon" (no model at all)
# workers = 1                                  # number of worker processes
# runner = "inline"                            # or "processes", which several workers imply
# memory_limit = "2GB"                         # memory of DuckDB before it spills to disk
# wait_seconds = 0                             # seconds to wait for another run on the same lake
# publishers = "publishers.toml"               # your own rules for single publishers' pages, beside this file

# Where articles come from. `dateline run` without arguments reads them all.
# [sources.archive]
# path = "articles/**/*.html"                  # a file, a folder or a glob

# [sources.agency]
# path = "agency.jsonl.gz"
# fields = { text = "story_body", title = "head" }   # names of this source that dateline does not know, for:
                                               # url, guid, title, subtitle, teaser, text, html, authors, publisher,
                                               # published, modified, language, section, genre, keywords, images,
                                               # captions, version; `dateline sources check` shows one record

# [sources.gazette]
# kind = "feed"                                # or "sitemap", "pages"
# url = "https://news.example/feed.xml"
# take = "both"                                # the entries' own text, the pages they link to, or both
# delay = 2.0                                  # seconds between two requests to one host

# The identity and the rate at which the web is fetched.
# [fetch]
# contact = "https://example.org/our-crawler"  # sent to the servers
# delay = 1.0                                  # seconds between two requests to one host

# Which resource of each kind enrichments use; `parser` above is short for the first.
# [resources]
# parser = "dateline"

# `dateline serve` runs all sources on this schedule.
# [serve]
# cron = "*/15 * * * *"                        # or every_seconds = 900
# port = 4210                                  # of the Prefect server that it starts, if PREFECT_API_URL names none
"""
