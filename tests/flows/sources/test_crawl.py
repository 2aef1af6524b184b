"""Whole crawls of the site: listings, resumption, politeness, and links that lead astray."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import pytest

from flows.sources import Bounds, FetchPolicy, FetchState, Source, StatesInMemory, documents, fetch_all
from flows.sources.crawl import Outcome
from flows.sources.source import Take
from tests.flows.conftest import Hasty
from tests.flows.site import ARTICLES, Site, published_at, title
from tests.flows.sources.store import BATCH, Store
from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(Store()) as opened:
        yield opened


def crawled(
    source: Source | list[Source],
    policy: FetchPolicy,
    *,
    states: dict[str, FetchState] | None = None,
    days: float = 0,
    is_forced: bool = False,
) -> list[Outcome]:
    sources = source if isinstance(source, list) else [source]
    shift = timedelta(days=days)
    return list(
        fetch_all(
            sources,
            states=StatesInMemory(states),
            policy=policy,
            clock=lambda: datetime.now(UTC) + shift,
            is_forced=is_forced,
        )
    )


def accepted(outcomes: list[Outcome]) -> list[RawDocument]:
    return [d for outcome in outcomes for d in outcome.documents if isinstance(d, RawDocument)]


def refused(outcomes: list[Outcome]) -> list[Rejected]:
    return [d for outcome in outcomes for d in outcome.documents if isinstance(d, Rejected)]


def states_of(outcomes: list[Outcome]) -> dict[str, FetchState]:
    return {state.url: state for outcome in outcomes for state in outcome.states}


def start(store: Path, site: Site, *, days_later: float = 0) -> subprocess.Popen[str]:
    arguments = [str(store), f"{site.url}/sitemap.xml", json.dumps(site.resolve()), str(days_later)]
    program = [sys.executable, "-m", "tests.flows.sources.store", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def committed(store: Path) -> int:
    try:
        with closing(sqlite3.connect(store)) as db:
            return int(db.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def finish(process: subprocess.Popen[str]) -> dict[str, int]:
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    found: dict[str, int] = json.loads(printed)
    return found


@pytest.mark.slow
def test_a_crawl_that_is_killed_goes_on_and_then_finds_nothing_new(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    process = start(path, site)
    while committed(path) < ARTICLES // 4:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    kept = committed(path)
    assert ARTICLES // 4 <= kept < ARTICLES
    assert set(finish(start(path, site))) == {"written", "fetched"}
    with closing(Store(path)) as store:
        assert store.urls() == sorted(site.articles(range(ARTICLES), "news.example"))
    asked = Counter(path for path in site.paths() if path.startswith("/articles/"))
    assert len(asked) == ARTICLES
    # Asked twice is only what was fetched but not yet committed when the crawl was killed.
    assert asked.total() - ARTICLES <= BATCH + 32 + 2

    before = len(site.hits)
    assert finish(start(path, site)) == {"written": 0}
    assert len(site.hits) == before

    found = finish(start(path, site, days_later=1.5))
    assert found == {"written": 0, "not_modified": ARTICLES + 5}
    statuses = Counter(hit.status for hit in site.hits[before:])
    # The server knows no validators for one article in ten: there the body is compared.
    assert statuses == {304: ARTICLES + 5 - ARTICLES // 10, 200: ARTICLES // 10 + 1}


def test_only_changed_pages_come_again(site: Site, hasty: Hasty) -> None:
    source = Source("harbour", "pages", tuple(site.articles(range(12), "news.example")))
    first = crawled(source, hasty())
    assert len(accepted(first)) == 12
    site.editions.update({3: 1, 10: 1})
    second = crawled(source, hasty(), states=states_of(first), days=1.5)
    assert [d.origin.url for d in accepted(second)] == site.articles(iter((3, 10)), "news.example")
    assert Counter(o.status for o in second) == {"fetched": 2, "not_modified": 10}


def test_hints_of_a_sitemap_stay_with_the_page(site: Site, hasty: Hasty) -> None:
    source = Source("harbour", "sitemap", (f"{site.url}/sitemap-1.xml",), limit=3)
    found = accepted(crawled(source, hasty()))
    assert len(found) == 3
    hints = found[0].origin.hints
    assert hints["published"] == published_at(500).isoformat()
    assert (hints["title"], hints["envelope"]) == (title(500), "sitemap")
    assert found[0].media_type == "text/html"


def test_a_limit_leaves_the_rest_for_the_next_run(site: Site, hasty: Hasty) -> None:
    source = Source("harbour", "sitemap", (f"{site.url}/sitemap-0.xml",), limit=20)
    states: dict[str, FetchState] = {}
    urls: list[str] = []
    for _ in range(3):
        outcomes = crawled(source, hasty(), states=states)
        states |= states_of(outcomes)
        urls += [str(d.origin.url) for d in accepted(outcomes)]
    assert len(urls) == len(set(urls)) == 60
    assert site.paths().count("/sitemap-0.xml") == 1


def test_pages_older_than_since_are_left_alone(site: Site, hasty: Hasty) -> None:
    since = date(2024, 4, 11)
    source = Source("harbour", "sitemap", (f"{site.url}/sitemap-3.xml",), since=since)
    found = crawled(source, hasty())
    expected = [n for n in range(1500, ARTICLES) if published_at(n).date() >= since]
    assert len(accepted(found)) == len(expected) < 50
    assert len(states_of(found)) == len(expected) + 1


@pytest.mark.parametrize(
    ("name", "take", "types"),
    [
        ("feed.xml", "page", {"text/html": 30}),
        ("feed.xml", "both", {"text/html": 30}),
        ("feed.xml", "entry", {"text/uri-list": 30}),
        ("atom.xml", "page", {"text/html": 5}),
        ("atom.xml", "both", {"text/html": 5, "application/json": 5}),
        ("atom.xml", "entry", {"application/json": 5}),
        ("links.txt", "entry", {"text/html": 5}),
        ("opml.xml", "both", {"text/html": 35, "application/json": 5}),
    ],
)
def test_what_is_taken_of_a_feed(
    site: Site, hasty: Hasty, name: str, take: Take, types: dict[str, int]
) -> None:
    source = Source("harbour", "feed", (f"{site.url}/{name}",), take=take)
    outcomes = crawled(source, hasty())
    assert Counter(d.media_type for d in accepted(outcomes)) == types
    assert not refused(outcomes)
    pages = [d for d in accepted(outcomes) if d.media_type == "text/html" and name != "links.txt"]
    for page in pages:
        assert page.origin.hints["envelope"] == "feed"
        assert page.origin.hints["published"]
    states = states_of(outcomes)
    assert states[f"{site.url}/{name}"].kind == "listing"
    assert all(state.fetched_at for state in states.values())


def test_a_feed_is_asked_again_and_its_new_pages_fetched(site: Site, hasty: Hasty) -> None:
    source = Source("harbour", "feed", (f"{site.url}/feed.xml",))
    states = states_of(crawled(source, hasty()))
    assert crawled(source, hasty(), states=states) == []
    (again,) = crawled(source, hasty(), states=states, is_forced=True)
    assert again.status == "not_modified"
    gone = f"{site.url}/articles/{ARTICLES - 1}.html"
    del states[gone]
    states[source.addresses[0]].etag = states[source.addresses[0]].body_sha256 = None
    found = crawled(source, hasty(), states=states, is_forced=True)
    assert [d.origin.url for d in accepted(found)] == [gone]


def test_a_page_behind_a_long_pause_is_kept_for_a_later_run(site: Site, hasty: Hasty) -> None:
    paused = f"{site.url}/status/429?after=3600"
    others = Source("harbour", "pages", tuple(site.articles(range(3), "news.example")))
    source = Source("harbour", "pages", (paused, *others.addresses))
    outcomes = crawled(source, hasty())
    assert Counter(o.status for o in outcomes) == {"rejected": 1, "deferred": 3}
    states = states_of(outcomes)
    assert list(states) == [paused]
    assert states[paused].retry_after_until
    assert {o.status for o in crawled(source, hasty(), states=states)} == {"deferred"}
    assert site.paths().count("/status/429?after=3600") == 1
    assert len(accepted(crawled(others, hasty(), states=states, days=0.1))) == 3


def test_one_host_is_shared_by_sources_and_hosts_run_in_parallel(site: Site, hasty: Hasty) -> None:
    names = ("news.example", "sport.example", "culture.example")
    site.article_delay = 0.02
    sources = [
        Source(f"{host}-{part}", "pages", tuple(site.articles(range(part, part + 3), host)), delay=delay)
        for host in names
        for part, delay in ((0, 0.1), (10, 0.2))
    ]
    began = time.monotonic()
    assert len(accepted(crawled(sources, hasty(*names)))) == 18
    spent = time.monotonic() - began
    by_host = defaultdict(list)
    for hit in sorted(site.hits, key=lambda hit: hit.began):
        by_host[hit.host].append(hit)
    for hits in by_host.values():
        assert len(hits) == 7
        assert all(later.began - earlier.ended >= 0.19 for earlier, later in pairwise(hits))
    assert 6 * 0.22 <= spent < 3 * 6 * 0.22


def test_more_hosts_than_connections(site: Site, hasty: Hasty) -> None:
    names = [f"desk{number}.example" for number in range(60)]
    site.article_delay = 0.1
    sources = [Source(name, "pages", (f"http://{name}/articles/1.html",)) for name in names]
    policy = hasty(*names, bounds=Bounds(connections=4, total_seconds=1.0), attempts=1)
    assert len(accepted(crawled(sources, policy))) == 60  # waiting for a connection is no time-out


def test_the_sitemaps_that_robots_txt_names(site: Site, hasty: Hasty) -> None:
    site.robots = f"User-agent: *\nDisallow: /robots\nSitemap: {site.url}/sitemap-2.xml\n"
    source = Source("harbour", "sitemap", (f"{site.url}/robots.txt",), limit=1)
    assert [d.origin.url for d in accepted(crawled(source, hasty()))] == [f"{site.url}/articles/1000.html"]


def test_a_listing_that_names_too_much(site: Site, hasty: Hasty) -> None:
    policy = hasty(bounds=Bounds(links=499))
    (outcome,) = crawled(Source("harbour", "sitemap", (f"{site.url}/sitemap-0.xml",)), policy)
    assert [item.reason for item in refused([outcome])] == [Reason.TOO_LARGE]
    assert outcome.states == []


def test_a_feed_that_names_nothing_new_is_polled_less(site: Site, hasty: Hasty) -> None:
    source = Source("harbour", "feed", (f"{site.url}/feed.xml",))
    states: dict[str, FetchState] = {}
    intervals = []
    for _ in range(3):
        states |= states_of(crawled(source, hasty(), states=states, is_forced=True))
        state = states[source.addresses[0]]
        intervals.append(state.interval_seconds)
        # As if the feed had another byte each time.
        states[state.url] = replace(state, etag=None, last_modified=None, body_sha256="other")
    assert intervals == sorted(set(intervals))


def test_sitemaps_that_name_each_other_come_to_an_end(site: Site, hasty: Hasty) -> None:
    outcomes = crawled(Source("harbour", "sitemap", (f"{site.url}/round/a.xml",)), hasty())
    assert [item.reason for item in refused(outcomes)] == [Reason.SITEMAP_LOOP]
    assert site.paths() == ["/robots.txt", "/round/a.xml", "/round/b.xml"]


def test_links_of_a_feed_do_not_lead_inside(site: Site, hasty: Hasty) -> None:
    policy = hasty(ports=frozenset({80, 443, site.port}))
    outcomes = crawled(Source("harbour", "feed", (f"{site.url}/evil.xml",)), policy)
    reasons = Counter(item.reason for item in refused(outcomes))
    assert reasons[Reason.REDIRECT_REFUSED] == 1
    assert not accepted(outcomes)
    assert {hit.host for hit in site.hits} == {"news.example"}
    assert not any(path.startswith("/page") for path in site.paths())


def test_denied_and_failing_pages_cost_nothing_but_themselves(site: Site, hasty: Hasty) -> None:
    urls = ("/private/a", "/status/404", "/flaky/9", "/articles/1.html", "/bomb/gzip?mb=64")
    source = Source("harbour", "pages", tuple(f"{site.url}{path}" for path in urls))
    outcomes = crawled(source, hasty())
    assert {str(item.reason) for item in refused(outcomes)} == {
        "robots_denied", "http_error", "decompressed_too_large",
    }  # fmt: skip
    assert len(refused(outcomes)) == 4
    assert len(accepted(outcomes)) == 1
    assert len(states_of(outcomes)) == 5


def test_a_reader_that_fails_costs_one_page(site: Site, hasty: Hasty) -> None:
    def read(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
        if str(origin.url).endswith("/1.html"):
            raise RuntimeError("no")
        yield RawDocument(stream.read(), "text/html", origin)

    source = Source("harbour", "pages", tuple(site.articles(range(3), "news.example")))
    outcomes = list(fetch_all([source], states=StatesInMemory(), policy=hasty(), read=read))
    assert len(accepted(outcomes)) == 2
    assert [item.reason for item in refused(outcomes)] == [Reason.STEP_FAILED]


def test_a_consumer_that_stops_ends_the_crawl(site: Site, hasty: Hasty) -> None:
    source = Source("harbour", "sitemap", (f"{site.url}/sitemap.xml",))
    outcomes = fetch_all([source], states=StatesInMemory(), policy=hasty())
    for _ in range(10):
        next(outcomes)
    time.sleep(0.5)  # what is held for the consumer is bounded: the hosts wait for it
    assert len(site.hits) <= 10 + 32 + 4
    outcomes.close()
    asked = len(site.hits)
    time.sleep(0.1)
    assert len(site.hits) == asked


def test_files_and_pages_in_one_stream(site: Site, hasty: Hasty, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"Harbour vote {number}\n\nThe council voted on the wall.\n")
    (tmp_path / "link.txt").symlink_to("0.txt")
    sources = [
        Source("web", "pages", (f"{site.url}/articles/1.html",)),
        Source("files", "files", (str(tmp_path),)),
    ]
    stream = list(documents(sources, states=StatesInMemory(), policy=hasty()))
    kinds = [type(item).__name__ for item in stream]
    assert kinds == ["RawDocument"] * 3 + ["Rejected", "RawDocument", "FetchState"]
    limited = Source("files", "files", (str(tmp_path),), limit=2)
    assert len(list(documents([limited], states=StatesInMemory()))) == 2
