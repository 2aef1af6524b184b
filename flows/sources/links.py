"""The documents and links in a fetched body, and which links are followed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO

from flows.fetch.exchange import Fetched
from flows.sources.source import Take
from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.read.listings import links
from transforms.read.records.record import record_of
from transforms.text.dates import parse_date

Read = Callable[[BinaryIO, Origin], Iterator[RawDocument | Rejected]]
"""Reads documents from bytes: `transforms.read.read_documents`."""

# Hints about a list that also hold for the articles in it: not its title or dates.
_INHERITED = frozenset({"envelope", "publisher", "language"})
# Media types that a server sends in place of a listing: a home page, an error, a form to log in.
_PAGES = frozenset({"text/html", "text/plain"})
_PAGE_ENVELOPES = frozenset({"feed", "sitemap"})


@dataclass(frozen=True, slots=True)
class Link:
    """One address in a listing; `hints` are kept with its document.

    `published_at` and `modified_at` decide what is fetched and when; the date of an article comes from
    the hints, which the cleaner reads. `is_bare`: the item is the address and nothing else.
    """

    url: str
    hints: dict[str, str]
    published_at: datetime | None
    modified_at: datetime | None
    is_entry: bool
    is_bare: bool


@dataclass(slots=True)
class BodyItems:
    """The items of a body: documents or rejections, and links to follow."""

    documents: list[RawDocument | Rejected] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    is_listing: bool = False


def read_body(read: Read, fetched: Fetched, take: Take) -> BodyItems:
    """Read a body; a failure of the reader becomes a Rejected, so that no body ends the crawl."""
    found = BodyItems()
    is_page = names_a_page(fetched.request.hints)
    try:
        for item in read(io.BytesIO(fetched.body), fetched.origin):
            link = None if is_page or isinstance(item, Rejected) else link_of(item)
            if is_kept(link, take):
                found.documents.append(item)
            if link is not None and is_followed(link, take):
                found.links.append(link)
            found.is_listing |= link is not None or (not is_page and _is_entry(item))
    except Exception as error:
        detail = f"{type(error).__name__}: {error}"
        found.documents.append(Rejected(Reason.STEP_FAILED, detail, fetched.origin, sample=fetched.body))
    return found


def not_a_listing(url: str, fetched: Fetched, found: BodyItems) -> Rejected | None:
    """The rejection of a feed's or sitemap's body that is none: a page, an error, nothing; None if it is one.

    A feed or sitemap may be empty for a while.
    """
    first = found.documents[0] if found.documents else None
    is_blank = not fetched.body.strip()
    if found.is_listing or first is None or (_is_empty(first) and not is_blank):
        return None
    if isinstance(first, RawDocument) and first.media_type not in _PAGES:
        return None
    what = f"{first.reason}: {first.detail}" if isinstance(first, Rejected) else first.media_type
    origin = replace(fetched.origin, url=url)
    return Rejected(Reason.NOT_A_FEED, f"neither a feed nor a sitemap ({what})", origin, sample=fetched.body)


def _is_entry(item: RawDocument | Rejected) -> bool:
    return isinstance(item, RawDocument) and item.origin.hints.get("envelope") == "feed"


def _is_empty(item: RawDocument | Rejected) -> bool:
    return isinstance(item, Rejected) and item.reason is Reason.EMPTY_INPUT


def link_of(document: RawDocument) -> Link | None:
    """The link of an item: a bare address or a feed entry's own; None without one."""
    is_entry = _is_entry(document)
    if (bare := links.link_of(document)) is not None:
        hints = {k: v for k, v in bare.hints.items() if not bare.is_list or k in _INHERITED}
        return _link(bare.url, bare.hints, hints, is_entry=is_entry, is_bare=True)
    if not is_entry or document.media_type != "application/json":
        return None
    record = record_of(document)
    if isinstance(record, Rejected) or not record.url:
        return None
    stated = {"title": record.title, "published": record.published, "modified": record.modified}
    hints = {**document.origin.hints, **{name: value for name, value in stated.items() if value}}
    return _link(record.url, hints, hints, is_entry=True, is_bare=False)


def names_a_page(hints: Mapping[str, str]) -> bool:
    """Whether an address with these hints is a page: no link in its body is followed."""
    return hints.get("envelope") in _PAGE_ENVELOPES


def is_kept(link: Link | None, take: Take) -> bool:
    """Whether an item is a document itself; one without a link always is, so that nothing is lost."""
    if link is None:
        return True
    return link.is_entry and (take == "entry" or (take == "both" and not link.is_bare))


def is_followed(link: Link | None, take: Take) -> bool:
    """Whether the address of an item is fetched: of feed entries as `take` says, of other items always."""
    return link is not None and (take != "entry" or not link.is_entry)


def _link(url: str, stated: Mapping[str, str], hints: dict[str, str], *, is_entry: bool, is_bare: bool) -> Link:
    return Link(url, hints, _moment(stated, "published"), _moment(stated, "modified"), is_entry, is_bare)


def _moment(stated: Mapping[str, str], name: str) -> datetime | None:
    parsed = parse_date(stated[name]) if stated.get(name) else None
    return parsed.value if parsed else None
