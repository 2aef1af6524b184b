from __future__ import annotations

import json

from tests.transforms.read.reading import read, reasons, record, records
from transforms.contract.documents import Rejected
from transforms.read.records.record import record_of

NITF = """<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE nitf SYSTEM "nitf.dtd">
<nitf><head><title>1 SEA Wall</title><docdata><doc-id id-string="N1"/><date.issue norm="20240305T100000+0100"/>
<key-list><keyword key="wall"/></key-list></docdata></head>
<body><body.head><hedline><hl1>Wall to be rebuilt</hl1><hl2>Seven for, two against</hl2></hedline>
<byline>By <person>Ana Lund</person><byttl>Harbour Editor</byttl></byline>
<distributor>Tern News</distributor></body.head>
<body.content><block><p>Die Größe der Mauer.</p><hl2>Costs</hl2><p>Four <em>million</em>.</p>
<media media-type="image"><media-reference source="a.jpg"/><media-caption>The wall.</media-caption></media></block>
</body.content></body></nitf>"""
G2 = """<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2024-03-05T11:00:00Z</sent></header><itemSet>
<packageItem><itemRef residref="T1"/></packageItem>
<newsItem guid="T1" version="3" xml:lang="en"><itemMeta><itemClass qcode="ninat:text"/><provider literal="Tern News"/>
<versionCreated>2024-03-05T10:00:00Z</versionCreated><firstCreated>2024-03-04T10:00:00Z</firstCreated></itemMeta>
<contentMeta><headline>Wall to be rebuilt</headline><by>By Ana Lund</by>
<subject><name>sea</name></subject></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head>
<body><p>The wall <b>stands</b>.</p></body></html></inlineXML></contentSet></newsItem>
<newsItem guid="P1"><itemMeta><itemClass qcode="ninat:picture"/></itemMeta><contentMeta><headline>A wall</headline>
<description>The wall.</description></contentMeta></newsItem></itemSet></newsMessage>"""
ANPA = (
    b"\x16\x16\x01W2870\x1fworld\r\nr z\x13\x11 BC-SEA--Wall     03-05 0123\r\n\x02^BC-SEA--Wall,123<\r\n"
    b"^Northport to rebuild its wall<\r\n^Eds: With photos.<\r\n^By ANA LUND=\r\n"
    b"\t   NORTHPORT (TN) _ The wall fell.\r\n\t   ``It will stand,'' Reyes said.\r\n\r\n\t   "
    b"\x03TN-WF-03-05-24 1015GMT<\r\n\x04"
)
IPTC = (
    b"\x01abc012 4 i 211  dpa 061\r\n\nSea/wall/\r\n\x02REFILE\nNorthport to rebuild its wall\nBy Ana Lund =\r\n\n"
    b"Northport (dpa) - The wall fell in\r\nthe storm.\r\n\nIt will stand again.\r\n\n# Notebook\r\n"
    b"\nNot for print\r\n\x03051015 GMT Mar 24\r\n\x04"
)


def test_nitf() -> None:
    (one,) = records(NITF.encode("iso-8859-1"), "a.xml")
    assert (one.title, one.subtitle, one.guid) == ("Wall to be rebuilt", "Seven for, two against", "N1")
    assert (one.authors, one.publisher, one.published) == (["Ana Lund"], "Tern News", "20240305T100000+0100")
    assert one.html is not None
    assert "<p>Die Größe der Mauer.</p>" in one.html
    assert "<h2>Costs</h2>" in one.html
    assert "The wall." not in one.html
    assert [(c.url, c.text) for c in one.captions] == [("a.jpg", "The wall.")]
    assert one.repairs == ["doctype_ignored"]


def test_newsml_g2_yields_each_item_as_a_document() -> None:
    documents, rejected = read(G2.encode(), "a.xml")
    assert not rejected
    assert all(d.body.startswith(b"<newsItem") and d.media_type.endswith("newsitem+xml") for d in documents)
    text, picture = map(record_of, documents)
    assert not isinstance(text, Rejected)
    assert (text.guid, text.version, text.title, text.authors) == (
        "T1",
        "3",
        "Wall to be rebuilt",
        ["By Ana Lund"],
    )
    assert (text.published, text.modified) == ("2024-03-04T10:00:00Z", "2024-03-05T10:00:00Z")
    assert (text.publisher, text.language, text.html) == ("Tern News", "en", "<p>The wall <b>stands</b>.</p>")
    assert isinstance(picture, Rejected)
    assert picture.reason == "not_an_article"


