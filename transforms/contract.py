r"""The shapes that flow between steps, and the registries in which a step enters itself.

    bytes --reader--> RawDocument --cleaner--> Draft --settle--> Cleaned --enrichment--> rows
                   \_ Rejected      \_ Rejected

A step is a plain function; its decorator registers it and returns it unchanged, so it runs in a
test or a notebook as it stands. Nothing here does I/O.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from transforms.columns import FieldName
from transforms.errors import SchemaError
from transforms.reasons import Reason, Repair

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from transforms.article import Alias, Article, Draft, Evidence, Image, Link, Segment
    from transforms.site_rules import SiteRules

Parse = Mapping[FieldName, "Doc"]
"""The parsed texts of one article by field (title, body, caption); each Doc's text equals the field's."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where bytes come from, as far as the place they were taken from tells.

    `charset` is the one declared by the transport; `hints` are facts that an envelope states about
    the document (a feed's title, a sitemap's date), by the names of `transforms.read.record`;
    `fields` maps our field names to a source's own where its naming is unusual.
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
        """The latest publication date that can be true: what was fetched was published before, give or take zones."""
        return self.fetched_at + timedelta(days=2) if self.fetched_at else None


@dataclass(slots=True)
class RawDocument:
    """One document as it came: its bytes, what they are, and where they are from.

    `media_type` is what the bytes are by content (text/html, text/plain, application/json for a
    record, ...), whatever the origin declared. `item_no` counts within the member or file.
    `repairs` are what reading had to mend (a double compression, a wrong extension).
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
    """What could not be made an article, and why: becomes a row of raw.quarantine.

    `sample` are the first bytes (4 kB at most) of what was refused; `raw_id` is known when the
    bytes themselves are in the raw zone.
    """

    reason: Reason
    detail: str = ""
    origin: Origin | None = None
    item_no: int = 0
    raw_id: str | None = None
    sample: bytes = b""


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
class Known:
    """What is known of a document's publisher beforehand; it belongs to the input of cleaning.

    `furniture` are lines that it is known to repeat (`transforms.text.fold_line` of each), `rules` how
    the pages of single publishers are laid out (None: the rules that are shipped).
    """

    furniture: frozenset[str] = frozenset()
    rules: SiteRules | None = None


NOTHING_KNOWN = Known()

Reader = Callable[[BinaryIO, Origin], Iterator[RawDocument | Rejected]]
Cleaner = Callable[[RawDocument, Known], "Draft | Rejected"]

_READERS: dict[str, Reader] = {}
_CLEANERS: dict[str, Cleaner] = {}
_STEPS: dict[str, Step] = {}

R = TypeVar("R", bound=Reader)
C = TypeVar("C", bound=Cleaner)
F = TypeVar("F", bound=Callable[..., Iterable[Any]])


def reader(format: str) -> Callable[[R], R]:
    """Register the reader of one format; formats are the names that `transforms.read.sniff` gives."""

    def register(function: R) -> R:
        _claim(_READERS, format, function)
        return function

    return register


def cleaner(*media_types: str) -> Callable[[C], C]:
    """Register the cleaner of documents of these media types."""

    def register(function: C) -> C:
        for media_type in media_types:
            _claim(_CLEANERS, media_type, function)
        return function

    return register


@dataclass(frozen=True, slots=True)
class Step:
    """One enrichment: the table it fills, from what, in which version."""

    table: str
    row: type
    key: tuple[str, ...]
    version: str
    needs: tuple[str, ...]
    languages: tuple[str, ...] | None
    find: Callable[..., Iterable[Any]]


def enrichment(
    *,
    table: str,
    row: type,
    key: Sequence[str],
    version: str,
    needs: str | Sequence[str] = (),
    languages: Sequence[str] | None = ("en",),
) -> Callable[[F], F]:
    """Register `Article -> rows` as the step that fills `news.<table>`.

    The function gets the article and then, in order, what it `needs`: "parse" is the article's
    Parse, any other name the list of rows that the step of that table found for this article.
    `languages` are those it knows (None: all); an article in another language gets no rows.
    Raise `version` when the rows would come out differently: converge then redoes this step, and
    those that need it, for every article.
    """
    needed = (needs,) if isinstance(needs, str) else tuple(needs)
    spoken = None if languages is None else tuple(languages)

    def register(function: F) -> F:
        step = Step(table, row, tuple(key), version, needed, spoken, function)
        _claim(_STEPS, table, step)
        return function

    return register


def registered_readers() -> Mapping[str, Reader]:
    """Readers by format; `transforms.read` has imported them all."""
    return _READERS


def registered_cleaners() -> Mapping[str, Cleaner]:
    """Cleaners by media type; `transforms.clean` has imported them all."""
    return _CLEANERS


def registered_steps() -> Mapping[str, Step]:
    """Enrichment steps by table; `transforms.enrich` has imported them all."""
    return _STEPS


def _claim(registry: dict[str, Any], name: str, value: Any) -> None:
    if name in registry:
        raise SchemaError(f"{name!r} is registered twice", table=name)
    registry[name] = value
