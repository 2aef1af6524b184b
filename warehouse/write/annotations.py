"""Commit an enriched batch: replace the rows that its articles have in the tables of the steps done."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.catalog.rows import Run
from warehouse.catalog.tables import enriched_tables
from warehouse.lake.lake import Lake
from warehouse.ledger import steps
from warehouse.write.articles import remove_versions
from warehouse.write.commit import StagedBatch, commit


def commit_annotations(lake: Lake, run: Run, staged: StagedBatch, enrichments: Mapping[str, str]) -> None:
    """Add the rows of an enriched batch and delete those of older results.

    `enrichments` are the versions of all enrichments by table, those that the batch did not lack included.
    """
    filled = [table for table in enriched_tables() if table.name in staged.enrichments]
    with commit(lake, run, staged, f"{len(staged.subjects)} articles enriched"):
        steps.record_enrichments(lake, enrichments)
        if staged.is_redone:
            remove_versions(lake, filled, [(id, version_no) for id, version_no, _ in staged.subjects])
        for table in filled:
            if table.name in staged.files:
                lake.insert(table, staged.files[table.name])
