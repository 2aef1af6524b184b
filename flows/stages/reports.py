"""Reports of the stages of a run: counts for its balance and its summary."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from warehouse.catalog.source_rows import SourceHealth


@dataclass(slots=True)
class IngestReport:
    """Items read: `fresh` + `seen` + `unfinished` + `quarantined` = `read`.

    `quarantined` are by reason in `reasons`; `repeated` are those of them that an earlier run rejected.
    `fetched` counts the addresses requested, by source_id and problem (None: it answered); `listings` are
    the sources of which a feed or sitemap was requested; `not_due` are web sources of which nothing was
    requested, with the time when something is due (None: never); `missing` are the paths of file sources
    that cannot be read, each with the reason, by source_id. `quarantine_ids` are those of the items rejected.
    `keeping_fields` are configured sources whose own mapping counts for documents that were read under another.
    """

    read: int = 0
    fresh: int = 0
    seen: int = 0
    unfinished: int = 0
    quarantined: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    fetched: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    listings: set[str] = field(default_factory=set)
    not_due: dict[str, datetime | None] = field(default_factory=dict)
    missing: dict[str, tuple[str, str]] = field(default_factory=dict)
    quarantine_ids: set[str] = field(default_factory=set)
    keeping_fields: set[str] = field(default_factory=set)


@dataclass(slots=True)
class SourceReport:
    """The sources of the run that have an alarm."""

    alarms: list[SourceHealth] = field(default_factory=list)


@dataclass(slots=True)
class FingerprintReport:
    """Documents fingerprinted, and documents whose fingerprint failed."""

    fingerprinted: int = 0
    step_failures: int = 0


@dataclass(slots=True)
class FieldCounts:
    """Articles of one source that have a title, a date, only a description as text; records without a text."""

    articles: int = 0
    titled: int = 0
    dated: int = 0
    described: int = 0
    textless: int = 0

    def add(self, articles: int, titled: int, dated: int, described: int) -> None:
        """Add the articles of a batch."""
        self.articles += articles
        self.titled += titled
        self.dated += dated
        self.described += described


@dataclass(slots=True)
class CleanReport:
    """The number of pending documents that were never cleaned before, and of those cleaned again.

    `fields` counts the fields present in the accepted articles, by source_id.
    """

    pending: int = 0
    recleaned: int = 0
    fields: dict[str, FieldCounts] = field(default_factory=dict)


@dataclass(slots=True)
class EnrichReport:
    """Article versions enriched, and those on which a step failed.

    `received` of the `expected` ones are enriched by the workers, though not all are committed.
    """

    enriched: int = 0
    expected: int = 0
    received: int = 0
    step_failures: int = 0


@dataclass(slots=True)
class LinkReport:
    """Scopes linked and rows written by table, and scopes on which a step failed, over both link stages."""

    scopes: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    step_failures: int = 0


@dataclass(slots=True)
class RetryReport:
    """Quarantined items that were retried, and how many of them are resolved."""

    retried: int = 0
    resolved: int = 0
