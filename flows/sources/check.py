"""Checks of sources: the addresses that a run would fetch, found by fetching only the configured ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from msgspec import structs

from flows.fetch.policy import FetchPolicy
from flows.sources.documents import fetch_all
from flows.sources.files import sources_of
from flows.sources.polling import is_due
from flows.sources.source import Source
from transforms.contract.documents import RawDocument, Rejected
from transforms.contract.errors import ReadError, UsageError
from warehouse.catalog.source_rows import FetchState, SourceHealth


@dataclass(slots=True)
class SourceCheck:
    """One source as `dateline sources check` shows it.

    `files` counts the files found; `entries` the documents in the configured addresses themselves,
    `new` the unknown addresses they name, `due` known ones to fetch again; `problems` are one line each.
    """

    source: Source
    files: int = 0
    entries: int = 0
    new: int = 0
    due: int = 0
    next_due_at: datetime | None = None
    problems: list[str] = field(default_factory=list)
    health: SourceHealth | None = None


def check_sources(
    sources: Sequence[Source],
    *,
    states: Mapping[str, FetchState],
    health: Mapping[str, SourceHealth],
    policy: FetchPolicy | None = None,
) -> Iterator[SourceCheck]:
    """Check each source in turn; nothing is stored, and no page behind a listing is fetched."""
    for source in sources:
        check = SourceCheck(source, health=health.get(source.source_id))
        if source.is_web:
            _look_at_web(check, states, policy)
        else:
            _look_at_files(check)
        yield check


def _look_at_files(check: SourceCheck) -> None:
    for target in check.source.addresses:
        try:
            for found in sources_of(target):
                if isinstance(found, Rejected):
                    check.problems.append(_line(found))
                else:
                    check.files += 1
        except (UsageError, ReadError) as error:
            check.problems.append(str(error))


def _look_at_web(check: SourceCheck, states: Mapping[str, FetchState], policy: FetchPolicy | None) -> None:
    now, known = datetime.now(UTC), _of_source(check.source, states.values())
    check.due = sum(is_due(state, now) for state in known)
    check.next_due_at = min((s.next_due_at for s in known if s.next_due_at), default=None)
    # Without their validators the addresses answer in full; with a limit of 0 no page is fetched.
    listing_only = structs.replace(check.source, limit=0)
    plain = {url: replace(s, etag=None, last_modified=None, body_sha256=None) for url, s in states.items()}
    for outcome in fetch_all([listing_only], states=plain, policy=policy, is_forced=True):
        check.entries += sum(isinstance(d, RawDocument) for d in outcome.documents)
        check.problems += [_line(d) for d in outcome.documents if isinstance(d, Rejected)]
        if outcome.status == "deferred":
            check.problems.append(f"{outcome.url}: the server asks for a pause")
        check.new += sum(s.url not in states and s.depth > 0 and s.fetched_at is None for s in outcome.states)


def _of_source(source: Source, states: Iterable[FetchState]) -> list[FetchState]:
    return [state for state in states if state.source_id == source.source_id]


def _line(rejected: Rejected) -> str:
    where = (rejected.origin.url or rejected.origin.container_uri) if rejected.origin else None
    return (
        f"{where}: {rejected.reason} ({rejected.detail})" if rejected.detail else f"{where}: {rejected.reason}"
    )
