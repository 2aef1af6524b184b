"""Commit a batch of read items: raw documents, observations, quarantine items and fetch states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from warehouse.write.commit import StagedBatch, commit

ROW_GROUP_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class CommittedDocuments:
    """Items read by outcome: `fresh` are new observations, `seen` are known ones.

    `unfinished` are known but were never cleaned: a run crashed in between.
    """

    fresh: int
    seen: int
    unfinished: int
    quarantined: int


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
    """Store new documents, new or reopened quarantine items, and fetch states; commits nothing when all is known."""
    by_id = {observation_id(d): d for d in documents}
    with lake.reading():
        known = _observation_states(lake, list(by_id), run)
        items = quarantine.known_items(lake, [x.quarantine_id for x in quarantined])
    fresh = {id: d for id, d in by_id.items() if id not in known}
    known_items = {id for id, (_, status, _) in items.items() if status != "resolved"}
    new_items = {x.quarantine_id: x for x in quarantined if x.quarantine_id not in known_items}
    if fresh or new_items or states:
        batch = StagedBatch(stage="read", quarantined=list(new_items.values()))
        with commit(lake, run, batch, f"{len(fresh)} new documents, {len(new_items)} rejected"):
            if fresh:
                numbered = _numbered(lake, fresh)
                _store_documents(lake, numbered)
                _store_observations(lake, numbered, run.run_id)
            _store_states(lake, states)
    unfinished = sum(1 for is_done in known.values() if not is_done)
    seen = len(documents) - len(fresh) - unfinished + len(quarantined) - len(new_items)
    return CommittedDocuments(len(fresh), seen, unfinished, len(new_items))


def _store_states(lake: Lake, states: Sequence[FetchState]) -> None:
    if not states:
        return
    table = tables()["raw.fetch_state"]
    rows = encode(FetchState, list({state.url: state for state in states}.values()))
    lake.delete(table, rows.select(["url"]))
    lake.insert(table, rows)


def _observation_states(lake: Lake, ids: list[str], run: Run) -> dict[str, bool]:
    """Observations that are in the lake, and whether each was ever cleaned or is this run's own."""
    with lake.keys(ids):
        known = lake.rows(
            f"SELECT DISTINCT observation_id, run_id = ? FROM {CATALOG}.raw.observations "
            "WHERE observation_id IN (SELECT id FROM asked)",
            [run.run_id],
        )
        if not known:
            return {}
        cleaned = lake.rows(
            f"SELECT DISTINCT subject_id FROM {CATALOG}.ops.steps_done "
            f"WHERE step = '{steps.CLEAN}' AND subject_id IN (SELECT id FROM asked)"
        )
    done = {id for (id,) in cleaned}
    return {id: is_own or id in done for id, is_own in known}


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
