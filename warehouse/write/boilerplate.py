"""Fingerprints of documents, the lines that publishers repeat, and which documents these lines concern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from transforms.contract.columns import encode
from transforms.link.boilerplate.rows import (
    BOILERPLATE_VERSION,
    FINGERPRINT_VERSION,
    FINGERPRINTED,
    PublisherLine,
)
from warehouse.catalog.rows import QuarantineItem, Run, StepDone
from warehouse.catalog.tables import tables
from warehouse.lake.lake import CATALOG, Lake
from warehouse.ledger import quarantine, runs, steps
from warehouse.ledger.steps import PendingDocument

FINGERPRINT = "fingerprint"
PUBLISHER = "publisher_lines"
_JUDGED = f"{BOILERPLATE_VERSION} {FINGERPRINT_VERSION}"
_FEWEST_DOCUMENTS = 3


@dataclass(frozen=True, slots=True)
class StagedFingerprints:
    """A batch of documents that were fingerprinted: `subjects` are observation ids."""

    files: Mapping[str, Path]
    subjects: Sequence[str]
    quarantined: Sequence[QuarantineItem]
    is_redone: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What publishers repeat and which of their documents have lines of it.

    `publishers` are publisher_key and number of fingerprints, `lines` (publisher_key, line_hash) ->
    document_count, `documents` observation_id -> hash of the lines, where there are any.
    """

    publishers: Mapping[str, int]
    lines: Mapping[tuple[str, int], int]
    documents: Mapping[str, str]


def pending_fingerprints(lake: Lake) -> list[PendingDocument]:
    """Observations of pages and texts that have not been fingerprinted in this version, in order of ingestion."""
    types = ", ".join(f"'{media_type}'" for media_type in FINGERPRINTED)
    found = lake.rows(
        f"""
        SELECT o.observation_id, d.byte_count, s.subject_id IS NOT NULL
        FROM {CATALOG}.raw.observations o
        JOIN {CATALOG}.raw.documents d USING (raw_id)
        LEFT JOIN {CATALOG}.ops.steps_done s ON s.subject_id = o.observation_id AND s.step = '{FINGERPRINT}'
        WHERE d.media_type IN ({types}) AND s.step_version IS DISTINCT FROM ?
        ORDER BY o.seq
        """,
        [FINGERPRINT_VERSION],
    )
    return [PendingDocument(*row) for row in found]


def commit_fingerprints(lake: Lake, run: Run, staged: StagedFingerprints) -> None:
    """Add a batch of fingerprints; older ones of the same documents give way, with what followed from them."""
    table, subjects = tables()["news.fingerprints"], list(staged.subjects)
    with lake.transaction(f"run {run.run_id}: {len(subjects)} documents fingerprinted"):
        runs.open_run(lake, run)
        if staged.is_redone:
            lake.delete(table, pa.table({"observation_id": pa.array(subjects, pa.string())}))
            steps.invalidate(lake, subjects, step=steps.BOILERPLATE)
        if table.name in staged.files:
            lake.insert(table, staged.files[table.name])
        quarantine.store(lake, staged.quarantined)
        refused = {item.subject_id for item in staged.quarantined}
        quarantine.resolve(lake, [s for s in subjects if s not in refused], stage="fingerprint")
        done = [_done(run, subject, FINGERPRINT, FINGERPRINT_VERSION, "") for subject in subjects]
        steps.record(lake, done, is_redone=staged.is_redone)


def pending_publishers(lake: Lake) -> dict[str, int]:
    """Publishers whose documents have changed since they were judged, with the number of their fingerprints."""
    found = lake.rows(
        f"""
        SELECT coalesce(publisher_key, subject_id), coalesce(number, 0)
        FROM (SELECT publisher_key, count(*) AS number FROM {CATALOG}.news.fingerprints GROUP BY ALL)
        FULL JOIN (FROM {CATALOG}.ops.steps_done WHERE step = '{PUBLISHER}') ON publisher_key = subject_id
        WHERE (number >= {_FEWEST_DOCUMENTS} OR subject_id IS NOT NULL)
          AND (step_version IS DISTINCT FROM ? OR input_hash IS DISTINCT FROM coalesce(number, 0)::VARCHAR)
        ORDER BY 1
        """,
        [_JUDGED],
    )
    return dict(found)


