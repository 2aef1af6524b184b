"""A source that stops working is named at the end of every run, until it works; days pass in the stored states."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.cli import main
from tests.flows.corpus import ask, write_corpus
from tests.flows.site import Site, page, running
from warehouse.lake.lake import Lake

pytestmark = pytest.mark.slow

_TIMES = {
    "raw.fetch_state": ("discovered_at", "fetched_at", "changed_at", "next_due_at", "failed_since"),
    "ops.source_health": ("checked_at", "first_seen_at", "last_success_at", "last_new_at", "alarm_since"),
}
_SETTINGS = """\
parser = "lexicon"
[fetch]
delay = 0
backoff = 0.01
resolve = {{ "news.example" = "127.0.0.1:{port}" }}
"""


@dataclass
class Desk:
    """A folder with settings and a lake, in which `dateline` is called."""

    call: Callable[..., tuple[int, str]]
    site: Site

    def sources(self, text: str) -> None:
        Path("dateline.toml").write_text(_SETTINGS.format(port=self.site.port) + text)

    def days_pass(self, days: float) -> None:
        with Lake.open("lake") as lake:
            for table, columns in _TIMES.items():
                moved = ", ".join(f"{name} = {name} - to_hours({int(days * 24)})" for name in columns)
                lake.connection.execute(f"UPDATE lake.{table} SET {moved}")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    monkeypatch.chdir(tmp_path)
    for name in ("PREFECT_API_URL", "DATELINE_LAKE"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["dateline", *arguments])
        try:
            main()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    with running(Site()) as site:
        yield Desk(call, site)


def _alarms(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith(("failing:", "silent:"))]


def test_a_dead_feed_is_named_every_day_until_it_works(desk: Desk) -> None:
    desk.sources(f'[sources.daily]\nkind = "feed"\nurl = "{desk.site.url}/atom.xml"\ntake = "both"\n')
    assert desk.call("run", "--strict")[0] == 0
    desk.site.replies["/atom.xml"] = (404, "gone")
    since = set()
    for hours in (3, 27, 24, 24, 0.01, 24):  # at the fifth the feed is not due, and pages are asked in between
        desk.days_pass(hours / 24)
        status, output = desk.call("run", "--strict")
        (line,) = _alarms(output)
        assert status == 3
        assert f"failing: daily ({desk.site.url}/atom.xml): http_error (answered 404), since " in line
        assert _alarms(desk.call("status")[1]) == [line]
        since.add(line.rpartition("since ")[2])
    runs = ask("lake", "SELECT status, duplicate, quarantined FROM ops.runs ORDER BY started_at")
    assert [status for status, *_ in runs] == ["ok"] + ["warnings"] * 6
    assert [quarantined for *_, quarantined in runs] == [0, 1, 1, 1, 1, 0, 1]
    assert ask("lake", "SELECT attempts, status FROM raw.quarantine") == [(5, "open")]
    del desk.site.replies["/atom.xml"]
    desk.days_pass(1)
    status, output = desk.call("run", "--strict")
    assert (status, _alarms(output)) == (0, [])
    assert not _alarms(desk.call("status")[1])
    assert ask("lake", "SELECT status FROM raw.quarantine") == [("resolved",)]


@pytest.mark.parametrize(
    ("path", "kind", "reply", "words"),
    [
        ("/feed.xml", "feed", (503, ""), "http_error (answered 503)"),
        ("/feed.xml", "feed", (200, ""), "not_a_feed"),
        ("/feed.xml", "feed", (200, "<!doctype html><title>Home</title><p>Welcome.</p>"), "not_a_feed"),
        ("/sitemap.xml", "sitemap", (410, ""), "answered 410"),
        ("/sitemap-2.xml", "sitemap", (500, ""), "answered 500"),
        ("/page/desk", "pages", (404, ""), "answered 404"),
        ("/robots.txt", "feed", (500, ""), "robots_denied"),
    ],
)
def test_other_ways_to_die(desk: Desk, path: str, kind: str, reply: tuple[int, str], words: str) -> None:
    first = {"/sitemap-2.xml": "/sitemap.xml", "/robots.txt": "/feed.xml"}.get(path, path)
    desk.sources(f'[sources.daily]\nkind = "{kind}"\nurl = "{desk.site.url}{first}"\nlimit = 2\n')
    desk.site.replies[path] = reply
    for _ in range(2):
        status, output = desk.call("run", "--strict")
        assert status == 3
        assert words in _alarms(output)[0], output
        desk.days_pass(2)


def test_a_part_of_a_sitemap_that_a_site_removed_is_no_failure(desk: Desk) -> None:
    desk.sources(f'[sources.daily]\nkind = "sitemap"\nurl = "{desk.site.url}/sitemap.xml"\nlimit = 1\n')
    desk.call("run")
    desk.site.replies["/sitemap-0.xml"] = (404, "")
    desk.days_pass(2)
    output = desk.call("run")[1]
    assert "http_error" in output
    assert not _alarms(output)


def test_a_dead_page_of_a_living_feed_is_no_failure_of_the_source(desk: Desk) -> None:
    desk.site.replies["/articles/1999.html"] = (404, "")
    desk.sources(f'[sources.daily]\nkind = "feed"\nurl = "{desk.site.url}/feed.xml"\n')
    assert not _alarms(desk.call("run")[1])


def test_a_feed_whose_pages_all_fail_is_named_until_one_answers(desk: Desk) -> None:
    paths = [f"/articles/{number}.html" for number in range(2000)]
    desk.site.replies |= dict.fromkeys(paths, (403, "no"))
    desk.sources(f'[sources.daily]\nkind = "feed"\nurl = "{desk.site.url}/feed.xml"\nlimit = 4\n')
    for days in (0.01, 0.03, 2):  # nothing is due, then the feed alone, then all
        status, output = desk.call("run", "--strict")
        (line,) = _alarms(output)
        assert status == 3
        assert re.search(r"none of \d+ pages could be fetched \(http_error, answered 403\), since ", line), line
        assert _alarms(desk.call("status")[1]) == [line]
        desk.days_pass(days)
    for path in paths:
        del desk.site.replies[path]
    assert not _alarms(desk.call("run")[1])


def test_an_empty_feed_is_no_failure(desk: Desk) -> None:
    desk.site.replies["/feed.xml"] = (200, "<rss version='2.0'><channel><title>Quiet</title></channel></rss>")
    desk.sources(f'[sources.daily]\nkind = "feed"\nurl = "{desk.site.url}/feed.xml"\n')
    assert not _alarms(desk.call("run")[1])


def test_a_feed_without_news_falls_silent(desk: Desk) -> None:
    url = f"{desk.site.url}/atom.xml"
    desk.sources(f'[sources.daily]\nkind = "feed"\nurl = "{url}"\ntake = "entry"\n')
    desk.call("run")
    with Lake.open("lake") as lake:  # a month of five articles a day
        lake.connection.execute("UPDATE lake.ops.source_health SET recent_articles = 90, articles_per_day = 5")
    desk.days_pass(6)
    status, output = desk.call("run", "--strict")
    assert status == 3
    assert _alarms(output)[0].startswith(f"silent: daily ({url}): no new article for 6 days")


def test_a_missing_path_costs_its_source_only(desk: Desk) -> None:
    write_corpus(Path("in.jsonl"), 3)
    desk.sources(
        '[sources.archive]\npath = "nowhere/old.jsonl"\n[sources.drop]\npath = "drop/*.html"\n'
        '[sources.agency]\npath = "in.jsonl"\n'
    )
    for expected in (0, 0):
        status, output = desk.call("run")
        assert status == expected
        assert [line.split(": ")[1] for line in _alarms(output)] == [
            "archive (nowhere/old.jsonl)",
            "drop (drop/*.html)",
        ]
    assert ask("lake", "SELECT count(*) FROM news.articles") == [(3,)]
    assert desk.call("run", "--strict")[0] == 3
    for path in ("nowhere", "drop"):
        Path(path).mkdir()
    write_corpus(Path("nowhere/old.jsonl"), 1, first=9)
    Path("drop/a.html").write_text(page(4))
    status, output = desk.call("run", "--strict")
    assert (status, _alarms(output)) == (0, [])
    assert not _alarms(desk.call("status")[1])


def test_an_address_of_the_command_line_is_named_like_a_source(desk: Desk) -> None:
    desk.sources("")
    url = f"{desk.site.url}/feed.xml"
    desk.site.replies["/feed.xml"] = (404, "")
    for _ in range(2):
        status, output = desk.call("run", url, "--strict")
        assert status == 3
        assert f"failing: {url}: http_error (answered 404)" in _alarms(output)[0]
        assert _alarms(desk.call("status")[1])
    assert "not due before " in output
    assert "(--refresh asks now)" in output


def test_refresh_asks_now(desk: Desk) -> None:
    desk.sources(f'[sources.daily]\nkind = "feed"\nurl = "{desk.site.url}/feed.xml"\n')
    desk.call("run")
    page_url = f"{desk.site.url}/articles/1999.html"
    desk.site.editions[1999] = 2
    status, output = desk.call("run", page_url)
    assert f"{page_url}: not due before " in output
    assert desk.site.paths().count("/articles/1999.html") == 1
    status, output = desk.call("run", "--refresh", page_url)
    assert status == 0
    assert ask("lake", "SELECT count(*) FROM news.articles WHERE text LIKE '%has 2 gates%'") == [(1,)]
    assert ask("lake", "SELECT DISTINCT source_id FROM raw.fetch_state WHERE depth = 1") == [("daily",)]
    assert "1 address asked, none has changed" in desk.call("run", "--refresh", page_url)[1]
    feeds = desk.site.paths().count("/feed.xml")
    assert "daily: not due before" in desk.call("run")[1]
    desk.call("run", "--refresh")
    assert desk.site.paths().count("/feed.xml") == feeds + 1


def test_a_forbidden_address_names_the_setting_that_allows_it(desk: Desk) -> None:
    desk.sources("")
    url = f"http://127.0.0.1:{desk.site.port}/articles/7.html"
    for _ in range(2):
        status, output = desk.call("run", url, "--strict")
        assert status == 3
        assert f'[fetch] allowed = ["127.0.0.1:{desk.site.port}"]' in _alarms(output)[0]
    text = Path("dateline.toml").read_text()
    Path("dateline.toml").write_text(text + f'allowed = ["127.0.0.1:{desk.site.port}"]\n')
    assert desk.call("run", url, "--strict")[0] == 0


def test_a_rejection_is_shown_again(desk: Desk) -> None:
    Path("empty.txt").touch()
    Path("menu.html").write_text(f"<html><body><nav>{'<a href=/a>A</a> ' * 30}</nav></body></html>")
    first = desk.call("run", "empty.txt", "menu.html")[1]
    assert "(as before)" not in first
    status, output = desk.call("run", "empty.txt", "menu.html", "--strict")
    assert status == 3
    assert "2 items read = 0 accepted + 0 repaired + 0 duplicate + 2 quarantined" in output
    assert output.count("(as before)") == 2
