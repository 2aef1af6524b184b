"""A copy of the tree to which a test adds files, and the command line of that copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("flows", "transforms", "warehouse")


@dataclass(frozen=True)
class ScratchCopy:
    """The three packages in a folder of their own; commands run there, with the lexicon parser."""

    root: Path

    def write(self, path: str, text: str) -> None:
        """Add or replace one file."""
        (self.root / path).write_text(text, encoding="utf-8")

    def dateline(self, *arguments: str) -> list[str]:
        """The lines that a command prints; the test fails when the command does."""
        return self._done(*arguments).stdout.splitlines()

    def run(self, *arguments: str) -> set[str]:
        """`dateline run`: the tables of schema news that it writes rows to, as its summary lists them."""
        lines = (line.split() for line in self._done("run", *arguments).stderr.splitlines())
        return {line[0].removeprefix("news.") for line in lines if line and line[0].startswith("news.")}

    def _done(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "DATELINE_PARSER": "lexicon",
        }
        done = subprocess.run(
            [sys.executable, "-P", "-m", "flows.cli", *arguments],
            cwd=self.root, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done

    def changed(self) -> set[str]:
        """Files of the packages that are not as in the tree: added, altered or removed."""
        ours, theirs = _files(self.root), _files(ROOT)
        return {path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path)}


def _files(root: Path) -> dict[str, bytes]:
    found = (path for package in PACKAGES for path in (root / package).rglob("*") if path.is_file())
    return {str(p.relative_to(root)): p.read_bytes() for p in found if "__pycache__" not in p.parts}


@pytest.fixture
def scratch(tmp_path: Path) -> ScratchCopy:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return ScratchCopy(tmp_path)
