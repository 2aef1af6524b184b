"""One article as a source states it, field by field, whatever the source calls its fields."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from transforms.contract.documents import RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair

# Facts that an envelope may state about a document, as hints of its origin.
_HINTED = (
    "url",
    "guid",
    "title",
    "subtitle",
    "publisher",
    "published",
    "modified",
    "language",
    "section",
    "genre",
    "version",
)


@dataclass(slots=True)
class Picture:
    """An image that comes with the article."""

    url: str | None = None
    text: str | None = None
    credit: str | None = None


@dataclass(slots=True)
class Record:
    """The facts that a source states, unparsed. `text` and `html` are two forms of the body.

    `published` and `modified` are as stated, except that numbers are in seconds since 1970.
    `teaser` describes the article; `is_teaser`: it is also the body, since there is no other. `before` and
    `after` are printed lines around the body that are not the article's: of a mail that forwards it, a signature.
    """

    url: str | None = None
    guid: str | None = None
    title: str | None = None
    subtitle: str | None = None
    teaser: str | None = None
    authors: list[str] = field(default_factory=list)
    publisher: str | None = None
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    section: str | None = None
    genre: str | None = None
    text: str | None = None
    html: str | None = None
    captions: list[Picture] = field(default_factory=list)
    version: str | None = None
    keywords: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    is_teaser: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    repairs: list[Repair] = field(default_factory=list)

    def note(self, repair: Repair) -> None:
        """Note a repair, once."""
        if repair not in self.repairs:
            self.repairs.append(repair)


Parser = Callable[[RawDocument], "Record | Rejected"]
P = TypeVar("P", bound=Parser)
_PARSERS: dict[str, Parser] = {}


def record_parser(*media_types: str) -> Callable[[P], P]:
    """Register a function that makes a Record of documents of these media types."""

    def register(function: P) -> P:
        _PARSERS.update(dict.fromkeys(media_types, function))
        return function

    return register


def canonical(record: Any) -> bytes:
    """Canonical JSON of an object that a source states: UTF-8, keys sorted, dates in ISO 8601."""
    try:
        return msgspec.json.encode(record, order="sorted")
    except UnicodeEncodeError:  # lone surrogates: kept as escapes, which cleaning repairs
        return json.dumps(record, sort_keys=True, separators=(",", ":")).encode()


def record_of(raw: RawDocument) -> Record | Rejected:
    """The record in a document, completed by the hints of its envelope; or its rejection."""
    from transforms.read import import_readers

    import_readers()
    record = _PARSERS[raw.media_type](raw)
    if isinstance(record, Rejected):
        return record
    _complete(record, raw)
    if not (record.text or record.html):
        if record.url and not record.captions:
            return Rejected(Reason.LINK_NOT_FETCHED, record.url)
        return Rejected(Reason.RECORD_WITHOUT_TEXT, "no text under any known name")
    return record


def _complete(record: Record, raw: RawDocument) -> None:
    """Fill gaps of the record from its envelope."""
    hints = raw.origin.hints
    envelope = hints.get("envelope", "envelope")
    for name in _HINTED:
        if (hint := hints.get(name)) and not getattr(record, name):
            setattr(record, name, hint)
            record.names[name] = f"{envelope}:{name}"
    for listed in (record.authors, hints.get("authors")), (record.keywords, hints.get("keywords")):
        if listed[1] and not listed[0]:
            listed[0].append(listed[1])
    record.url = record.url or raw.origin.url
