"""Commit a batch of read items: raw documents, observations, quarantine items and fetch states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa

from transforms.contract.columns import encode, encode_columns
from transforms.contract.documents import RawDocument
from transforms.contract.ids import digest
from warehouse.catalog.rows import Document, Observation, QuarantineItem, Run
from warehouse.catalog.source_rows import FetchState
from warehouse.catalog.tables import tables
from warehouse.lake.lake import CATALOG, Lake
from warehouse.ledger import quarantine, steps
from warehouse.ledger.runs import Counts, add_counts
from warehouse.write.commit import StagedBatch, commit

ROW_GROUP_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class CommittedDocuments:
    """Items read by outcome: `fresh` are new observations, `seen` are known ones.

    `unfinished` are known but were never cleaned: a run crashed in between. `quarantined` are all items
    rejected, by reason in `reasons`; `repeated` are those that an earlier run rejected, in cleaning too.
    """

    fresh: int
    seen: int
    unfinished: int
    quarantined: int
    reasons: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)


def observation_id(raw: RawDocument) -> str:
    """The hash of content and place. Line numbers do not count, since lines move."""
    origin = raw.origin
    return digest(raw.raw_id, origin.container_uri or "", origin.member_path or "", origin.url or "")


def commit_documents(
    lake: Lake,
    run: Run,
    documents: Sequence[RawDocument],
    quarantined: Sequence[QuarantineItem],
    states: Sequence[FetchState] = (),
) -> CommittedDocuments:
    """Store new documents, quarantine items and fetch states; commits nothing when all is known.

    An open item of a file that is rejected again is not written again; that of an address counts another
    attempt. Known documents, rejections and documents that cleaning rejected before count in the run at once,
    the others when they are cleaned.
    """
    by_id = {observation_id(d): d for d in documents}
    with lake.reading():
        known = _observation_states(lake, list(by_id), run)
        items = quarantine.known_items(lake, [x.quarantine_id for x in quarantined])
        rejected = [id for id, state in known.items() if state == "quarantined"]
        repeated = Counter(quarantine.reasons_of_subjects(lake, rejected))
    fresh = {id: d for id, d in by_id.items() if id not in known}
    known_items = {id for id, (_, status, _) in items.items() if status != "resolved"}
    reasons = repeated + Counter(x.reason for x in quarantined)
    repeated.update(x.reason for x in quarantined if x.quarantine_id in known_items)
    stored = [x for x in quarantined if x.quarantine_id not in known_items or x.stage == "fetch"]
    unfinished = sum(state is None for state in known.values())
    seen = len(documents) - len(fresh) - unfinished - len(rejected)
    count = len(quarantined) + len(rejected)
    counts = Counts(read=seen + count, duplicate=seen, quarantined=count)
    if fresh or stored or states:
        batch = StagedBatch(stage="read", quarantined=stored)
        message = f"{len(fresh)} new documents, {len(stored)} rejected"
        with commit(lake, run, batch, message, counts=counts, is_data=bool(fresh or stored)):
            if fresh:
                numbered = _numbered(lake, fresh)
                _store_documents(lake, numbered)
                _store_observations(lake, numbered, run.run_id)
            _store_states(lake, states)
    else:
        add_counts(run, counts)
    return CommittedDocuments(len(fresh), seen, unfinished, count, reasons, repeated)


def _store_states(lake: Lake, states: Sequence[FetchState]) -> None:
    if not states:
        return
    table = tables()["raw.fetch_state"]
    rows = encode(FetchState, list({state.url: state for state in states}.values()))
    lake.delete(table, rows.select(["url"]))
    lake.insert(table, rows)
    answered = [state for state in states if state.fetched_at is not None and state.problem is None]
    listings = [state.url for state in answered if state.kind == "listing"]
    quarantine.resolve_fetched(lake, [state.url for state in answered], listings)


def _observation_states(lake: Lake, ids: list[str], run: Run) -> dict[str, str | None]:
    """Observations that are in the lake with the outcome of cleaning; None: never cleaned, by an earlier run."""
    with lake.keys(ids):
        known = lake.rows(
            f"SELECT DISTINCT observation_id, run_id = ? FROM {CATALOG}.raw.observations "
            "WHERE observation_id IN (SELECT id FROM asked)",
            [run.run_id],
        )
        if not known:
            return {}
        cleaned = lake.rows(
            f"SELECT DISTINCT subject_id, outcome FROM {CATALOG}.ops.steps_done "
            f"WHERE step = '{steps.CLEAN}' AND subject_id IN (SELECT id FROM asked)"
        )
    outcomes: dict[str, str] = dict(cleaned)
    return {id: outcomes.get(id, "own" if is_own else None) for id, is_own in known}


_Numbered = Sequence[tuple[str, int, RawDocument]]
"""Fresh documents with the id and the number of their observation, in order of ingestion."""


def _numbered(lake: Lake, fresh: Mapping[str, RawDocument]) -> _Numbered:
    last = lake.rows(f"SELECT coalesce(max(seq), 0) FROM {CATALOG}.raw.observations")[0][0]
    return [(id, last + n, document) for n, (id, document) in enumerate(fresh.items(), start=1)]


def _store_documents(lake: Lake, numbered: _Numbered) -> None:
    unique: dict[str, tuple[int, RawDocument]] = {}
    for _, seq, document in numbered:
        unique.setdefault(document.raw_id, (seq, document))
    with lake.keys(unique):
        stored = lake.rows(f"SELECT raw_id FROM {CATALOG}.raw.documents WHERE raw_id IN (SELECT id FROM asked)")
    for (raw_id,) in stored:
        del unique[raw_id]
    if not unique:
        return
    now = datetime.now(UTC)
    lake.append(
        tables()["raw.documents"], (_document_rows(group, now) for group in _row_groups(unique.values()))
    )


def _row_groups(numbered: Iterable[tuple[int, RawDocument]]) -> Iterator[list[tuple[int, RawDocument]]]:
    """The documents in groups of some megabytes, small enough that the memory of one serves the next."""
    group: list[tuple[int, RawDocument]] = []
    byte_count = 0
    for seq, document in numbered:
        group.append((seq, document))
        byte_count += len(document.body)
        if byte_count >= ROW_GROUP_BYTES:
            yield group
            group, byte_count = [], 0
    if group:
        yield group


def _document_rows(numbered: Sequence[tuple[int, RawDocument]], now: datetime) -> pa.Table:
    documents = [document for _, document in numbered]
    return encode_columns(
        Document,
        {
            "raw_id": [d.raw_id for d in documents],
            "body": [d.body for d in documents],
            "media_type": [d.media_type for d in documents],
            "charset": [d.origin.charset for d in documents],
            "byte_count": [len(d.body) for d in documents],
            "first_seq": [seq for seq, _ in numbered],
            "first_seen_at": [d.origin.fetched_at or now for d in documents],
        },
    )


def _store_observations(lake: Lake, numbered: _Numbered, run_id: str) -> None:
    now = datetime.now(UTC)
    documents = [document for _, _, document in numbered]
    origins = [document.origin for document in documents]
    lake.insert(
        tables()["raw.observations"],
        encode_columns(
            Observation,
            {
                "observation_id": [id for id, _, _ in numbered],
                "seq": [seq for _, seq, _ in numbered],
                "raw_id": [d.raw_id for d in documents],
                "source_id": [o.source_id for o in origins],
                "url": [o.url for o in origins],
                "container_uri": [o.container_uri for o in origins],
                "member_path": [o.member_path for o in origins],
                "item_no": [d.item_no for d in documents],
                "fetched_at": [o.fetched_at or now for o in origins],
                "charset": [o.charset for o in origins],
                "http_status": [o.http_status for o in origins],
                "http_headers": [o.http_headers for o in origins],
                "hints": [o.hints for o in origins],
                "fields": [o.fields for o in origins],
                "repairs": [list(map(str, d.repairs)) for d in documents],
                "run_id": [run_id] * len(numbered),
            },
        ),
    )
