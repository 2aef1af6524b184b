"""The summary at the end of a run: items by outcome, rows by table, and the next command."""

from __future__ import annotations

import shlex
import sys

from rich.console import Console

from flows.settings import Settings
from flows.show.screen import counted, screen
from flows.stages.missing_fields import missing_lines
from flows.stages.reports import (
    CleanReport,
    EnrichReport,
    FingerprintReport,
    IngestReport,
    LinkReport,
    RetryReport,
)
from flows.stages.session import Session
from warehouse.lake.location import Location, location_of
from warehouse.publish.publish import PublishReport

_FIRST_QUERY = "select quote, speaker, published_on from mart.quote_book limit 5"


def print_summary(session: Session, settings: Settings) -> None:
    """Print the summary of a run on standard error."""
    out = screen(to_stderr=True)
    run, cleaned, enriched = session.run, session.report(CleanReport), session.report(EnrichReport)
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at else 0.0
    redone = cleaned.recleaned + enriched.enriched
    if not run.rows_written and not run.quarantined and not redone:
        out.print(f"Nothing new: {run.read:,} items read, all of them known ({seconds:.1f} s).")
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
    reports = (enriched, session.report(FingerprintReport), session.report(LinkReport))
    if failures := sum(report.step_failures for report in reports):
        out.print(f"{counted(failures, 'step')} failed; see raw.quarantine.")
    for reason, count in session.reasons.items():
        out.print(f"  quarantined: {count:,} {reason}")
    for table, count in sorted(session.rows_by_table.items()):
        if table.startswith("news.") and count:
            out.print(f"  {table:<24} {count:>10,} {'row' if count == 1 else 'rows'}")
    for source in sorted(session.report(IngestReport).keeping_fields):
        out.print(f"{source}: its articles keep the `fields` of this source in dateline.toml")
    for line in missing_lines(cleaned):
        out.print(line)
    _print_places(out, session, location_of(settings.lake))
    sys.stderr.flush()


def _print_places(out: Console, session: Session, lake: Location) -> None:
    published = session.report(PublishReport)
    if not published.is_current:
        marts = ", ".join(f"{name} {count:,}" for name, count in published.rows.items())
        out.print(f"Published {published.path}: {marts}.")
    at = "" if lake == location_of(Settings().lake) else f" --lake {shlex.quote(str(lake))}"
    out.print(f'Lake: {lake}. Next: dateline sql{at} "{_FIRST_QUERY}"')
    if session.reasons:
        out.print(f'Why items were rejected: dateline sql{at} "select reason, detail from raw.quarantine"')
