"""Sitemaps and sitemap indexes: each address is a link, with the facts of news sitemaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import read_whole
from transforms.read.listings.links import link_document
from transforms.read.records.markup import child_text, children, decode_markup, find, name_of, parse

if TYPE_CHECKING:
    from lxml import etree

_SITEMAP_BYTES = 60 << 20  # the standard allows 50 MB


@reader("sitemap")
def read_sitemap(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield a link for each address; entries of an index carry the hint envelope `sitemapindex`."""
    data = read_whole(stream, _SITEMAP_BYTES)
    markup = decode_markup(data, origin)
    root, repairs = parse(markup.text), markup.repairs
    if root is None:
        root, repairs = parse(markup.text, recover=True), (*repairs, Repair.MALFORMED_XML)
    if root is None:
        yield Rejected(Reason.MALFORMED_XML, "not XML", origin, sample=data)
        return
    number = 0
    for entry in find(root, "url", "sitemap"):
        url = child_text(entry, "loc")
        if not url:
            continue
        number += 1
        if number > LIMITS.feed_entries:
            yield Rejected(Reason.TOO_LARGE, f"more than {LIMITS.feed_entries} addresses", origin, number)
            return
        item = _link(entry, url, origin, number)
        if isinstance(item, RawDocument):
            item.repairs += repairs
        yield item
    if number == 0:
        yield Rejected(Reason.EMPTY_INPUT, "a sitemap without addresses", origin, sample=data)


def _link(entry: etree._Element, url: str, origin: Origin, number: int) -> RawDocument | Rejected:
    if name_of(entry) == "sitemap":
        if _is_itself(url, origin):
            return Rejected(Reason.SITEMAP_LOOP, url, origin, number, sample=url.encode())
        hints = {"envelope": "sitemapindex", "modified": child_text(entry, "lastmod") or ""}
        return link_document(url, origin, number, hints)
    return link_document(url, origin, number, {"envelope": "sitemap", **_hints(entry)})


def _hints(entry: etree._Element) -> dict[str, str]:
    hints = {"modified": child_text(entry, "lastmod") or ""}
    for news in children(entry, "news"):
        hints["title"] = child_text(news, "title") or ""
        hints["published"] = child_text(news, "publication_date") or ""
        hints["keywords"] = child_text(news, "keywords") or ""
        for publication in children(news, "publication"):
            hints["publisher"] = child_text(publication, "name") or ""
            hints["language"] = child_text(publication, "language") or ""
    return hints


def _is_itself(url: str, origin: Origin) -> bool:
    """Whether an index lists itself; a file on disk is recognised by its name alone, at a site's root."""
    if origin.url:
        return url.rstrip("/") == origin.url.rstrip("/")
    name = PurePosixPath(origin.member_path or origin.container_uri or "").name
    return bool(name) and re.fullmatch(rf"\w+://[^/]+/{re.escape(name)}", url) is not None
