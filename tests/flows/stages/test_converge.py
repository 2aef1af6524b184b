"""Every run is the same call: bring the tables up to date with code and data."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from flows.settings import Settings
from flows.stages import layout_rules, link
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from flows.stages.reports import CleanReport, EnrichReport, LinkReport, RetryReport
from flows.stages.retry import retry
from flows.stages.session import Session
from tests.flows.corpus import ask, contents, files_of, record, write_corpus
from transforms.contract.article import Article, Draft
from transforms.contract.documents import PublisherContext, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import Step, registered_cleaners, registered_steps
from transforms.link import ordered_links

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[3] / "flows" / "examples"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Session]:
    def run(*targets: Path, **changes: Any) -> Session:
        settings = Settings(lake=str(tmp_path / "lake"), **{"parser": "lexicon", **changes})
        return run_pipeline(settings, sources_for(settings, [str(t) for t in targets]))

    return run


def test_everything_read_is_accounted_for(run: Callable[..., Session], tmp_path: Path) -> None:
    done = run(EXAMPLES).run
    assert done.accepted > 0
    assert done.read == done.accepted + done.repaired + done.duplicate + done.quarantined
    assert ask(tmp_path / "lake", "SELECT count(*) FROM news.articles") == [(done.accepted + done.repaired,)]
    assert ask(tmp_path / "lake", "SELECT count(*) FROM raw.quarantine") == [(done.quarantined,)]
    reasons = {r for (r,) in ask(tmp_path / "lake", "SELECT reason FROM raw.quarantine")}
    assert reasons == {"truncated_stream", "not_an_article", "link_not_fetched"}


def test_a_second_run_writes_nothing_but_its_own_line(run: Callable[..., Session], tmp_path: Path) -> None:
    first = run(EXAMPLES).run
    before, files = contents(tmp_path / "lake"), files_of(tmp_path / "lake")
    served = (tmp_path / "lake" / "news.duckdb").stat()
    again = run(EXAMPLES).run
    known = first.read - first.quarantined
    assert (again.read, again.duplicate, again.quarantined) == (first.read, known, first.quarantined)
    assert again.rows_written == 0
    assert contents(tmp_path / "lake") == before
    assert files_of(tmp_path / "lake") == files
    assert (tmp_path / "lake" / "news.duckdb").stat().st_mtime_ns == served.st_mtime_ns
    assert ask(tmp_path / "lake", "SELECT count(*) FROM ops.runs WHERE status = 'ok'") == [(2,)]


def test_a_new_file_costs_only_itself(run: Callable[..., Session], tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write_corpus(folder / "one.jsonl", 5)
    run(folder)
    (folder / "two.jsonl").write_text(json.dumps(record(77)) + "\n")
    done = run(folder)
    assert (done.run.read, done.run.accepted, done.run.duplicate) == (6, 1, 5)
    assert done.report(EnrichReport).enriched == 1


def test_changed_text_under_a_known_address_is_a_version(run: Callable[..., Session], tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps(record(1)) + "\n")
    run(file)
    file.write_text(json.dumps(record(1, remark="The mayor later corrected the figure.")) + "\n")
    assert run(file).run.accepted == 1
    versions = ask(
        tmp_path / "lake", "SELECT version_no, is_latest, text LIKE '%corrected%' FROM news.articles ORDER BY 1"
    )
    assert versions == [(1, False, False), (2, True, True)]


def test_the_same_text_elsewhere_is_an_observation_only(run: Callable[..., Session], tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        write_corpus(tmp_path / name, 3)
    done = run(tmp_path / "a.jsonl", tmp_path / "b.jsonl").run
    assert (done.read, done.accepted, done.duplicate) == (6, 3, 3)
    assert ask(tmp_path / "lake", "SELECT count(*) FROM raw.documents") == [(3,)]
    assert ask(tmp_path / "lake", "SELECT count(*) FROM raw.observations") == [(6,)]


def test_raising_one_step_redoes_that_step_only(
    run: Callable[..., Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = write_corpus(tmp_path / "in.jsonl", 4)
    run(corpus)
    times = dataclasses.replace(registered_steps()["times"], version="next", find=lambda article: iter(()))
    monkeypatch.setitem(registered_steps(), "times", times)
    before = contents(tmp_path / "lake")
    again = run(corpus)
    assert again.report(CleanReport).recleaned == 0
    assert again.report(EnrichReport).enriched == 4
    assert not [table for table in again.rows_by_table if table.startswith("news.")]
    after = contents(tmp_path / "lake")
    assert after["news.times"] == []
    assert before["news.times"] != []
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"news.times", "ops.steps_done", "ops.step_versions"}


def test_a_changed_cleaner_redoes_what_its_new_texts_touch(
    run: Callable[..., Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = write_corpus(tmp_path / "in.jsonl", 4)
    run(corpus)
    cleaner = registered_cleaners()["application/json"]

    def shorter(raw: RawDocument, known: PublisherContext) -> Draft | Rejected:
        draft = cleaner(raw, known)
        if isinstance(draft, Draft) and draft.facts.url == "https://news.example/2":
            draft.text, draft.segments = draft.text.split("\n\n")[0], []
        return draft

    monkeypatch.setitem(registered_cleaners(), "application/json", shorter)
    monkeypatch.setattr(layout_rules, "CLEAN_VERSION", "next")
    again = run(corpus)
    assert (again.report(CleanReport).recleaned, again.report(EnrichReport).enriched) == (4, 1)
    assert again.run.rows_written > 0
    assert again.run.read == again.run.duplicate == 4
    assert ask(tmp_path / "lake", "SELECT count(*), max(version_no) FROM news.articles") == [(4, 1)]
    assert ask(
        tmp_path / "lake",
        "SELECT count(*) FROM news.quotes JOIN news.articles USING (article_id) WHERE url LIKE '%/2'",
    ) == [(0,)]


def test_a_document_on_which_our_code_fails_costs_only_itself(
    run: Callable[..., Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = write_corpus(tmp_path / "in.jsonl", 4)
    run(write_corpus(tmp_path / "warm.jsonl", 1))
    cleaner = registered_cleaners()["application/json"]

    def poisoned(raw: RawDocument, known: PublisherContext) -> Draft | Rejected:
        if b"news.example/2" in raw.body:
            raise ValueError("poisoned")
        return cleaner(raw, known)

    with monkeypatch.context() as patch:
        patch.setitem(registered_cleaners(), "application/json", poisoned)
        done = run(corpus).run
        assert (done.read, done.accepted, done.duplicate, done.quarantined) == (4, 2, 1, 1)
        ((reason, detail),) = ask(
            tmp_path / "lake", "SELECT reason, detail FROM raw.quarantine WHERE status = 'open'"
        )
        assert reason == "step_failed"
        assert "poisoned" in detail
        patch.setattr(layout_rules, "CLEAN_VERSION", "next")
        assert run(corpus).report(CleanReport).recleaned == 5
    monkeypatch.setattr(layout_rules, "CLEAN_VERSION", "mended")
    run(corpus)
    assert ask(tmp_path / "lake", "SELECT status, attempts FROM raw.quarantine") == [("resolved", 2)]
    assert ask(tmp_path / "lake", "SELECT count(*) FROM news.articles") == [(4,)]


def test_a_document_rejected_for_a_while_gets_its_annotations_back(
    run: Callable[..., Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = write_corpus(tmp_path / "in.jsonl", 3)
    run(corpus)
    before = contents(tmp_path / "lake")
    cleaner = registered_cleaners()["application/json"]

    def refusing(raw: RawDocument, known: PublisherContext) -> Draft | Rejected:
        if b"news.example/2" in raw.body:
            return Rejected(Reason.NOT_AN_ARTICLE)
        return cleaner(raw, known)

    with monkeypatch.context() as patch:
        patch.setitem(registered_cleaners(), "application/json", refusing)
        patch.setattr(layout_rules, "CLEAN_VERSION", "refusing")
        run(corpus)
        assert ask(tmp_path / "lake", "SELECT count(*) FROM news.articles") == [(2,)]
    monkeypatch.setattr(layout_rules, "CLEAN_VERSION", "accepting")
    run(corpus)
    after = contents(tmp_path / "lake")
    for table in ("news.articles", "news.quotes", "news.times", "news.mentions", "news.segments"):
        assert after[table] == before[table], table


def test_processes_give_the_same_rows(run: Callable[..., Session], tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "in.jsonl", 23)
    run(corpus)
    settings = Settings(
        lake=str(tmp_path / "other"), parser="lexicon", runner="processes", workers=2, batch_size=4
    )
    run_pipeline(settings, sources_for(settings, [str(corpus)]))
    assert contents(tmp_path / "other") == contents(tmp_path / "lake")


def test_a_failed_check_publishes_nothing(
    run: Callable[..., Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transforms.contract.errors import CheckFailed
    from warehouse.publish import publish
    from warehouse.publish.sqlfiles import parse, sql_files

    run(write_corpus(tmp_path / "in.jsonl", 2))
    before = (tmp_path / "lake" / "news.duckdb").read_bytes()
    broken = parse("never", "-- Never.\nselect article_id from news.articles")
    monkeypatch.setattr(publish, "sql_files", lambda name: [broken] if name == "checks" else sql_files(name))
    with pytest.raises(CheckFailed, match="never: 3 rows"):
        run(write_corpus(tmp_path / "in.jsonl", 3))
    assert (tmp_path / "lake" / "news.duckdb").read_bytes() == before
    assert ask(tmp_path / "lake", "SELECT status FROM ops.runs ORDER BY started_at DESC LIMIT 1") == [
        ("failed",)
    ]
    assert ask(tmp_path / "lake", "SELECT name, failed_rows FROM ops.checks WHERE failed_rows > 0") == [
        ("never", 3)
    ]


def test_a_step_that_fails_on_an_article_leaves_the_rows_of_the_others(
    run: Callable[..., Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, corpus = tmp_path / "lake", write_corpus(tmp_path / "in.jsonl", 3)
    mentions = registered_steps()["mentions"]

    def failing(article: Article, *needed: Any) -> Any:
        if article.url == "https://news.example/2":
            raise ValueError("no names here")
        return mentions.find(article, *needed)

    steps = cast("dict[str, Step]", registered_steps())
    with monkeypatch.context() as patch:
        patch.setitem(steps, "mentions", dataclasses.replace(mentions, find=failing))
        assert run(corpus).report(EnrichReport).step_failures == 1
    failed = ask(lake, "SELECT step, failed FROM ops.steps_done WHERE outcome = 'quarantined'")
    assert failed == [("enrich", ["entities", "mentions", "quotes"])]
    per_article = (
        "SELECT count(DISTINCT t.article_id), count(DISTINCT m.article_id) "
        "FROM news.times t LEFT JOIN news.mentions m USING (article_id)"
    )
    assert ask(lake, per_article) == [(3, 2)]
    assert ask(lake, "SELECT status, detail LIKE '%no names here%' FROM raw.quarantine") == [("open", True)]
    run(corpus)
    assert ask(lake, "SELECT status FROM raw.quarantine") == [("open",)]
    monkeypatch.setitem(steps, "mentions", dataclasses.replace(mentions, version="fixed"))
    run(corpus)
    assert ask(lake, per_article) == [(3, 3)]
    assert ask(lake, "SELECT status FROM raw.quarantine") == [("resolved",)]
    assert ask(lake, "SELECT count(*) FROM ops.steps_done WHERE outcome = 'quarantined'") == [(0,)]


def test_a_link_step_that_fails_on_a_scope_stops_nothing_else(
    run: Callable[..., Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, corpus = tmp_path / "lake", write_corpus(tmp_path / "in.jsonl", 4)

    def failing(*_: object) -> Any:
        raise ValueError("cannot link")

    broken = [
        dataclasses.replace(step, find=failing) if step.table == "publisher_lines" else step
        for step in ordered_links()
    ]
    with monkeypatch.context() as patch:
        patch.setattr(link, "ordered_links", lambda: broken)
        done = run(corpus)
    assert (done.run.status, done.run.accepted, done.report(LinkReport).step_failures) == ("ok", 4, 1)
    assert ask(lake, "SELECT stage, subject_id, status FROM raw.quarantine") == [
        ("link", "news.example", "open")
    ]
    retried = retry(Settings(lake=str(lake), parser="lexicon"))
    assert (retried.report(RetryReport).retried, retried.report(RetryReport).resolved) == (1, 1)
    assert ask(lake, "SELECT count(*) FROM ops.steps_done WHERE outcome = 'quarantined'") == [(0,)]
