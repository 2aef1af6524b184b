"""Articles are enriched while others are still cleaned: each once, on the text that stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from flows.stages.reports import EnrichReport
from flows.stages.session import Session
from tests.flows.corpus import ask, contents, write_corpus

pytestmark = pytest.mark.slow

_SHORT = "“The bridge will be closed on Tuesday,” said Ana Reyes, who leads the council of Northport."
_LONG = "".join(
    f"<p>“We have waited for {n} months and will not wait any longer,” Tom Lindqvist said on Monday. "
    f"The work at the bridge of Eastholm will cost {n} million crowns, according to the harbour office.</p>"
    for n in range(3, 9)
)


def _write_entry_and_page(folder: Path) -> Path:
    """An entry of a feed and, as a later document, the page that it links to."""
    folder.mkdir()
    url, title = "https://news.example/bridge", "Bridge of Northport to close after the storm"
    (folder / "1.xml").write_text(
        f"<rss version='2.0'><channel><title>Bay News</title><link>https://news.example/</link><item><title>{title}</title>"
        f"<link>{url}</link><pubDate>Tue, 05 Mar 2024 08:00:00 GMT</pubDate><description>{_SHORT}</description>"
        "</item></channel></rss>"
    )
    (folder / "2.html").write_text(
        f"<html lang='en'><head><title>{title}</title><link rel='canonical' href='{url}'></head>"
        f"<body><article><h1>{title}</h1><time datetime='2024-03-05'></time><p>{_SHORT}</p>"
        f"{_LONG}</article></body></html>"
    )
    return folder


def _run(lake: Path, target: Path, batch_size: int) -> Session:
    settings = Settings(lake=str(lake), parser="lexicon", batch_size=batch_size)
    return run_pipeline(settings, sources_for(settings, [str(target)]))


def test_annotations_of_a_text_that_is_replaced_meanwhile_are_dropped(tmp_path: Path) -> None:
    folder = _write_entry_and_page(tmp_path / "in")
    _run(tmp_path / "together", folder, 512)
    apart = _run(tmp_path / "apart", folder, 1)
    assert ask(tmp_path / "apart", "SELECT form, version_no FROM news.articles") == [("page", 1)]
    expected = contents(tmp_path / "together")
    assert len(expected["news.quotes"]) > 6
    for name in ("news.quotes", "news.mentions", "news.entities"):
        assert contents(tmp_path / "apart")[name] == expected[name]
    assert apart.report(EnrichReport).enriched == 1


def test_every_article_is_enriched_once(tmp_path: Path) -> None:
    done = _run(tmp_path / "lake", write_corpus(tmp_path / "in.jsonl", 12), 5)
    assert done.report(EnrichReport).enriched == 12
    steps = ask(tmp_path / "lake", "SELECT count(*), count(DISTINCT (subject_id, step)) FROM ops.steps_done")
    assert steps[0][0] == steps[0][1]
