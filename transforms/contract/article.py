"""Rows of an article, its segments, evidence, images and links, and the draft that a cleaner makes of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Annotated, Any, Literal

from transforms.contract.columns import ArticleId, FieldName, Offset, Ordinal, RawOffset, Share, VersionNo

SegmentKind = Literal[
    "title", "subtitle", "byline", "dateline", "body", "caption", "credit",
    "promo", "widget", "navigation", "legal", "other",
]  # fmt: skip
Precision = Literal["second", "minute", "hour", "day", "month", "year"]
PublishedBasis = Literal["metadata", "feed", "record", "url", "visible", "caption", "text"]
Genre = Literal[
    "news", "opinion", "analysis", "live", "review", "interview", "obituary", "market_report", "press_release", "other",
]  # fmt: skip
IdBasis = Literal["canonical_url", "url", "guid", "title_date", "text"]
DocumentForm = Literal["page", "text", "entry", "record"]
Flag = Literal[
    "stub", "teaser", "list", "live", "gallery", "paywalled", "multipart", "followed", "commented", "layout_changed",
]  # fmt: skip
AliasKind = Literal["page", "url", "canonical_url", "amp_url", "guid", "message_id"]
_LONGEST_CLUE = 300


@dataclass(slots=True, kw_only=True)
class Article:
    """One version of one article: its three texts, its outlet and its dates."""

    article_id: ArticleId
    version_no: VersionNo
    raw_id: Annotated[str, "sha256 of the stored bytes of its document (raw.documents)"]
    source_id: Annotated[str, "the configured source, or the path or address given on the command line"]
    url: Annotated[str | None, "address of the document: fetched from, else stated by it"] = None
    canonical_url: Annotated[str | None, "address in canonical form; identifies copies"] = None
    id_basis: Annotated[
        IdBasis,
        "the input of the hash article_id: the first that exists, in this order",
    ]
    publisher: Annotated[str | None, "name of the outlet; null: not stated"] = None
    publisher_basis: Annotated[str | None, "source of the publisher: metadata, feed, record, url, text"] = None
    title: Annotated[str | None, "headline without the site's name; null: none"] = None
    subtitle: Annotated[str | None, "standfirst or deck printed under the headline"] = None
    authors: Annotated[
        list[str], "persons of the byline in order, without roles; agencies and desks only when no person signs"
    ] = dataclasses.field(default_factory=list)
    section: Annotated[str | None, "section or rubric, as the publisher or the address names it"] = None
    genre: Annotated[
        Genre | None, "kind of journalism, as page, label, section or address state it; null: none does"
    ] = None
    language: Annotated[str | None, "ISO 639-1 code of the body's language"] = None
    language_confidence: Annotated[float | None, "confidence of the language, between 0 and 1"] = None
    published_at: Annotated[datetime | None, "publication date, UTC; null: unknown"] = None
    published_precision: Annotated[
        Precision | None,
        "precision of published_at; finer parts of the timestamp are those of its first instant",
    ] = None
    published_basis: Annotated[
        PublishedBasis | None,
        "source of published_at; the clue itself is in news.evidence",
    ] = None
    modified_at: Annotated[datetime | None, "date of the last change as the publisher states it, UTC"] = None
    text: Annotated[str, "the body: paragraphs separated by blank lines"]
    captions: Annotated[str, "captions of the images, one a line"] = ""
    word_count: Annotated[int, "words of the body"]
    text_hash: Annotated[str, "hash of title and body, case, spaces and quote marks folded"]
    input_hash: Annotated[str, "hash of the fields that enrichments read; a change makes them pending"]
    observation_id: Annotated[str, "the observation of its document (raw.observations)"]
    is_latest: Annotated[bool, "whether this is the newest version of the article"]
    form: Annotated[DocumentForm, "kind of its document: page, text, entry of a feed, record"]
    extraction_method: Annotated[
        str,
        "method that found the body: blocks, consensus, site_rule, json_ld (pages), segments (plain text), "
        "whole, record:<one of these>, given",
    ]
    extraction_confidence: Annotated[Share, "confidence of the extraction, between 0 and 1"]
    flags: Annotated[
        list[str],
        "unusual properties: stub, teaser, list, live, gallery; paywalled (the text is cut off); multipart (one "
        "of several pages); followed, commented (other articles or readers' comments below, left out); "
        "layout_changed (a rule for its publisher no longer fits)",
    ] = dataclasses.field(default_factory=list)
    repairs: Annotated[list[str], "codes of the repairs made (transforms.contract.reasons.Repair)"] = (
        dataclasses.field(default_factory=list)
    )
    first_seen_at: Annotated[
        datetime | None, "time of the first ingestion of this version, UTC; never a publication date"
    ] = None
    seq: Annotated[int, "order of ingestion of its document (raw.observations.seq)"] = 0

    def fields(self) -> Iterator[tuple[FieldName, str]]:
        """The non-empty texts that annotations point into, by field."""
        if self.title:
            yield "title", self.title
        if self.text:
            yield "body", self.text
        if self.captions:
            yield "caption", self.captions


@dataclass(slots=True)
class ArticleRow:
    """A row of one version of an article. Cleaners leave both columns and ordinals to `identity.finalize`."""

    article_id: ArticleId = dataclasses.field(default="", kw_only=True)
    version_no: VersionNo = dataclasses.field(default=0, kw_only=True)


@dataclass(slots=True)
class Segment(ArticleRow):
    """One typed stretch of the document; text outside title, body and captions is kept only here."""

    segment_no: Ordinal = dataclasses.field(default=0, kw_only=True)
    kind: Annotated[SegmentKind, "kind of the segment"]
    field: Annotated[FieldName | None, "the text it is part of; null: none"]
    start: Annotated[Offset | None, "first code point in that text"]
    end: Annotated[Offset | None, "code point after the last in that text"]
    raw_start: Annotated[RawOffset | None, "first code point in the decoded raw text; null: not located"]
    raw_end: Annotated[RawOffset | None, "code point after the last in the decoded raw text"]
    text: Annotated[str, "the segment, repaired as in the clean text"]
    basis: Annotated[str, "rule or model that decided the kind"]
    confidence: Annotated[Share, "confidence of the kind, between 0 and 1"]


@dataclass(slots=True)
class Evidence(ArticleRow):
    """One candidate for an inferred value: its source, its words, and whether it was chosen."""

    attribute: Annotated[str, "the column of news.articles it supports: published_at, publisher, authors ..."]
    evidence_no: Annotated[int, "ordinal among the candidates for that attribute, best first, from 0"] = (
        dataclasses.field(default=0, kw_only=True)
    )
    value: Annotated[str, "the value it supports; timestamps in ISO 8601"]
    method: Annotated[
        str, "source of the candidate: json_ld, meta:<name>, url, visible, caption, dateline, tense ..."
    ]
    clue: Annotated[str, "the words or the markup found, 300 code points at most"]
    raw_start: Annotated[RawOffset | None, "first code point of the clue in the decoded raw text"]
    raw_end: Annotated[RawOffset | None, "code point after the clue"]
    confidence: Annotated[Share, "between 0 and 1"]
    is_chosen: Annotated[bool, "whether the article has this value"]


@dataclass(slots=True)
class Image(ArticleRow):
    """One image of the article with its printed caption and credit."""

    image_no: Ordinal = dataclasses.field(default=0, kw_only=True)
    url: Annotated[str | None, "address of the image; null: only the caption is known"]
    caption: Annotated[str | None, "caption without label and credit"]
    credit: Annotated[str | None, "photographer and agency as printed"]
    segment_no: Annotated[int | None, "the segment of the caption"]


@dataclass(slots=True)
class Link(ArticleRow):
    """One link in the body text."""

    link_no: Ordinal = dataclasses.field(default=0, kw_only=True)
    url: Annotated[str, "absolute target"]
    anchor: Annotated[str, "the linked words"]
    is_external: Annotated[bool, "whether it leaves the article's registrable domain"]


@dataclass(slots=True)
class Alias:
    """Another identifier of the article, looked up before a new id is assigned."""

    article_id: ArticleId
    kind: Annotated[AliasKind, "kind of identifier"]
    value: Annotated[str, "the identifier; addresses in canonical form, guids prefixed by their source"]


@dataclass(slots=True)
class Facts:
    """Facts that a document states about its article, mostly named like columns of news.articles; None: not stated."""

    title: str | None = None
    subtitle: str | None = None
    authors: list[str] = dataclasses.field(default_factory=list)
    publisher: str | None = None
    publisher_basis: str | None = None
    section: str | None = None
    genre: Genre | None = None
    declared_language: str | None = None
    published_at: datetime | None = None
    published_precision: Precision | None = None
    published_basis: PublishedBasis | None = None
    modified_at: datetime | None = None
    url: str | None = None
    canonical_url: str | None = None
    amp_url: str | None = None
    guid: str | None = None

    def columns(self) -> dict[str, Any]:
        """The facts that are columns of news.articles, by name."""
        names = {column.name for column in fields(Article)}
        return {fact.name: getattr(self, fact.name) for fact in fields(self) if fact.name in names}


@dataclass(frozen=True, slots=True)
class Claim:
    """One candidate for a value: its source and its words (`clue`; None: those of the value)."""

    value: str
    method: str
    confidence: Share
    clue: str | None = None
    raw_start: int | None = None
    raw_end: int | None = None

    @property
    def words(self) -> str:
        """The text of the column `clue`."""
        return (self.clue or self.value)[:_LONGEST_CLUE]


class EvidenceBook:
    """Candidates for the values of a draft, by attribute: the chosen ones first, then the others, best first."""

    def __init__(self) -> None:
        self._claims: dict[str, list[Claim]] = {}
        self._chosen: dict[str, int] = {}

    def add(self, attribute: str, claims: Iterable[Claim], *, chosen: int = 0) -> None:
        """Append candidates; the first `chosen` of the first call for an attribute are its value."""
        self._claims.setdefault(attribute, []).extend(claims)
        self._chosen.setdefault(attribute, chosen)

    def overrule(self, attribute: str, claims: Iterable[Claim], *, chosen: int) -> None:
        """Prepend candidates and choose only the first `chosen` of them."""
        self._claims[attribute] = [*claims, *self._claims.pop(attribute, ())]
        self._chosen[attribute] = chosen

    def claims(self, attribute: str) -> list[Claim]:
        """The candidates for an attribute, the chosen ones first."""
        return list(self._claims.get(attribute, ()))

    def replace(self, attribute: str, claims: Iterable[Claim], *, chosen: int) -> None:
        """Replace all candidates for an attribute; the first `chosen` are its value."""
        self._claims[attribute] = list(claims)
        self._chosen[attribute] = chosen

    def locate(self, markup: str) -> None:
        """Set the markup offsets of each chosen candidate's clue, where the markup contains it verbatim."""
        for attribute, claims in self._claims.items():
            for number, claim in enumerate(claims[: self._chosen[attribute]]):
                start = markup.find(claim.words) if claim.words and claim.raw_start is None else -1
                if start >= 0:
                    claims[number] = replace(claim, raw_start=start, raw_end=start + len(claim.words))

    def rows(self) -> list[Evidence]:
        """All candidates as rows, numbered by attribute."""
        return [
            Evidence(
                attribute, claim.value, claim.method, claim.words, claim.raw_start, claim.raw_end,
                claim.confidence, number < self._chosen[attribute], evidence_no=number,
            )
            for attribute, claims in self._claims.items()
            for number, claim in enumerate(claims)
        ]  # fmt: skip


@dataclass(slots=True)
class Draft:
    """The result of a cleaner; `transforms.clean.identity.finalize` turns it into a Cleaned."""

    facts: Facts
    text: str
    captions: str = ""
    segments: list[Segment] = dataclasses.field(default_factory=list)
    evidence: EvidenceBook = dataclasses.field(default_factory=EvidenceBook)
    images: list[Image] = dataclasses.field(default_factory=list)
    links: list[Link] = dataclasses.field(default_factory=list)
    extraction_method: str = ""
    extraction_confidence: Share = 1.0
    flags: list[Flag] = dataclasses.field(default_factory=list)
    repairs: list[str] = dataclasses.field(default_factory=list)
