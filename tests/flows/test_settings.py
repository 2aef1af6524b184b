"""Settings in layers: file, environment, command line; and who executes batches when several workers are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.settings import load_settings
from transforms.contract.errors import ConfigError


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


@pytest.mark.parametrize("file", ['workers = "four"', "workers = 0", 'runner = "threads"', "wokers = 2"])
def test_a_setting_that_cannot_be_followed(tmp_path: Path, file: str) -> None:
    path = tmp_path / "dateline.toml"
    path.write_text(file)
    with pytest.raises(ConfigError, match=r"dateline\.toml"):
        load_settings(path, environment={})
