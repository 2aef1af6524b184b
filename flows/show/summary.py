"""The summary at the end of a run: items by outcome, rows by table, and the next command."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import Console

from flows.settings import Settings
from flows.show.screen import counted, screen
from flows.stages.missing_fields import missing_lines
from flows.stages.reports import (
    CleanReport,
    EnrichReport,
    IngestReport,
    RetryReport,
)
from flows.stages.session import Session
from warehouse.lake.location import Location, location_of
from warehouse.publish.publish import PublishReport

_FIRST_QUERY = "select quote, speaker, published_on from mart.quote_book limit 5"
_RECORDS = {"ops.runs", "ops.checks", "ops.source_health", "raw.fetch_state"}
_SHOWN = 10  # sources that are not due, a line each


def print_summary(session: Session, settings: Settings) -> None:
    """Print the summary of a run on standard error."""
    out = screen(to_stderr=True)
    run, cleaned, enriched = session.run, session.report(CleanReport), session.report(EnrichReport)
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at else 0.0
    redone = cleaned.recleaned + enriched.enriched
    is_written = any(n for table, n in session.rows_by_table.items() if table not in _RECORDS)
    if not is_written and not run.quarantined and not redone:
        out.print(f"Nothing new: {_read_or_asked(session)} ({seconds:.1f} s).")
    else:
        out.print(
            f"{counted(run.read, 'item')} read = {run.accepted:,} accepted + {run.repaired:,} repaired"
            f" + {run.duplicate:,} duplicate + {run.quarantined:,} quarantined ({seconds:.1f} s)."
        )
    retry = session.report(RetryReport)
    if retry.retried:
        out.print(f"{retry.resolved:,} of {counted(retry.retried, 'item')} in quarantine resolved.")
    if cleaned.recleaned:
        out.print(f"{counted(cleaned.recleaned, 'document')} cleaned again.")
    if failures := session.step_failures:
        out.print(f"{counted(failures, 'step')} failed; see raw.quarantine.")
    for line in session.rejection_lines():
        out.print(f"  {line}")
    for source_id, (path, detail) in session.report(IngestReport).missing.items():
        if source_id not in settings.sources:  # a source's own line is below
            out.print(f"  {path}: {detail}")
    for table, count in sorted(session.rows_by_table.items()):
        if table.startswith("news.") and count:
            out.print(f"  {table:<24} {count:>10,} {'row' if count == 1 else 'rows'}")
    for line in _field_lines(session):
        out.print(line)
    _print_places(out, session, location_of(settings.lake))
    for line in (*_not_due_lines(session, settings), *session.warnings):
        out.print(line)
    sys.stderr.flush()


def _field_lines(session: Session) -> Iterator[str]:
    for source in sorted(session.report(IngestReport).keeping_fields):
        yield f"{source}: its articles keep the `fields` of this source in dateline.toml"
    yield from missing_lines(session.report(CleanReport))


def _read_or_asked(session: Session) -> str:
    report = session.report(IngestReport)
    read, asked = session.run.read, report.fetched.total()
    if not read and not asked and report.not_due:
        return "no address is due"
    if read or not asked:
        return f"{counted(read, 'item')} read, all of them known"
    return f"{counted(asked, 'address', 'addresses')} asked, none has changed"


def _not_due_lines(session: Session, settings: Settings) -> list[str]:
    """Sources that were not asked: those of the command line, and all if nothing at all was asked or read."""
    report = session.report(IngestReport)
    is_idle = not report.fetched and not report.read
    waiting = {id: at for id, at in report.not_due.items() if is_idle or id not in settings.sources}
    lines = [f"{id}: {_until(at)} (--refresh asks now)" for id, at in list(waiting.items())[:_SHOWN]]
    return lines if len(waiting) <= _SHOWN else [*lines, f"{len(waiting) - _SHOWN:,} more are not due either"]


def _until(due_at: datetime | None) -> str:
    if due_at is None:
        return "not due again"
    is_today = due_at.date() == datetime.now(UTC).date()
    return f"not due before {due_at:{'%H:%M' if is_today else '%Y-%m-%d %H:%M'}} UTC"


def _print_places(out: Console, session: Session, lake: Location) -> None:
    published = session.report(PublishReport)
    if not published.is_current:
        marts = ", ".join(f"{name} {count:,}" for name, count in published.rows.items())
        out.print(f"Published {published.path}: {marts}.")
    at = "" if lake == location_of(Settings().lake) else f" --lake {shlex.quote(str(lake))}"
    out.print(f'Lake: {lake}. Next: dateline sql{at} "{_FIRST_QUERY}"')
    if session.reasons:
        out.print(f'Why items were rejected: dateline sql{at} "select reason, detail from raw.quarantine"')
