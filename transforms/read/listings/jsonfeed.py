"""JSON Feed: each item is a document, as canonical JSON under our own field names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.read.listings.feed import entry_documents


def entries_of(feed: Mapping[str, Any], origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the items of a parsed feed (https://www.jsonfeed.org/version/1.1/)."""
    items = feed.get("items")
    if not isinstance(items, list) or not items:
        yield Rejected(Reason.EMPTY_INPUT, "a feed without items", origin)
        return
    entries = [_entry(item, feed) for item in items if isinstance(item, dict)]
    hints = {"publisher": _text(feed.get("title")), "language": _text(feed.get("language"))}
    base = _text(feed.get("home_page_url")) or _text(feed.get("feed_url"))
    yield from entry_documents(entries, hints, base, origin)
    for place, item in enumerate(items, 1):
        if not isinstance(item, dict):
            yield Rejected(Reason.MALFORMED_RECORD, f"item {place}: not an object", origin, place)


def _entry(item: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, Any]:
    people = item.get("authors") or item.get("author") or feed.get("authors") or feed.get("author") or []
    people = people if isinstance(people, list) else [people]
    return {
        "url": _text(item.get("url")) or _text(item.get("external_url")),
        "guid": _code(item.get("id")),
        "title": item.get("title"),
        "teaser": item.get("summary"),
        "html": item.get("content_html"),
        "text": item.get("content_text"),
        "published": item.get("date_published"),
        "modified": item.get("date_modified"),
        "authors": [p["name"] for p in people if isinstance(p, dict) and p.get("name")],
        "keywords": item.get("tags"),
        "language": item.get("language"),
        "images": [u for u in (item.get("image"), item.get("banner_image")) if u],
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _code(value: Any) -> str | None:
    """An id, which many feeds have as a number."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
