"""Settings in layers: file, environment, command line; and who executes batches when several workers are asked for."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import pytest

from flows.settings import TEMPLATE, Settings, load_settings
from transforms.contract.errors import ConfigError
from transforms.read.records.fields import field_names
from warehouse.lake.engine import MEMORY_LIMIT


@pytest.mark.parametrize(
    ("file", "environment", "given", "runner", "workers"),
    [
        ("", {}, {}, "inline", 1),
        ("workers = 3", {}, {}, "processes", 3),
        ('runner = "inline"', {}, {"workers": 2}, "processes", 2),
        ('runner = "inline"\nworkers = 4', {}, {}, "inline", 4),
        ('runner = "inline"', {"DATELINE_WORKERS": "2"}, {}, "processes", 2),
        ("", {"DATELINE_RUNNER": "inline", "DATELINE_WORKERS": "2"}, {}, "inline", 2),
        ('runner = "inline"', {"DATELINE_RUNNER": "inline"}, {"workers": 2}, "processes", 2),
        ('runner = "processes"\nworkers = 4', {}, {"workers": 1}, "processes", 1),
        ('runner = "inline"', {}, {"workers": None}, "inline", 1),
    ],
)
def test_several_workers_imply_processes(
    tmp_path: Path, file: str, environment: dict[str, str], given: dict[str, Any], runner: str, workers: int
) -> None:
    path = tmp_path / "dateline.toml"
    path.write_text(file)
    found = load_settings(path, environment=environment, **given)
    assert (found.runner, found.workers) == (runner, workers)


def test_the_default_memory_limit_is_that_of_the_engine() -> None:
    assert Settings().memory_limit == MEMORY_LIMIT


@pytest.mark.parametrize(
    "file", ['workers = "four"', "workers = 0", 'runner = "threads"', "wokers = 2", 'memory_limit = "50%"']
)
def test_a_setting_that_cannot_be_followed(tmp_path: Path, file: str) -> None:
    path = tmp_path / "dateline.toml"
    path.write_text(file)
    with pytest.raises(ConfigError, match=r"dateline\.toml"):
        load_settings(path, environment={})


@pytest.mark.parametrize(
    ("file", "environment", "given", "parser"),
    [
        ("", {}, {}, "dateline"),
        ('parser = "lexicon"', {}, {}, "lexicon"),
        ('[resources]\nparser = "lexicon"', {}, {}, "lexicon"),
        ('[resources]\nparser = "lexicon"', {"DATELINE_PARSER": "dateline-accurate"}, {}, "dateline-accurate"),
        ('[resources]\nparser = "lexicon"', {}, {"parser": "dateline-accurate"}, "dateline-accurate"),
    ],
)
def test_the_parser_is_one_of_the_resources(
    tmp_path: Path, file: str, environment: dict[str, str], given: dict[str, Any], parser: str
) -> None:
    path = tmp_path / "dateline.toml"
    path.write_text(file)
    found = load_settings(path, environment=environment, **given).chosen_resources()
    assert found.setting("parser") == parser
    assert pickle.loads(pickle.dumps(found)) == found


def test_an_unknown_kind_of_resource_is_a_wrong_setting(tmp_path: Path) -> None:
    path = tmp_path / "dateline.toml"
    path.write_text('[resources]\nparsr = "lexicon"')
    with pytest.raises(ConfigError, match=r"resources\.parsr: unknown kind; known: parser") as error:
        load_settings(path, environment={}).chosen_resources()
    assert error.value.key == "resources.parsr"


def test_the_template_and_the_readme_name_every_field_of_a_mapping() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Field names of a source")[2].partition("\n## ")[0]
    comment = TEMPLATE.partition("# fields = ")[2].partition("# [sources.gazette]")[0]
    for name in field_names():
        assert f"`{name}`" in section
        assert re.search(rf"\b{name}[,;]", comment), name
