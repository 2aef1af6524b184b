"""The values that flow between steps: raw documents, rejections, cleaned articles and parses.

A reader turns bytes into RawDocuments, a cleaner a RawDocument into a Draft, `finalize` a Draft into
a Cleaned; an item that cannot be read or cleaned is a Rejected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from transforms.contract.columns import FieldName
from transforms.contract.reasons import Reason, Repair

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from transforms.contract.article import Alias, Article, Evidence, Image, Link, Segment
    from transforms.contract.layout_rules import LayoutRules

SAMPLE_BYTES = 4096
"""Bytes of a rejected item that the quarantine keeps."""

Parse = Mapping[FieldName, "Doc"]
"""The parsed texts of one article by field (title, body, caption); each Doc's text equals the field's."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of bytes as their source states it.

    `charset` is declared by the transport; `hints` are facts that an envelope states about the document
    (a feed's title, a sitemap's date), by the names of `transforms.read.records.record`; `fields` maps our
    field names to the source's own where they are unusual.
    """

    source_id: str
    container_uri: str | None = None
    member_path: str | None = None
    url: str | None = None
    charset: str | None = None
    media_type: str | None = None
    fetched_at: datetime | None = None
    http_status: int | None = None
    http_headers: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def latest_date(self) -> datetime | None:
        """The latest possible publication date: that of the fetch, with room for time zones."""
        return self.fetched_at + timedelta(days=2) if self.fetched_at else None


@dataclass(slots=True)
class RawDocument:
    """One unparsed document: bytes, media type, origin.

    `media_type` is detected from the content (text/html, text/plain, application/json for a record, ...),
    whatever the origin declares. `item_no` counts within the member or file. `repairs` are those of
    reading (a double compression, a wrong extension).
    """

    body: bytes
    media_type: str
    origin: Origin
    item_no: int = 0
    repairs: tuple[Repair, ...] = ()
    raw_id: str = ""

    def __post_init__(self) -> None:
        """`raw_id` is the sha256 of the bytes, in hex."""
        self.raw_id = self.raw_id or hashlib.sha256(self.body).hexdigest()


@dataclass(slots=True)
class Rejected:
    """An item that does not become an article, with the reason: a row of raw.quarantine.

    `sample` keeps the first SAMPLE_BYTES of the bytes passed; `raw_id` is set when all of them are in the
    raw zone.
    """

    reason: Reason
    detail: str = ""
    origin: Origin | None = None
    item_no: int = 0
    raw_id: str | None = None
    sample: bytes = b""

    def __post_init__(self) -> None:
        """Cut the sample to its size."""
        self.sample = self.sample[:SAMPLE_BYTES]

    @classmethod
    def of_document(cls, raw: RawDocument, reason: Reason, detail: str = "", sample: bytes = b"") -> Rejected:
        """The rejection of a document in the raw zone; the sample defaults to its first bytes."""
        return cls(reason, detail, raw.origin, raw.item_no, raw.raw_id, sample or raw.body)

    @classmethod
    def of_article(cls, article: Article, reason: Reason, detail: str = "") -> Self:
        """The rejection of an article by a step after cleaning."""
        return cls(reason, detail, Origin(article.source_id, url=article.url), raw_id=article.raw_id)


@dataclass(slots=True)
class StepsFailed(Rejected):
    """Steps that failed on an article, beside the rows that its other steps found.

    `tables` are those of the failed steps and of the steps that need them; `rows` are by table.
    """

    tables: frozenset[str] = frozenset()
    rows: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Cleaned:
    """An article with the rows that explain it; all share its article_id and version_no."""

    article: Article
    segments: list[Segment]
    evidence: list[Evidence]
    images: list[Image] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PublisherContext:
    """Prior knowledge of a document's publisher, part of the input of cleaning.

    `boilerplate` are the lines it repeats (`transforms.text.folding.fold_line` of each), `rules` the layout
    rules of single publishers (None: the shipped ones).
    """

    boilerplate: frozenset[str] = frozenset()
    rules: LayoutRules | None = None


NO_CONTEXT = PublisherContext()