def test_a_package_alone_is_not_an_article() -> None:
    package = '<packageItem xmlns="http://iptc.org/std/nar/2006-10-01/"><itemRef residref="T1"/></packageItem>'
    assert reasons(read(package.encode(), "a.xml")[1]) == ["not_an_article"]


def test_ninjs_of_the_first_and_the_third_generation() -> None:
    picture = {
        "type": "picture",
        "headline": "A wall",
        "description_text": "The wall.",
        "renditions": {"main": {"href": "https://news.example/a.jpg"}},
    }
    first = {
        "uri": "urn:tn:1", "type": "text", "versioncreated": "2024-03-05T10:00:00Z", "pubstatus": "usable",
        "headline": "Wall", "byline": "Ana Lund", "body_xhtml": "<p>The wall.</p>", "associations": {"main": picture},
    }  # fmt: skip
    bodies = [
        {"role": "summary", "value": "Short."},
        {"contentType": "text/html", "value": "<p>The wall.</p>" * 2},
    ]
    third = {
        "uri": "https://news.example/1",
        "pubStatus": "usable",
        "by": "Ana Lund",
        "headlines": [{"role": "main", "value": "Wall"}],
        "bodies": bodies,
    }
    one, three = record(first), record(third)
    assert (one.guid, one.url, one.title, one.html) == ("urn:tn:1", None, "Wall", "<p>The wall.</p>")
    assert [(c.url, c.text) for c in one.captions] == [("https://news.example/a.jpg", "The wall.")]
    assert (three.url, three.title, three.authors) == ("https://news.example/1", "Wall", ["Ana Lund"])
    assert three.html == "<p>The wall.</p>" * 2
    assert not three.repairs


def test_a_body_of_ninjs_may_be_nitf() -> None:
    body = NITF.partition("?>")[2].replace('<!DOCTYPE nitf SYSTEM "nitf.dtd">', "")
    one = record({"uri": "urn:tn:1", "bodies": [{"contenttype": "application/nitf+xml", "value": body}]})
    assert one.title == "Wall to be rebuilt"
    assert one.html is not None
    assert one.html.startswith("<div>")


def test_anpa() -> None:
    (one,) = records(ANPA, "a.tst")
    assert (one.title, one.authors) == ("Northport to rebuild its wall", ["By ANA LUND"])
    assert one.text == "NORTHPORT (TN) — The wall fell.\n\n“It will stand,” Reyes said."
    assert one.published == "2024-03-05T10:15Z"


def test_iptc_7901() -> None:
    (one, two) = records(IPTC + IPTC, "a.txt")
    assert one == two
    assert (one.title, one.authors, one.publisher) == ("Northport to rebuild its wall", ["By Ana Lund"], "dpa")
    assert one.text == "Northport (dpa) - The wall fell in the storm.\n\nIt will stand again."
    assert (one.published, one.keywords) == ("05 Mar 2024 10:15 GMT", ["Sea", "wall"])


def test_a_wordpress_export() -> None:
    space = "http://wordpress.org/export/1.2/"
    export = f"""<rss version="2.0" xmlns:wp="{space}" xmlns:excerpt="{space}excerpt/"
      xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Harbour Daily</title>
      <item><title>Wall</title><link>https://news.example/wall</link>
      <content:encoded>&lt;p&gt;The wall.&lt;/p&gt;</content:encoded>
      <excerpt:encoded>Short.</excerpt:encoded><wp:post_type>post</wp:post_type>
      <wp:post_date_gmt>2024-03-05 10:00:00</wp:post_date_gmt></item>
      <item><title>wall.jpg</title><wp:post_type>attachment</wp:post_type></item></channel></rss>"""
    (document,), rejected = read(export.encode(), "a.xml")
    one = record_of(document)
    assert not isinstance(one, Rejected)
    assert (one.title, one.html, one.teaser) == ("Wall", "<p>The wall.</p>", "Short.")
    assert (one.published, one.publisher) == ("2024-03-05 10:00:00 UTC", "Harbour Daily")
    assert reasons(rejected) == ["not_an_article"]


def test_an_item_of_ap() -> None:
    item = {
        "altids": {"itemid": "a1"},
        "type": "text",
        "headline": "Wall",
        "body_text": "The wall.",
        "version": 0,
    }
    (document,), rejected = read(json.dumps({"api_version": "1.1", "data": {"item": item}}).encode(), "a.json")
    assert not rejected
    one = record_of(document)
    assert not isinstance(one, Rejected)
    assert (one.guid, one.title, one.text) == ("a1", "Wall", "The wall.")
