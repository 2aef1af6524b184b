"""What a run would read, said and not done."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from rich.console import Console

from flows.fetch.policy import fetch_policy_of
from flows.settings import Settings
from flows.sources import FetchState, file_documents
from flows.sources.check import check_sources
from flows.stages.inputs import sources_for, states_of
from transforms.contract.documents import Rejected
from warehouse.lake.lake import Lake


def print_dry_run(settings: Settings, targets: list[str], *, since: date | None, limit: int | None) -> None:
    """Print, source by source, what there is: files are read through, of the web only listings are asked."""
    out = Console(highlight=False, markup=False, soft_wrap=True)
    states: dict[str, FetchState] = {}
    if (Path(settings.lake) / "catalog.sqlite").exists():
        with Lake.open(settings.lake, read_only=True) as lake:
            states = states_of(lake)
    for source in sources_for(settings, targets, since=since):
        if source.is_web:
            (check,) = check_sources(
                [source], states=states, health={}, manners=fetch_policy_of(settings.fetch)
            )
            out.print(
                f"{source.source_id}: {check.new:,} new addresses, {check.due:,} due, {check.entries:,} entries"
            )
            for problem in check.problems:
                out.print(f"  {problem}")
            continue
        found: Counter[str] = Counter()
        for item in file_documents(source):
            found[f"refused: {item.reason}" if isinstance(item, Rejected) else item.media_type] += 1
            if limit is not None and found.total() >= limit:
                break
        out.print(f"{source.source_id}: {found.total():,} items")
        for kind, count in found.most_common():
            out.print(f"  {count:,} {kind}")
