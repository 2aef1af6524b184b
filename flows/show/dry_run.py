"""`dateline run --dry-run`: the items that a run would read from each source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from flows.fetch.policy import fetch_policy_of
from flows.settings import Settings
from flows.show.screen import screen
from flows.show.source_checks import print_fields
from flows.sources import Source, file_documents
from flows.sources.check import FieldSample, SourceCheck, check_sources, field_sample
from flows.stages.inputs import known_sources, sources_for
from transforms.contract.documents import RawDocument, Rejected


def print_dry_run(
    settings: Settings,
    targets: list[str],
    *,
    since: date | None,
    limit: int | None,
    fields: Sequence[str] = (),
) -> None:
    """Print the contents of each source: files are read in full, on the web only listings are fetched."""
    sources = sources_for(settings, targets, since=since, fields=fields)
    policy = fetch_policy_of(settings.fetch)
    on_web = [source for source in sources if source.is_web]
    with known_sources(settings) as (states, health):
        checks = check_sources(on_web, states=states, health=health, policy=policy)
        for source in sources:
            if source.is_web:
                _print_web(next(checks))
            else:
                _print_files(source, limit)


def _print_web(check: SourceCheck) -> None:
    out, name = screen(), check.source.source_id
    out.print(f"{name}: {check.new:,} new addresses, {check.due:,} due, {check.entries:,} entries")
    for problem in check.problems:
        out.print(f"  {problem}")


def _print_files(source: Source, limit: int | None) -> None:
    out = screen()
    found: Counter[str] = Counter()
    sample: FieldSample | None = None
    for item in file_documents(source):
        found[f"rejected: {item.reason}" if isinstance(item, Rejected) else item.media_type] += 1
        if sample is None and isinstance(item, RawDocument):
            sample = field_sample(item)
        if limit is not None and found.total() >= limit:
            break
    out.print(f"{source.source_id}: {found.total():,} items")
    for kind, count in found.most_common():
        out.print(f"  {count:,} {kind}")
    if sample:
        print_fields(source.source_id, sample)
