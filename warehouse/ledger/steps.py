"""The ledger: steps done and steps pending, which make every run incremental."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from transforms.contract.columns import encode
from transforms.contract.ids import digest
from warehouse.catalog.rows import StepDone, StepVersion
from warehouse.catalog.tables import tables
from warehouse.lake.batch_inputs import version_keys
from warehouse.lake.changes import Changes
from warehouse.lake.lake import CATALOG, Lake

CLEAN = "clean"
FINGERPRINT = "fingerprint"
ENRICH = "enrich"

_MAPPING_HASH = """CASE WHEN cardinality(o.fields) = 0 THEN '' ELSE '+' || left(md5(array_to_string(
    list_transform(list_sort(map_entries(o.fields)), lambda e: e.key || '=' || e.value), chr(10))), 12) END"""


@dataclass(frozen=True, slots=True)
class PendingDocument:
    """An observation whose document is to be processed; `is_redone` when there is an older result.

    `seq` is its order of ingestion. `input_hash` stands for the lines that its publisher repeats, and
    for the field mapping of its observation; empty for neither.
    """

    observation_id: str
    seq: int
    byte_count: int
    is_redone: bool
    input_hash: str = ""


@dataclass(frozen=True, slots=True)
class PendingArticle:
    """An article version and the enrichments it lacks; `is_redone` when there are older rows of any.

    `seq` is the order of ingestion of its document.
    """

    article_id: str
    version_no: int
    seq: int
    steps: tuple[str, ...]
    is_redone: bool


def pending_documents(lake: Lake, *, step_version: str, changes: Changes | None) -> list[PendingDocument]:
    """Observations for which the step clean was not done in this version, in order of ingestion.

    The lines of a document that its publisher repeats and the field mapping of its observation are part
    of the step's input. With `changes`, only what changed is looked at.
    """
    inputs = ("raw.observations", "news.document_boilerplate")
    with lake.reading(), _possibly_pending(lake, CLEAN, inputs, changes) as observations:
        found = lake.rows(
            f"""
            SELECT o.observation_id, o.seq, d.byte_count, s.subject_id IS NOT NULL,
                coalesce(b.input_hash, '') || {_MAPPING_HASH} AS wanted_hash
            FROM ({observations}) o
            JOIN {CATALOG}.raw.documents d USING (raw_id)
            LEFT JOIN {CATALOG}.ops.steps_done s ON s.subject_id = o.observation_id AND s.step = '{CLEAN}'
            LEFT JOIN {CATALOG}.news.document_boilerplate b ON b.observation_id = o.observation_id
            WHERE s.step_version IS DISTINCT FROM ? OR s.input_hash IS DISTINCT FROM wanted_hash
            ORDER BY o.seq
            """,
            [step_version],
        )
    return [PendingDocument(*row) for row in found]


def pending_fingerprints(
    lake: Lake, *, step_version: str, media_types: Sequence[str], changes: Changes | None
) -> list[PendingDocument]:
    """Observations of these media types without a fingerprint of this version, in order of ingestion."""
    with (
        lake.reading(),
        _possibly_pending(lake, FINGERPRINT, ("raw.observations",), changes) as observations,
    ):
        found = lake.rows(
            f"""
            SELECT o.observation_id, o.seq, d.byte_count, s.subject_id IS NOT NULL
            FROM ({observations}) o
            JOIN {CATALOG}.raw.documents d USING (raw_id)
            LEFT JOIN {CATALOG}.ops.steps_done s ON s.subject_id = o.observation_id AND s.step = '{FINGERPRINT}'
            WHERE list_contains(?, d.media_type) AND s.step_version IS DISTINCT FROM ?
            ORDER BY o.seq
            """,
            [list(media_types), step_version],
        )
    return [PendingDocument(*row) for row in found]


def pending_articles(
    lake: Lake, *, enrichments: Mapping[str, str], changes: Changes | None
) -> list[PendingArticle]:
    """Article versions with the enrichments they lack in these versions, in order of ingestion.

    An enrichment that failed is lacking as soon as any of them has a new version.
    """
    if not enrichments:
        return []
    with lake.reading(), _possibly_pending(lake, ENRICH, ("news.articles",), changes) as articles:
        found = lake.rows(
            f"""
            SELECT a.article_id, a.version_no, a.seq, s.subject_id IS NOT NULL, s.failed,
                CASE WHEN s.input_hash = a.input_hash THEN s.step_version END
            FROM ({articles}) a
            LEFT JOIN {CATALOG}.ops.steps_done s
                ON s.subject_id = a.article_id AND s.version_no = a.version_no AND s.step = '{ENRICH}'
            WHERE s.step_version IS DISTINCT FROM ? OR s.input_hash IS DISTINCT FROM a.input_hash
            ORDER BY a.seq, a.version_no
            """,
            [enrich_version(enrichments)],
        )
        known = lake.rows(f"FROM {CATALOG}.ops.step_versions") if found else []
    done: dict[str, set[tuple[str, str]]] = {}
    for version, table, table_version in known:
        done.setdefault(version, set()).add((table, table_version))
    pending = []
    for article_id, number, seq, is_redone, failed, version in found:
        current = done.get(version, set())
        lacking = (t for t, v in enrichments.items() if (t, v) not in current or t in (failed or ()))
        if steps := tuple(sorted(lacking)):
            pending.append(PendingArticle(article_id, number, seq, steps, is_redone))
    return pending


def enrich_version(enrichments: Mapping[str, str]) -> str:
    """The version of the step enrich that runs these enrichments, versions by table."""
    return digest(*(f"{table}={version}" for table, version in sorted(enrichments.items())))[:16]


@contextmanager
def _possibly_pending(lake: Lake, step: str, inputs: Sequence[str], changes: Changes | None) -> Iterator[str]:
    """A query of the rows of the first input that may be pending: their input or their ledger entry changed.

    All of its rows without `changes`. Valid inside the context.
    """
    rows = f"FROM {CATALOG}.{inputs[0]}"
    if changes is None:
        yield rows
        return
    key = tables()[inputs[0]].key
    entry = ("subject_id", "version_no")[: len(key)]
    removed = changes.deleted(tables()["ops.steps_done"])
    parts = [
        *(f"FROM {changes.keys(tables()[name], key)}" for name in inputs),
        f"SELECT {', '.join(entry)} FROM {removed} WHERE step = '{step}'",
    ]
    with lake.registered("changed", lake.arrow(" UNION ".join(parts))):
        yield f"{rows} SEMI JOIN changed USING ({', '.join(key)})"


def record(lake: Lake, done: Sequence[StepDone], *, is_redone: bool) -> None:
    """Record steps in the ledger, in the transaction under way; `is_redone` replaces older entries."""
    if not done:
        return
    table = tables()["ops.steps_done"]
    rows = encode(StepDone, done)
    if is_redone:
        lake.delete(table, rows.select(list(table.key)))
    lake.insert(table, rows)


def record_enrichments(lake: Lake, enrichments: Mapping[str, str]) -> None:
    """Record the enrichments of a version of the step enrich, in the transaction under way, if it is new."""
    version = enrich_version(enrichments)
    if lake.rows(f"SELECT 1 FROM {CATALOG}.ops.step_versions WHERE step_version = ? LIMIT 1", [version]):
        return
    rows = [StepVersion(version, table, table_version) for table, table_version in sorted(enrichments.items())]
    lake.insert(tables()["ops.step_versions"], encode(StepVersion, rows))


def invalidate(lake: Lake, subject_ids: Sequence[str], *, step: str) -> None:
    """Remove the entries of a step for these subjects, in the transaction under way."""
    if subject_ids:
        subjects = pa.array(list(subject_ids), pa.string())
        steps = pa.array([step] * len(subjects), pa.string())
        lake.delete(tables()["ops.steps_done"], pa.table({"subject_id": subjects, "step": steps}))


def invalidate_failed(lake: Lake, subject_ids: Sequence[str]) -> None:
    """Remove the entries of the steps that failed on these subjects, in the transaction under way."""
    with lake.keys(subject_ids):
        lake.connection.execute(
            f"DELETE FROM {CATALOG}.ops.steps_done "
            "WHERE outcome = 'quarantined' AND subject_id IN (SELECT id FROM asked)"
        )


def invalidate_annotations(lake: Lake, versions: Sequence[tuple[str, int]]) -> None:
    """Remove the entries of article versions whose annotations are removed, in the transaction under way."""
    if versions:
        keys = version_keys(versions).rename_columns(["subject_id", "version_no"])
        lake.delete(tables()["ops.steps_done"], keys)


def redo_annotations(lake: Lake, article_ids: Sequence[str]) -> None:
    """Make every enrichment of these articles pending, in the transaction under way.

    The entries stay, with an older version: the rows of the enrichments are replaced, not added.
    """
    if article_ids:
        with lake.keys(article_ids):
            lake.connection.execute(
                f"UPDATE {CATALOG}.ops.steps_done SET step_version = '' "
                f"WHERE step = '{ENRICH}' AND subject_id IN (SELECT id FROM asked)"
            )
