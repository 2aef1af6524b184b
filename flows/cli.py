"""The `dateline` command. Data goes to standard output, everything else to standard error.

Exit status: 0 all well, 1 failed, 2 wrong usage, 3 ran but something was quarantined and --strict
was given. Commands import what they need themselves, so that each starts as fast as it can.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from flows.settings import Settings, load_settings
from transforms.errors import ConfigError, DatelineError, UsageError


class _Commands(TyperGroup):
    """The commands, which say in our own words that they were stopped, and end well when a pipe is closed."""

    def invoke(self, ctx: Any) -> Any:
        """As of click, which would tell both as failures."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            say("dateline: stopped; run it again to go on")
            sys.exit(1)
        except BrokenPipeError:
            # What is still in the buffer has nowhere to go, and must not fail at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)


app = typer.Typer(
    name="dateline",
    cls=_Commands,
    help="News articles in, answers in SQL out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

sources_app = typer.Typer(help="The configured sources.", no_args_is_help=True)
app.add_typer(sources_app, name="sources")

LakeOption = Annotated[
    str | None,
    typer.Option("--lake", help="Folder of the lake.", envvar="DATELINE_LAKE", show_default="./lake"),
]
SettingsOption = Annotated[Path | None, typer.Option("--settings", help="Settings instead of ./dateline.toml.")]
ParserOption = Annotated[
    str | None, typer.Option("--parser", help="dateline, dateline-accurate, spacy:<package>, or lexicon.")
]
WaitOption = Annotated[float | None, typer.Option("--wait", help="Seconds to wait for another run.")]


class SqlFormat(StrEnum):
    """How `dateline sql` prints."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def main() -> None:
    """Entry point: errors made on purpose become one line, everything else keeps its traceback."""
    try:
        app()
    except DatelineError as error:
        say(f"dateline: {error}")
        sys.exit(2 if isinstance(error, UsageError | ConfigError) else 1)


def say(line: str) -> None:
    """Tell a person something, on standard error."""
    print(line, file=sys.stderr)  # noqa: T201


def give(line: str) -> None:
    """Print data, on standard output."""
    print(line)  # noqa: T201


@app.command()
def run(
    targets: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, globs or addresses; none: the sources of dateline.toml."),
    ] = None,
    lake: LakeOption = None,
    settings: SettingsOption = None,
    parser: ParserOption = None,
    workers: Annotated[int | None, typer.Option(help="Processes at work at the same time.")] = None,
    limit: Annotated[int | None, typer.Option(help="Read so many items at most.")] = None,
    since: Annotated[str | None, typer.Option(help="Leave alone what a feed or sitemap dates earlier.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read; store nothing.")] = False,
    wait: WaitOption = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 3 when something was quarantined.")
    ] = False,
    prefect: Annotated[bool, typer.Option("--prefect", help="Run as a Prefect flow.")] = False,
) -> None:
    """Ingest, refine and publish; what was done before is not done again."""
    from flows.plan import print_plan
    from flows.summary import print_summary

    chosen = load_settings(settings, lake=lake, parser=parser, workers=workers, wait_seconds=wait)
    if dry_run:
        print_plan(chosen, targets or [], since=_day(since), limit=limit)
        return
    report = _run(chosen, targets or [], since=since, limit=limit, as_flow=prefect)
    print_summary(report, chosen)
    if strict and report.run.quarantined:
        sys.exit(3)


def _run(settings: Settings, targets: list[str], *, since: str | None, limit: int | None, as_flow: bool) -> Any:
    """The run itself, directly or as a Prefect flow."""
    from flows.daily import daily
    from flows.progress import on_terminal
    from flows.reading import sources_for

    sources = sources_for(settings, targets, since=_day(since))
    if as_flow or "PREFECT_API_URL" in os.environ:
        from flows.prefect_flows import run_as_flow

        return run_as_flow(settings, sources, limit=limit)
    with on_terminal() as progress:
        return daily(settings, sources, limit=limit, progress=progress)


def _day(given: str | None) -> date | None:
    try:
        return None if given is None else date.fromisoformat(given)
    except ValueError as error:
        raise UsageError(f"not a day like 2024-03-05: {given!r}") from error


@app.command()
def sql(
    query: Annotated[str | None, typer.Argument(help="The query; none: read from standard input.")] = None,
    lake: LakeOption = None,
    format: Annotated[SqlFormat, typer.Option(help="How to print the rows.")] = SqlFormat.TABLE,
    as_of: Annotated[str | None, typer.Option(help="Snapshot number or time: the lake as it was.")] = None,
) -> None:
    """Ask in SQL: raw, news and ops of the lake, mart and meta of the published file."""
    from flows.answers import print_answer

    text = query if query is not None else sys.stdin.read()
    print_answer(load_settings(lake=lake).lake, text, format=format.value, as_of=as_of)


@app.command()
def extract(
    files: Annotated[list[str] | None, typer.Argument(help="Files, or - for standard input.")] = None,
) -> None:
    """Clean pages and texts without a lake: one JSON object a document."""
    from flows.pipes import extracted

    _give_all(extracted(files or ["-"]))


@app.command()
def annotate(
    files: Annotated[
        list[str] | None, typer.Argument(help="JSONL or plain text, or - for standard input.")
    ] = None,
    tables: Annotated[str | None, typer.Option(help="Only these tables, separated by commas.")] = None,
    published_at: Annotated[str | None, typer.Option(help="When the text was published.")] = None,
    parser: ParserOption = None,
) -> None:
    """Find names, quotes, dates ... in clean texts without a lake: one JSON object a row."""
    from flows.pipes import annotated

    wanted = [name.strip() for name in tables.split(",") if name.strip()] if tables else None
    model = load_settings(parser=parser).parser
    _give_all(annotated(files or ["-"], parser=model, tables=wanted, published_at=published_at))


def _give_all(records: Iterable[dict[str, Any]]) -> None:
    for record in records:
        give(json.dumps(record, ensure_ascii=False, default=_as_text))


def _as_text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@app.command()
def explain(
    article: Annotated[str, typer.Argument(help="article_id or the start of one, or an address.")],
    lake: LakeOption = None,
) -> None:
    """Show an article, what each of its lines was taken for, and the evidence for each value."""
    from flows.explain import print_article

    print_article(load_settings(lake=lake).lake, article)


@app.command()
def status(lake: LakeOption = None) -> None:
    """Show what the lake holds, the last runs, and what is in quarantine."""
    from flows.status import print_status

    print_status(load_settings(lake=lake).lake)


@app.command()
def demo(lake: LakeOption = None) -> None:
    """Run the bundled example articles into a lake and show some answers."""
    from flows.demo import run_demo

    run_demo(load_settings(lake=lake or "./demo-lake"))


@app.command()
def serve(lake: LakeOption = None, settings: SettingsOption = None) -> None:
    """Run all sources on the schedule of dateline.toml, as a Prefect deployment, until stopped."""
    from flows.serving import serve_daily

    serve_daily(load_settings(settings, lake=lake), settings_file=str(settings) if settings else None)


@app.command()
def retry(
    lake: LakeOption = None,
    settings: SettingsOption = None,
    reason: Annotated[str | None, typer.Option(help="Only what was refused for this reason.")] = None,
    wait: WaitOption = None,
) -> None:
    """Take quarantined items again, after the code or the thing itself was mended."""
    from flows.progress import on_terminal
    from flows.retry import retry as stage
    from flows.summary import print_summary

    chosen = load_settings(settings, lake=lake, wait_seconds=wait)
    with on_terminal() as progress:
        report = stage(chosen, reason=reason, progress=progress)
    print_summary(report, chosen)


@sources_app.command("check")
def check_sources(lake: LakeOption = None, settings: SettingsOption = None) -> None:
    """Say what a run would fetch of each configured source, and how the sources do."""
    from flows.sources_report import print_sources

    if not print_sources(load_settings(settings, lake=lake)):
        sys.exit(1)


@app.command()
def maintain(
    lake: LakeOption = None,
    keep_days: Annotated[int, typer.Option(min=0, help="Keep snapshots of so many days.")] = 30,
    wait: WaitOption = None,
) -> None:
    """Merge small files and let go of old snapshots; no row changes."""
    from flows.maintain import maintain as stage
    from warehouse.lake import Lake, require_lake
    from warehouse.lease import Lease

    chosen = load_settings(lake=lake, wait_seconds=wait)
    require_lake(Path(chosen.lake))
    with Lease(Path(chosen.lake), wait=chosen.wait_seconds), Lake.open(chosen.lake) as opened:
        report = stage(opened, keep_days=keep_days)
    say(
        f"{report.files_before:,} data files became {report.files_after:,}; "
        f"{report.snapshots_expired:,} snapshots were let go."
    )


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="Where to write the settings.")] = Path("dateline.toml"),
) -> None:
    """Write a commented dateline.toml."""
    from flows.settings import TEMPLATE

    if path.exists():
        raise UsageError(f"{path} is there already; it is left as it is")
    path.write_text(TEMPLATE, encoding="utf-8")
    say(f"wrote {path}")


@app.command()
def doctor(lake: LakeOption = None) -> None:
    """Check the installation: packages, extensions, model, the lake's folder."""
    from flows.doctor import examine

    if not examine(load_settings(lake=lake), say):
        sys.exit(1)


if __name__ == "__main__":
    main()
