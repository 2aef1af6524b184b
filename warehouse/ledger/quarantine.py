"""The quarantine: everything rejected is a row with stage, reason, detail and a sample."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from transforms.contract.columns import encode
from transforms.contract.documents import Rejected
from transforms.contract.ids import digest
from warehouse.catalog.rows import QuarantineItem, Stage
from warehouse.catalog.tables import tables
from warehouse.lake.lake import CATALOG, Lake

SAMPLE_BYTES = 4096


def quarantine_item(
    rejected: Rejected, *, stage: Stage, run_id: str, at: datetime, subject_id: str | None = None
) -> QuarantineItem:
    """The row of something refused; its id is a hash of stage, place and reason."""
    origin = rejected.origin
    source_id = origin.source_id if origin else None
    container = origin.container_uri if origin else None
    member = origin.member_path if origin else None
    url = origin.url if origin else None
    place = (container or "", member or "", str(rejected.item_no), url or "", subject_id or "")
    return QuarantineItem(
        quarantine_id=digest(stage, rejected.reason, *place),
        run_id=run_id,
        stage=stage,
        reason=rejected.reason.value,
        detail=rejected.detail[:2000],
        source_id=source_id,
        container_uri=container,
        member_path=member,
        item_no=rejected.item_no,
        url=url,
        raw_id=rejected.raw_id,
        subject_id=subject_id,
        sample=rejected.sample[:SAMPLE_BYTES],
        attempts=1,
        status="open",
        first_seen_at=at,
    )


def known_items(lake: Lake, ids: Iterable[str]) -> dict[str, tuple[int, str, datetime]]:
    """Attempts, status and first sight of those of `ids` that are in quarantine."""
    asked = list(ids)
    if not asked:
        return {}
    with lake.keys(asked):
        found = lake.rows(
            f"SELECT quarantine_id, attempts, status, first_seen_at FROM {CATALOG}.raw.quarantine "
            "WHERE quarantine_id IN (SELECT id FROM asked)"
        )
    return {id: (attempts, status, at) for id, attempts, status, at in found}


def store(lake: Lake, quarantined: Sequence[QuarantineItem]) -> None:
    """Add items in the transaction under way; one already there counts another attempt."""
    if not quarantined:
        return
    unique = {item.quarantine_id: item for item in quarantined}
    known = known_items(lake, unique)
    fresh = [
        replace(item, attempts=known[id][0] + 1, first_seen_at=known[id][2]) if id in known else item
        for id, item in unique.items()
    ]
    table, rows = tables()["raw.quarantine"], encode(QuarantineItem, fresh)
    if known:
        lake.delete(table, rows.select(["quarantine_id"]))
    lake.insert(table, rows)


def resolve(lake: Lake, subject_ids: Sequence[str], *, stage: Stage) -> None:
    """Close the open items of subjects whose step has now succeeded, in the transaction under way."""
    if not subject_ids:
        return
    where = f"status = 'open' AND stage = '{stage}' AND subject_id IN (SELECT id FROM asked)"
    with lake.keys(subject_ids):
        if lake.rows(f"SELECT 1 FROM {CATALOG}.raw.quarantine WHERE {where} LIMIT 1"):
            lake.connection.execute(f"UPDATE {CATALOG}.raw.quarantine SET status = 'resolved' WHERE {where}")
