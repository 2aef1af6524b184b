"""Pages of one invented paper, run by run: what it repeats goes from all its articles, and nothing else does."""

from __future__ import annotations

import dataclasses
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import warehouse
from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from flows.stages.reports import CleanReport, EnrichReport, FingerprintReport, LinkReport
from flows.stages.retry import retry
from flows.stages.session import Session
from tests.flows.corpus import contents, files_of
from transforms.contract.documents import RawDocument
from transforms.link import ordered_links
from transforms.link.boilerplate.fingerprint import fingerprint

pytestmark = pytest.mark.slow

NEWSLETTER = (
    "The Courier is read on the whole coast, from the lighthouse to the mill, every morning without break."
)
BOX = "Karin Aalto has reported from the harbour for the Courier since she was a student in Northport."
_WHO = ("The council", "A judge", "The harbour master", "The school board", "The ferry company", "A farmer")
_DID = ("approved", "rejected", "delayed", "praised", "questioned", "cancelled")
_WHAT = (
    "the new bridge",
    "a tax on boats",
    "the winter timetable",
    "plans for a museum",
    "the repair of the wall",
)
_WHY = ("after a long debate", "because the money ran out", "despite protests", "as had been expected")
_WHERE = ("in Northport", "in Eastholm", "near the old quay", "at the town hall", "on the island")


def paragraphs(story: int) -> list[str]:
    """Six paragraphs of a story that no other story has."""
    choose = random.Random(story).choice
    written = [
        f"{choose(_WHO)} {choose(_DID)} {choose(_WHAT)} {choose(_WHERE)} on Tuesday {choose(_WHY)}, and "
        f"{choose(_WHO).lower()} {choose(_DID)} {choose(_WHAT)} {choose(_WHERE)} {choose(_WHY)} in the afternoon."
        for _ in range(6)
    ]
    return [f"{text[:-1]}, a reader of story {story} wrote." for text in written]


