"""The stage source_health: compare each source of a run with its usual results, as rows of ops.source_health."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flows.sources import FetchState, Source, source_of
from flows.sources.health import Failure, SourceRun, after_run, fetched_by
from flows.stages.reports import IngestReport, SourceReport
from flows.stages.session import Session
from warehouse.catalog.source_rows import SourceHealth
from warehouse.ledger.source_state import (
    FailingPages,
    StoredStates,
    reasons_of_failures,
    shapes_of_run,
    source_health,
    store_health,
)


def record_health(session: Session) -> SourceReport:
    """Update the health of each source of this run, and report those with an alarm.

    A source on the command line has a row when it is a listing or fails. Without anything asked or read
    the row of a source stays as it is, and so does its alarm.
    """
    report, sources = session.report(SourceReport), _sources(session)
    if not sources:
        return report
    before = source_health(session.lake)
    runs = _runs(session, sources, datetime.now(UTC))
    rows = [
        after_run(before.get(id), run, source_id=id)
        for id, run in runs.items()
        if _is_news(session, run, before.get(id), sources[id])
    ]
    if rows:
        store_health(session.lake, session.run, rows)
    current = before | {row.source_id: row for row in rows}
    report.alarms += [row for id in sources if (row := current.get(id)) is not None and row.alarm]
    return report


def _sources(session: Session) -> dict[str, Source]:
    """The sources of the run by id, as the settings have them; of files on the command line none."""
    found = {}
    for source in session.sources:
        id = source.source_id
        if (table := session.settings.sources.get(id)) is not None:
            found[id] = source_of(id, table)
        elif source.is_web:
            found[id] = source
    return found


def _is_news(session: Session, run: SourceRun, before: SourceHealth | None, source: Source) -> bool:
    is_asked = bool(run.answered or run.failed or run.documents)
    is_failing = before is not None and before.alarm == "failing"
    if source.source_id in session.settings.sources:
        has_changed = (run.failure is not None) != is_failing and (run.failure is not None or not source.is_web)
        return is_asked or has_changed or (run.failure is not None and not source.is_web)
    is_listing = source.source_id in session.report(IngestReport).listings
    return (is_asked and (is_listing or before is not None)) or (run.failure is not None and not is_failing)


def _runs(session: Session, sources: Mapping[str, Source], now: datetime) -> dict[str, SourceRun]:
    fetched = fetched_by(session.report(IngestReport).fetched, ended_at=now)
    failures = _failures(session, list(sources.values()))
    runs = {
        id: replace(fetched.get(id, SourceRun(now)), address=source.addresses[0], failure=failures.get(id))
        for id, source in sources.items()
    }
    for shape in shapes_of_run(session.lake, session.run):
        if shape.source_id in runs:
            runs[shape.source_id] = replace(
                runs[shape.source_id],
                new_articles=shape.new_articles,
                documents=shape.documents,
                accepted=shape.accepted,
                titled=shape.titled,
                dated=shape.dated,
                median_words=shape.median_words,
            )
    return runs


def _failures(session: Session, sources: Sequence[Source]) -> dict[str, Failure]:
    """What each source cannot do without and does not get, by source_id."""
    states = StoredStates(session.lake)
    stored = states.of([url for source in sources for url in source.urls])
    listings = states.failing_listings([source.source_id for source in sources if source.is_web])
    failing: dict[str, list[FetchState]] = {}
    for source in sources:
        configured = [stored[url] for url in source.urls if url in stored and stored[url].problem]
        named = [state for state in listings if state.source_id == source.source_id]
        if found := configured + [state for state in named if state.url not in stored]:
            failing[source.source_id] = found
    pages = states.failing_pages([source.source_id for source in sources if source.is_web])
    urls = [state.url for found in failing.values() for state in found] + [each.url for each in pages]
    details = reasons_of_failures(session.lake, urls)
    paths = session.report(IngestReport).missing
    return (
        {each.source_id: _pages_failure(each, details) for each in pages}
        | {id: Failure(address, detail) for id, (address, detail) in paths.items()}
        | {id: _failure(found, details) for id, found in failing.items()}
    )


def _pages_failure(pages: FailingPages, details: Mapping[str, str]) -> Failure:
    some = f"none of {'the last ' * pages.has_answered}{pages.page_count:,} pages"
    detail = f"{pages.problem}, {details[pages.url]}" if details.get(pages.url) else pages.problem
    return Failure(pages.url, f"{some} could be fetched ({detail})", pages.since)


def _failure(states: Sequence[FetchState], details: Mapping[str, str]) -> Failure:
    first, more = states[0], len(states) - 1
    detail = f"{first.problem} ({details[first.url]})" if details.get(first.url) else str(first.problem)
    also = f"; {more} more of its addresses fail{'s' * (more == 1)}" if more else ""
    return Failure(first.url, detail + also, first.failed_since or first.fetched_at)
