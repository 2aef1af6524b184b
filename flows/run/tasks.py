"""Batches as workers process them: staged Parquet in, staged Parquet out, without the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from flows.run.limits import (
    clean_with_limits,
    enrich_with_limits,
    failed_article,
    failed_document,
    fingerprint_with_limits,
    rejected_article,
    rejected_document,
)
from transforms.contract.article import Alias, Article, Evidence, Image, Link, Segment
from transforms.contract.columns import encode
from transforms.contract.documents import Cleaned, Origin, PublisherContext, RawDocument, Rejected, StepsFailed
from transforms.contract.errors import SchemaError, described
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import registered_steps
from transforms.link.boilerplate.rows import FINGERPRINT_VERSION, Fingerprint
from warehouse.catalog.rows import QuarantineItem, Stage
from warehouse.lake.staging import read_records, read_rows, write_table, write_tables
from warehouse.ledger.quarantine import quarantine_item
from warehouse.ledger.steps import CLEAN, ENRICH, FINGERPRINT
from warehouse.write.commit import StagedBatch, Subject

if TYPE_CHECKING:
    from transforms.contract.layout_rules import LayoutRules
    from transforms.enrich import Rows
    from transforms.nlp.resources import Resources

S = TypeVar("S")
F = TypeVar("F")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTask:
    """Rows of a staged file to process: `count` of `source`, from `first` on; results go to `folder`.

    `is_rejected`: reject them all without processing, because they killed a worker.
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
        """The task's rows of the source."""
        return slice(self.first, self.first + self.count)

    def halves(self) -> Sequence[Self]:
        """Like flows.run.in_order.Task."""
        if self.count < 2:
            return ()
        middle = self.count // 2
        return (
            replace(self, folder=self.folder / "1", count=middle),
            replace(self, folder=self.folder / "2", first=self.first + middle, count=self.count - middle),
        )

    def as_rejected(self) -> Self:
        """Like flows.run.in_order.Task."""
        return replace(self, is_rejected=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintTask(BatchTask):
    """Observations with their documents, to be fingerprinted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanTask(BatchTask):
    """Observations with documents and boilerplate, to be cleaned; `input_hashes` cover the whole source.

    `rules` are the layouts of publishers, the user's own included (None: the shipped ones).
    """

    input_hashes: Sequence[str]
    step_version: str
    rules: LayoutRules | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichTask(BatchTask):
    """Articles to be enriched with the enrichments that they lack; `step_version` is that of all of them."""

    resources: Resources
    enrichments: frozenset[str]
    step_version: str


def fingerprint_batch(task: FingerprintTask) -> StagedBatch:
    """Fingerprint the documents of a batch; one that fails affects no other."""
    documents = _documents(task)
    found: list[tuple[_Document, Fingerprint]] = []
    rejected: list[tuple[str, Rejected]] = []
    for document in documents:
        # Without a fingerprint, cleaning knows no boilerplate of the document.
        row = document.rejected if task.is_rejected else fingerprint_with_limits(document.raw, document.subject)
        if isinstance(row, Rejected):
            rejected.append((document.subject, row))
        elif row is not None:
            found.append((document, row))
    tables, failed = _encoded(
        found, lambda results: {"fingerprints": encode(Fingerprint, [row for _, row in results])}
    )
    rejected += [(d.subject, failed_document(d.raw, detail)) for d, detail in failed]
    return StagedBatch(
        stage="fingerprint",
        step=FINGERPRINT,
        step_version=FINGERPRINT_VERSION,
        files=write_tables(task.folder, tables),
        subjects=[Subject(document.subject) for document in documents],
        quarantined=_quarantined(task, "fingerprint", rejected),
        failed={(subject, 0): frozenset() for subject, _ in rejected},
        is_redone=task.is_redone,
    )


def clean_batch(task: CleanTask) -> StagedBatch:
    """Clean the documents of a batch; one that fails affects no other."""
    documents = _documents(task)
    kept: list[tuple[_Document, Cleaned]] = []
    rejected: list[tuple[str, Rejected]] = []
    for document in documents:
        known = PublisherContext(frozenset(document.boilerplate), task.rules)
        found = document.rejected if task.is_rejected else clean_with_limits(document.raw, known)
        if isinstance(found, Rejected):
            rejected.append((document.subject, found))
            continue
        found.article.observation_id = document.subject
        found.article.seq = document.seq
        _number(found, document.ordinal)
        kept.append((document, found))
    tables, failed = _encoded(kept, _cleaned_tables)
    rejected += [(d.subject, failed_document(d.raw, detail)) for d, detail in failed]
    hashes = task.input_hashes[task.rows]
    return StagedBatch(
        stage="clean",
        step=CLEAN,
        step_version=task.step_version,
        files=write_tables(task.folder, tables),
        subjects=[Subject(d.subject, 0, hash) for d, hash in zip(documents, hashes, strict=True)],
        quarantined=_quarantined(task, "clean", rejected),
        is_redone=task.is_redone,
    )


@dataclass(frozen=True, slots=True)
class _Document:
    """A document of a batch: its place there, its observation's id and seq, the lines its publisher repeats."""

    ordinal: int
    subject: str
    seq: int
    raw: RawDocument
    boilerplate: Sequence[str]

    @property
    def rejected(self) -> Rejected:
        return rejected_document(self.raw, Reason.MEMORY_LIMIT)


def _documents(task: BatchTask) -> list[_Document]:
    return [
        _Document(ordinal, record["observation_id"], record["seq"], raw_document(record), record["boilerplate"])
        for ordinal, record in enumerate(read_records(task.source)[task.rows])
    ]


def _number(found: Cleaned, ordinal: int) -> None:
    """Set the version number of a document's rows to its place in the batch, until the commit."""
    rows: tuple[Article | Segment | Evidence | Image | Link, ...]
    rows = (found.article, *found.segments, *found.evidence, *found.images, *found.links)
    for row in rows:
        row.version_no = ordinal


def raw_document(record: Mapping[str, Any]) -> RawDocument:
    """The RawDocument of a row of observations joined with documents."""
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


def _cleaned_tables(results: Sequence[tuple[_Document, Cleaned]]) -> dict[str, pa.Table]:
    found = [cleaned for _, cleaned in results]
    aliases = [(document.ordinal, alias) for document, cleaned in results for alias in cleaned.aliases]
    ordinals = pa.array([ordinal for ordinal, _ in aliases], pa.int32())
    return {
        "articles": encode(Article, [c.article for c in found]),
        "segments": encode(Segment, [row for c in found for row in c.segments]),
        "evidence": encode(Evidence, [row for c in found for row in c.evidence]),
        "images": encode(Image, [row for c in found for row in c.images]),
        "links": encode(Link, [row for c in found for row in c.links]),
        "aliases": encode(Alias, [alias for _, alias in aliases]).append_column("ordinal", ordinals),
    }


def enrich_batch(task: EnrichTask) -> StagedBatch:
    """Run the steps that the articles of a batch lack; one that fails affects no other."""
    articles: list[Article] = read_rows(task.source, Article, task.rows)
    found: list[tuple[Article, Rows]] = []
    rejected: list[tuple[Article, Rejected]] = []
    results: Iterable[tuple[Article, Rows | Rejected]]
    if task.is_rejected:
        results = ((article, rejected_article(article, Reason.MEMORY_LIMIT)) for article in articles)
    else:
        results = enrich_with_limits(articles, task.resources, tables=task.enrichments)
    for article, rows in results:
        if not isinstance(rows, Rejected):
            found.append((article, rows))
            continue
        rejected.append((article, rows))
        if isinstance(rows, StepsFailed):  # the rows of the other steps count
            found.append((article, rows.rows))
    steps = registered_steps()
    tables, failed = _encoded(
        found,
        lambda results: {
            table: encode(steps[table].row, [row for _, rows in results for row in rows.get(table, ())])
            for table in task.enrichments
        },
    )
    rejected += [(article, failed_article(article, detail)) for article, detail in failed]
    failed_on: dict[tuple[str, int], frozenset[str]] = {}
    for article, rejection in rejected:
        rejection.item_no = article.version_no  # versions of one article have items of their own
        tables_failed = rejection.tables if isinstance(rejection, StepsFailed) else task.enrichments
        key = (article.article_id, article.version_no)
        failed_on[key] = failed_on.get(key, frozenset()) | tables_failed
    return StagedBatch(
        stage="enrich",
        step=ENRICH,
        step_version=task.step_version,
        enrichments=task.enrichments,
        files=write_tables(task.folder, tables),
        subjects=[Subject(a.article_id, a.version_no, a.input_hash) for a in articles],
        quarantined=_quarantined(task, "enrich", [(a.article_id, rejection) for a, rejection in rejected]),
        failed=failed_on,
        is_redone=task.is_redone,
    )


def clean_or_enrich(task: CleanTask | EnrichTask) -> StagedBatch:
    """Run a task of either class."""
    return clean_batch(task) if isinstance(task, CleanTask) else enrich_batch(task)


def without_subjects(staged: StagedBatch, outdated: Collection[tuple[str, int]]) -> StagedBatch:
    """An enriched batch without some article versions (article_id, version_no); its files are written again."""

    def kept(table: pa.Table) -> pa.Table:
        keys = zip(*(table[name].to_pylist() for name in ("article_id", "version_no")), strict=True)
        return table.filter(pa.array([key not in outdated for key in keys], pa.bool_()))

    tables = {name: kept(pq.read_table(path, partitioning=None)) for name, path in staged.files.items()}
    return replace(
        staged,
        files={
            name: write_table(staged.files[name], table) for name, table in tables.items() if table.num_rows
        },
        subjects=[s for s in staged.subjects if (s.id, s.version_no) not in outdated],
        quarantined=[q for q in staged.quarantined if (q.subject_id, q.item_no) not in outdated],
    )


def merged(batches: Sequence[StagedBatch], folder: Path) -> StagedBatch:
    """Batches of the same stage and steps as one, in order; its files are written to `folder`."""
    if len(batches) == 1:
        return batches[0]
    names = dict.fromkeys(name for batch in batches for name in batch.files)
    tables = {
        name: pa.concat_tables(
            pq.read_table(batch.files[name], partitioning=None) for batch in batches if name in batch.files
        )
        for name in names
    }
    return replace(
        batches[0],
        files=write_tables(folder, tables),
        subjects=[subject for batch in batches for subject in batch.subjects],
        quarantined=[item for batch in batches for item in batch.quarantined],
        failed={key: steps for batch in batches for key, steps in batch.failed.items()},
    )


def _encoded(
    results: Sequence[tuple[S, F]], tables_of: Callable[[Sequence[tuple[S, F]]], dict[str, pa.Table]]
) -> tuple[dict[str, pa.Table], list[tuple[S, str]]]:
    """The tables of all results whose rows fit their columns, and the subjects of the others with the error."""
    try:
        return tables_of(results), []
    except SchemaError:
        fitting: list[tuple[S, F]] = []
        failed: list[tuple[S, str]] = []
        for result in results:
            try:
                tables_of([result])
                fitting.append(result)
            except SchemaError as error:
                failed.append((result[0], described(error)))
        return tables_of(fitting), failed


def _quarantined(
    task: BatchTask, stage: Stage, rejected: Iterable[tuple[str, Rejected]]
) -> list[QuarantineItem]:
    now = datetime.now(UTC)
    return [
        quarantine_item(found, stage=stage, run_id=task.run_id, at=now, subject_id=subject)
        for subject, found in rejected
    ]
