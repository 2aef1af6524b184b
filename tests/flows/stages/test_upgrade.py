"""A lake with one ledger entry for each enrichment, as earlier versions made it, goes on without being redone."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from flows.stages.reports import CleanReport, EnrichReport
from tests.flows.corpus import ask, write_corpus
from warehouse.lake.lake import Lake

pytestmark = pytest.mark.slow

_OLDER = (
    """
    INSERT INTO lake.ops.steps_done BY NAME
    SELECT s.* EXCLUDE (step, step_version), v.enrichment AS step, v.enrichment_version AS step_version
    FROM lake.ops.steps_done s JOIN lake.ops.step_versions v USING (step_version) WHERE step = 'enrich'
    """,
    "DELETE FROM lake.ops.steps_done WHERE step = 'enrich'",
    "ALTER TABLE lake.ops.steps_done DROP COLUMN failed",
    "DROP TABLE lake.ops.step_versions",
    "ALTER TABLE lake.news.articles DROP COLUMN seq",
    "ALTER TABLE lake.raw.documents DROP COLUMN first_seq",
    "ALTER TABLE lake.ops.runs DROP COLUMN snapshot_id",
    "ALTER TABLE lake.ops.runs DROP COLUMN steps_hash",
)


def test_an_older_lake_is_filled_and_nothing_is_redone(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    settings = Settings(lake=str(folder), parser="lexicon")
    corpus = write_corpus(tmp_path / "in.jsonl", 4)
    run_pipeline(settings, sources_for(settings, [str(corpus)]))
    seqs = "SELECT article_id, seq FROM news.articles ORDER BY ALL"
    before = ask(folder, seqs)
    with Lake.open(folder) as lake:
        for statement in _OLDER:
            lake.connection.execute(statement)
    again = run_pipeline(settings, sources_for(settings, [str(write_corpus(corpus, 6))]))
    assert (again.run.accepted, again.report(CleanReport).recleaned) == (2, 0)
    assert again.report(EnrichReport).enriched == 2
    assert set(before) < set(ask(folder, seqs))
    assert ask(folder, "SELECT count(*) FROM ops.steps_done WHERE step = 'enrich'") == [(6,)]
