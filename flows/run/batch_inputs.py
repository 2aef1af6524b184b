"""The staged input file of a batch, which its worker reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.lake.lake import CATALOG, Lake
from warehouse.lake.staging import write_table


def stage_query(lake: Lake, path: Path, keys: Mapping[str, Any], sql: str) -> Path:
    """Write the result of a query, which sees the keys as a table named `batch`."""
    with lake.registered("batch", pa.table(dict(keys))):
        return write_table(path, lake.arrow(sql))


def stage_documents(
    lake: Lake,
    path: Path,
    observation_ids: Sequence[str],
    boilerplate: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """Write observations with their documents and, for each, the lines that its publisher repeats."""
    repeated = boilerplate or {}
    keys = {
        "observation_id": pa.array(observation_ids, pa.string()),
        "boilerplate": pa.array([repeated.get(id, ()) for id in observation_ids], pa.list_(pa.string())),
    }
    return stage_query(
        lake,
        path,
        keys,
        "SELECT o.* REPLACE (coalesce(o.charset, d.charset) AS charset), d.body, d.media_type, batch.boilerplate "
        f"FROM {CATALOG}.raw.observations o JOIN {CATALOG}.raw.documents d USING (raw_id) "
        "JOIN batch USING (observation_id) ORDER BY o.seq",
    )
