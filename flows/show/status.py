"""`dateline status`: the contents of a lake, the last runs, open quarantine items, and the published file."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

from flows.settings import Settings
from flows.show.screen import counted, grid, screen
from flows.sources.health import alarm_line
from warehouse.ask.holdings import holdings, last_runs, open_items, publication, source_alarms
from warehouse.catalog.rows import Run
from warehouse.catalog.source_rows import SourceHealth
from warehouse.lake.connect import open_for_reading
from warehouse.lake.lease import NOBODY, read_owner
from warehouse.lake.location import location_of

_OUTCOMES = ("accepted", "repaired", "duplicate", "quarantined")
_REMEMBERED = timedelta(days=7)  # an address of the command line that fails is shown for so long


def print_status(settings: Settings) -> None:
    """Print the state of the lake on standard output; LakeError when there is none."""
    location, out = location_of(settings.lake), screen()
    with closing(open_for_reading(location)) as connection:
        stored, published = holdings(connection), publication(connection)
        runs, quarantined = last_runs(connection), open_items(connection)
        alarms = [alarm_line(health) for health in source_alarms(connection) if _is_shown(health, settings)]
    out.print(
        f"{location}: {counted(stored.article_count, 'article')} in {counted(stored.version_count, 'version')} "
        f"from {counted(stored.document_count, 'document')} ({counted(stored.byte_count, 'byte')})."
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
    table = grid("run", "status", "items", "message", title="Last runs")
    for run in runs:
        table.add_row(run.run_id, run.status, _items(run), run.message)
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
    owner = read_owner(location)
    out.print("No run is writing to it." if owner == NOBODY else f"Being written to by {owner}.")


def _items(run: Run) -> str:
    """`14 read = 11 accepted + 3 quarantined`."""
    parts = [f"{count:,} {name}" for name in _OUTCOMES if (count := getattr(run, name))]
    return f"{run.read:,} read" + (f" = {' + '.join(parts)}" if parts else "")


def _is_shown(health: SourceHealth, settings: Settings) -> bool:
    """Whether a source is configured, or was on the command line not long ago."""
    is_recent = datetime.now(UTC) - health.checked_at < _REMEMBERED
    return health.source_id in settings.sources or not settings.sources or is_recent