def write_page(folder: Path, number: int, *, story: int | None = None) -> Path:
    """One saved page; `story` is the story it tells, its own when not given."""
    folder.mkdir(exist_ok=True)
    written = paragraphs(number if story is None else story)
    body = "".join(f"<p>{text}</p>" for text in (*written[:3], NEWSLETTER, *written[3:], BOX))
    path = folder / f"{number:02}.html"
    path.write_text(
        f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Story number {number}</title>
<link rel="canonical" href="https://www.courier.example/news/{number}"><meta property="og:type" content="article">
</head><body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><main><article><h1>Story number {number}</h1>
<div class="article-body">{body}</div></article></main><footer><p>All rights reserved.</p></footer></body></html>""",
        encoding="utf-8",
    )
    return path


def run(lake: Path, *targets: Path) -> Session:
    settings = Settings(lake=str(lake), parser="lexicon")
    return run_pipeline(settings, sources_for(settings, [str(t) for t in targets]))


def ask(lake: Path, query: str) -> list[tuple[Any, ...]]:
    connection = warehouse.connect(lake)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def texts(lake: Path) -> dict[str, list[str]]:
    """Paragraphs by title, of articles in their first version; there must be no other."""
    rows = ask(lake, "SELECT title, text, version_no, is_latest FROM news.articles")
    assert {row[2:] for row in rows} == {(1, True)}
    return {title: text.split("\n\n") for title, text, *_ in rows}


def test_repeated_lines_of_a_publisher_are_removed_from_all_its_articles(tmp_path: Path) -> None:
    lake, folder = tmp_path / "lake", tmp_path / "pages"
    for number in range(5):
        write_page(folder, number)
    run(lake, folder)
    assert all({NEWSLETTER, BOX} <= set(written) for written in texts(lake).values())
    assert ask(lake, "SELECT * FROM news.publisher_lines") == []
    for number in range(5, 11):
        write_page(folder, number)
    write_page(folder, 11, story=4)
    done = run(lake, folder)
    assert (done.report(CleanReport).recleaned, done.run.accepted, done.run.duplicate) == (5, 7, 5)
    expected = {f"Story number {n}": paragraphs(n if n < 11 else 4) for n in range(12)}
    assert texts(lake) == expected
    lines = ask(
        lake, "SELECT publisher_key, line, document_count, is_sentence FROM news.publisher_lines ORDER BY line"
    )
    assert lines == [("courier.example", line.casefold(), 11, True) for line in (BOX, NEWSLETTER)]
    kept = ask(
        lake, "SELECT basis FROM news.segments WHERE kind <> 'body' AND text LIKE 'The Courier is read%'"
    )
    assert len(kept) == 12


def test_a_run_that_finds_nothing_new_writes_nothing(tmp_path: Path) -> None:
    lake, folder = tmp_path / "lake", tmp_path / "pages"
    for number in range(7):
        write_page(folder, number)
    run(lake, folder)
    assert len(ask(lake, "SELECT * FROM news.publisher_lines")) == 2
    before, files = contents(lake), files_of(lake)
    done = run(lake, folder)
    assert (done.run.rows_written, done.report(CleanReport).recleaned, done.report(EnrichReport).enriched) == (
        0,
        0,
        0,
    )
    assert (contents(lake), files_of(lake)) == (before, files)
    idle = (
        "import sys; from flows.stages.pipeline import run_pipeline; from flows.settings import Settings; "
        "run_pipeline(Settings(lake=sys.argv[1], parser='lexicon'), []); "
        "print([name for name in ('resiliparse', 'selectolax', 'tldextract', 'spacy') if name in sys.modules])"
    )
    written = subprocess.run(
        [sys.executable, "-c", idle, str(lake)], capture_output=True, text=True, check=True
    )
    assert written.stdout == "[]\n"


@pytest.mark.parametrize("sample", [None, 6])
def test_neither_order_nor_number_of_runs_matters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample: int | None
) -> None:
    """Nor when the lines of a publisher are found in a sample of its documents."""
    if sample is not None:
        links = [
            dataclasses.replace(step, sample=step.sample and dataclasses.replace(step.sample, rows=sample))
            for step in ordered_links()
        ]
        for module in ("link", "step_versions"):
            monkeypatch.setattr(f"flows.stages.{module}.ordered_links", lambda: links)
    expected, lake = tmp_path / "expected", tmp_path / "lake"
    pages = [write_page(tmp_path / "pages", number, story=number if number < 8 else 2) for number in range(9)]
    run(expected, *pages)
    for numbers in (6,), (8, 3, 0, 5, 1), (7, 2, 5, 4):
        run(lake, *(pages[number] for number in numbers))
    cleaned = (
        "SELECT f.publisher_key, f.document_key, f.line_hashes, s.input_hash FROM news.fingerprints f "
        "JOIN ops.steps_done s ON s.subject_id = f.observation_id AND s.step = 'clean' ORDER BY ALL"
    )
    articles = "SELECT article_id, version_no, title, text, input_hash FROM news.articles ORDER BY ALL"
    for query in ("SELECT * FROM news.publisher_lines ORDER BY ALL", articles, cleaned):
        assert ask(lake, query) == ask(expected, query) != []


def test_a_document_that_cannot_be_fingerprinted_is_cleaned_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, folder = tmp_path / "lake", tmp_path / "pages"
    for number in range(3):
        write_page(folder, number)

    def poisoned(raw: RawDocument, observation_id: str) -> Any:
        if b"news/1" in raw.body:
            raise ValueError("poisoned")
        return fingerprint(raw, observation_id)

    with monkeypatch.context() as patch:
        patch.setattr("transforms.link.boilerplate.fingerprint.fingerprint", poisoned)
        done = run(lake, folder)
    assert (done.run.accepted, done.report(FingerprintReport).step_failures) == (3, 1)
    assert ask(lake, "SELECT stage, reason, status FROM raw.quarantine") == [
        ("fingerprint", "step_failed", "open")
    ]
    retry(Settings(lake=str(lake), parser="lexicon"))
    assert ask(lake, "SELECT status FROM raw.quarantine") == [("resolved",)]
    assert len(ask(lake, "SELECT * FROM news.fingerprints")) == 3


def test_a_link_step_that_fails_on_new_rows_computes_all_of_the_scope_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, folder = tmp_path / "lake", tmp_path / "pages"
    for number in range(7):
        write_page(folder, number)
    run(lake, folder)
    write_page(folder, 7)

    def failing(*_: object) -> Any:
        raise ValueError("cannot link")

    broken = [
        dataclasses.replace(step, find=failing) if step.table == "document_boilerplate" else step
        for step in ordered_links()
    ]
    with monkeypatch.context() as patch:
        patch.setattr("flows.stages.link.ordered_links", lambda: broken)
        assert run(lake, folder).report(LinkReport).step_failures == 1
    assert {NEWSLETTER, BOX} <= set(texts(lake)["Story number 7"])
    retry(Settings(lake=str(lake), parser="lexicon"))
    assert ask(lake, "SELECT status FROM raw.quarantine") == [("resolved",)]
    assert texts(lake) == {f"Story number {n}": paragraphs(n) for n in range(8)}


def nothing(*_: object) -> Iterator[Any]:
    return iter(())


def test_a_raised_version_links_every_publisher_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake, folder = tmp_path / "lake", tmp_path / "pages"
    for number in range(7):
        write_page(folder, number)
    run(lake, folder)
    links = [
        dataclasses.replace(step, version="next", find=nothing) if step.table == "publisher_lines" else step
        for step in ordered_links()
    ]
    with monkeypatch.context() as patch:
        for module in ("link", "step_versions"):
            patch.setattr(f"flows.stages.{module}.ordered_links", lambda: links)
        assert run(lake, folder).report(CleanReport).recleaned == 7
    assert all({NEWSLETTER, BOX} <= set(written) for written in texts(lake).values())
    assert ask(lake, "SELECT count(*) FROM news.publisher_lines") == [(0,)]
    assert run(lake, folder).report(CleanReport).recleaned == 7
    assert texts(lake) == {f"Story number {n}": paragraphs(n) for n in range(7)}
