"""`dateline run --dry-run`: the items that a run would read from each source."""

from __future__ import annotations

from collections import Counter
from datetime import date

from flows.fetch.policy import fetch_policy_of
from flows.settings import Settings
from flows.show.screen import screen
from flows.sources import file_documents
from flows.sources.check import check_sources
from flows.stages.inputs import sources_for
from transforms.contract.documents import Rejected
from warehouse.ask.sources import read_sources


def print_dry_run(settings: Settings, targets: list[str], *, since: date | None, limit: int | None) -> None:
    """Print the contents of each source: files are read in full, on the web only listings are fetched."""
    out = screen()
    states, _ = read_sources(settings.lake)
    for source in sources_for(settings, targets, since=since):
        if source.is_web:
            (check,) = check_sources([source], states=states, health={}, policy=fetch_policy_of(settings.fetch))
            out.print(
                f"{source.source_id}: {check.new:,} new addresses, {check.due:,} due, {check.entries:,} entries"
            )
            for problem in check.problems:
                out.print(f"  {problem}")
            continue
        found: Counter[str] = Counter()
        for item in file_documents(source):
            found[f"rejected: {item.reason}" if isinstance(item, Rejected) else item.media_type] += 1
            if limit is not None and found.total() >= limit:
                break
        out.print(f"{source.source_id}: {found.total():,} items")
        for kind, count in found.most_common():
            out.print(f"  {count:,} {kind}")
