"""Corrected field mappings: observations get the mapping of their source, which makes their cleaning pending."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from warehouse.catalog.rows import Run
from warehouse.lake.lake import CATALOG, Lake
from warehouse.ledger import runs

Fields = Mapping[str, str]
_SORTED = "list_sort(map_entries({}))"
_DIFFERS = f"{_SORTED.format('o.fields')} <> {_SORTED.format('m.fields')}"


def map_sources(lake: Lake, run: Run, mappings: Mapping[str, Fields]) -> None:
    """Store the mappings of configured sources, by source_id, with the observations that have another one.

    Every observation is looked at: call it when mappings may have changed.
    """
    _update(lake, run, mappings, key="source_id", also="true")


def map_observations(
    lake: Lake, run: Run, stated: Mapping[str, Fields], configured: Mapping[str, Fields]
) -> set[str]:
    """Store mappings that were stated when known documents were read again, by observation_id.

    Observations of a source in `configured` keep the mapping of that source; returns the sources of which
    another mapping was stated.
    """
    if not stated:
        return set()
    with lake.registered("configured", pa.table({"source_id": pa.array(list(configured), pa.string())})):
        own = "o.source_id IN (SELECT source_id FROM configured)"
        _update(lake, run, stated, key="observation_id", also=f"NOT {own}")
        with lake.registered("mappings", _rows(stated, "observation_id")):
            kept = lake.rows(
                f"SELECT DISTINCT o.source_id FROM {CATALOG}.raw.observations o "
                f"JOIN mappings m USING (observation_id) WHERE {own} AND {_DIFFERS}"
            )
    return {source_id for (source_id,) in kept}


def _rows(mappings: Mapping[str, Fields], key: str) -> pa.Table:
    return pa.table(
        {
            key: pa.array(list(mappings), pa.string()),
            "fields": pa.array(map(dict, mappings.values()), pa.map_(pa.string(), pa.string())),
        }
    )


def _update(lake: Lake, run: Run, mappings: Mapping[str, Fields], *, key: str, also: str) -> None:
    if not mappings:
        return
    condition = f"o.{key} = m.{key} AND {also} AND {_DIFFERS}"
    with lake.registered("mappings", _rows(mappings, key)):
        if not lake.rows(f"SELECT 1 FROM {CATALOG}.raw.observations o JOIN mappings m ON {condition} LIMIT 1"):
            return
        with lake.transaction(f"run {run.run_id}: field mappings"):
            runs.open_run(lake, run)
            lake.connection.execute(
                f"UPDATE {CATALOG}.raw.observations AS o SET fields = m.fields FROM mappings m WHERE {condition}"
            )
