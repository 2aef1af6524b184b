"""The commands that ask a lake or its sources and write nothing: sql, explain, status, sources check."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from flows.cli.options import LakeOption, SettingsOption
from flows.settings import load_settings


class SqlFormat(StrEnum):
    """How `dateline sql` prints."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def sql(
    query: Annotated[str | None, typer.Argument(help="The query; none: read from standard input.")] = None,
    lake: LakeOption = None,
    format: Annotated[SqlFormat, typer.Option(help="How to print the rows.")] = SqlFormat.TABLE,
    as_of: Annotated[str | None, typer.Option(help="Snapshot number or time: the lake as it was.")] = None,
) -> None:
    """Ask in SQL: raw, news and ops of the lake, mart and meta of the published file."""
    from flows.show.query_result import print_answer

    text = query if query is not None else sys.stdin.read()
    print_answer(load_settings(lake=lake).lake, text, format=format.value, as_of=as_of)


def explain(
    article: Annotated[str, typer.Argument(help="article_id or the start of one, or an address.")],
    lake: LakeOption = None,
) -> None:
    """Show an article, what each of its lines was taken for, and the evidence for each value."""
    from flows.show.article import print_article

    print_article(load_settings(lake=lake).lake, article)


def status(lake: LakeOption = None) -> None:
    """Show what the lake holds, the last runs, and what is in quarantine."""
    from flows.show.status import print_status

    print_status(load_settings(lake=lake).lake)


def check_sources(lake: LakeOption = None, settings: SettingsOption = None) -> None:
    """Say what a run would fetch of each configured source, and how the sources do."""
    from flows.show.source_checks import print_sources

    if not print_sources(load_settings(settings, lake=lake)):
        sys.exit(1)
