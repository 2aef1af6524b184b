"""Commands that read a lake or its sources and write nothing: sql, snapshots, explain, status, sources check."""

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
    LINE = "line"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def sql(
    query: Annotated[
        str | None, typer.Argument(help="The query; none: a prompt, or standard input if that is piped in.")
    ] = None,
    lake: LakeOption = None,
    format: Annotated[SqlFormat, typer.Option(help="How to print the rows.")] = SqlFormat.TABLE,
    as_of: Annotated[
        str | None, typer.Option(help="Query the lake at this snapshot number or time (UTC).")
    ] = None,
) -> None:
    """Query a lake in SQL.

    raw, news and ops are the tables of the lake, mart and meta those of the published file.
    """
    chosen = load_settings(lake=lake).lake
    if query is None and sys.stdin.isatty() and sys.stdout.isatty():
        from flows.show.prompt import open_prompt

        open_prompt(chosen, format=format.value, as_of=as_of)
        return
    from flows.show.query_result import print_answer

    print_answer(chosen, query if query is not None else sys.stdin.read(), format=format.value, as_of=as_of)


def snapshots(
    lake: LakeOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Show the newest N snapshots.")] = 20,
) -> None:
    """List the snapshots that --as-of can query."""
    from flows.show.snapshots import print_snapshots

    print_snapshots(load_settings(lake=lake).lake, limit=limit)


def explain(
    article: Annotated[str, typer.Argument(help="An article_id, the start of one, or a URL.")],
    lake: LakeOption = None,
) -> None:
    """Show an article and the evidence for its values.

    The kind of each of its lines is shown, too: title, body, caption, promo ...
    """
    from flows.show.article import print_article

    print_article(load_settings(lake=lake).lake, article)


def status(lake: LakeOption = None) -> None:
    """Show the lake, its last runs, and its quarantine."""
    from flows.show.status import print_status

    print_status(load_settings(lake=lake))


def check_sources(lake: LakeOption = None, settings: SettingsOption = None) -> None:
    """Check each source and show what a run would read from it."""
    from flows.show.source_checks import print_sources

    if not print_sources(load_settings(settings, lake=lake)):
        sys.exit(1)
