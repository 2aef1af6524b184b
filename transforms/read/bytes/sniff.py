"""The format of bytes, recognised by content: the name of its reader."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from transforms.text.byte_order import byte_order_mark, utf16_without_mark

_MAGIC = (
    (b"\x1f\x8b", "compressed"), (b"BZh", "compressed"), (b"\xfd7zXZ\x00", "compressed"),
    (b"\x28\xb5\x2f\xfd", "compressed"), (b"\x04\x22\x4d\x18", "compressed"),
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"PAR1", "parquet"), (b"WARC/", "warc"),
    (b"filedesc://", "arc"), (b"%PDF-", "pdf"),
)  # fmt: skip
_KNOWN_BINARY = (
    (b"\x89PNG", "png"), (b"GIF8", "gif"), (b"\xff\xd8\xff", "jpeg"), (b"RIFF", "riff"), (b"\x7fELF", "elf"),
    (b"\xd0\xcf\x11\xe0", "ole"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "rar"), (b"ORC", "orc"),
    (b"Obj\x01", "avro"), (b"OggS", "ogg"), (b"ID3", "mp3"), (b"wOF", "font"),
    (b"\x00\x00\x01\x00", "icon"), (b"SQLite format", "sqlite"),
)  # fmt: skip
_PRINTABLE = bytes(b for b in range(256) if b >= 32 or b in b"\t\n\r\f\x1b")
_MISC = re.compile(r"(?is)\s*(?:<\?.*?(?:\?>|>)|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)")
_DOCTYPE_HTML = re.compile(r"<!DOCTYPE\s+html", re.IGNORECASE)
_ELEMENT = re.compile(r"\s*<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_HTML_TAG = re.compile(
    r"<(?:html|head|body|title|meta|div|p|article|main|section|span|table|h[1-6]|br|a|ul|ol|img|b|i|script|link)\b",
    re.IGNORECASE,
)
_ROOTS = {
    "html": "html", "rss": "feed", "feed": "feed", "rdf": "feed", "opml": "opml", "urlset": "sitemap",
    "sitemapindex": "sitemap", "newsitem": "newsml", "newsmessage": "newsml", "packageitem": "newsml",
    "conceptitem": "newsml", "knowledgeitem": "newsml", "newsml": "newsml", "nitf": "nitf",
}  # fmt: skip
_FEED_ITEM = re.compile(r"<(?:item|entry|channel)[\s>]", re.IGNORECASE)
_JSON = re.compile(r"\{\s*[\"}]|\[\s*[\[{\"\]]")
_HEADER = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t]+[^\n]*\n)*)+")
_MAIL_HEADERS = re.compile(
    r"^(?:From|To|Subject|Date|Return-Path|Received|Message-ID|MIME-Version|Delivered-To|Content-Type):",
    re.IGNORECASE | re.MULTILINE,
)
_MBOX = re.compile(r"From \S+@?\S* +\w{3} \w{3} ")
_ROBOTS = re.compile(r"(?:user-?agent|site-?map)\s*:", re.IGNORECASE)
_URL_LINE = re.compile(r"https?://\S+$", re.IGNORECASE)
_WIRE = re.compile(r"[\x16\x01][\x16\x01\x02-\x1a]*\w{2,12}[ \x1f\x13\x14]|(?:\x16+)?\x01\w", re.DOTALL)
_GKG_ID = re.compile(r"\d{14}-T?\d+\t")
_GDELT_COLUMNS = {57: r"\d+\t\d{8}\t", 60: r"\d+\t\d{8}\t", 15: r"\d+\t\d{14}\t\d{14}\t"}
_EXTENSIONS = {
    "html": {"html"}, "htm": {"html"}, "xhtml": {"html"},
    "xml": {"xml", "feed", "opml", "sitemap", "newsml", "nitf", "wxr"},
    "rss": {"feed"}, "atom": {"feed"}, "rdf": {"feed"}, "opml": {"opml", "feed"},
    "json": {"json", "jsonl"}, "jsonl": {"jsonl", "json"}, "ndjson": {"jsonl", "json"},
    "csv": {"csv", "gdelt", "text", "urllist"}, "tsv": {"csv", "gdelt", "text"}, "parquet": {"parquet"},
    "gz": {"compressed"}, "tgz": {"compressed"}, "bz2": {"compressed"}, "xz": {"compressed"},
    "zst": {"compressed"}, "lz4": {"compressed"}, "zip": {"zip"}, "wacz": {"zip"}, "tar": {"tar"},
    "warc": {"warc", "compressed"}, "arc": {"arc", "compressed"}, "pdf": {"pdf"}, "eml": {"eml"},
    "mbox": {"mbox"},
}  # fmt: skip


def sniff(head: bytes, name: str | None = None) -> str:
    """The format of a file that starts with these bytes (64 kB are enough).

    The name decides only where content cannot: a mail without headers, a page in place
    of a feed, a table of one column.
    """
    if not head:
        return "empty"
    for magic, format in _MAGIC:
        if head.startswith(magic):
            return format
    if head[257:262] == b"ustar":
        return "tar"
    if _WIRE.match(head[:200].decode("latin-1").lstrip("\r\n ")) and b"\x02" in head[:2000]:
        return "wire"
    if is_binary(head):
        return "pdf" if b"%PDF-" in head[:1024] else "binary"
    text = _readable(head)
    start = text.lstrip("\ufeff \t\r\n\f\x00\u00a0")
    extension = _extension(name)
    if extension == "eml" and not _is_mail(start):
        return "eml"
    if start.startswith("<"):
        return _sniff_markup(start, extension)
    if start[:1] in ("{", "[") and (_JSON.match(start) or extension in ("json", "jsonl", "ndjson")):
        return _sniff_json(start)
    return _sniff_lines(start, extension)


def agrees(name: str | None, format: str) -> bool:
    """Whether a file's extension, if it names a format at all, names this one."""
    promised = _EXTENSIONS.get(_extension(name))
    return promised is None or format in promised or format in ("empty", "binary")


