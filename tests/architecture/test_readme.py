"""The README cannot rot: its commands, its first answer and its one-file enrichment are tried."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from flows.cli import app
from tests.architecture.conftest import ScratchCopy
from warehouse.catalog.tables import tables
from warehouse.publish.sqlfiles import sql_files

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _block(marker: str) -> str:
    """The fenced block that follows a marker comment."""
    found = re.search(rf"<!-- {marker} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found is not None, marker
    return found[1]


def test_every_command_table_and_mart_is_in_the_readme() -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    commands = group.commands
    assert [name for name in commands if f"`dateline {name}" not in README] == []
    assert [name for name in tables() if f"`{name}`" not in README] == []
    assert [mart.name for mart in sql_files("marts") if f"`mart.{mart.name}`" not in README] == []


def test_each_of_the_two_commands_is_one_line() -> None:
    for marker in ("run", "tests"):
        assert len(_block(marker).strip().splitlines()) == 1
        assert _block(marker).startswith("python3 -m venv .venv && ")


def test_the_first_answer_is_what_the_readme_shows(tmp_path: Path) -> None:
    query = re.search(r'dateline sql "(.*)"', _block("query"))
    assert query is not None
    environment = {**os.environ, "COLUMNS": "160"}
    for arguments in (["demo", "--lake", "lake"], ["sql", query[1]]):
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == _block("answer").strip()


def test_an_enrichment_is_added_in_one_file(scratch: ScratchCopy) -> None:
    scratch.write("transforms/enrich/questions.py", _block("enrichment"))
    scratch.write(
        "in.txt",
        "Who pays for the wall?\n\nThe council of Northport voted on Tuesday. “Who will pay for it?” asked Olaf Nyberg."
        " Nobody in the hall had an answer to that question on Tuesday evening.\n",
    )
    scratch.dateline("run", "in.txt")
    query = "select field, text from news.questions order by field, start"
    assert scratch.dateline("sql", "--format", "csv", query) == [
        "field,text",
        "body,Who will pay for it?",
        "title,Who pays for the wall?",
    ]
    assert scratch.changed() == {"transforms/enrich/questions.py"}
