"""Commit a batch of read items: raw documents, observations, quarantine items and fetch states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from transforms.contract.columns import encode
from transforms.contract.documents import RawDocument
from transforms.contract.ids import digest
from warehouse.catalog.rows import Document, Observation, QuarantineItem, Run
from warehouse.catalog.source_rows import FetchState
from warehouse.catalog.tables import tables
from warehouse.lake.lake import CATALOG, Lake
from warehouse.ledger import quarantine, steps
from warehouse.write.commit import StagedBatch, commit


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
        tables()["raw.documents"],
        encode(
            Document,
            [
                Document(
                    raw_id, d.body, d.media_type, d.origin.charset, len(d.body), seq, d.origin.fetched_at or now
                )
                for raw_id, (seq, d) in unique.items()
            ],
        ),
    )


def _store_observations(lake: Lake, numbered: _Numbered, run_id: str) -> None:
    now = datetime.now(UTC)
    lake.insert(
        tables()["raw.observations"],
        encode(
            Observation,
            [
                Observation(
                    observation_id=id,
                    seq=seq,
                    raw_id=d.raw_id,
                    source_id=d.origin.source_id,
                    url=d.origin.url,
                    container_uri=d.origin.container_uri,
                    member_path=d.origin.member_path,
                    item_no=d.item_no,
                    fetched_at=d.origin.fetched_at or now,
                    charset=d.origin.charset,
                    http_status=d.origin.http_status,
                    http_headers=dict(d.origin.http_headers),
                    hints=dict(d.origin.hints),
                    fields=dict(d.origin.fields),
                    repairs=[str(r) for r in d.repairs],
                    run_id=run_id,
                )
                for id, seq, d in numbered
            ],
        ),
    )
