"""RSS 0.9x, 1.0, 2.0 and Atom: each entry is a document, or a link where it has no text."""

from __future__ import annotations

import html
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urljoin

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import read_whole
from transforms.read.listings.links import link_document, why_forbidden
from transforms.read.records.escapes import printed
from transforms.read.records.markup import (
    child_text,
    children,
    decode_markup,
    find,
    inner_markup,
    name_of,
    parse,
    text_of,
)
from transforms.read.records.record import canonical
from transforms.text.folding import fold
from transforms.text.page_keys import page_key
from transforms.text.urls import is_home

if TYPE_CHECKING:
    from lxml import etree

_PRINTED_TEXT = ("html", "text", "teaser")
_MEDIA = "{http://search.yahoo.com/mrss/}"


@reader("feed")
def read_feed(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the entries; the feed's title and language become hints. `item_no` counts entries from 1.

    Well-formed XML is read as it stands; the rest goes to feedparser, which is as lenient as a browser.
    """
    data = read_whole(stream)
    markup = decode_markup(data, origin)
    root = parse(markup.text)
    repairs = markup.repairs if root is not None else (*markup.repairs, Repair.MALFORMED_XML)
    feed = _well_formed(root) if root is not None else _lenient(markup.text)
    if feed is None or not feed[0]:
        # The last resort drops text at every error, but accepts undeclared prefixes.
        rest = parse(markup.text, recover=True)
        feed = (_well_formed(rest) if rest is not None else None) or feed
    if feed is None:
        yield Rejected(Reason.NOT_A_FEED, "no feed in it", origin, sample=data)
        return
    entries, hints, base = feed
    if not entries:
        reason = Reason.EMPTY_INPUT if root is not None else Reason.MALFORMED_XML
        yield Rejected(reason, "a feed without entries", origin, sample=data)
    for item in entry_documents(entries, hints, base, origin):
        if isinstance(item, RawDocument):
            item.repairs += repairs
        yield item


def entry_documents(
    entries: list[dict[str, Any]], hints: Mapping[str, str], base: str | None, origin: Origin
) -> Iterator[RawDocument | Rejected]:
    """Entries under our own field names as documents; an entry with an address but no text is a link."""
    shared = shared_names(entries)
    stated = {**origin.hints, "envelope": "feed", **{k: v for k, v in hints.items() if v}}
    for number, entry in enumerate(entries, 1):
        if number > LIMITS.feed_entries:
            yield Rejected(Reason.TOO_LARGE, f"more than {LIMITS.feed_entries} entries", origin, number)
            return
        record = {name: value for name, value in entry.items() if value}
        repairs = _check_address(record, base or origin.url, origin.url)
        if not record.get("guid"):
            repairs.append(Repair.GUID_MISSING)
        elif "guid" in shared[number - 1]:
            repairs.append(Repair.DUPLICATE_GUID)
        url = record.get("url")
        if url and not any(record.get(name) for name in _PRINTED_TEXT):
            facts = {
                k: v
                for k, v in record.items()
                if k in ("title", "published", "modified") and isinstance(v, str)
            }
            item = link_document(url, origin, number, {**stated, **facts})
        else:
            names = {"shared": " ".join(shared[number - 1])} if shared[number - 1] else {}
            inside = replace(origin, url=url, hints={**stated, **names})
            item = RawDocument(canonical(record), "application/json", inside, number)
        if isinstance(item, RawDocument):
            item.repairs = tuple(repairs)
        yield item


def shared_names(entries: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """For each entry which of its names (guid, url) another article of the listing has too.

    Such a name identifies no article. Entries of one title are views of one article, unless both are dated,
    differently.
    """
    shared: list[list[str]] = [[] for _ in entries]
    for name in ("guid", "url"):
        groups: dict[str, list[int]] = {}
        for place, entry in enumerate(entries):
            if value := entry.get(name):
                groups.setdefault(value if name == "guid" else page_key(value) or value, []).append(place)
        for places in groups.values():
            if len(places) > 1 and _are_different([entries[place] for place in places]):
                for place in places:
                    shared[place].append(name)
    return shared


def _are_different(entries: Sequence[Mapping[str, Any]]) -> bool:
    if len({fold(str(entry.get("title") or "")) for entry in entries}) > 1:
        return True
    dates = {str(entry["published"]) for entry in entries if entry.get("published")}
    texts = {str(entry.get("html") or entry.get("text") or entry.get("teaser")) for entry in entries}
    return len(dates) > 1 and len(texts) > 1


def _check_address(record: dict[str, Any], base: str | None, listed_at: str | None) -> list[Repair]:
    if not (url := record.get("url")):
        return []
    try:
        record["url"] = urljoin(base or "", url.strip())
        forbidden = why_forbidden(record["url"], listed_at)
    except ValueError as error:
        forbidden = str(error)
    if forbidden is None:
        return []
    del record["url"]
    return [Repair.URL_FORBIDDEN]


def _well_formed(root: etree._Element) -> tuple[list[dict[str, Any]], dict[str, str], str | None] | None:
    kind = name_of(root)
    if kind == "feed":
        head, entries = root, [_atom_entry(e) for e in children(root, "entry")]
    elif kind in ("rss", "rdf", "channel"):
        channels = children(root, "channel") or [root]
        head, entries = channels[0], [rss_item(i) for i in find(root, "item")]
    else:
        return None
    language = child_text(head, "language") or head.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    hints = {"publisher": _plain(child_text(head, "title")) or "", "language": language}
    return entries, hints, _link(head) or root.get("{http://www.w3.org/XML/1998/namespace}base")


def rss_item(item: etree._Element) -> dict[str, Any]:
    """The fields of an RSS item under our own names."""
    return {
        "url": _address(item),
        "guid": child_text(item, "guid") or item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"),
        "title": _plain(child_text(item, "title")),
        "teaser": _whole_text(item, "description") or child_text(item, "summary", "subtitle"),
        "html": _whole_text(item, "encoded") or _markup_of(item, "body") or _markup_of(item, "content"),
        "published": child_text(item, "pubdate", "date", "published", "issued"),
        "modified": child_text(item, "modified", "updated"),
        "authors": _texts(item, "creator") or _texts(item, "author"),
        "section": child_text(item, "category", "subject"),
        "keywords": _texts(item, "category"),
        **_media(item),
    }


def _atom_entry(entry: etree._Element) -> dict[str, Any]:
    content, summary = children(entry, "content"), children(entry, "summary")
    people = [child_text(a, "name") for a in children(entry, "author")]
    return {
        "url": _link(entry) or (content[0].get("src") if content else None),
        "guid": child_text(entry, "id"),
        "title": _plain(_construct(children(entry, "title")[0])) if children(entry, "title") else None,
        "teaser": _construct(summary[0]) if summary else None,
        "html": _construct(content[0]) if content else None,
        "published": child_text(entry, "published", "issued", "created"),
        "modified": child_text(entry, "updated", "modified"),
        "authors": [p for p in people if p],
        "section": next((c.get("label") or c.get("term") for c in children(entry, "category")), None),
        "keywords": [t for c in children(entry, "category") if (t := c.get("label") or c.get("term"))],
        **_media(entry),
    }


def _construct(element: etree._Element) -> str:
    """An Atom text construct as markup; plain text is escaped."""
    kind = (element.get("type") or "text").lower()
    if kind in ("xhtml", "application/xhtml+xml") or len(element):
        return inner_markup(element)
    text = (element.text or "").strip()
    return html.escape(text, quote=False) if kind in ("text", "text/plain") else text


def _link(element: etree._Element) -> str | None:
    """The address of the page: RSS has it as text, Atom as the href of rel=alternate."""
    own: str | None = None
    for link in children(element, "link"):
        href: str | None = link.get("href")
        if href and link.get("rel", "alternate") == "alternate":
            return href
        if not href and (text := text_of(link)):
            return text
        if link.get("rel") == "self":
            own = href
    return own


def _address(item: etree._Element) -> str | None:
    """The link of an RSS item; its permanent link where there is none or it is the home page's."""
    link, permanent = _link(item), _permalink(item)
    return permanent if permanent and (not link or is_home(link)) else link


def _permalink(item: etree._Element) -> str | None:
    for guid in children(item, "guid"):
        if guid.get("isPermaLink", "true").lower() == "true" and text_of(guid).startswith("http"):
            return text_of(guid)
    return None


def _whole_text(item: etree._Element, name: str) -> str | None:
    """The longest of the elements of this name, with inline markup kept (some feeds do not escape it)."""
    texts = [inner_markup(e) if len(e) else (e.text or "").strip() for e in children(item, name)]
    return max(texts, key=len, default="") or None


def _markup_of(item: etree._Element, name: str) -> str | None:
    elements = [e for e in children(item, name) if not str(e.tag).startswith(_MEDIA)]
    return next((m for e in elements if (m := inner_markup(e))), None)


def _texts(element: etree._Element, name: str) -> list[str]:
    return [text for child in children(element, name) if (text := text_of(child))]


def _media(item: etree._Element) -> dict[str, Any]:
    urls = [u for e in item.iter(f"{_MEDIA}content", f"{_MEDIA}thumbnail") if (u := e.get("url"))]
    urls += [u for e in children(item, "enclosure") if "image" in e.get("type", "") and (u := e.get("url"))]
    return {"images": list(dict.fromkeys(urls))[:1]}


def _plain(title: str | None) -> str | None:
    return printed(title) if title else title


def _lenient(text: str) -> tuple[list[dict[str, Any]], dict[str, str], str | None] | None:
    """The feed according to feedparser, which gets bytes, never a URL to open."""
    import feedparser

    stream = io.BytesIO(text.encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        found = feedparser.parse(
            stream, response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    except Exception:  # bad markup makes it raise errors of any kind
        return None
    if not found.entries and not found.version:
        return None
    head = found.feed
    hints = {"publisher": _plain(head.get("title")) or "", "language": head.get("language") or ""}
    return [_lenient_entry(e) for e in found.entries], hints, head.get("link")


def _lenient_entry(entry: dict[str, Any]) -> dict[str, Any]:
    contents: Iterable[Mapping[str, Any]] = entry.get("content") or ()
    tags = [t["term"] for t in entry.get("tags") or () if t.get("term")]
    return {
        "url": entry.get("link"),
        "guid": entry.get("id"),
        "title": _plain(entry.get("title")),
        "teaser": entry.get("summary"),
        "html": max((c.get("value") or "" for c in contents), key=len, default=""),
        # Not feedparser's own `get`, which returns one date for the other.
        "published": dict.get(entry, "published"),
        "modified": dict.get(entry, "updated"),
        "authors": [a["name"] for a in entry.get("authors") or () if a.get("name")],
        "section": tags[0] if tags else None,
        "keywords": tags,
    }
