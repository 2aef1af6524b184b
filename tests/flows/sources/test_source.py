"""Sources as dateline.toml states them."""

import tomllib
from datetime import date

import pytest

from flows.sources.source import Source, named_source, source_of, stated_fields
from transforms.contract.errors import ConfigError, UsageError
from transforms.read.records.fields import field_names


def test_all_settings() -> None:
    table = tomllib.loads("""
        kind = "feed"
        urls = ["https://news.example/feed.xml", "https://news.example/atom.xml"]
        take = "page"
        delay = 2
        limit = 50
        since = 2024-03-05
        recheck_days = 0
        fields = { title = "kop" }
    """)
    assert source_of("harbour", table) == Source(
        "harbour",
        "feed",
        ("https://news.example/feed.xml", "https://news.example/atom.xml"),
        take="page",
        delay=2.0,
        limit=50,
        since=date(2024, 3, 5),
        recheck_days=0,
        fields={"title": "kop"},
    )


def test_what_is_not_said() -> None:
    assert source_of("a", {"path": "in/*.html"}) == Source("a", "files", ("in/*.html",))
    assert source_of("a", {"path": "s3://bucket/in"}).kind == "files"
    assert source_of("a", {"url": "https://news.example/"}) == Source("a", "pages", ("https://news.example/",))
    assert source_of("a", {"url": "https://news.example/", "since": "2024-03-05"}).since == date(2024, 3, 5)


@pytest.mark.parametrize("root", ["https://news.example", "https://news.example/"])
def test_the_sitemaps_of_a_site(root: str) -> None:
    assert source_of("a", {"url": root, "kind": "sitemap"}).addresses == ("https://news.example/robots.txt",)
    other = source_of("a", {"url": f"{root.rstrip('/')}/?sitemap", "kind": "sitemap"})
    assert other.addresses == ("https://news.example/?sitemap",)


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({}, "url"),
        ({"url": ""}, "url"),
        ({"urls": []}, "url"),
        ({"url": 5}, "url"),
        ({"url": "https://a.example/", "kind": "rss"}, "kind"),
        ({"url": "https://a.example/", "kind": "files"}, "kind"),
        ({"path": "in", "kind": "feed"}, "kind"),
        ({"urls": ["https://a.example/", "in"]}, "kind"),
        ({"url": "https://a.example/", "take": "all"}, "take"),
        ({"url": "https://a.example/", "delay": -1}, "delay"),
        ({"url": "https://a.example/", "delay": "1s"}, "delay"),
        ({"url": "https://a.example/", "delay": True}, "delay"),
        ({"url": "https://a.example/", "delay": float("nan")}, "delay"),
        ({"url": "https://a.example/", "limit": 1.5}, "limit"),
        ({"url": "https://a.example/", "since": "spring"}, "since"),
        ({"url": "https://a.example/", "since": 5}, "since"),
        ({"url": "https://a.example/", "fields": {"title": 1}}, "fields"),
        ({"url": "https://a.example/", "fields": []}, "fields"),
        ({"path": "in", "fields": {"date": "went_live"}}, "fields.date"),
        ({"path": "in", "fields": {"Title": "hed"}}, "fields.Title"),
        ({"path": "in", "fields": {"title": " "}}, "fields.title"),
        ({"url": "https://a.example/", "dely": 1}, "dely"),
        ({"url": "https://a.example/", "addresses": ["in"]}, "addresses"),
    ],
)
def test_what_cannot_be_followed_is_named(table: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        source_of("harbour", table)
    assert caught.value.key == f"sources.harbour.{key}"
    assert "\n" not in str(caught.value)


def test_targets_of_the_command_line() -> None:
    assert named_source("in/a.txt") == Source("in/a.txt", "files", ("in/a.txt",))
    assert named_source("HTTPS://news.example/feed", limit=3).kind == "pages"


def test_an_unknown_field_is_named_with_all_that_there_are() -> None:
    with pytest.raises(ConfigError) as caught:
        source_of("dump", {"path": "in", "fields": {"text": "story", "source": "outlet"}})
    assert "sources.dump.fields: unknown field 'source'" in str(caught.value)
    assert ", ".join(field_names()) in str(caught.value)


def test_fields_of_the_command_line() -> None:
    assert stated_fields([]) == {}
    assert stated_fields(["text=story_text", "title = hed=line"]) == {"text": "story_text", "title": "hed=line"}


@pytest.mark.parametrize("pairs", [["text"], ["text="], ["=story"], ["date=day"], ["text=a", "text=b"]])
def test_wrong_fields_of_the_command_line_are_wrong_usage(pairs: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        stated_fields(pairs)
    assert "--field" in str(caught.value)
