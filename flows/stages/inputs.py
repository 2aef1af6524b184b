"""The items that a run reads: those of the configured sources or of the targets, as one stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import structs

from flows.fetch.policy import fetch_policy_of
from flows.settings import Settings
from flows.sources import FetchState, Source, documents, named_source, source_of, sources_of
from transforms.contract.documents import RawDocument, Rejected
from transforms.contract.errors import UsageError
from warehouse.lake.lake import Lake
from warehouse.ledger.source_state import fetch_states

Item = RawDocument | Rejected | FetchState


def sources_for(settings: Settings, targets: Sequence[str], *, since: date | None = None) -> list[Source]:
    """The sources a run reads, checked before anything is touched.

    UsageError when a path does not exist or there is no source; ConfigError names a wrong key.
    Entries that a listing dates before `since` are skipped.
    """
    if targets:
        sources = [named_source(target, since=since) for target in targets]
    elif settings.sources:
        sources = [source_of(id, table) for id, table in settings.sources.items()]
        sources = [structs.replace(s, since=since or s.since) for s in sources]
    else:
        raise UsageError(
            "nothing to read: pass a file, a folder or an address, or name sources in dateline.toml"
        )
    for source in sources:
        if not source.is_web:
            for address in source.addresses:
                sources_of(address)
    return sources


def items_of(
    lake: Lake, settings: Settings, sources: Sequence[Source], *, is_forced: bool = False
) -> Iterator[Item]:
    """All due items of the sources, in order.

    `is_forced` also fetches addresses that are not due yet.
    """
    is_web = any(source.is_web for source in sources)
    states = fetch_states(lake) if is_web else {}
    return documents(sources, states=states, policy=fetch_policy_of(settings.fetch), is_forced=is_forced)
