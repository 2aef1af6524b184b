"""The rules of robots.txt, and of a missing one."""

import asyncio

import pytest
from yarl import URL

from flows.fetch.robots import Robots, RobotsReply, read_rules

TEXT = b"""\xef\xbb\xbfUser-agent: dateline
Disallow: /private/
Disallow: /*.gif$
Allow: /private/open
Crawl-delay: 2.5

User-agent: *
Disallow: /
Sitemap: https://news.example/sitemap.xml
"""


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [("/", True), ("/private/a", False), ("/private/open", True), ("/a.gif", False), ("/a.gif?b", True)],
)
def test_the_rules_for_us(path: str, is_allowed: bool) -> None:
    rules = read_rules(RobotsReply(200, TEXT))
    assert rules.may_fetch(URL(f"https://news.example{path}"), "dateline") is is_allowed
    assert not rules.may_fetch(URL(f"https://news.example{path}"), "other")
    assert rules.crawl_delay("dateline") == 2.5
    assert rules.crawl_delay("other") == 0
    assert rules.sitemaps() == ["https://news.example/sitemap.xml"]


@pytest.mark.parametrize(
    ("status", "is_allowed"),
    [
        (200, True),
        (404, True),
        (403, True),
        (410, True),
        (429, False),
        (500, False),
        (503, False),
        (None, False),
        (304, False),
    ],
)
def test_without_rules(status: int | None, is_allowed: bool) -> None:
    rules = read_rules(RobotsReply(status))
    assert rules.may_fetch(URL("https://news.example/a"), "dateline") is is_allowed
    assert (rules.unreachable is None) is is_allowed


def test_garbage_denies_nothing() -> None:
    rules = read_rules(RobotsReply(200, b"<html>\xff\xfe\x00" * 1000))
    assert rules.may_fetch(URL("https://news.example/a"), "dateline")


def test_rules_are_asked_for_once_a_day_and_site() -> None:
    asked: list[str] = []
    now = [0.0]

    async def fetch(url: URL) -> RobotsReply:
        asked.append(str(url))
        await asyncio.sleep(0)
        return RobotsReply(503 if url.host == "down.example" else 200)

    async def ask() -> None:
        robots = Robots(fetch, clock=lambda: now[0])
        sites = ["https://a.example/1", "https://a.example/2?x", "http://a.example/", "https://a.example:444/"]
        await asyncio.gather(*(robots.rules(URL(url)) for url in sites))
        assert len(asked) == 3
        now[0] = 23 * 3600
        await robots.rules(URL("https://a.example/3"))
        await robots.rules(URL("https://down.example/"))
        assert len(asked) == 4
        now[0] = 25 * 3600
        await robots.rules(URL("https://a.example/3"))
        await robots.rules(URL("https://down.example/"))

    asyncio.run(ask())
    assert asked.count("https://a.example/robots.txt") == 2
    assert asked.count("https://down.example/robots.txt") == 2
