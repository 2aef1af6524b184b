"""Fetch states in a lake: look-ups return what a mapping would, and load full rows only for due addresses."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.settings import Settings
from flows.sources import FetchState, Source, StatesInMemory, fetch_all
from flows.sources.polling import discovered
from flows.stages.ingest import ingest_items
from flows.stages.inputs import items_of
from flows.stages.reports import IngestReport
from tests.flows.conftest import Hasty
from tests.flows.site import ARTICLES, Site
from warehouse.lake.lake import CATALOG, Lake
from warehouse.ledger.runs import new_run
from warehouse.ledger.source_state import StoredStates
from warehouse.write.documents import commit_documents

NOW = datetime(2024, 3, 1, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
# More addresses than a run may load; their source is one of the run, and they are not due.
MANY = f"""
    INSERT INTO {CATALOG}.raw.fetch_state BY NAME
    SELECT 'http://news.example/articles/old-' || i || '.html' AS url, 'harbour' AS source_id, 'page' AS kind,
        1 AS depth, MAP {{'title': 'The wall'}} AS hints, now() AS discovered_at, now() AS fetched_at,
        now() + INTERVAL 1 DAY AS next_due_at, 0 AS interval_seconds, 0 AS consecutive_failures
    FROM range(100_000) AS r(i)
"""


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake.open(tmp_path / "lake") as opened:
        yield opened


def states() -> dict[str, FetchState]:
    """States of each combination of what decides whether an address is due."""
    found: list[FetchState] = []
    for due in (None, NOW - HOUR, NOW, NOW + HOUR):
        for pause in (None, NOW - HOUR, NOW, NOW + HOUR):
            for fetched in (None, NOW - 2 * HOUR):
                for depth, kind in ((0, "page"), (1, "page"), (1, "listing")):
                    for source_id in ("harbour", "gazette"):
                        new = discovered(f"https://news.example/{len(found)}", source_id=source_id, at=NOW)
                        times: dict[str, Any] = {"retry_after_until": pause, "fetched_at": fetched}
                        decides: dict[str, Any] = {"next_due_at": due, "depth": depth, "kind": kind, **times}
                        found.append(replace(new, hints={"title": "é"}, **decides))
    return {state.url: state for state in found}


def test_a_lake_answers_like_a_mapping(lake: Lake) -> None:
    known = states()
    commit_documents(lake, new_run(), [], [], list(known.values()))
    stored, mapping = StoredStates(lake), StatesInMemory(known)
    assert len(mapping.due(["harbour"], NOW)) == 2 * 3 * 2 * 2
    for ids in (["harbour"], ["harbour", "gazette"], ["none"], []):
        for listings_only in (False, True):
            asked: dict[str, Any] = {"listings_only": listings_only}
            assert stored.due(ids, NOW, **asked) == mapping.due(ids, NOW, **asked)
    assert stored.paused(NOW) == mapping.paused(NOW)
    assert stored.schedules(NOW) == mapping.schedules(NOW)
    urls = [*known, "https://news.example/unknown", "https://news.example/'quoted'"]
    assert stored.of(urls) == mapping.of(urls) == known
    assert stored.of([]) == {}
    for modified_at in (None, NOW - 3 * HOUR, NOW - HOUR, NOW + HOUR):
        modified = dict.fromkeys(urls, modified_at)
        assert stored.listed(modified, NOW) == mapping.listed(modified, NOW)


def test_a_run_loads_only_states_that_are_due_or_named(
    lake: Lake, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, page = datetime.now(UTC), f"{site.url}/articles/{{}}.html"

    def known(number: int, source_id: str, due: timedelta) -> FetchState:
        new = discovered(page.format(number), source_id=source_id, at=now, depth=1)
        return replace(new, fetched_at=now - 9 * HOUR, next_due_at=now + due)

    last = range(ARTICLES - 30, ARTICLES)  # the articles that the feed names
    listed = [known(n, "harbour", HOUR) for n in last[:10]]
    listed_and_due = [known(last[10], "harbour", -HOUR), known(last[11], "removed", -HOUR)]
    others = [known(1, "harbour", -HOUR), known(2, "harbour", HOUR), known(3, "removed", -HOUR)]
    lake.connection.execute(MANY)
    commit_documents(lake, new_run(), [], [], [*listed, *listed_and_due, *others])
    made = 0
    initialise = FetchState.__init__

    def count(self: FetchState, *values: Any, **named: Any) -> None:
        nonlocal made
        made += 1
        initialise(self, *values, **named)

    monkeypatch.setattr(FetchState, "__init__", count)
    settings = Settings(fetch={"delay": 0.0, "backoff": 0.01, "resolve": site.resolve()})
    source, report = Source("harbour", "feed", (f"{site.url}/feed.xml",)), IngestReport()
    ingest_items(lake, new_run(), items_of(lake, settings, [source]), report=report)
    fetched = sorted(path for path in site.paths() if path.startswith("/articles/"))
    assert fetched == sorted(f"/articles/{n}.html" for n in (1, *last[10:]))
    assert report.fetched == {("harbour", None): 1 + 1 + 20}
    assert made < 300
    assert lake.rows(f"SELECT count(*) FROM {CATALOG}.raw.fetch_state") == [(100_000 + 10 + 2 + 3 + 18 + 1,)]
    made = 0
    asked = len(site.hits)
    ingest_items(lake, new_run(), items_of(lake, settings, [source]), report=report)
    assert (len(site.hits), made) == (asked, 1)  # the feed itself, which is not due


def test_a_lookup_waits_for_the_consumer_and_serves_all_listings_that_wait(site: Site, hasty: Hasty) -> None:
    """A query beside a commit would lock the catalogue; many queries would each scan all states."""
    is_working = False

    class Watched(StatesInMemory):
        queries = 0

        def listed(
            self, modified: Mapping[str, datetime | None], now: datetime
        ) -> dict[str, FetchState | None]:
            self.queries += 1
            time.sleep(0.2)
            assert not is_working
            return super().listed(modified, now)

    names = [f"desk{n}.example" for n in range(8)]
    known = {
        url: replace(discovered(url, source_id=name, at=NOW, depth=1), next_due_at=None)
        for name in names
        for url in site.articles(range(2), name)
    }
    page = Source("page", "pages", (f"{site.url}/articles/9.html",))
    feeds = [Source(name, "feed", (f"http://{name}/atom.xml",), take="page") for name in names]
    site.article_delay = 0.3
    watched, urls = Watched(known), set()
    for outcome in fetch_all([page, *feeds], states=watched, policy=hasty(*names)):
        is_working = True
        urls.add(outcome.url)
        time.sleep(0.05)
        is_working = False
    pages = {url for url in urls if url.endswith(".html")}
    assert pages == {*page.addresses, *(url for name in names for url in site.articles(range(2, 5), name))}
    assert 1 <= watched.queries <= 6
