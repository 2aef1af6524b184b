"""Lists of addresses, one link per line, and the sitemaps that a robots.txt names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import urljoin

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.streams import lines, read_whole
from transforms.read.listings.links import link_document
from transforms.read.records.markup import decode_text

_SITEMAP = re.compile(r"^\s*site-?map\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@reader("urllist")
def read_url_list(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield a link per line; blank lines and `#` comments are skipped."""
    for number, line in enumerate(lines(stream), 1):
        if line is None:
            yield Rejected(Reason.LINE_TOO_LONG, f"line {number}", origin, number)
            continue
        url = line.decode("utf-8", "replace").strip("\ufeff \t\r\n")
        if url and not url.startswith("#"):
            yield link_document(url, origin, number, {})


@reader("robots")
def read_robots(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the sitemaps that a robots.txt names; one without any is rejected."""
    data = read_whole(stream)
    sitemaps = list(dict.fromkeys(_SITEMAP.findall(decode_text(data, origin, "text/plain")[0])))
    for number, url in enumerate(sitemaps, 1):
        url = urljoin(origin.url or "", url)
        yield link_document(url, origin, number, {"envelope": "robots"})
    if not sitemaps:
        detail = "rules for crawlers that name no sitemap"
        yield Rejected(Reason.UNSUPPORTED_FORMAT, detail, origin, sample=data)
