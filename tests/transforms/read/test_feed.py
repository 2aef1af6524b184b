from __future__ import annotations

import json

import pytest

from tests.transforms.read.nasty import BODY, item, rss
from tests.transforms.read.reading import read, reasons, records

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en">
  <title>Harbour Daily</title><link href="https://news.example/"/>
  <entry>
    <title type="html">Wall &amp;amp; pier</title><id>tag:1</id>
    <link rel="edit" href="https://news.example/edit"/><link href="/wall"/>
    <published>2024-03-05T10:00:00+01:00</published><updated>2024-03-06T10:00:00Z</updated>
    <author><name>Ana Reyes</name></author><category term="local"/>
    <summary>Short.</summary>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The wall <b>stands</b>.</p></div></content>
    <media:thumbnail url="https://news.example/wall.jpg"/>
  </entry>
  <entry><title>Less &lt; more</title><id>tag:2</id><link href="https://news.example/b"/>
  <content>1 &lt; 2</content></entry>
</feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Daily</title></channel>
  <item rdf:about="https://news.example/a"><title>Wall</title><link>https://news.example/a</link>
  <description>The wall stands.</description><dc:date>2024-03-05</dc:date>
  <dc:creator>Ana Reyes</dc:creator></item></rdf:RDF>"""
FULL = (
    "<item><title>Wall</title><link>https://news.example/a</link><guid>https://news.example/a</guid>"
    "<description>Short.</description><content:encoded><![CDATA[<p>The wall stands.</p>]]></content:encoded>"
    "<category>Local</category><category>Sea</category><dc:creator>Ana Reyes</dc:creator>"
    '<enclosure url="https://news.example/a.jpg" type="image/jpeg" length="1"/></item>'
)
SPACES = ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def test_atom() -> None:
    one, two = records(ATOM.encode(), "feed")
    assert one.url == "https://news.example/wall"
    assert (one.guid, one.title, one.teaser) == ("tag:1", "Wall & pier", "Short.")
    assert one.html is not None
    assert "<p>The wall <b>stands</b>.</p>" in one.html
    assert (one.published, one.modified) == ("2024-03-05T10:00:00+01:00", "2024-03-06T10:00:00Z")
    assert (one.authors, one.publisher, one.language, one.section) == (
        ["Ana Reyes"],
        "Harbour Daily",
        "en",
        "local",
    )
    assert [c.url for c in one.captions] == ["https://news.example/wall.jpg"]
    assert (two.title, two.html) == ("Less < more", "1 &lt; 2")


def test_rss_with_content_and_description() -> None:
    (one,) = records(rss(FULL).replace('<rss version="2.0"', f'<rss version="2.0"{SPACES}').encode())
    assert (one.html, one.teaser, one.is_teaser) == ("<p>The wall stands.</p>", "Short.", False)
    assert (one.authors, one.section, one.keywords) == (["Ana Reyes"], "Local", ["Local", "Sea"])
    assert [c.url for c in one.captions] == ["https://news.example/a.jpg"]


def test_a_description_is_the_text_for_want_of_another() -> None:
    (one,) = records(rss(item(description="The wall stands.")).encode())
    assert (one.text, one.subtitle, one.is_teaser) == ("The wall stands.", None, True)
    assert one.published == "Tue, 05 Mar 2024 10:00:00 GMT"


def test_an_entry_may_have_nothing_but_a_description() -> None:
    (one,) = records(rss("<item><description>The wall stands &amp;#8211; again.</description></item>").encode())
    assert (one.title, one.html) == (None, "The wall stands &#8211; again.")


def test_rss_1() -> None:
    (one,) = records(RDF.encode())
    assert (one.url, one.guid, one.published) == (
        "https://news.example/a",
        "https://news.example/a",
        "2024-03-05",
    )
    assert one.authors == ["Ana Reyes"]


def test_an_entry_without_text_is_a_link_with_its_hints() -> None:
    (link,), rejected = read(
        rss("<item><title>Wall</title><link>https://news.example/a</link></item>").encode()
    )
    assert not rejected
    assert (link.media_type, link.body) == ("text/uri-list", b"https://news.example/a")
    assert link.origin.hints == {"envelope": "feed", "publisher": "N", "title": "Wall"}


def test_a_body_is_canonical_json() -> None:
    (one,), _ = read(rss(item()).encode())
    assert (
        one.body
        == json.dumps(json.loads(one.body), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    )


@pytest.mark.parametrize(("broken", "title"), [
    ("Fish & chips", "Fish & chips"), ("Caf&eacute; news", "Café news"), ("Wall &amp;amp; pier", "Wall & pier"),
])  # fmt: skip
def test_titles_are_read_as_people_meant_them(broken: str, title: str) -> None:
    (one,) = records(rss(item(title=broken)).encode())
    assert one.title == title
    assert one.text is not None
    assert one.text.startswith(BODY[:40])


def test_undeclared_prefixes_are_accepted() -> None:
    documents, _ = read(
        rss("<item><title>Wall</title><x:note>n</x:note><description>The wall.</description></item>").encode()
    )
    assert "malformed_xml" in documents[0].repairs


def test_an_address_that_is_none_is_left_out() -> None:
    (one,), _ = read(rss(item(link="javascript:alert(1)")).encode())
    assert one.repairs == ("url_forbidden",)
    assert one.origin.url is None


def test_a_feed_without_entries_is_rejected() -> None:
    assert reasons(read(rss("").encode())[1]) == ["empty_input"]


def test_an_entity_hidden_behind_a_comment_is_seen() -> None:
    doctype = '<!-- <rss> --><?note <rss> ?><!DOCTYPE rss [<!-- --><!entity a "b">]>'
    assert reasons(read(rss(item("&a;"), doctype=doctype).encode())[1]) == ["xml_entities_forbidden"]
    assert reasons(read(rss(item("&a;"), doctype=doctype).encode("utf-16"))[1]) == ["xml_entities_forbidden"]


def _shared(*items: str) -> list[tuple[str, ...]]:
    """Which names of each item another item has too."""
    documents, rejected = read(rss("".join(items)).encode())
    assert not rejected
    return [tuple(d.origin.hints.get("shared", "").split()) for d in documents]


def _item(title: str, link: str, guid: str, day: int = 5, text: str = BODY) -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><guid>{guid}</guid><description>{text}</description>"
        f"<pubDate>Tue, 0{day} Mar 2024 10:00:00 GMT</pubDate></item>"
    )


@pytest.mark.parametrize(("items", "shared"), [
    ((("A", "https://n.example/a", "1"), ("B", "https://n.example/b", "1")), "guid"),
    ((("A", "https://n.example/", "1"), ("B", "https://n.example/", "2")), "url"),
    ((("A", "https://n.example/live", "1"), ("B", "https://n.example/live?utm_source=x", "2")), "url"),
    ((("A", "https://n.example/live", "1"), ("B", "http://www.n.example/live/", "1")), "guid url"),
    ((("A", "https://n.example/a", "1"), ("A", "https://n.example/b", "1", 6, "Another text.")), "guid"),
    ((("A", "https://n.example/a", "1"), ("B", "https://n.example/b", "2")), ""),
    ((("A", "https://n.example/a", "1"), ("A", "https://n.example/a", "1")), ""),
    ((("A", "https://n.example/a", "1"), ("a", "https://n.example/a", "1", 6)), ""),
    ((("A", "https://n.example/a", "1"), ("A", "https://n.example/b", "1")), ""),
])  # fmt: skip
def test_a_name_of_two_articles_names_neither(items: tuple[tuple[str, str, str]], shared: str) -> None:
    assert _shared(*(_item(*one) for one in items)) == [tuple(shared.split())] * 2


def test_atom_entries_that_share_an_id() -> None:
    entry = "<entry><title>{0}</title><id>tag:1</id><link href='https://n.example/{0}'/><content>{0}.</content></entry>"
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title>{entry.format("A")}{entry.format("B")}</feed>'
    documents, _ = read(feed.encode())
    assert [d.origin.hints["shared"] for d in documents] == ["guid", "guid"]
    assert all("duplicate_guid" in d.repairs for d in documents)


def test_the_home_page_is_not_the_link_of_an_item_that_has_a_permanent_link() -> None:
    (one,) = records(rss(_item("A", "https://n.example/", "https://n.example/2024/a")).encode())
    assert one.url == "https://n.example/2024/a"
