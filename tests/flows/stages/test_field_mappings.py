"""A corrected `fields` mapping cleans the documents of its source again, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from flows.stages.reports import CleanReport
from flows.stages.session import Session
from tests.flows.corpus import ask, contents, record

pytestmark = pytest.mark.slow

Run = Callable[..., Session]
TITLES = "SELECT source_id, title FROM news.articles ORDER BY ALL"
MAPPINGS = "SELECT source_id, fields FROM raw.observations ORDER BY ALL"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run over two sources, `agency` and `bay`, with a mapping each; None: the source is not configured."""
    for number, source in enumerate(("agency", "bay")):
        row = record(number)
        row |= {"head": row.pop("title"), "slug": f"{source} slug line"}
        (tmp_path / f"{source}.jsonl").write_text(json.dumps(row) + "\n")

    def run(**mappings: dict[str, str] | None) -> Session:
        sources: dict[str, dict[str, Any]] = {
            source: {"path": str(tmp_path / f"{source}.jsonl"), "fields": fields}
            for source, fields in mappings.items()
            if fields is not None
        }
        settings = Settings(lake=str(tmp_path / "lake"), parser="lexicon", sources=sources)
        return run_pipeline(settings, sources_for(settings, []))

    return run


def test_a_corrected_mapping_cleans_the_documents_of_its_source_again(run: Run, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    run(agency={"title": "slug"}, bay={"title": "slug"})
    stored = ask(lake, MAPPINGS)
    assert ask(lake, TITLES) == [("agency", "agency slug line"), ("bay", "bay slug line")]

    corrected = run(agency={"title": "head"}, bay={"title": "slug"})
    assert corrected.report(CleanReport).recleaned == 1
    assert ask(lake, TITLES) == [("agency", record(0)["title"]), ("bay", "bay slug line")]
    assert ask(lake, "SELECT DISTINCT version_no FROM news.articles") == [(1,)]
    assert ask(lake, MAPPINGS) == stored

    before = contents(lake)
    again = run(agency={"title": "head"}, bay={"title": "slug"})
    assert (again.report(CleanReport).recleaned, again.report(CleanReport).pending, again.run.rows_written) == (
        0,
        0,
        0,
    )
    assert contents(lake) == before


def test_the_order_of_a_mapping_does_not_matter(run: Run) -> None:
    run(agency={"title": "head", "subtitle": "slug"})
    assert run(agency={"subtitle": "slug", "title": "head"}).report(CleanReport).recleaned == 0


def test_a_mapping_that_is_taken_away_counts_as_corrected(run: Run, tmp_path: Path) -> None:
    run(agency={"title": "slug"})
    assert run(agency={}).report(CleanReport).recleaned == 1
    assert ask(tmp_path / "lake", TITLES) != [("agency", "agency slug line")]
    assert run(agency={}).report(CleanReport).recleaned == 0


def test_a_source_that_is_no_longer_configured_keeps_its_stored_mapping(run: Run, tmp_path: Path) -> None:
    run(agency={"title": "slug"}, bay={"title": "head"})
    assert run(bay={"title": "head"}).report(CleanReport).recleaned == 0
    assert ("agency", "agency slug line") in ask(tmp_path / "lake", TITLES)