def is_binary(head: bytes) -> bool:
    """Whether these are not the bytes of a text in any encoding."""
    if byte_order_mark(head):
        return False
    if any(head.startswith(magic) for magic, _ in _KNOWN_BINARY):
        return True
    sample = head[:8192]
    strange = len(sample.translate(None, _PRINTABLE))
    return strange > len(sample) * 0.1 and utf16_without_mark(sample) is None


def _readable(head: bytes) -> str:
    """The head as text, correct for ASCII only: cleaning decides on the encoding."""
    if marked := byte_order_mark(head):
        return head[len(marked[0]) :].decode(marked[1], "ignore")
    return head.decode(utf16_without_mark(head) or "latin-1", "ignore")


def _extension(name: str | None) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix[1:].lower() if name else ""


def _sniff_markup(text: str, extension: str) -> str:
    is_html_doctype, position = False, 0
    while match := _MISC.match(text, position):
        is_html_doctype |= bool(_DOCTYPE_HTML.match(match[0].lstrip()))
        position = match.end()
    element = _ELEMENT.match(text, position)
    root = element[1].lower() if element else ""
    if is_html_doctype or root == "html":
        return "feed" if extension in ("xml", "rss", "atom", "rdf") else "html"
    if root == "rss" and "wordpress.org/export/" in text:
        return "wxr"
    if root in _ROOTS:
        return _ROOTS[root]
    if element and _HTML_TAG.match(text, position + element[0].index("<")):
        return "html"
    if _FEED_ITEM.search(text):
        return "feed"
    if text.startswith("<?xml") or extension == "xml":
        return "xml"
    return "html" if _HTML_TAG.search(text) else "text"


def _sniff_json(text: str) -> str:
    """`jsonl` when a line is a whole object, `json` when a value spans lines."""
    if text.startswith("[") or text.partition("\n")[0].strip() == "{":
        return "json"
    for line in text.split("\n", 3)[:3]:
        if line.startswith("{"):
            try:
                json.loads(line)
            except ValueError:
                continue
            except RecursionError:
                return "json"
            return "jsonl"
    # A first line longer than the head: such files have one record per line.
    return "jsonl" if text.startswith("{") and "\n" not in text.strip() else "json"


def _sniff_lines(start: str, extension: str) -> str:
    if _MBOX.match(start):
        return "mbox"
    if _is_mail(start) or extension == "eml":
        return "eml"
    stated = [s for line in start.split("\n")[:-1] or [start] if (s := line.strip()) and not s.startswith("#")]
    if stated and all(map(_URL_LINE.match, stated)):
        return "urllist"
    if stated and _ROBOTS.match(stated[0]):
        return "robots"
    first = start.split("\n", 1)[0]
    if _GKG_ID.match(first) and first.count("\t") >= 20:
        return "gdelt"
    if (pattern := _GDELT_COLUMNS.get(first.count("\t"))) and re.match(pattern, first):
        return "gdelt"
    return "csv" if extension in ("csv", "tsv") or _is_table(stated) else "text"


def _is_mail(text: str) -> bool:
    block = _HEADER.match(text if "\n" in text else text + "\n")
    return block is not None and len(_MAIL_HEADERS.findall(block[0])) >= 2


def _is_table(stated: list[str]) -> bool:
    """Whether the lines of a file without extension are a table: a header of short names, then a row as wide."""
    if len(stated) < 2 or stated[0].rstrip().endswith((".", "!", "?")):  # a sentence with commas
        return False
    for delimiter in "\t", ",", ";", "|":
        names = [n.strip('" ') for n in stated[0].split(delimiter)]
        if len(names) >= 3 and all(re.fullmatch(r"\w[\w .-]{0,30}", n) for n in names[1:]):
            return stated[1].count(delimiter) >= len(names) - 1
    return False
