"""Quarantine items: stored when something is rejected, retried after a fix, resolved on success."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa

from transforms.contract.columns import encode
from transforms.contract.documents import Rejected
from transforms.contract.ids import digest
from transforms.contract.reasons import Reason
from warehouse.catalog.rows import QuarantineItem, Stage
from warehouse.catalog.tables import tables
from warehouse.lake.lake import CATALOG, Lake
from warehouse.ledger import steps

_OPEN = "status = 'open' AND (? IS NULL OR reason = ?)"


class UnreadItem(NamedTuple):
    """An item of the stages read and fetch: its container or address, and the source that named it."""

    quarantine_id: str
    target: str
    source_id: str | None


def quarantine_item(
    rejected: Rejected, *, stage: Stage, run_id: str, at: datetime, subject_id: str | None = None
) -> QuarantineItem:
    """The row of something rejected; its id is a hash of stage, place and reason."""
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
        sample=rejected.sample,
        attempts=1,
        status="open",
        first_seen_at=at,
    )


def known_items(lake: Lake, ids: Iterable[str]) -> dict[str, tuple[int, str, datetime]]:
    """Attempts, status and first_seen_at of the items that are in quarantine, by id."""
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
    """Add items in the transaction under way; a known one counts another attempt."""
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
    """Resolve the open items of subjects whose stage now succeeded, in the transaction under way.

    An article or a scope has several steps: its items stay open while the ledger has one quarantined.
    """
    if not subject_ids:
        return
    of_stage = f"status = 'open' AND stage = '{stage}'"
    if not lake.rows(f"SELECT 1 FROM {CATALOG}.raw.quarantine WHERE {of_stage} LIMIT 1"):
        return
    open_items = f"{of_stage} AND subject_id IN (SELECT id FROM asked)"
    failed = f"SELECT subject_id FROM {CATALOG}.ops.steps_done WHERE outcome = 'quarantined'"
    is_one_step = stage in ("fingerprint", "clean")
    where = open_items if is_one_step else f"{open_items} AND subject_id NOT IN ({failed})"
    with lake.keys(subject_ids):
        if lake.rows(f"SELECT 1 FROM {CATALOG}.raw.quarantine WHERE {open_items} LIMIT 1"):
            lake.connection.execute(f"UPDATE {CATALOG}.raw.quarantine SET status = 'resolved' WHERE {where}")


def resolve_fetched(lake: Lake, urls: Sequence[str], listing_urls: Sequence[str]) -> None:
    """Resolve the items of addresses that answered, and of listings that are some, in the transaction under way."""
    is_open = "status = 'open' AND container_uri IS NULL AND url IN (SELECT id FROM asked)"
    for asked, which in ((urls, "stage = 'fetch'"), (listing_urls, f"reason = '{Reason.NOT_A_FEED}'")):
        _resolve_where(lake, asked, f"{is_open} AND {which}")


def resolve_paths(lake: Lake, run_id: str, paths: Collection[str]) -> None:
    """Resolve the items of paths that could not be read and now can, in a transaction of its own."""
    where = "status = 'open' AND stage = 'read' AND raw_id IS NULL AND item_no = 0 AND member_path IS NULL"
    reasons = f"('{Reason.UNREADABLE}', '{Reason.SYMLINK_NOT_FOLLOWED}', '{Reason.MEMBER_NOT_REGULAR}')"
    where += f" AND reason IN {reasons} AND container_uri IN (SELECT id FROM asked)"
    with lake.keys(paths):
        is_any = paths and lake.rows(f"SELECT 1 FROM {CATALOG}.raw.quarantine WHERE {where} LIMIT 1")
    if is_any:
        with lake.transaction(f"run {run_id}: paths can be read again", is_data=False):
            _resolve_where(lake, paths, where)


def _resolve_where(lake: Lake, asked: Collection[str], where: str) -> None:
    if not asked:
        return
    with lake.keys(asked):
        if lake.rows(f"SELECT 1 FROM {CATALOG}.raw.quarantine WHERE {where} LIMIT 1"):
            lake.connection.execute(f"UPDATE {CATALOG}.raw.quarantine SET status = 'resolved' WHERE {where}")


def open_ids(lake: Lake, reason: str | None = None) -> set[str]:
    """Ids of the open items, all or those of one reason."""
    found = lake.rows(f"SELECT quarantine_id FROM {CATALOG}.raw.quarantine WHERE {_OPEN}", [reason] * 2)
    return {id for (id,) in found}


def unread_items(lake: Lake, reason: str | None = None) -> list[UnreadItem]:
    """Open items of containers and addresses that were not read, by target."""
    found = lake.rows(
        "SELECT quarantine_id, coalesce(container_uri, url), source_id "
        f"FROM {CATALOG}.raw.quarantine WHERE stage IN ('read', 'fetch') "
        f"AND coalesce(container_uri, url) IS NOT NULL AND {_OPEN} ORDER BY 2",
        [reason] * 2,
    )
    return [UnreadItem(*row) for row in found]


def make_pending(lake: Lake, run_id: str, reason: str | None = None) -> None:
    """Make pending again the stages that rejected subjects of open items; a rejected document has no rows."""
    found = lake.rows(
        f"SELECT stage, list(DISTINCT subject_id) FROM {CATALOG}.raw.quarantine "
        f"WHERE stage NOT IN ('read', 'fetch') AND subject_id IS NOT NULL AND {_OPEN} GROUP BY ALL",
        [reason] * 2,
    )
    if not found:
        return
    count = sum(len(ids) for _, ids in found)
    with lake.transaction(f"run {run_id}: {count} subjects pending again"):
        for stage, ids in found:
            if stage == "enrich":
                steps.redo_annotations(lake, ids)
            elif stage == "link":
                steps.invalidate_failed(lake, ids)
            else:
                steps.invalidate(lake, ids, step=stage)  # these stages are one step each, of the same name


def count_attempts(lake: Lake, run_id: str, retried: Sequence[str], *, rejected_again: Collection[str]) -> None:
    """Resolve items that were read again and not rejected again; count the attempt of the others of files.

    That of an address is counted when it is stored.
    """
    if not retried:
        return
    rows = {
        "id": pa.array(retried, pa.string()),
        "is_rejected": pa.array([id in rejected_again for id in retried], pa.bool_()),
    }
    message = f"run {run_id}: {len(retried)} items read again"
    with lake.registered("retried", pa.table(rows)), lake.transaction(message, is_data=False):
        lake.connection.execute(
            f"UPDATE {CATALOG}.raw.quarantine SET "
            "attempts = attempts + CASE WHEN is_rejected AND stage = 'fetch' THEN 0 ELSE 1 END, "
            "status = CASE WHEN is_rejected THEN status ELSE 'resolved' END "
            "FROM retried WHERE quarantine_id = retried.id"
        )


def reasons_of_steps(lake: Lake, run_id: str) -> dict[str, int]:
    """Number of documents, articles and scopes that the steps of a run rejected, by reason."""
    found = lake.rows(
        f"SELECT reason, count(*) FROM {CATALOG}.raw.quarantine WHERE run_id = ? "
        "AND stage NOT IN ('read', 'fetch') GROUP BY ALL",
        [run_id],
    )
    return dict(found)


def reasons_of_subjects(lake: Lake, observation_ids: Sequence[str]) -> dict[str, int]:
    """Number of these documents that cleaning rejected, by reason."""
    if not observation_ids:
        return {}
    with lake.keys(observation_ids):
        found = lake.rows(
            f"SELECT reason, count(DISTINCT subject_id) FROM {CATALOG}.raw.quarantine "
            "WHERE stage = 'clean' AND status = 'open' AND subject_id IN (SELECT id FROM asked) GROUP BY ALL"
        )
    return dict(found)
