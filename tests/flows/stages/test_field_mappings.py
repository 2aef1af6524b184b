"""A corrected `fields` mapping cleans the documents of its source again, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.missing_fields import missing_lines
from flows.stages.pipeline import run_pipeline
from flows.stages.reports import CleanReport, FieldCounts, IngestReport
from flows.stages.session import Session
from tests.flows.corpus import ask, contents, record
from transforms.contract.errors import UsageError

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
    assert ask(lake, TITLES) == [("agency", "agency slug line"), ("bay", "bay slug line")]

    corrected = run(agency={"title": "head"}, bay={"title": "slug"})
    assert corrected.report(CleanReport).recleaned == 1
    assert ask(lake, TITLES) == [("agency", record(0)["title"]), ("bay", "bay slug line")]
    assert ask(lake, "SELECT DISTINCT version_no FROM news.articles") == [(1,)]
    assert ask(lake, MAPPINGS) == [("agency", {"title": "head"}), ("bay", {"title": "slug"})]

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


def test_a_corrected_mapping_stays_when_its_source_is_no_longer_configured(run: Run, tmp_path: Path) -> None:
    run(agency={"title": "slug"}, bay={"title": "head"})
    run(agency={"title": "head"}, bay={"title": "head"})
    assert run(bay={"title": "head"}).report(CleanReport).recleaned == 0
    assert ("agency", record(0)["title"]) in ask(tmp_path / "lake", TITLES)


def test_a_source_that_is_no_longer_configured_keeps_its_stored_mapping(run: Run, tmp_path: Path) -> None:
    run(agency={"title": "slug"}, bay={"title": "head"})
    assert run(bay={"title": "head"}).report(CleanReport).recleaned == 0
    assert ("agency", "agency slug line") in ask(tmp_path / "lake", TITLES)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """Articles without an address, which are identified by title and date, under names of the source's own."""
    rows = [
        {"hed": row["title"], "story": row["text"], "went_live": row["date"], "outlet": "Bay News"}
        for row in map(record, range(10))
    ]
    path = tmp_path / "dump.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def _run_file(file: Path, *fields: str, **sources: dict[str, Any]) -> Session:
    settings = Settings(lake=str(file.parent / "lake"), parser="lexicon", sources=sources)
    targets = [] if sources and not fields else [str(file)]
    return run_pipeline(settings, sources_for(settings, targets, fields=fields))


ARTICLES = "SELECT count(*), count(title), count(published_at), max(version_no) FROM news.articles"


def test_fields_of_the_command_line_are_corrected_by_the_next_run(dump: Path) -> None:
    lake = dump.parent / "lake"
    wrong = _run_file(dump, "text=body_text")
    assert wrong.run.quarantined == 10
    _run_file(dump, "text=story", "title=hed")
    assert ask(lake, ARTICLES) == [(10, 10, 0, 1)]
    assert ask(lake, "SELECT DISTINCT status FROM raw.quarantine") == [("resolved",)]
    _run_file(dump, "text=story", "title=hed", "published=went_live")
    assert ask(lake, ARTICLES) == [(10, 10, 10, 1)]
    assert ask(lake, "SELECT count(*) FROM raw.observations") == [(10,)]


def test_a_run_without_fields_keeps_those_stated_before(dump: Path) -> None:
    _run_file(dump, "text=story", "title=hed")
    before = contents(dump.parent / "lake")
    again = _run_file(dump)
    assert (again.report(CleanReport).recleaned, again.run.rows_written) == (0, 0)
    assert contents(dump.parent / "lake") == before


def test_a_source_configured_later_corrects_the_articles_of_its_file(dump: Path) -> None:
    _run_file(dump, "text=story")
    mapping = {"text": "story", "title": "hed", "published": "went_live"}
    configured = {"path": str(dump), "fields": mapping}
    assert _run_file(dump, dump=configured).report(CleanReport).recleaned == 10
    assert ask(dump.parent / "lake", ARTICLES) == [(10, 10, 10, 1)]
    again = _run_file(dump, dump=configured)
    assert (again.report(CleanReport).recleaned, again.run.rows_written) == (0, 0)


def test_a_configured_source_keeps_its_own_fields_and_says_so(dump: Path) -> None:
    configured = {"path": str(dump), "fields": {"text": "story", "title": "hed"}}
    _run_file(dump, dump=configured)
    stated = _run_file(dump, "text=story", "title=outlet", dump=configured)
    assert stated.report(CleanReport).recleaned == 0
    assert stated.report(IngestReport).keeping_fields == {"dump"}


def test_fields_without_a_target_are_wrong_usage(dump: Path) -> None:
    settings = Settings(sources={"dump": {"path": str(dump)}})
    with pytest.raises(UsageError, match=r"dateline\.toml"):
        sources_for(settings, [], fields=["text=story"])


def test_a_run_names_the_source_whose_articles_lack_a_field(dump: Path) -> None:
    lines = missing_lines(_run_file(dump, "text=story", "title=hed").report(CleanReport))
    assert lines == [f"{dump}: 10 of 10 articles have no date"]
    corrected = _run_file(dump, "text=story", "title=hed", "published=went_live")
    assert missing_lines(corrected.report(CleanReport)) == []
    assert missing_lines(_run_file(dump, "text=nowhere").report(CleanReport)) == [
        f"{dump}: 10 of 10 records have no text"
    ]


def test_only_accepted_articles_count_as_lacking_a_field(dump: Path) -> None:
    _run_file(dump, "text=story", "title=hed")
    (dump.parent / "copy.jsonl").write_bytes(dump.read_bytes())
    copies = _run_file(dump.parent / "copy.jsonl", "text=story", "title=hed")
    assert copies.run.duplicate == 10
    assert missing_lines(copies.report(CleanReport)) == []


def test_one_article_in_five_is_enough_for_a_line() -> None:
    report = CleanReport(
        fields={"few": FieldCounts(100, 100, 81), "more": FieldCounts(5, 4, 5), "one": FieldCounts(1, 0, 1, 1)}
    )
    assert missing_lines(report) == [
        "more: 1 of 5 articles has no title",
        "one: 1 of 1 article has no title; 1 of 1 article has no text but a description",
    ]
