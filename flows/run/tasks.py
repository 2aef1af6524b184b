"""What a worker does with one batch: staged Parquet in, staged Parquet out; it never touches the catalogue."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from flows.run.limits import clean_with_limits, enrich_with_limits, refused_article, refused_document
from transforms.contract.article import Alias, Article, Evidence, Image, Link, Segment
from transforms.contract.columns import encode
from transforms.contract.documents import Cleaned, Origin, PublisherContext, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import registered_steps
from transforms.link.boilerplate.rows import Fingerprint
from warehouse.catalog.rows import QuarantineItem
from warehouse.lake.staging import read_records, read_rows, write_rows, write_table
from warehouse.ledger.quarantine import quarantine_item
from warehouse.write.annotations import StagedEnrichment
from warehouse.write.articles import StagedClean
from warehouse.write.fingerprints import StagedFingerprints

if TYPE_CHECKING:
    from transforms.contract.layout_rules import LayoutRules
    from transforms.nlp.resources import Resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of a staged file to be worked on: `count` of `source`, from `first` on; `folder` takes the results.

    What `is_rejected` is refused untouched: a worker died of it.
    """

    source: Path
    folder: Path
    run_id: str
    is_redone: bool
    count: int
    first: int = 0
    is_rejected: bool = False

    @property
    def rows(self) -> slice:
        """Which rows of the source these are."""
        return slice(self.first, self.first + self.count)

    def halves(self) -> Sequence[Self]:
        """As of flows.run.runners.Task."""
        if self.count < 2:
            return ()
        middle = self.count // 2
        return (
            replace(self, folder=self.folder / "1", count=middle),
            replace(self, folder=self.folder / "2", first=self.first + middle, count=self.count - middle),
        )

    def as_rejected(self) -> Self:
        """As of flows.run.runners.Task."""
        return replace(self, is_rejected=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanTask(Batch):
    """Documents, observations and boilerplate to be cleaned; `input_hashes` are those of the whole source.

    `rules` are the layouts of publishers, the user's own among them (None: those that are shipped),
    `mappings` the field names of configured sources by source_id: they replace those stored at ingestion.
    """

    input_hashes: Sequence[str]
    rules: LayoutRules | None
    mappings: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintTask(Batch):
    """Documents with their observations, to be fingerprinted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichTask(Batch):
    """Articles to be enriched; `step_versions` names the steps that they lack."""

    resources: Resources
    step_versions: Mapping[str, str]


def fingerprint_batch(task: FingerprintTask) -> StagedFingerprints:
    """Fingerprint the documents of a batch; one that fails in our own code costs only itself."""
    from transforms.link.boilerplate.fingerprint import fingerprint  # late: it loads parsers

    subjects: list[str] = []
    found: list[Fingerprint] = []
    quarantined: list[QuarantineItem] = []
    now = datetime.now(UTC)
    for record in read_records(task.source)[task.rows]:
        raw, subject = raw_document(record), record["observation_id"]
        subjects.append(subject)
        try:
            row = refused_document(raw, Reason.MEMORY_LIMIT) if task.is_rejected else fingerprint(raw, subject)
        except Exception:  # kept with its trace; cleaning then knows of no boilerplate in this document
            row = Rejected(
                Reason.STEP_FAILED, traceback.format_exc(limit=-6), raw.origin, raw.item_no, raw.raw_id
            )
        if isinstance(row, Rejected):
            quarantined.append(
                quarantine_item(row, stage="fingerprint", run_id=task.run_id, at=now, subject_id=subject)
            )
        elif row is not None:
            found.append(row)
    files = write_rows(task.folder, {"fingerprints": (Fingerprint, found)})
    return StagedFingerprints(files, subjects, quarantined, task.is_redone)


def clean_batch(task: CleanTask) -> StagedClean:
    """Clean the documents of a batch; one that fails in our own code costs only itself."""
    now = datetime.now(UTC)
    subjects: list[str] = []
    kept: list[tuple[int, Cleaned]] = []
    quarantined: list[QuarantineItem] = []
    for ordinal, record in enumerate(read_records(task.source)[task.rows]):
        subjects.append(record["observation_id"])
        raw = raw_document(record)
        fields = task.mappings.get(raw.origin.source_id, raw.origin.fields)
        raw.origin = replace(raw.origin, fields=fields)
        found = (
            refused_document(raw, Reason.MEMORY_LIMIT)
            if task.is_rejected
            else clean_with_limits(raw, PublisherContext(frozenset(record["boilerplate"]), task.rules))
        )
        if isinstance(found, Rejected):
            item = quarantine_item(
                found, stage="clean", run_id=task.run_id, at=now, subject_id=record["observation_id"]
            )
            quarantined.append(item)
            continue
        found.article.observation_id = record["observation_id"]
        _number(found, ordinal)
        kept.append((ordinal, found))
    return StagedClean(
        files=_write_cleaned(task.folder, kept),
        subjects=subjects,
        input_hashes=task.input_hashes[task.rows],
        repaired=frozenset(ordinal for ordinal, found in kept if found.article.repairs),
        quarantined=quarantined,
        is_redone=task.is_redone,
    )


def _number(found: Cleaned, ordinal: int) -> None:
    """Let a document's place in its batch stand in for the version number until it lands."""
    rows: tuple[Article | Segment | Evidence | Image | Link, ...]
    rows = (found.article, *found.segments, *found.evidence, *found.images, *found.links)
    for row in rows:
        row.version_no = ordinal


def raw_document(record: Mapping[str, Any]) -> RawDocument:
    """A row of observations joined with documents as the RawDocument that it was."""
    origin = Origin(
        source_id=record["source_id"],
        container_uri=record["container_uri"],
        member_path=record["member_path"],
        url=record["url"],
        charset=record["charset"],
        media_type=record["media_type"],
        fetched_at=record["fetched_at"],
        http_status=record["http_status"],
        http_headers=record["http_headers"],
        hints=record["hints"],
        fields=record["fields"],
    )
    repairs = tuple(Repair(code) for code in record["repairs"])
    return RawDocument(
        record["body"], record["media_type"], origin, record["item_no"], repairs, record["raw_id"]
    )


def _write_cleaned(folder: Path, kept: Sequence[tuple[int, Cleaned]]) -> dict[str, Path]:
    found = [cleaned for _, cleaned in kept]
    rows: dict[str, tuple[type, Iterable[Any]]] = {
        "articles": (Article, [c.article for c in found]),
        "segments": (Segment, [row for c in found for row in c.segments]),
        "evidence": (Evidence, [row for c in found for row in c.evidence]),
        "images": (Image, [row for c in found for row in c.images]),
        "links": (Link, [row for c in found for row in c.links]),
    }
    files = write_rows(folder, rows)
    aliases = [(ordinal, alias) for ordinal, cleaned in kept for alias in cleaned.aliases]
    if aliases:
        ordinals = pa.array([ordinal for ordinal, _ in aliases], pa.int32())
        table = encode(Alias, [alias for _, alias in aliases]).append_column("ordinal", ordinals)
        files["aliases"] = write_table(folder / "aliases.parquet", table)
    return files


def enrich_batch(task: EnrichTask) -> StagedEnrichment:
    """Run the steps that the articles of a batch lack; one article that fails costs only itself."""
    articles: list[Article] = read_rows(task.source, Article)[task.rows]
    steps = registered_steps()
    rows: dict[str, list[Any]] = {table: [] for table in task.step_versions}
    quarantined: list[QuarantineItem] = []
    now = datetime.now(UTC)
    results: Iterable[tuple[Article, Mapping[str, list[Any]] | Rejected]]
    if task.is_rejected:
        results = ((article, refused_article(article, Reason.MEMORY_LIMIT)) for article in articles)
    else:
        results = enrich_with_limits(articles, task.resources, tables=task.step_versions)
    for article, found in results:
        if isinstance(found, Rejected):
            found.item_no = article.version_no  # versions of one article have items of their own
            item = quarantine_item(
                found, stage="enrich", run_id=task.run_id, at=now, subject_id=article.article_id
            )
            quarantined.append(item)
            continue
        for table in rows:
            rows[table].extend(found[table])
    return StagedEnrichment(
        files=write_rows(task.folder, {table: (steps[table].row, rows[table]) for table in rows}),
        subjects=[(a.article_id, a.version_no, a.input_hash) for a in articles],
        step_versions=dict(task.step_versions),
        quarantined=quarantined,
        is_redone=task.is_redone,
    )
