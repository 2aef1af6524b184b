"""Options and output shared by several commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

LakeOption = Annotated[
    str | None,
    typer.Option("--lake", help="Folder of the lake.", envvar="DATELINE_LAKE", show_default="./lake"),
]
SettingsOption = Annotated[Path | None, typer.Option("--settings", help="Settings instead of ./dateline.toml.")]
ParserOption = Annotated[
    str | None, typer.Option("--parser", help="dateline, dateline-accurate, spacy:<package>, or lexicon.")
]
WorkersOption = Annotated[int | None, typer.Option("--workers", help="Number of worker processes.")]
WaitOption = Annotated[float | None, typer.Option("--wait", min=0, help="Seconds to wait for another run.")]
FieldOption = Annotated[
    list[str] | None,
    typer.Option("--field", metavar="NAME=THEIRS", help="The targets' name of a field: text=story_text."),
]


def say(line: str) -> None:
    """Print a message for people, on standard error."""
    print(line, file=sys.stderr)  # noqa: T201


def print_data(line: str) -> None:
    """Print data on standard output."""
    print(line)  # noqa: T201
