"""WordPress exports: each post or page is a document, as canonical JSON under our own field names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import read_whole
from transforms.read.listings.feed import entry_documents, rss_item
from transforms.read.records.markup import child_text, children, decode_markup, find, parse

if TYPE_CHECKING:
    from lxml import etree

_STORIES = ("post", "page", "article", "news", "story")


@reader("wxr")
def read_wxr(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield posts and pages; attachments, menus and the like are rejected. `item_no` counts posts from 1."""
    data = read_whole(stream, LIMITS.container_bytes)
    markup = decode_markup(data, origin)
    root, repairs = parse(markup.text), markup.repairs
    if root is None:
        root, repairs = parse(markup.text, recover=True), (*repairs, Repair.MALFORMED_XML)
    channel = next(iter(find(root, "channel")), None) if root is not None else None
    if channel is None:
        yield Rejected(Reason.MALFORMED_XML, "no channel in it", origin, sample=data)
        return
    items = children(channel, "item")
    stories = [i for i in items if (child_text(i, "post_type") or "post") in _STORIES]
    hints = {"publisher": child_text(channel, "title") or "", "language": child_text(channel, "language") or ""}
    for item in entry_documents([_post(i) for i in stories], hints, child_text(channel, "link"), origin):
        if isinstance(item, RawDocument):
            item.repairs += repairs
        yield item
    for number, other in enumerate((i for i in items if i not in stories), len(stories) + 1):
        yield Rejected(Reason.NOT_AN_ARTICLE, f"a WordPress {child_text(other, 'post_type')}", origin, number)


def _post(item: etree._Element) -> dict[str, object]:
    """The RSS fields of a post, with WordPress's own dates and excerpt."""
    post = rss_item(item)
    written = child_text(item, "post_date_gmt") or ""
    if written and not written.startswith("0000"):
        post["published"] = f"{written} UTC"
    encoded = {str(e.tag): (e.text or "").strip() for e in children(item, "encoded")}
    post["html"] = next((text for tag, text in encoded.items() if "/content/" in tag), None)
    post["teaser"] = next((text for tag, text in encoded.items() if "/excerpt/" in tag), None) or post["teaser"]
    return post
