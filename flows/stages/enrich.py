"""The stage enrich: article versions get the annotation rows they lack, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from flows.run.tasks import EnrichTask, enrich_batch, merged, without_subjects
from flows.stages.batches import article_batches, article_parts
from flows.stages.reports import EnrichReport
from flows.stages.session import Session
from flows.stages.step_versions import enrichment_versions
from warehouse.lake.batch_inputs import stage_articles
from warehouse.lake.staging import read_records
from warehouse.ledger.steps import enrich_version, pending_articles
from warehouse.write.annotations import commit_annotations
from warehouse.write.articles import CommittedArticles
from warehouse.write.commit import StagedBatch


def enrich(session: Session) -> EnrichReport:
    """Run on every article version the enrichments that it lacks: those the stage clean left, and backfills."""
    enrichment = Enrichment(session)
    pending = pending_articles(session.lake, enrichments=enrichment.versions, changes=session.changes())
    if pending:
        session.start_workers()
    enrichment.report.expected += len(pending)
    tasks = (
        task
        for batch in article_batches(pending, largest=session.settings.batch_size)
        for task in enrichment.tasks(
            {(a.article_id, a.version_no): a.seq for a in batch}, batch[0].steps, is_redone=batch[0].is_redone
        )
    )
    for staged in session.runner.map(enrich_batch, tasks):
        enrichment.receive(staged)
        enrichment.show_progress()
    enrichment.commit()
    return enrichment.report


class Enrichment:
    """Tasks to enrich article versions, and the commits of their results, also while documents are cleaned.

    Tasks are small, so that all workers end at about the same time; results are committed together, up
    to the batch size. A version may get another text, or be removed, before its annotations are
    committed: these are dropped. Results arrive in the order of their tasks.
    """

    def __init__(self, session: Session) -> None:
        self.report = session.report(EnrichReport)
        self.versions = enrichment_versions(session.settings)
        self._session = session
        self._resources = session.settings.chosen_resources()
        self._unenriched: dict[tuple[str, int], int] = {}
        self._in_work: Counter[tuple[str, int]] = Counter()
        self._outdated: Counter[tuple[str, int]] = Counter()
        self._received: list[StagedBatch] = []

    def add(self, committed: CommittedArticles) -> None:
        """Note the versions that a cleaned batch adds, and those it makes outdated."""
        self._unenriched.update(committed.unenriched)
        if self.versions:
            self.report.expected += len(committed.unenriched)
        for version in self._in_work.keys() & set(committed.outdated):
            self._outdated[version] = self._in_work[version]

    def tasks_of_added(self, _: StagedBatch) -> Iterable[EnrichTask]:
        """Tasks to enrich all versions added since the last call."""
        added, self._unenriched = self._unenriched, {}
        return self.tasks(added, self.versions, is_redone=False) if added and self.versions else ()

    def tasks(
        self, versions: Mapping[tuple[str, int], int], steps: Collection[str], *, is_redone: bool
    ) -> Iterator[EnrichTask]:
        """Tasks to run these steps on article versions ((article_id, version_no) -> seq), with one input."""
        folder = self._session.new_folder("enrich")
        self._in_work.update(versions.keys())
        source = stage_articles(self._session.lake, folder / "input.parquet", versions)
        words = [record["word_count"] for record in read_records(source, columns=["word_count"])]
        for number, part in enumerate(article_parts(words, workers=self._session.runner.workers)):
            yield EnrichTask(
                source=source,
                folder=folder / f"part-{number}",
                run_id=self._session.run.run_id,
                is_redone=is_redone,
                first=part.start,
                count=len(part),
                resources=self._resources,
                enrichments=frozenset(steps),
                step_version=enrich_version(self.versions),
            )

    def receive(self, staged: StagedBatch) -> None:
        """Keep the result of a task for a commit, and commit those before it that it does not fit in with."""
        if self._received:
            last, count = self._received[-1], sum(len(other.subjects) for other in self._received)
            is_alike = (last.enrichments, last.is_redone) == (staged.enrichments, staged.is_redone)
            if not is_alike or count + len(staged.subjects) > self._session.settings.batch_size:
                self.commit()
        self._received.append(staged)
        self.report.received += len(staged.subjects)

    def show_progress(self, *, further: int = 0) -> None:
        """Show how many articles are enriched; `further` documents have yet to become articles."""
        if self.report.expected:
            self._session.progress("enrich", self.report.received, self.report.expected + further)

    def commit(self) -> None:
        """Commit the results received, without the versions that are outdated by now."""
        batches = [self._current(staged) for staged in self._received]
        self._received = []
        if not any(staged.subjects for staged in batches):
            return
        staged = merged(batches, self._session.new_folder("enriched"))
        commit_annotations(self._session.lake, self._session.run, staged, self.versions)
        self.report.enriched += len(staged.subjects)
        self.report.step_failures += len(staged.quarantined)

    def _current(self, staged: StagedBatch) -> StagedBatch:
        versions = Counter((subject.id, subject.version_no) for subject in staged.subjects)
        self._in_work -= versions
        outdated = self._outdated & versions
        self._outdated -= outdated
        return without_subjects(staged, outdated) if outdated else staged
