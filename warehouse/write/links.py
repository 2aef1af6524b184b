"""Commit the results of a link step, scope by scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from transforms.contract.columns import encode
from transforms.contract.documents import Rejected
from transforms.contract.link_steps import LinkStep
from warehouse.catalog.rows import Run
from warehouse.catalog.tables import tables
from warehouse.lake.lake import Lake
from warehouse.ledger import steps
from warehouse.ledger.quarantine import quarantine_item
from warehouse.write.commit import StagedBatch, Subject, commit
from warehouse.write.scopes import PendingScope, rows_of_scopes


def commit_links(
    lake: Lake,
    run: Run,
    step: LinkStep,
    step_version: str,
    scopes: Sequence[PendingScope],
    rows: Sequence[Any],
    rejected: Mapping[str, Rejected],
) -> int:
    """Bring the rows of these scopes to a step's result; rows that stay the same are not written again.

    A scope in `rejected` loses the rows computed again and has a quarantine item; all of it is computed
    at the next attempt. Returns the number of rows written.
    """
    table = tables()[f"news.{step.table}"]
    recorded = [scope for scope in scopes if scope.keys is None or scope.scope in rejected]
    result = encode(step.row, rows)
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    keys = ", ".join(table.key)
    staged = StagedBatch(
        stage="link",
        step=step.table,
        step_version=step_version,
        subjects=[Subject(s.scope, 0, s.input_hash) for s in recorded if s.row_count],
        quarantined=[
            quarantine_item(found, stage="link", run_id=run.run_id, at=datetime.now(UTC), subject_id=scope)
            for scope, found in rejected.items()
        ],
        failed={(scope, 0): frozenset() for scope in rejected},
    )
    with commit(lake, run, staged, f"{step.table} of {len(scopes)} scopes"):
        before = rows_of_scopes(lake, step, scopes)
        with lake.registered("before", before), lake.registered("result", result):
            changes = "SELECT {0} FROM {1} EXCEPT SELECT {0} FROM {2}"
            outdated = lake.arrow(f"SELECT {keys} FROM ({changes.format(columns, 'before', 'result')})")
            changed = lake.arrow(changes.format(columns, "result", "before"))
        if outdated.num_rows:
            lake.delete(table, outdated)
        if changed.num_rows:
            lake.insert(table, changed)
        steps.invalidate(lake, [scope.scope for scope in recorded], step=step.table)
    return int(changed.num_rows)
