"""Data quality checks: queries that must return no row before anything is published."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from transforms.contract.columns import encode
from transforms.contract.errors import CheckFailed
from warehouse.catalog.rows import CheckResult, Run
from warehouse.catalog.tables import tables
from warehouse.lake.lake import Lake
from warehouse.publish.sqlfiles import sql_files

_SAMPLE_ROWS = 5


def run_checks(lake: Lake, run: Run) -> list[CheckResult]:
    """Run every file of warehouse/checks on the lake; the results are not stored yet."""
    results = []
    for check in sql_files("checks"):
        found = lake.arrow(f"SELECT *, count(*) OVER () AS n_ FROM ({check.body}) LIMIT {_SAMPLE_ROWS}")
        rows = found.to_pylist()
        failed = rows[0]["n_"] if rows else 0
        sample = json.dumps([{k: v for k, v in row.items() if k != "n_"} for row in rows], default=str)
        results.append(CheckResult(run.run_id, check.name, failed, sample if failed else "", datetime.now(UTC)))
    return results


def store_checks(lake: Lake, results: list[CheckResult]) -> None:
    """Keep the results, in the transaction under way."""
    lake.insert(tables()["ops.checks"], encode(CheckResult, results))


def require_passed(results: list[CheckResult]) -> None:
    """CheckFailed when any check found rows; the message shows the first."""
    failed = [r for r in results if r.failed_rows]
    if failed:
        found = "; ".join(f"{r.name}: {r.failed_rows} rows, such as {r.sample[:300]}" for r in failed)
        raise CheckFailed(f"nothing was published: {found}", checks=tuple(r.name for r in failed))
