"""Commands that read a lake or its sources and write nothing: sql, explain, status, sources check."""

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
    query: Annotated[str | None, typer.Argument(help="The query; default: standard input.")] = None,
    lake: LakeOption = None,
    format: Annotated[SqlFormat, typer.Option(help="How to print the rows.")] = SqlFormat.TABLE,
    as_of: Annotated[str | None, typer.Option(help="Query the lake at this snapshot number or time.")] = None,
) -> None:
    """Query in SQL: raw, news and ops of the lake, mart and meta of the published file."""
    from flows.show.query_result import print_answer

    text = query if query is not None else sys.stdin.read()
    print_answer(load_settings(lake=lake).lake, text, format=format.value, as_of=as_of)


def explain(
    article: Annotated[str, typer.Argument(help="An article_id, the start of one, or a URL.")],
    lake: LakeOption = None,
) -> None:
    """Show an article, the kind of each of its lines, and the evidence for each value."""
    from flows.show.article import print_article

    print_article(load_settings(lake=lake).lake, article)


def status(lake: LakeOption = None) -> None:
    """Show the contents of the lake, the last runs, and the open quarantine items."""
    from flows.show.status import print_status

    print_status(load_settings(lake=lake))


def check_sources(lake: LakeOption = None, settings: SettingsOption = None) -> None:
    """Show what a run would fetch from each configured source, and the health of each."""
    from flows.show.source_checks import print_sources

    if not print_sources(load_settings(settings, lake=lake)):
        sys.exit(1)
