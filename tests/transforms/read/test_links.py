from __future__ import annotations

import json

import pytest

from tests.transforms.read.nasty import sitemap
from tests.transforms.read.reading import read, reasons
from transforms.clean import clean
from transforms.contract.documents import Rejected
from transforms.read.listings.links import link_of, why_forbidden

PUBLIC = [
    "https://news.example/a?b=1#c",
    "http://news.example:8080/",
    "https://8.8.8.8/",
    "http://[2606:4700::1111]/",
    "https://пример.рф/",
]
FORBIDDEN = [
    "http://127.0.0.1/", "http://127.1/", "http://0177.0.0.1/", "http://0x7f000001/", "http://2130706433/", "http://0/",
    "http://10.0.0.1/", "http://169.254.169.254/", "http://224.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
    "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1%25eth0]/",
    "http://１２７.0.0.1/", "http://localhost/", "http://db.internal/", "http://printer/", "http://user@news.example/",
    "http://news.example:25/", "ftp://news.example/", "javascript:alert(1)", "//news.example/", "http://a%2Xb/",
    "https://news.example/" + "a" * 9000,
]  # fmt: skip


@pytest.mark.parametrize("url", PUBLIC)
def test_the_open_web_may_be_fetched(url: str) -> None:
    assert why_forbidden(url) is None


@pytest.mark.parametrize("url", FORBIDDEN)
def test_nothing_else_may(url: str) -> None:
    assert why_forbidden(url)


def test_a_list_may_name_pages_of_its_own_host() -> None:
    data = sitemap("http://127.0.0.1:8000/a", "http://127.0.0.1:9000/b").encode()
    links, rejected = read(data, url="http://127.0.0.1:8000/sitemap.xml")
    assert [d.body for d in links] == [b"http://127.0.0.1:8000/a"]
    assert reasons(rejected) == ["url_forbidden"]


def test_a_news_sitemap_states_title_date_and_outlet() -> None:
    news = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
        "<url><loc>https://news.example/a</loc><lastmod>2024-03-06</lastmod>"
        "<n:news><n:publication><n:name>Harbour Daily</n:name>"
        "<n:language>en</n:language></n:publication><n:publication_date>2024-03-05</n:publication_date>"
        "<n:title>Wall</n:title></n:news></url></urlset>"
    )
    (link,), rejected = read(news.encode())
    assert not rejected
    assert link.origin.url == "https://news.example/a"
    assert link.origin.hints == {
        "envelope": "sitemap", "modified": "2024-03-06", "publisher": "Harbour Daily", "language": "en",
        "published": "2024-03-05", "title": "Wall",
    }  # fmt: skip


def test_an_index_leads_to_other_lists_but_not_to_itself() -> None:
    entries = "".join(f"<sitemap><loc>https://news.example/{n}.xml</loc></sitemap>" for n in ("index", "news"))
    data = (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'.encode()
    )
    (link,), rejected = read(data, url="https://news.example/index.xml")
    assert reasons(rejected) == ["sitemap_loop"]
    found = link_of(link)
    assert found is not None
    assert found.is_list
    assert found.url == "https://news.example/news.xml"


def test_opml_and_robots_lead_to_lists() -> None:
    opml = b'<opml version="2.0"><body><outline text="Sea"><outline text="Harbour" xmlUrl="https://news.example/rss"/></outline></body></opml>'
    robots = b"User-agent: *\nDisallow: /a\nSitemap: https://news.example/s.xml\nsitemap: /t.xml\n"
    (feed,), _ = read(opml)
    assert (feed.body, feed.origin.hints["publisher"]) == (b"https://news.example/rss", "Harbour")
    lists, _ = read(robots, url="https://news.example/robots.txt")
    assert [d.body for d in lists] == [b"https://news.example/s.xml", b"https://news.example/t.xml"]
    assert reasons(read(b"User-agent: *\nDisallow: /a\n")[1]) == ["unsupported_format"]


def test_a_record_with_an_address_only_is_a_link() -> None:
    rows = [
        {"url": "https://news.example/a", "title": "Wall", "date": "2024-03-05"},
        {"url": "http://10.0.0.1/"},
        {"text": "T"},
    ]
    one, other, text = read("\n".join(map(json.dumps, rows)).encode(), "a.jsonl")[0]
    found = link_of(one)
    assert found is not None
    assert (found.url, found.hints) == ("https://news.example/a", {"title": "Wall", "published": "2024-03-05"})
    assert link_of(other) is None
    assert link_of(text) is None
    refused = clean(one)
    assert isinstance(refused, Rejected)
    assert refused.reason == "link_not_fetched"


@pytest.mark.parametrize(
    "host", ["168.63.129.16", "192.88.99.1", "[fec0::1]", "[3fff::1]", "[2001:20::1]", "[64:ff9b::7f00:1]"]
)
def test_addresses_of_special_use_are_not_listed(host: str) -> None:
    assert why_forbidden(f"http://{host}/") is not None


def test_an_address_behind_nat64_is_judged_as_what_it_stands_for() -> None:
    assert why_forbidden("http://[64:ff9b::808:808]/") is None
