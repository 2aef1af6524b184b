from __future__ import annotations

import gzip
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.read.nasty import page, rss, sitemap
from transforms.contract.steps import registered_readers
from transforms.read import import_readers
from transforms.read.bytes.sniff import agrees, is_binary, sniff
from transforms.text.byte_order import wide_charset
from transforms.text.encoding import Decoded, decode

import_readers()
MAIL = b"From: Ana Reyes <ana@example.org>\r\nSubject: Harbour\r\n\r\nThe wall stands.\r\n"
EVENT = "\t".join(["123", "20240305", *["x"] * 58, "https://news.example/a"])

HEADS = [
    (page().encode(), None, "html"),
    (b"<div><p>The wall stands.</p></div>", None, "html"),
    (b"\xff\xfe" + page().encode("utf-16-le"), None, "html"),
    (rss("").encode(), "page.html", "feed"),
    (b"<!-- one --><!-- two --><rss version='2.0'><channel/></rss>", None, "feed"),
    (b"<?xml version='1.0'?><atom:feed xmlns:atom='http://www.w3.org/2005/Atom'/>", None, "feed"),
    (sitemap("https://news.example/").encode(), None, "sitemap"),
    (b"<opml version='2.0'><body/></opml>", None, "opml"),
    (b"<nitf><body/></nitf>", None, "nitf"),
    (b"<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'/>", None, "newsml"),
    (b"<?xml version='1.0'?><invoice/>", None, "xml"),
    (page().encode(), "feed.xml", "feed"),
    (b'{"title": "A"}\n{"title": "B"}\n', None, "jsonl"),
    (b'{"title": "A", "te\n{"title": "B"}\n', "a.jsonl", "jsonl"),
    (b'{\n  "title": "A"\n}\n', None, "json"),
    (b'[\n{"title": "A"}\n]\n', None, "json"),
    (b'{"title": "' + b"word " * 20_000, None, "jsonl"),
    (b"id,title,text\n1,A,B\n", "a.csv", "csv"),
    (b"id\ttitle\ttext\n1\tA\tB\n", None, "csv"),
    (b"Harbour, wall, council\n\nThe council voted on Tuesday.\n", None, "text"),
    (
        b"On Monday, after the storm, at noon, the wall fell.\n\nOn Tuesday, it rained, and, at last, stopped.\n",
        None,
        "text",
    ),
    (EVENT.encode(), "20240305.export.CSV", "gdelt"),
    (b"[Update] The wall stands.\n", "a.txt", "text"),
    (b"{Harbour} The wall stands.\n", None, "text"),
    (b"https://news.example/a\n# note\nhttps://news.example/b\n", None, "urllist"),
    (b"User-agent: *\nDisallow: /admin\n", None, "robots"),
    (b"From ana@example.org Tue Mar  5 10:00:00 2024\n" + MAIL, None, "mbox"),
    (MAIL, None, "eml"),
    (b"no header at all\n", "a.eml", "eml"),
    (b"\x16\x16\x01W2870\x1fasian\n\x02^Wall,20<\n", None, "wire"),
    (b"WARC/1.0\r\n", None, "warc"),
    (b"filedesc://a.arc 0.0.0.0 20240305100000 text/plain 0\n", None, "arc"),
    (gzip.compress(b"x"), "a.txt", "compressed"),
    (b"%PDF-1.7\n", None, "pdf"),
    (b"PAR1", None, "parquet"),
    (b"\x89PNG\r\n\x1a\n" + bytes(100), "a.txt", "binary"),
    (bytes(range(256)) * 8, None, "binary"),
    (b"", None, "empty"),
    (b"Harbour: the wall\n\nThe council voted.\n", None, "text"),
]


@pytest.mark.parametrize(
    ("head", "name", "format"), HEADS, ids=[f"{n}-{f}" for n, (_, _, f) in enumerate(HEADS)]
)
def test_content_tells_the_format(head: bytes, name: str | None, format: str) -> None:
    assert sniff(head, name) == format


@given(st.binary(max_size=300), st.sampled_from([None, "a.txt", "a.csv", "a.xml", "a.json", "a.eml", "a.bin"]))
def test_every_head_has_a_reader(head: bytes, name: str | None) -> None:
    assert sniff(head, name) in registered_readers()


def test_a_wrong_extension_is_noted() -> None:
    assert agrees("a.html", "html")
    assert agrees("a.txt", "eml")
    assert agrees("folder.v2/a", "html")
    assert not agrees("a.html.gz", "html")
    assert not agrees("a.html", "feed")


def test_importing_the_readers_loads_no_heavy_library() -> None:
    check = (
        "import sys; from transforms.read import import_readers; import_readers();"
        "print(*{'feedparser', 'pypdf', 'lxml', 'charset_normalizer'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@given(
    st.one_of(
        st.tuples(st.text(), st.sampled_from(["utf-16", "utf-32", "utf-16-le", "utf-16-be"])).map(
            lambda drawn: drawn[0].encode(drawn[1], "surrogatepass")
        ),
        st.text(st.characters(max_codepoint=400), min_size=8).map(lambda text: text.encode("utf-16-le") + b"a"),
        st.lists(st.sampled_from(b"\x00\x00\x00aeiou\xff"), max_size=200).map(bytes),
    )
)
def test_sniffer_and_decoder_agree_on_wide_charsets(body: bytes) -> None:
    """What the sniffer takes for UTF-16 or UTF-32 is decoded as such, and nothing else is."""
    wide = wide_charset(body)
    decoded = decode(body, declared=None, media_type="text/plain") if body else None
    is_decoded_wide = isinstance(decoded, Decoded) and decoded.charset.startswith(("utf-16", "utf-32"))
    assert is_decoded_wide == (wide is not None)
    if wide is not None:
        assert not is_binary(body)
        assert isinstance(decoded, Decoded)
        assert decoded.charset.startswith(wide)
