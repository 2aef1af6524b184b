"""Layering, lint and types are tests: one command checks everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PACKAGES = ("flows", "transforms", "warehouse")


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check", "."], id="ruff"),
        pytest.param(["ruff", "format", "--check", "."], id="format"),
        pytest.param(["lint-imports"], id="layers"),
        pytest.param(["mypy"], id="types"),
    ],
)
def test_tool_finds_nothing(command: list[str]) -> None:
    tool = Path(sys.executable).with_name(command[0])
    done = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_three_packages_and_the_tests_at_the_top() -> None:
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} <= {*PACKAGES, "tests"}
    assert [path.name for path in ROOT.glob("*.py")] == []
    assert all((ROOT / package / "__init__.py").is_file() for package in PACKAGES)
