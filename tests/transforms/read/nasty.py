"""Hostile and broken inputs, each with what reading it must come to. The same bytes on every run.

accept     = articles, nothing to mend
repair     = articles that carry the repair named in `reason`
quarantine = no article, a rejection with the reason named in `reason`
"""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

BODY = (
    "The council in Northport voted 7-2 on Tuesday to rebuild the harbour wall. "
    "“We cannot wait for another storm,” said Mayor Ana Reyes. "
) * 6
LEGACY = "Le maire a déclaré mardi que le café du théâtre rouvrira à l’été, malgré un coût élevé. " * 12
RUSSIAN = "Мэр города заявил во вторник, что ремонт набережной начнётся в апреле, сообщает агентство. " * 10
JAPANESE = "市長は火曜日、港の防波堤を再建すると発表した。工事は来年四月に始まる見通しだ。" * 12
WORDS = b"word " * 80


@dataclass(frozen=True)
class Case:
    """One input. `articles` and `rejected` are counts, None where any number is right."""

    name: str
    path: str
    data: bytes
    action: str
    reason: str = ""
    articles: int | None = None
    rejected: int | None = None
    contains: str = ""
    lacks: str = ""
    title: str | None = None

    def __str__(self) -> str:
        return self.name


def page(
    title: str = "Harbour wall vote",
    body: str = BODY,
    *,
    charset: str = '<meta charset="utf-8">',
    date: str = "2024-03-05T10:00:00Z",
    url: str = "https://news.example/harbour",
) -> str:
    return (
        f'<!doctype html><html lang="en"><head>{charset}<title>{title}</title><link rel="canonical" href="{url}">'
        f'<meta property="article:published_time" content="{date}"></head>'
        f"<body><article><h1>{title}</h1><p>{body}</p></article></body></html>"
    )


def rss(items: str, declaration: str = '<?xml version="1.0" encoding="utf-8"?>', doctype: str = "") -> str:
    return (
        f'{declaration}{doctype}<rss version="2.0"><channel><title>N</title><link>https://news.example/</link>'
        f"<description>d</description>{items}</channel></rss>"
    )


def item(
    title: str = "Harbour wall vote",
    link: str = "https://news.example/harbour",
    guid: str = "g1",
    description: str = BODY,
) -> str:
    return (
        f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">{guid}</guid>'
        f"<pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate><description>{description}</description></item>"
    )


def gz(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def gz_zeros(size: int) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0, compresslevel=9) as file:
        for _ in range(size >> 20):
            file.write(bytes(1 << 20))
    return out.getvalue()


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members:
            archive.writestr(member, data)
    return out.getvalue()


