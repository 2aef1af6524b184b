"""The ledger: steps done and steps pending, which make every run incremental."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from transforms.contract.columns import encode
from transforms.contract.ids import digest
from warehouse.catalog.rows import StepDone
from warehouse.catalog.tables import tables
from warehouse.lake.batch_inputs import version_keys
from warehouse.lake.lake import CATALOG, Lake

CLEAN = "clean"
FINGERPRINT = "fingerprint"


@dataclass(frozen=True, slots=True)
class PendingDocument:
    """An observation whose document is to be cleaned; `is_redone` when there is an older result.

    `input_hash` stands for the lines that its publisher repeats, and for the field mapping of its source
    where that is not the one stored with the observation; empty for neither.
    """

    observation_id: str
    byte_count: int
    is_redone: bool
    input_hash: str = ""


@dataclass(frozen=True, slots=True)
class PendingArticle:
    """An article version and the enrichments it lacks; `is_redone` when there are older rows of any."""

    article_id: str
    version_no: int
    steps: tuple[str, ...]
    is_redone: bool


def pending_documents(
    lake: Lake, *, step_version: str, mappings: Mapping[str, Mapping[str, str]]
) -> list[PendingDocument]:
    """Observations for which the step clean was not done in this version, in order of ingestion.

    The lines of a document that its publisher repeats are part of the step's input, and so is a field
    mapping (`mappings`, by source_id) that replaces the stored one.
    """
    replaced = pa.table(
        {
            "source_id": pa.array(list(mappings), pa.string()),
            "fields": pa.array(map(dict, mappings.values()), pa.map_(pa.string(), pa.string())),
            "mapping_hash": pa.array(map(_mapping_hash, mappings.values()), pa.string()),
        }
    )
    query = f"""
        SELECT o.observation_id, d.byte_count, s.subject_id IS NOT NULL,
            coalesce(b.input_hash, '') || CASE
                WHEN list_sort(map_entries(m.fields)) <> list_sort(map_entries(o.fields)) THEN m.mapping_hash
                ELSE '' END AS wanted_hash
        FROM {CATALOG}.raw.observations o
        JOIN {CATALOG}.raw.documents d USING (raw_id)
        LEFT JOIN mappings m USING (source_id)
        LEFT JOIN {CATALOG}.ops.steps_done s ON s.subject_id = o.observation_id AND s.step = '{CLEAN}'
        LEFT JOIN {CATALOG}.news.document_boilerplate b ON b.observation_id = o.observation_id
        WHERE s.step_version IS DISTINCT FROM ? OR s.input_hash IS DISTINCT FROM wanted_hash
        ORDER BY o.seq
        """
    with lake.registered("mappings", replaced):
        return [PendingDocument(*row) for row in lake.rows(query, [step_version])]


def _mapping_hash(fields: Mapping[str, str]) -> str:
    return f"+{digest(*(f'{ours}={theirs}' for ours, theirs in sorted(fields.items())))[:12]}"


def pending_articles(lake: Lake, *, step_versions: Mapping[str, str]) -> list[PendingArticle]:
    """Article versions with the steps they lack in these versions, in order of ingestion."""
    if not step_versions:
        return []
    values = ", ".join(f"('{step}', '{version}')" for step, version in step_versions.items())
    found = lake.rows(
        f"""
        WITH wanted(step, step_version) AS (VALUES {values})
        SELECT a.article_id, a.version_no, list(w.step ORDER BY w.step), bool_or(s.subject_id IS NOT NULL)
        FROM {CATALOG}.news.articles a
        JOIN {CATALOG}.raw.observations o USING (observation_id)
        CROSS JOIN wanted w
        LEFT JOIN {CATALOG}.ops.steps_done s
            ON s.subject_id = a.article_id AND s.version_no = a.version_no AND s.step = w.step
        WHERE s.step_version IS DISTINCT FROM w.step_version OR s.input_hash IS DISTINCT FROM a.input_hash
        GROUP BY a.article_id, a.version_no
        ORDER BY min(o.seq), a.version_no
        """
    )
    return [PendingArticle(article_id, no, tuple(steps), redone) for article_id, no, steps, redone in found]


def record(lake: Lake, done: Sequence[StepDone], *, is_redone: bool) -> None:
    """Record steps in the ledger, in the transaction under way; `is_redone` replaces older entries."""
    if not done:
        return
    table = tables()["ops.steps_done"]
    rows = encode(StepDone, done)
    if is_redone:
        lake.delete(table, rows.select(list(table.key)))
    lake.insert(table, rows)


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

    Other steps or versions of an article may have rows, so its entries stay, with an older version: the
    steps are redone, not added.
    """
    if article_ids:
        with lake.keys(article_ids):
            lake.connection.execute(
                f"UPDATE {CATALOG}.ops.steps_done SET step_version = '' "
                "WHERE subject_id IN (SELECT id FROM asked)"
            )
