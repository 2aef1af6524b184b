"""Commands that write to a lake: run, demo, serve, retry, maintain."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import (
    FieldOption,
    LakeOption,
    ParserOption,
    SettingsOption,
    WaitOption,
    WorkersOption,
    say,
)
from flows.settings import Settings, load_settings
from transforms.contract.errors import UsageError

if TYPE_CHECKING:
    from flows.sources import Source
    from flows.stages.session import Session


def run(
    targets: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, globs or addresses; none: the sources of dateline.toml."),
    ] = None,
    lake: LakeOption = None,
    settings: SettingsOption = None,
    parser: ParserOption = None,
    workers: WorkersOption = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after N items.")] = None,
    since: Annotated[str | None, typer.Option(help="Skip entries dated before this day.")] = None,
    field: FieldOption = None,
    refresh: Annotated[
        bool,
        typer.Option("--refresh", help="Fetch these addresses now, due or not; none: all configured ones."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be read; store nothing.")] = False,
    wait: WaitOption = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 3 if anything was rejected or a source fails.")
    ] = False,
    prefect: Annotated[bool, typer.Option("--prefect", help="Run as a Prefect flow.")] = False,
) -> None:
    """Bring the lake up to date with the sources.

    Whatever is new or has changed is ingested, cleaned, enriched, linked and published.
    """
    from flows.show.dry_run import print_dry_run
    from flows.show.summary import print_summary
    from flows.stages.inputs import sources_for

    chosen = load_settings(settings, lake=lake, parser=parser, workers=workers, wait_seconds=wait)
    if dry_run:
        print_dry_run(chosen, targets or [], since=_day(since), limit=limit, fields=field or ())
        return
    sources = sources_for(chosen, targets or [], since=_day(since), fields=field or ())
    report = _run(chosen, sources, limit=limit, is_forced=refresh, as_flow=prefect)
    print_summary(report, chosen)
    if strict and not report.is_flawless:
        sys.exit(3)


def _run(
    settings: Settings, sources: Sequence[Source], *, limit: int | None, is_forced: bool, as_flow: bool
) -> Session:
    """Run the pipeline, directly or as a Prefect flow."""
    from flows.run.progress import on_terminal
    from flows.stages.pipeline import run_pipeline

    if as_flow or "PREFECT_API_URL" in os.environ:
        from flows.prefect_flows import run_as_flow

        return run_as_flow(settings, sources, limit=limit, is_forced=is_forced)
    with on_terminal() as progress:
        return run_pipeline(settings, sources, limit=limit, is_forced=is_forced, progress=progress)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"not a date like 2024-03-05: {text!r}") from error


def demo(lake: LakeOption = None) -> None:
    """Run the bundled examples and show some answers."""
    from flows.show.demo import run_demo

    run_demo(load_settings(lake=lake or "./demo-lake"))


def serve(lake: LakeOption = None, settings: SettingsOption = None) -> None:
    """Run all sources on a schedule, until stopped.

    The schedule is that of dateline.toml; it is a Prefect deployment.
    """
    from flows.schedule import serve_daily

    serve_daily(load_settings(settings, lake=lake), say, settings_file=str(settings) if settings else None)


def retry(
    lake: LakeOption = None,
    settings: SettingsOption = None,
    reason: Annotated[str | None, typer.Option(help="Only items rejected for this reason.")] = None,
    parser: ParserOption = None,
    workers: WorkersOption = None,
    wait: WaitOption = None,
) -> None:
    """Retry quarantined items after a fix."""
    from flows.run.progress import on_terminal
    from flows.show.summary import print_summary
    from flows.stages.retry import retry as stage

    chosen = load_settings(settings, lake=lake, parser=parser, workers=workers, wait_seconds=wait)
    with on_terminal() as progress:
        report = stage(chosen, reason=reason, progress=progress)
    print_summary(report, chosen)


def maintain(
    lake: LakeOption = None,
    keep_days: Annotated[int, typer.Option(min=0, help="Days of snapshots to keep.")] = 30,
    wait: WaitOption = None,
) -> None:
    """Compact files, expire snapshots, check all rows.

    Orphaned files are deleted.
    """
    from flows.show.screen import counted
    from flows.stages.maintain import maintain as stage

    report = stage(load_settings(lake=lake, wait_seconds=wait), keep_days=keep_days)
    say(
        f"{counted(report.files_before, 'data file')} compacted to {report.files_after:,}; "
        f"{counted(report.snapshots_expired, 'snapshot')} expired; "
        f"{counted(report.orphans_removed, 'orphaned file')} deleted."
    )