def tarred(*members: tuple[str, bytes, bytes, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data, kind, target in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, target, len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def warc(url: str, body: bytes, length: int | None = None) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
        f"WARC-Date: 2024-03-05T10:00:00Z\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {length or len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def sitemap(*urls: str) -> str:
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        + "".join(f"<url><loc>{url}</loc></url>" for url in urls)
        + "</urlset>"
    )


def cases() -> Iterator[Case]:
    for group in (_encodings, _texts, _pages, _dates, _identities, _json, _tables, _xml, _archives, _others):
        yield from group()


def _encodings() -> Iterator[Case]:
    cp1252 = LEGACY.encode("cp1252", "replace")
    news = "Harbour news\n\n"
    mojibake = LEGACY.encode().decode("cp1252", "replace").replace("\ufffd", "")
    latin = page(body=LEGACY, charset='<meta charset="iso-8859-1">')
    klingon = page(body=LEGACY, charset='<meta charset="utf-8-klingon">')
    yield Case(
        "cs-cp1252-declared-utf8",
        "a.html",
        page(body=LEGACY).encode("cp1252", "replace"),
        "repair",
        "charset_mismatch",
        contains="déclaré",
        lacks="\ufffd",
    )
    yield Case(
        "cs-utf8-declared-latin1",
        "a.html",
        latin.encode(),
        "repair",
        "charset_mismatch",
        contains="déclaré",
        lacks="Ã©",
    )
    yield Case(
        "cs-mojibake", "a.txt", (news + mojibake).encode(), "repair", "mojibake_fixed", contains="déclaré"
    )
    yield Case(
        "cs-utf16le-bom",
        "a.html",
        b"\xff\xfe" + page(body=LEGACY).encode("utf-16-le"),
        "accept",
        contains="déclaré",
    )
    yield Case(
        "cs-utf16be-nobom",
        "a.txt",
        (news + BODY).encode("utf-16-be"),
        "repair",
        "charset_guessed",
        contains="Northport",
    )
    yield Case("cs-utf8-bom", "a.txt", b"\xef\xbb\xbf" + (news + BODY).encode(), "accept", title="Harbour news")
    yield Case(
        "cs-koi8r-undeclared",
        "a.html",
        page("Новости", RUSSIAN, charset="").encode("koi8-r"),
        "repair",
        "charset_guessed",
        contains="набережной",
    )
    yield Case(
        "cs-shiftjis-undeclared",
        "a.html",
        page("港の防波堤", JAPANESE, charset="").encode("shift_jis"),
        "repair",
        "charset_guessed",
        contains="防波堤",
    )
    yield Case(
        "cs-bogus-name", "a.html", klingon.encode(), "repair", "charset_unknown_label", contains="déclaré"
    )
    yield Case(
        "cs-one-bad-byte",
        "a.txt",
        (news + BODY).encode()[:-40] + b"\xff" + BODY.encode()[:80],
        "repair",
        "invalid_bytes_replaced",
        contains="Northport",
    )
    yield Case(
        "cs-mixed-in-one-file",
        "a.txt",
        (news + LEGACY).encode() + cp1252,
        "repair",
        "mixed_charset",
        contains="déclaré",
    )
    yield Case(
        "cs-xml-decl-lies",
        "a.xml",
        rss(item(), '<?xml version="1.0" encoding="utf-16"?>').encode(),
        "repair",
        "charset_mismatch",
        articles=1,
    )


def _texts() -> Iterator[Case]:
    news = "Harbour news\n\n"
    spaces = "Harbour\u00a0news\u200b\n\n" + BODY.replace(" ", "\u00a0", 20).replace("wall", "wa\u200b\u00adll")
    quotes = "Mayor’s plan\n\n“We can’t wait,” she said. ‘Now,’ he said. «Oui» „Ja“ 「はい」 "
    arabic = "قال رئيس البلدية يوم الثلاثاء إن إعادة بناء الجدار ستبدأ في أبريل. \u202eevil\u202c "
    thai = "นายกเทศมนตรีกล่าวเมื่อวันอังคารว่าจะสร้างกำแพงใหม่ในเดือนเมษายน "
    nul = b"Harbour\x00 news\n\n" + BODY.encode().replace(b"Northport", b"North\x00port")
    controls = news + "\x1b[31m" + BODY + "\x07\x08\x7f\x85\x9b"
    nfd = "Café news\n\nLe café du théâtre " + BODY.replace("Reyes", "Re\u0301yes")
    newlines = "Harbour news\r\n\r\n" + BODY + "\r" + BODY + "\n\u2028" + BODY
    yield Case("tx-mixed-newlines", "a.txt", newlines.encode(), "accept", lacks="\r")
    yield Case("tx-nul-bytes", "a.txt", nul, "repair", "control_chars_removed", lacks="\x00")
    yield Case("tx-control-chars", "a.txt", controls.encode(), "repair", "control_chars_removed", lacks="\x1b")
    yield Case(
        "tx-spaces",
        "a.txt",
        (spaces + "\u2060\ufeff").encode(),
        "repair",
        "invisible_chars_removed",
        title="Harbour news",
    )
    yield Case("tx-quotes", "a.txt", (quotes + BODY).encode(), "accept", title="Mayor’s plan", contains="’")
    yield Case("tx-nfd", "a.txt", nfd.encode(), "repair", "nfc_normalised", contains="Réyes")
    yield Case("tx-rtl", "a.txt", ("أخبار المرفأ\n\n" + arabic * 8).encode(), "accept", contains="البلدية")
    yield Case("tx-cjk-no-spaces", "a.txt", ("港の防波堤再建へ\n\n" + JAPANESE).encode(), "accept")
    yield Case("tx-thai", "a.txt", ("ข่าวท่าเรือ\n\n" + thai * 8).encode(), "accept")
    yield Case(
        "tx-zalgo",
        "a.txt",
        ("H" + "\u0300" * 500 + "arbour news\n\n" + BODY).encode(),
        "repair",
        "combining_run_cut",
    )
    yield Case("tx-empty", "a.txt", b"", "quarantine", "empty_input")
    yield Case("tx-whitespace-only", "a.txt", "\n \t\u00a0\n\ufeff\n".encode(), "quarantine", "empty_body")
    yield Case(
        "tx-binary-as-txt", "a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "quarantine", "not_text"
    )
    yield Case("tx-long-line", "a.txt", (news + "word " * 1_000_000).encode(), "quarantine", "body_too_long")


def _pages() -> Iterator[Case]:
    attributes = " ".join(f"a{n}=x" for n in range(100_000))
    nodes = "<html><body><article><p>" + BODY + "</p>" + "<b>x</b>" * 1_000_000 + "</article></body></html>"
    deep = "<html><body>" + "<div>" * 50_000 + BODY + "</div>" * 50_000
    script = page(
        "&lt;script&gt;alert(1)&lt;/script&gt; vote", BODY + "<script>x=1</script><img src=x onerror=alert(2)>"
    )
    unclosed = "<html><head><title>Harbour wall vote<body><p>" + BODY
    missing = "Sorry, the page you asked for does not exist."
    stub = page(body="Subscribe to continue reading.")
    untitled = "<html><body><article><p>" + BODY + "</p></article></body></html>"
    yield Case("ht-no-title", "a.html", untitled.encode(), "repair", "title_missing")
    yield Case("ht-empty-body", "a.html", page(body="").encode(), "quarantine", "empty_body")
    yield Case("ht-paywall-stub", "a.html", stub.encode(), "quarantine", "body_too_short")
    yield Case(
        "ht-soft-404", "a.html", page("Page not found", missing).encode(), "quarantine", "not_an_article"
    )
    yield Case(
        "ht-script-title",
        "a.html",
        script.encode(),
        "accept",
        title="<script>alert(1)</script> vote",
        lacks="onerror",
    )
    yield Case(
        "ht-js-url", "a.html", page(url="javascript:alert(1)").encode(), "repair", "canonical_url_ignored"
    )
    yield Case(
        "ht-canonical-foreign",
        "a.html",
        page(url="https://attacker.example/x").encode(),
        "repair",
        "canonical_other_host",
    )
    yield Case(
        "ht-canonical-home",
        "a.html",
        page(url="https://news.example/").encode(),
        "repair",
        "canonical_url_ignored",
    )
    yield Case("ht-deep-nest", "a.html", deep.encode(), "quarantine", "html_too_deep")
    yield Case("ht-million-nodes", "a.html", nodes.encode(), "quarantine", "html_too_many_nodes")
    yield Case("ht-unclosed", "a.html", unclosed.encode(), "repair", "malformed_html")
    yield Case(
        "ht-attr-bomb",
        "a.html",
        f"<html><body><p {attributes}>{BODY}</p>".encode(),
        "quarantine",
        "html_too_many_attributes",
    )


def _dates() -> Iterator[Case]:
    for name, date, reason in (
        ("dt-invalid", "2024-13-45T99:00:00Z", "date_invalid"),
        ("dt-future", "2999-01-01T00:00:00Z", "date_future"),
        ("dt-epoch", "1970-01-01T00:00:00Z", "date_epoch"),
        ("dt-no-tz", "2024-03-05T10:00:00", "date_no_timezone"),
        ("dt-ambiguous", "03/04/2024", "date_ambiguous"),
        ("dt-year-0", "0000-00-00 00:00:00", "date_invalid"),
        ("dt-leap-second", "2016-12-31T23:59:60Z", "date_leap_second"),
        ("dt-huge-year", "99999-01-01", "date_invalid"),
    ):
        yield Case(name, "a.html", page(date=date).encode(), "repair", reason)


def _identities() -> Iterator[Case]:
    bridge = BODY.replace("harbour", "bridge")
    twice = item("Harbour vote", "https://news.example/a", "1") + item(
        "Bridge vote", "https://news.example/b", "1", bridge
    )
    token = "<item><title>Harbour vote</title><link>https://news.example/a?v=8f3a&amp;utm_source=rss</link>"
    token += f"<description>{BODY}</description></item>"
    urls = "https://News.Example:443/Harbour?utm_source=x&b=2&a=1#top\nhttps://news.example/Harbour?a=1&b=2\n"
    yield Case("id-dup-guids", "a.xml", rss(twice).encode(), "repair", "duplicate_guid", articles=2)
    yield Case("id-no-guid-token-link", "a.xml", rss(token).encode(), "repair", "guid_missing", articles=1)
    yield Case(
        "id-case-tracking",
        "a.txt",
        (urls + "http://news.example/harbour?a=1&b=2\n").encode(),
        "links",
        articles=3,
    )


def _json() -> Iterator[Case]:
    one = {"id": "1", "url": "https://news.example/1", "title": "T1", "text": BODY}
    mixed = [
        json.dumps(one).encode(),
        b'{"id":"2","text":"trunc',
        b"",
        b'{"id":"3","title":"T3","text":"' + WORDS + b'","score":NaN}',
        b'{"id":"4","title":"\xff\xfe","text":"' + WORDS + b'"}',
        json.dumps({**one, "id": "5", "url": "https://news.example/5"}).encode(),
    ]
    drift = [
        {"id": 1, "title": "A", "text": BODY, "authors": "Ana"},
        {"id": "2", "title": ["B"], "text": BODY, "authors": ["Ana", None]},
        {"id": None, "title": {"en": "C"}, "text": BODY},
    ]
    array = [{"id": str(n), "title": "A", "text": BODY} for n in range(3)]
    numbers = b'{"id":123456789012345678901234567890,"n":1e400,"title":"T","text":"' + WORDS + b'"}\n'
    yield Case(
        "js-mixed-lines", "a.jsonl", b"\n".join(mixed), "partly", "malformed_record", articles=3, rejected=2
    )
    yield Case(
        "js-lone-surrogate",
        "a.jsonl",
        b'{"id":"1","title":"Harbour \\ud800 vote","text":"' + WORDS + b'"}\n',
        "repair",
        "invalid_surrogate",
    )
    yield Case("js-huge-numbers", "a.jsonl", numbers, "repair", "number_out_of_range", articles=1)
    yield Case(
        "js-type-drift",
        "a.jsonl",
        "\n".join(map(json.dumps, drift)).encode(),
        "repair",
        "type_coerced",
        articles=3,
    )
    yield Case(
        "js-dup-keys",
        "a.jsonl",
        b'{"id":"1","title":"A","title":"B","text":"' + WORDS + b'"}\n',
        "repair",
        "duplicate_key",
        title="B",
    )
    yield Case("js-bom", "a.jsonl", b"\xef\xbb\xbf" + json.dumps(array[0]).encode(), "accept", articles=1)
    yield Case(
        "js-array-not-lines", "a.jsonl", json.dumps(array).encode(), "repair", "json_array_in_jsonl", articles=3
    )
    yield Case("js-deep", "a.json", b"[" * 100_000 + b"]" * 100_000, "quarantine", "json_too_deep")
    yield Case(
        "js-nul-escape",
        "a.jsonl",
        b'{"id":"1","title":"A\\u0000B","text":"' + WORDS + b'"}\n',
        "repair",
        "control_chars_removed",
        title="AB",
    )
    yield Case(
        "js-200mb-line",
        "a.jsonl",
        b'{"id":"1","title":"T","text":"' + b"word " * (40 << 20) + b'"}\n',
        "quarantine",
        "line_too_long",
    )


def _tables() -> Iterator[Case]:
    words = " word" * 80
    formula = (
        'id,title,text\n1,"=HYPERLINK(""http://x.example"",""click"")","' + BODY.replace('"', "") + '"\n'
        f"2,+1+cmd|calc,x{words}\n3,@SUM(A1),x{words}\n4,-2+3,x{words}\n"
    )
    ragged = 'id,title,text\n1,A,"' + "line one\nline two " * 20 + '"\n2,B\n3,C,x,y,z\n4,"unclosed,' + words
    semicolons = "id;title;text\n1;Café;" + LEGACY.replace(";", ",") + "\n"
    yield Case("cv-formula", "a.csv", formula.encode(), "accept", articles=4)
    yield Case("cv-ragged", "a.csv", ragged.encode(), "partly", "malformed_record", articles=1, rejected=3)
    yield Case(
        "cv-semicolon-1252",
        "a.csv",
        semicolons.encode("cp1252", "replace"),
        "repair",
        "charset_guessed",
        articles=1,
    )
    yield Case("cv-big-field", "a.csv", ('id,title,text\n1,A,"' + "word " * 40_000 + '"\n').encode(), "accept")


def _xml() -> Iterator[Case]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    quadratic = '<!DOCTYPE rss [<!ENTITY a "' + "A" * 50_000 + '">]>'
    truncated = rss(item() + item("Second", "https://news.example/2", "g2"))[:-260]
    forbidden = (
        "http://127.0.0.1/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "file:///etc/passwd",
        "gopher://news.example/",
        "http://user:pw@news.example/",
    )
    loop = "<sitemap><loc>https://news.example/sitemap_loop.xml</loc></sitemap>"
    index = f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{loop}</sitemapindex>'
    entity = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    doctype = '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/evil.dtd">'
    ssrf = sitemap("https://news.example/ok", *forbidden)
    yield Case(
        "xm-billion-laughs",
        "a.xml",
        rss(item("&l9;"), doctype=f'<!DOCTYPE rss [<!ENTITY l0 "lol">{laughs}]>').encode(),
        "quarantine",
        "xml_entities_forbidden",
    )
    yield Case(
        "xm-quadratic",
        "a.xml",
        rss(item("&a;" * 2000), doctype=quadratic).encode(),
        "quarantine",
        "xml_entities_forbidden",
    )
    yield Case(
        "xm-xxe-file",
        "a.xml",
        rss(item("&x;"), doctype=entity).encode(),
        "quarantine",
        "xml_entities_forbidden",
    )
    yield Case(
        "xm-xxe-http",
        "a.xml",
        rss(item("ok"), doctype=doctype).encode(),
        "repair",
        "doctype_ignored",
        articles=1,
    )
    yield Case("xm-truncated", "a.xml", truncated.encode(), "repair", "malformed_xml")
    yield Case(
        "xm-bare-amp",
        "a.xml",
        rss(item("Fish & chips", "https://news.example/?a=1&b=2")).encode(),
        "repair",
        "malformed_xml",
        title="Fish & chips",
    )
    yield Case("xm-html-as-feed", "a.xml", page("Log in", "Please log in").encode(), "quarantine", "not_a_feed")
    yield Case(
        "xm-undeclared-entity",
        "a.xml",
        rss(item("Caf&eacute;&nbsp;news")).encode(),
        "repair",
        "malformed_xml",
        title="Café news",
    )
    yield Case("xm-sitemap-loop", "sitemap_loop.xml", index.encode(), "quarantine", "sitemap_loop")
    yield Case("xm-sitemap-ssrf", "a.xml", ssrf.encode(), "links", "url_forbidden", articles=1, rejected=8)


def _archives() -> Iterator[Case]:
    good = page().encode()
    packed = gz(good)
    link = zipfile.ZipInfo("link.html")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    nested = zipped(("in2.zip", zipped(("a.html", good))))
    unsafe = [("../../evil.html", good), ("/abs.html", good), ("..\\win.html", good), ("ok.html", good)]
    members = [
        ("../evil.html", good, tarfile.REGTYPE, ""),
        ("l", b"", tarfile.SYMTYPE, "/etc"),
        ("h.html", b"", tarfile.LNKTYPE, "/etc/hostname"),
        ("dev", b"", tarfile.CHRTYPE, ""),
        ("ok.html", good, tarfile.REGTYPE, ""),
    ]
    bomb = zipped(*((f"{n}.html", bytes(16 << 20)) for n in range(4)))
    yield Case("gz-truncated", "a.html.gz", packed[: len(packed) * 2 // 3], "quarantine", "truncated_stream")
    yield Case(
        "gz-bad-crc",
        "a.html.gz",
        packed[:-8] + struct.pack("<I", 1) + packed[-4:],
        "quarantine",
        "checksum_failed",
    )
    yield Case("gz-trailing-junk", "a.html.gz", packed + b"\x00" * 512, "accept")
    yield Case("gz-not-gzip", "a.html.gz", good, "repair", "extension_mismatch", articles=1)
    yield Case("gz-bomb", "a.html.gz", gz_zeros(128 << 20), "quarantine", "decompressed_too_large")
    yield Case("gz-double", "a.html.gz", gz(packed), "repair", "double_compressed", articles=1)
    yield Case("zp-traversal", "a.zip", zipped(*unsafe), "repair", "member_path_unsafe", articles=1, rejected=3)
    yield Case(
        "zp-symlink",
        "a.zip",
        zipped((link, b"/etc/hostname"), ("ok.html", good)),
        "repair",
        "member_not_regular",
        articles=1,
        rejected=1,
    )
    yield Case("zp-bomb", "a.zip", bomb, "quarantine", "decompressed_too_large")
    yield Case("zp-nested", "a.zip", zipped(("in.zip", nested)), "quarantine", "archive_too_deep")
    yield Case(
        "zp-dup-names",
        "a.zip",
        zipped(("a.html", good), ("A.html", page("Other").encode())),
        "accept",
        articles=2,
    )
    yield Case("tr-unsafe", "a.tar", tarred(*members), "repair", "member_path_unsafe", articles=1, rejected=4)


def _others() -> Iterator[Case]:
    good = page().encode()
    one, two = warc("https://news.example/1", good), warc("https://news.example/2", good)
    message = EmailMessage()
    message["From"] = "Harbour Daily <news@example.org>"
    message["Subject"] = "=HYPERLINK(1) Café"
    message["Date"] = "Tue, 05 Mar 2024 10:00:00 +0000"
    message["Message-ID"] = "<n1@example.org>"
    message.set_content(BODY)
    yield Case(
        "wa-bad-length",
        "a.warc",
        warc("https://news.example/1", good, length=10) + two,
        "partly",
        "malformed_warc",
    )
    yield Case("wa-truncated", "a.warc.gz", gz(one)[: len(gz(one)) // 2], "quarantine", "truncated_stream")
    yield Case("wa-whole-file-gzip", "a.warc.gz", gz(one + two), "repair", "warc_not_record_compressed")
    yield Case(
        "ml-formula-subject", "a.eml", message.as_bytes(), "accept", articles=1, title="=HYPERLINK(1) Café"
    )
    yield Case("ml-no-headers", "a.eml", ("\n\n" + BODY).encode(), "quarantine", "headers_missing")
    yield Case("fs-odd-names", "naïve 新聞 'q' $(x);#?.txt", ("Harbour news\n\n" + BODY).encode(), "accept")
    yield Case(
        "fs-wrong-extension", "rss_as.html", rss(item()).encode(), "repair", "extension_mismatch", articles=1
    )
