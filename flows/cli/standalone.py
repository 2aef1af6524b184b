"""Commands that need no lake: extract, annotate, init, doctor."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.options import LakeOption, ParserOption, SettingsOption, print_data, say
from flows.settings import load_settings
from transforms.contract.errors import UsageError


def extract(
    files: Annotated[list[str] | None, typer.Argument(help="Files, or - for standard input.")] = None,
    settings: SettingsOption = None,
) -> None:
    """Clean pages and texts without a lake.

    One JSON object per document is printed; `dateline annotate` reads it.
    """
    from flows.stages.layout_rules import own_rules
    from flows.stages.without_lake import extracted

    _print_all(extracted(files or ["-"], own_rules(load_settings(settings))))


def annotate(
    files: Annotated[
        list[str] | None, typer.Argument(help="JSONL or plain text, or - for standard input.")
    ] = None,
    tables: Annotated[str | None, typer.Option(help="Only these tables, separated by commas.")] = None,
    published_at: Annotated[str | None, typer.Option(help="When the text was published.")] = None,
    parser: ParserOption = None,
) -> None:
    """Find names, quotes and dates in clean texts.

    No lake is needed; one JSON object per row is printed.
    """
    from flows.stages.without_lake import annotated

    wanted = [name.strip() for name in tables.split(",") if name.strip()] if tables else None
    resources = load_settings(parser=parser).chosen_resources()
    problems: list[str] = []

    def report(line: str) -> None:
        problems.append(line)
        say(f"dateline: {line}")

    rows = annotated(files or ["-"], resources, tables=wanted, published_at=published_at, complain=report)
    _print_all(rows)
    if problems:
        sys.exit(1)


def _print_all(records: Iterable[dict[str, Any]]) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a lone surrogate becomes its JSON escape
    for record in records:
        print_data(json.dumps(record, ensure_ascii=False, default=_as_text))


def _as_text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def init(
    path: Annotated[Path, typer.Argument(help="Where to write the settings.")] = Path("dateline.toml"),
) -> None:
    """Write a dateline.toml with every setting."""
    from flows.settings_reference import template

    if path.exists():
        raise UsageError(f"{path} exists already and is not replaced")
    try:
        path.write_text(template(), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    say(f"wrote {path}")


def doctor(lake: LakeOption = None) -> None:
    """Check the installation.

    Packages, extensions, models, and the folder of the lake.
    """
    from flows.show.doctor import examine

    if not examine(load_settings(lake=lake), say):
        sys.exit(1)
