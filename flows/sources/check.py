"""Checks of sources: the addresses that a run would fetch, found by fetching only the configured ones."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from msgspec import structs

from flows.fetch.policy import FetchPolicy
from flows.sources.documents import fetch_all
from flows.sources.files import InputFile, sources_of
from flows.sources.known_states import KnownStates
from flows.sources.source import Source
from transforms.contract.documents import RawDocument, Rejected
from transforms.contract.errors import ReadError, UsageError
from transforms.read import read_documents
from transforms.read.records.fields import FieldUse, field_use
from warehouse.catalog.source_rows import FetchState, SourceHealth
from warehouse.ledger.source_state import SourceSchedule

_SAMPLED_FILES = 3  # in which a record is looked for


@dataclass(slots=True)
class SourceCheck:
    """One source as `dateline sources check` shows it.

    `files` counts the files found; `entries` the documents in the configured addresses themselves,
    `new` the unknown addresses they name, `due` known ones to fetch again; `problems` are one line each.
    `sample` is the first record, if there are any: what its fields become.
    """

    source: Source
    files: int = 0
    entries: int = 0
    new: int = 0
    due: int = 0
    next_due_at: datetime | None = None
    problems: list[str] = field(default_factory=list)
    health: SourceHealth | None = None
    sample: FieldSample | None = None


@dataclass(frozen=True, slots=True)
class FieldSample:
    """One record of a source, its place, and what became of its fields."""

    place: str
    use: FieldUse


def field_sample(raw: RawDocument) -> FieldSample | None:
    """The sample that a document is; None when it is not a record with names of its own, as feed entries are."""
    if raw.media_type != "application/json" or raw.origin.hints.get("envelope") == "feed":
        return None
    try:
        value = json.loads(raw.body)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    where = raw.origin.member_path or raw.origin.container_uri or raw.origin.url
    return FieldSample(f"{where}, record {raw.item_no}", field_use(value, raw.origin.fields))


def check_sources(
    sources: Sequence[Source],
    *,
    states: KnownStates,
    health: Mapping[str, SourceHealth],
    policy: FetchPolicy | None = None,
) -> Iterator[SourceCheck]:
    """Check each source in turn; nothing is stored, and no page behind a listing is fetched."""
    schedules = states.schedules(datetime.now(UTC))
    for source in sources:
        due, earliest = schedules.get(source.source_id, SourceSchedule())
        check = SourceCheck(source, due=due, next_due_at=earliest, health=health.get(source.source_id))
        if source.is_web:
            _look_at_web(check, states, policy)
        else:
            _look_at_files(check)
        yield check


def _look_at_files(check: SourceCheck) -> None:
    source = check.source
    for target in source.addresses:
        try:
            for found in sources_of(target, source_id=source.source_id, fields=source.fields):
                if isinstance(found, Rejected):
                    check.problems.append(_line(found))
                    continue
                check.files += 1
                if check.files <= _SAMPLED_FILES and check.sample is None:
                    check.sample = _first_sample(found)
        except (UsageError, ReadError) as error:
            check.problems.append(str(error))


def _first_sample(file: InputFile) -> FieldSample | None:
    """The sample of a file's first document; what cannot be read is for the run to reject."""
    try:
        with file.open() as stream:
            documents = (item for item in read_documents(stream, file.origin) if isinstance(item, RawDocument))
            first = next(documents, None)
    except (ReadError, OSError):
        return None
    return None if first is None else field_sample(first)


def _look_at_web(check: SourceCheck, states: KnownStates, policy: FetchPolicy | None) -> None:
    listing_only = structs.replace(check.source, limit=0)  # no page is fetched
    for outcome in fetch_all([listing_only], states=_Listings(states), policy=policy, is_forced=True):
        found = [d for d in outcome.documents if isinstance(d, RawDocument)]
        check.entries += len(found)
        check.sample = check.sample or next(filter(None, map(field_sample, found)), None)
        check.problems += [_line(d) for d in outcome.documents if isinstance(d, Rejected)]
        if outcome.status == "deferred":
            check.problems.append(f"{outcome.url}: the server asks for a pause")
        check.new += sum(state.fetched_at is None for state in outcome.states)


class _Listings:
    """Known states without the due pages, and without validators, so that listings answer in full."""

    def __init__(self, states: KnownStates) -> None:
        self._states = states
        self.paused, self.schedules = states.paused, states.schedules

    def due(
        self, source_ids: Collection[str], now: datetime, *, listings_only: bool = False
    ) -> list[FetchState]:
        del listings_only
        return [_unconditional(state) for state in self._states.due(source_ids, now, listings_only=True)]

    def of(self, urls: Collection[str]) -> dict[str, FetchState]:
        return {url: _unconditional(state) for url, state in self._states.of(urls).items()}

    def listed(self, modified: Mapping[str, datetime | None], now: datetime) -> dict[str, FetchState | None]:
        found = self._states.listed(modified, now)
        return {url: None if state is None else _unconditional(state) for url, state in found.items()}


def _unconditional(state: FetchState) -> FetchState:
    return replace(state, etag=None, last_modified=None, body_sha256=None)


def _line(rejected: Rejected) -> str:
    where = (rejected.origin.url or rejected.origin.container_uri) if rejected.origin else None
    return (
        f"{where}: {rejected.reason} ({rejected.detail})" if rejected.detail else f"{where}: {rejected.reason}"
    )