def fingerprints_of(lake: Lake, publishers: Sequence[str]) -> pa.Table:
    """The fingerprints of publishers, theirs together."""
    with lake.keys(publishers):
        return lake.arrow(
            f"SELECT * FROM {CATALOG}.news.fingerprints WHERE publisher_key IN (SELECT id FROM asked) "
            "ORDER BY publisher_key, document_key, observation_id"
        )


def lines_of(lake: Lake, publishers: Sequence[str]) -> dict[tuple[str, int], PublisherLine]:
    """The repeated lines that the lake has of publishers, by publisher_key and line_hash."""
    with lake.keys(publishers):
        found = lake.rows(
            "SELECT publisher_key, line_hash, line, document_count, is_sentence "
            f"FROM {CATALOG}.news.publisher_lines WHERE publisher_key IN (SELECT id FROM asked)"
        )
    return {(row[0], row[1]): PublisherLine(*row) for row in found}


def commit_boilerplate(
    lake: Lake,
    run: Run,
    judgement: Judgement,
    held: Mapping[tuple[str, int], PublisherLine],
    texts: Mapping[int, str],
) -> None:
    """Bring lines and ledger to a judgement; rows that it leaves as they are stay untouched.

    `held` are the lines that the lake has of these publishers (`lines_of`), `texts` those of the others
    by hash.
    """
    publishers = list(judgement.publishers)
    rows = [
        PublisherLine(
            key, line, held[key, line].line if (key, line) in held else texts[line], count, bool(line & 1)
        )
        for (key, line), count in judgement.lines.items()
    ]
    changed = {row.publisher_key for row in rows if held.get((row.publisher_key, row.line_hash)) != row}
    changed |= {key for key, line in held if (key, line) not in judgement.lines}
    table = tables()["news.publisher_lines"]
    with lake.transaction(f"run {run.run_id}: lines of {len(publishers)} publishers"):
        runs.open_run(lake, run)
        if changed:
            lake.delete(table, pa.table({"publisher_key": pa.array(sorted(changed), pa.string())}))
            lake.insert(table, encode(PublisherLine, [r for r in rows if r.publisher_key in changed]))
        _record_documents(lake, run, judgement)
        steps.invalidate(lake, publishers, step=PUBLISHER)
        judged = {key: number for key, number in judgement.publishers.items() if number}
        done = [_done(run, key, PUBLISHER, _JUDGED, str(number)) for key, number in judged.items()]
        steps.record(lake, done, is_redone=False)


def _record_documents(lake: Lake, run: Run, judgement: Judgement) -> None:
    """Enter which lines concern which documents: what the step clean has as its input."""
    with lake.keys(judgement.publishers):
        found = lake.rows(
            f"SELECT f.observation_id, s.input_hash FROM {CATALOG}.news.fingerprints f "
            f"JOIN {CATALOG}.ops.steps_done s ON s.subject_id = f.observation_id AND s.step = '{steps.BOILERPLATE}' "
            "WHERE f.publisher_key IN (SELECT id FROM asked)"
        )
    before, now = dict(found), judgement.documents
    steps.invalidate(lake, [s for s, held in before.items() if now.get(s) != held], step=steps.BOILERPLATE)
    changed = {subject: held for subject, held in now.items() if before.get(subject) != held}
    done = [_done(run, subject, steps.BOILERPLATE, _JUDGED, held) for subject, held in changed.items()]
    steps.record(lake, done, is_redone=False)


def lines_in(lake: Lake, observation_ids: Sequence[str]) -> Iterator[tuple[str, str, list[int]]]:
    """Observation, publisher_key and line hashes of documents that have a fingerprint."""
    with lake.keys(observation_ids):
        yield from lake.rows(
            f"SELECT observation_id, publisher_key, line_hashes FROM {CATALOG}.news.fingerprints "
            "WHERE observation_id IN (SELECT id FROM asked)"
        )


def _done(run: Run, subject: str, step: str, version: str, input_hash: str) -> StepDone:
    return StepDone(subject, 0, step, version, input_hash, "done", run.run_id, datetime.now(UTC))
