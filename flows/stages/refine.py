"""Refine: bring articles and enrichments to what the code now says, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from flows.run.batch_inputs import stage_documents, stage_query
from flows.run.in_order import Runner
from flows.run.progress import Progress, silent
from flows.run.tasks import CleanTask, EnrichTask, FingerprintTask, clean_batch, enrich_batch, fingerprint_batch
from flows.settings import Settings
from flows.stages.boilerplate import boilerplate_of, judge_publishers
from flows.stages.layout_rules import clean_version, own_rules
from transforms.contract.steps import registered_steps
from transforms.enrich import step_version
from transforms.nlp.parser import parser_name
from warehouse.catalog.rows import Run
from warehouse.lake.lake import CATALOG, Lake
from warehouse.ledger.steps import PendingArticle, PendingDocument, pending_articles, pending_documents
from warehouse.write.annotations import commit_annotations
from warehouse.write.articles import commit_articles
from warehouse.write.boilerplate import commit_fingerprints, pending_fingerprints

if TYPE_CHECKING:
    from transforms.contract.layout_rules import LayoutRules

BATCH_BYTES = 64 << 20


@dataclass(slots=True)
class RefineReport:
    """What refining did: of `pending` documents never cleaned before the `outcomes`, and what was redone."""

    pending: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    recleaned: int = 0
    enriched: int = 0
    step_failures: int = 0


def refine(
    lake: Lake,
    run: Run,
    runner: Runner,
    settings: Settings,
    *,
    progress: Progress = silent,
) -> RefineReport:
    """Learn what publishers repeat, clean every pending document, then enrich every pending article.

    Nothing pending costs nothing.
    """
    work = _Work(lake, run, runner, settings, progress)
    report = RefineReport()
    _fingerprint(work, report)
    judge_publishers(lake, run)
    _clean(work, report)
    _enrich(work, report)
    return report


@dataclass(frozen=True, slots=True)
class _Work:
    lake: Lake
    run: Run
    runner: Runner
    settings: Settings
    progress: Progress


def _fingerprint(work: _Work, report: RefineReport) -> None:
    pending = pending_fingerprints(work.lake)
    batches = _document_batches(pending, _size(len(pending), work))
    tasks = (_fingerprint_task(work.lake, work.run, batch, number) for number, batch in enumerate(batches))
    done = 0
    for staged in work.runner.map(fingerprint_batch, tasks):
        commit_fingerprints(work.lake, work.run, staged)
        report.step_failures += len(staged.quarantined)
        done += len(staged.subjects)
        work.progress("fingerprint", done, len(pending))


def _clean(work: _Work, report: RefineReport) -> None:
    rules = own_rules(work.settings)
    version = clean_version(rules)
    pending = pending_documents(work.lake, step_version=version)
    report.pending = sum(not d.is_redone for d in pending)
    batches = _document_batches(pending, _size(len(pending), work))
    tasks = (_clean_task(work, batch, number, rules) for number, batch in enumerate(batches))
    done = 0
    for staged in work.runner.map(clean_batch, tasks):
        outcomes = commit_articles(work.lake, work.run, staged, step_version=version)
        if staged.is_redone:
            report.recleaned += len(staged.subjects)
        else:
            report.outcomes += outcomes
        done += len(staged.subjects)
        work.progress("clean", done, len(pending))


def _enrich(work: _Work, report: RefineReport) -> None:
    name = parser_name(work.settings.parser)
    versions = {table: step_version(table, name) for table in registered_steps()}
    pending = pending_articles(work.lake, step_versions=versions)
    batches = _article_batches(pending, _size(len(pending), work))
    tasks = (_enrich_task(work, batch, number, versions) for number, batch in enumerate(batches))
    done = 0
    for staged in work.runner.map(enrich_batch, tasks):
        commit_annotations(work.lake, work.run, staged)
        report.enriched += len(staged.subjects)
        report.step_failures += len(staged.quarantined)
        done += len(staged.subjects)
        work.progress("enrich", done, len(pending))


def _size(count: int, work: _Work) -> int:
    """Documents a batch: as many as allowed, fewer when that keeps every worker busy."""
    most, workers = work.settings.batch_size, work.runner.workers
    return most if workers == 1 else max(1, min(most, -(-count // (2 * workers))))


def _document_batches(pending: Sequence[PendingDocument], size: int) -> Iterator[list[PendingDocument]]:
    """Batches in order, of documents that are all new or all redone, within the size and 64 MB."""
    batch: list[PendingDocument] = []
    byte_count = 0
    for document in pending:
        is_other = bool(batch) and batch[0].is_redone != document.is_redone
        if batch and (is_other or len(batch) >= size or byte_count + document.byte_count > BATCH_BYTES):
            yield batch
            batch, byte_count = [], 0
        batch.append(document)
        byte_count += document.byte_count
    if batch:
        yield batch


def _article_batches(pending: Sequence[PendingArticle], size: int) -> Iterator[list[PendingArticle]]:
    """Batches in order, of articles that lack the same steps."""
    for _, group in groupby(pending, key=lambda a: (a.steps, a.is_redone)):
        alike = list(group)
        for start in range(0, len(alike), size):
            yield alike[start : start + size]


def _fingerprint_task(lake: Lake, run: Run, batch: Sequence[PendingDocument], number: int) -> FingerprintTask:
    folder = lake.staging / run.run_id / f"fingerprint-{number:06}"
    source = stage_documents(lake, folder / "input.parquet", [d.observation_id for d in batch])
    return FingerprintTask(
        source=source, folder=folder, run_id=run.run_id, is_redone=batch[0].is_redone, count=len(batch)
    )


def _clean_task(
    work: _Work, batch: Sequence[PendingDocument], number: int, rules: LayoutRules | None
) -> CleanTask:
    lake, run = work.lake, work.run
    folder = lake.staging / run.run_id / f"clean-{number:06}"
    concerned = [d.observation_id for d in batch if d.input_hash]
    boilerplate = boilerplate_of(lake, concerned) if concerned else {}
    source = stage_documents(lake, folder / "input.parquet", [d.observation_id for d in batch], boilerplate)
    return CleanTask(
        source=source,
        folder=folder,
        run_id=run.run_id,
        is_redone=batch[0].is_redone,
        count=len(batch),
        input_hashes=tuple(d.input_hash for d in batch),
        rules=rules,
    )


def _enrich_task(
    work: _Work, batch: Sequence[PendingArticle], number: int, versions: Mapping[str, str]
) -> EnrichTask:
    folder = work.lake.staging / work.run.run_id / f"enrich-{number:06}"
    source = stage_query(
        work.lake,
        folder / "input.parquet",
        {"article_id": [a.article_id for a in batch], "version_no": [a.version_no for a in batch]},
        f"SELECT * FROM {CATALOG}.news.articles "
        "WHERE (article_id, version_no) IN (SELECT (article_id, version_no) FROM batch) "
        "ORDER BY article_id, version_no",
    )
    return EnrichTask(
        source=source,
        folder=folder,
        run_id=work.run.run_id,
        is_redone=batch[0].is_redone,
        count=len(batch),
        parser=work.settings.parser,
        step_versions={step: versions[step] for step in batch[0].steps},
    )
