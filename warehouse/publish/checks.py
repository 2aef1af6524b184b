"""Data quality checks: queries that must return no row before anything is published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from transforms.contract.columns import encode
from transforms.contract.errors import CheckFailed
from warehouse.catalog.rows import CheckResult, Run
from warehouse.catalog.tables import tables
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, IN_MEMORY, Lake
from warehouse.ledger.runs import open_run
from warehouse.publish.slice import SLICE
from warehouse.publish.sqlfiles import SqlFile

_SAMPLE_ROWS = 5
# A check of articles sees the slice as news.x; what it reads of raw and ops is the whole lake's.
_SLICED = f"{SLICE}.news,{CATALOG}.raw,{CATALOG}.ops"


def run_checks(
    lake: Lake, run: Run, checks: Sequence[SqlFile], *, failure: str, is_sliced: bool = False
) -> None:
    """Run checks and keep their results; CheckFailed, which begins with `failure`, when any found rows.

    With `is_sliced` the checks of articles see those in the attached slice alone.
    """
    of_articles = [check for check in checks if is_sliced and check.refresh == "article_id"]
    results = _results(lake, run, of_articles, _SLICED)
    results += _results(lake, run, [check for check in checks if check not in of_articles], CATALOG)
    with lake.transaction(f"run {run.run_id}: {len(results)} checks", is_data=False):
        open_run(lake, run)
        lake.insert(tables()["ops.checks"], encode(CheckResult, results))
    failed = [r for r in results if r.failed_rows]
    if failed:
        found = "; ".join(f"{r.name}: {r.failed_rows} rows, such as {r.sample[:300]}" for r in failed)
        raise CheckFailed(f"{failure}: {found}", checks=tuple(r.name for r in failed))


def have_passed(lake: Lake, checks: Sequence[SqlFile]) -> bool:
    """Whether each of the checks passed when it last ran."""
    last = f"SELECT name, max_by(failed_rows, checked_at) FROM {CATALOG}.ops.checks GROUP BY name"
    failed_rows = dict(lake.rows(last))
    return all(failed_rows.get(check.name) == 0 for check in checks)


def _results(lake: Lake, run: Run, checks: Sequence[SqlFile], search_path: str) -> list[CheckResult]:
    if not checks:
        return []
    results = []
    lake.connection.execute(f"SET search_path = {quoted(search_path)}")
    try:
        for check in checks:
            query = f"SELECT *, count(*) OVER () AS n_ FROM ({check.body}\n) LIMIT {_SAMPLE_ROWS}"
            rows = lake.arrow(query).to_pylist()
            failed = rows[0]["n_"] if rows else 0
            sample = json.dumps([{k: v for k, v in row.items() if k != "n_"} for row in rows], default=str)
            results.append(
                CheckResult(run.run_id, check.name, failed, sample if failed else "", datetime.now(UTC))
            )
    finally:
        lake.connection.execute(f"USE {IN_MEMORY}")
    return results
