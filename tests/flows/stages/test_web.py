"""A site in a run: fetched pages are committed like any other document, and unchanged ones cost nothing."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from flows.stages.session import Session
from tests.flows.corpus import ask
from tests.flows.site import Site, running

pytestmark = pytest.mark.slow


def _run(settings: Settings) -> Session:
    return run_pipeline(settings, sources_for(settings, []))


def test_a_feed_and_its_pages_meet_under_one_article_and_are_not_fetched_again(tmp_path: Path) -> None:
    with running(Site()) as site:
        settings = Settings(
            lake=str(tmp_path / "lake"),
            parser="lexicon",
            sources={"daily": {"kind": "feed", "url": f"{site.url}/atom.xml", "take": "both"}},
            fetch={"delay": 0.0, "backoff": 0.01, "resolve": site.resolve()},
        )
        first = _run(settings).run
        assert first.read == first.accepted + first.repaired + first.duplicate + first.quarantined
        assert ask(settings.lake, "SELECT count(DISTINCT article_id), count(*) FROM news.articles") == [(5, 5)]
        assert ask(settings.lake, "SELECT count(*) FROM raw.documents WHERE media_type = 'text/html'") == [(5,)]
        dates = ask(settings.lake, "SELECT count(*) FROM news.articles WHERE published_at::date = '2024-03-01'")
        assert dates == [(5,)]
        assert ask(settings.lake, "SELECT source_id, new_articles, alarm FROM ops.source_health") == [
            ("daily", 5, None)
        ]
        asked = len(site.hits)
        again = _run(settings).run
        assert again.rows_written == 0
        assert len(site.hits) == asked
        forced = msgspec.structs.replace(settings, fetch={**settings.fetch, "delay": 0.0})
        assert _run(forced).run.accepted == 0


def test_a_page_named_by_its_address(tmp_path: Path) -> None:
    with running(Site()) as site:
        settings = Settings(
            lake=str(tmp_path / "lake"),
            parser="lexicon",
            fetch={"delay": 0.0, "backoff": 0.01, "resolve": site.resolve()},
        )
        targets = [f"{site.url}/articles/7.html", f"{site.url}/private/x", f"{site.url}/status/404"]
        done = run_pipeline(settings, sources_for(settings, targets)).run
        assert (done.read, done.accepted, done.quarantined) == (3, 1, 2)
        reasons = {r for (r,) in ask(settings.lake, "SELECT reason FROM raw.quarantine WHERE stage = 'fetch'")}
        assert reasons == {"robots_denied", "http_error"}
        ((url, basis),) = ask(settings.lake, "SELECT url, id_basis FROM news.articles")
        assert (url, basis) == (f"{site.url}/articles/7.html", "canonical_url")
