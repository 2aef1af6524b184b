"""The items that a run reads: those of the configured sources or of the targets, as one stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from msgspec import structs

from flows.fetch.policy import fetch_policy_of
from flows.settings import Settings
from flows.sources import (
    FetchState,
    KnownStates,
    Source,
    StatesInMemory,
    documents,
    named_source,
    source_of,
    sources_of,
    stated_fields,
)
from transforms.contract.documents import RawDocument, Rejected
from transforms.contract.errors import UsageError
from warehouse.catalog.source_rows import SourceHealth
from warehouse.lake.lake import Lake
from warehouse.lake.location import location_of
from warehouse.ledger.source_state import StoredStates, source_health

Item = RawDocument | Rejected | FetchState


def sources_for(
    settings: Settings, targets: Sequence[str], *, since: date | None = None, fields: Sequence[str] = ()
) -> list[Source]:
    """The sources a run reads, checked before anything is touched.

    UsageError if a path of the command line does not exist or no source is named; ConfigError names a wrong
    key. A missing path of a configured source is a failure of that source alone. Entries that a
    listing dates before `since` are skipped. `fields` are pairs NAME=NAME_IN_THE_SOURCE for the targets.
    """
    if fields and not targets:
        raise UsageError(
            "--field is for files and addresses named here; write `fields` of sources in dateline.toml"
        )
    if targets:
        stated = stated_fields(fields)
        sources = [named_source(target, since=since, fields=stated) for target in targets]
        for source in sources:
            for path in () if source.is_web else source.addresses:
                next(sources_of(path), None)
    elif settings.sources:
        sources = [source_of(id, table) for id, table in settings.sources.items()]
        sources = [structs.replace(s, since=since or s.since) for s in sources]
    else:
        raise UsageError(
            "nothing to read: pass a file, a folder or an address, or name sources in dateline.toml"
        )
    return sources


def items_of(
    lake: Lake, settings: Settings, sources: Sequence[Source], *, is_forced: bool = False
) -> Iterator[Item]:
    """All due items of the sources, in order.

    `is_forced` also fetches addresses that are not due yet.
    """
    return documents(
        sources, states=StoredStates(lake), policy=fetch_policy_of(settings.fetch), is_forced=is_forced
    )


@contextmanager
def known_sources(settings: Settings) -> Iterator[tuple[KnownStates, dict[str, SourceHealth]]]:
    """Fetch states, and source health by source_id; both are empty if the lake does not exist."""
    location = location_of(settings.lake)
    if not location.exists():
        yield StatesInMemory(), {}
        return
    with Lake.open(location, read_only=True) as lake:
        yield StoredStates(lake), source_health(lake)
