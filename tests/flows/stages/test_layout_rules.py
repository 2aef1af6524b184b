"""Rules of the user's own for the pages of single publishers, from the settings to the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

import warehouse
from flows.settings import load_settings
from flows.stages.inputs import sources_for
from flows.stages.layout_rules import own_rules
from flows.stages.pipeline import run_pipeline
from flows.stages.reports import CleanReport
from flows.stages.session import Session
from flows.stages.without_lake import extracted
from tests.transforms.clean.sample_pages import PARAGRAPHS, news_page
from transforms.contract.errors import ConfigError

pytestmark = pytest.mark.slow


TEXT = "\n\n".join(PARAGRAPHS)
LAST_IS_NONE = '[domain."courier.example"]\ndrop = [".article-body > p:last-child"]\n'
GONE = '[domain."courier.example"]\nbody = ".story-of-old p"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    head = '<link rel="canonical" href="https://www.courier.example/2024/harbour-wall">'
    (tmp_path / "page.html").write_text(news_page(head=head), encoding="utf-8")
    return tmp_path


def run(home: Path, toml: str = "") -> Session:
    (home / "dateline.toml").write_text(f'parser = "lexicon"\n{toml}')
    settings = load_settings(home / "dateline.toml", environment={}, lake=str(home / "lake"))
    return run_pipeline(settings, sources_for(settings, [str(home / "page.html")]))


def ask(home: Path, query: str) -> list[tuple[object, ...]]:
    connection = warehouse.connect(home / "lake")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("runner", ["", 'workers = 2\nrunner = "processes"\n'])
@pytest.mark.slow
def test_rules_reach_every_worker_and_a_change_of_them_cleans_again(home: Path, runner: str) -> None:
    named = f'publishers = "publishers.toml"\n{runner}'
    assert run(home, runner).run.accepted == 1
    (home / "publishers.toml").write_text(LAST_IS_NONE)
    assert run(home, named).report(CleanReport).recleaned == 1
    (text,) = ask(home, "SELECT text FROM news.articles WHERE is_latest")[0]
    assert text == "\n\n".join(PARAGRAPHS[:-1])
    (home / "publishers.toml").write_text(f"# the same\n{LAST_IS_NONE}")
    assert run(home, named).report(CleanReport).recleaned == 0
    (home / "publishers.toml").write_text(LAST_IS_NONE.replace("last", "first"))
    assert run(home, named).report(CleanReport).recleaned == 1
    assert ask(
        home, "SELECT count(*) FROM news.articles WHERE text NOT LIKE 'The council in%' AND is_latest"
    ) == [(1,)]


def test_a_layout_that_changed_is_a_flag_and_evidence(home: Path) -> None:
    (home / "publishers.toml").write_text(GONE)
    run(home, 'publishers = "publishers.toml"')
    assert ask(home, "SELECT text, flags FROM news.articles") == [(TEXT, ["layout_changed"])]
    rows = "SELECT method, clue, confidence, is_chosen FROM news.evidence WHERE attribute = 'text' ORDER BY evidence_no"
    (by_model, by_rule) = ask(home, rows)
    assert (by_model[0], by_model[3]) == ("block_model", True)
    assert by_rule == ("site_rule", ".story-of-old p", 0.0, False)


def test_a_page_is_extracted_by_the_rules_too(home: Path) -> None:
    (home / "publishers.toml").write_text(LAST_IS_NONE)
    (home / "dateline.toml").write_text('publishers = "publishers.toml"')
    rules = own_rules(load_settings(home / "dateline.toml", environment={}))
    (found,) = extracted([str(home / "page.html")], rules)
    assert found["text"] == "\n\n".join(PARAGRAPHS[:-1])


@pytest.mark.parametrize("text", [None, "[domain.", '[domain."courier.example"]\nboddy = "p"'])
def test_a_broken_file_is_reported_before_anything_is_touched(home: Path, text: str | None) -> None:
    if text is not None:
        (home / "publishers.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"publishers\.toml") as caught:
        run(home, 'publishers = "publishers.toml"')
    assert "\n" not in str(caught.value)
    assert not (home / "lake").exists()
