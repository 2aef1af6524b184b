"""`dateline status`: the contents of a lake, the last runs, open quarantine items, and the published file."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

from flows.settings import Settings
from flows.show.screen import grid, screen
from flows.sources.health import alarm_line
from warehouse.ask.holdings import holdings, last_runs, open_items, publication, source_alarms
from warehouse.catalog.source_rows import SourceHealth
from warehouse.lake.connect import open_for_reading
from warehouse.lake.lease import read_owner
from warehouse.lake.location import location_of

_REMEMBERED = timedelta(days=7)  # an address of the command line that fails is shown for so long
_RUN = ("run_id", "status", "read", "accepted", "repaired", "duplicate", "quarantined", "message")


def print_status(settings: Settings) -> None:
    """Print the state of the lake on standard output; LakeError when there is none."""
    location, out = location_of(settings.lake), screen()
    with closing(open_for_reading(location)) as connection:
        stored, published = holdings(connection), publication(connection)
        runs, quarantined = last_runs(connection), open_items(connection)
        alarms = [alarm_line(health) for health in source_alarms(connection) if _is_shown(health, settings)]
    out.print(
        f"{location}: {stored.article_count:,} articles in {stored.version_count:,} versions from "
        f"{stored.document_count:,} documents ({stored.byte_count:,} bytes)."
    )
    if stored.first_published_at and stored.last_published_at:
        first, last = stored.first_published_at, stored.last_published_at
        out.print(f"Published from {first:%Y-%m-%d} to {last:%Y-%m-%d}, as far as it is known.")
    if location.published.exists() and not published:
        out.print(f"{location.published} cannot be opened; the next run builds it again.")
    if published:
        out.print(
            f"{location.published} was published {published.published_at:%Y-%m-%d %H:%M} UTC "
            f"and shows snapshot {published.snapshot_id}."
        )
    table = grid(*_RUN, title="Last runs")
    for run in runs:
        table.add_row(*(str(getattr(run, name)) for name in _RUN))
    out.print(table)
    if quarantined:
        table = grid("stage", "reason", "count", "for example", title="In quarantine")
        for items in quarantined:
            lines = items.example.strip().splitlines()
            table.add_row(items.stage, items.reason, f"{items.count:,}", lines[-1][:100] if lines else "")
        out.print(table)
    else:
        out.print("Nothing is in quarantine.")
    for line in alarms:
        out.print(line)
    out.print(f"Written to by: {read_owner(location)}.")


def _is_shown(health: SourceHealth, settings: Settings) -> bool:
    """Whether a source is configured, or was on the command line not long ago."""
    is_recent = datetime.now(UTC) - health.checked_at < _REMEMBERED
    return health.source_id in settings.sources or not settings.sources or is_recent
