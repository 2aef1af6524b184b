"""A cleaned batch becomes part of the lake: its documents get article versions, older rows give way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from warehouse.catalog.rows import Outcome, QuarantineItem, Run, StepDone
from warehouse.catalog.tables import CLEANED, Table, enriched_tables, tables
from warehouse.lake.lake import CATALOG, Lake
from warehouse.lake.staging import read_records
from warehouse.ledger import quarantine, runs, steps
from warehouse.write.versions import Decision, Incoming, LakeState, Version, decide


@dataclass(frozen=True, slots=True)
class StagedClean:
    """A cleaned batch: the documents' observation ids in order (`subjects`) and what came of them.

    `input_hashes` stand for what each was cleaned with beside its bytes: the lines its publisher repeats.
    `files` are staged rows by table name; their version_no holds the document's place in
    `subjects` until it lands, and aliases have it as `ordinal`. A document without an article has a
    item.
    """

    files: Mapping[str, Path]
    subjects: Sequence[str]
    input_hashes: Sequence[str]
    repaired: frozenset[int]
    quarantined: Sequence[QuarantineItem]
    is_redone: bool


def commit_articles(lake: Lake, run: Run, staged: StagedClean, *, step_version: str) -> Counter[str]:
    """Give a cleaned batch its versions and add its rows; counts the outcomes.

    Rows of versions that are replaced go in the same transaction, annotations included when the
    text they point into has changed.
    """
    incoming = _incoming(staged)
    known = _known(lake, incoming, staged)
    rejected_before = [
        v for x in staged.quarantined if (v := known.by_observation.get(x.subject_id or "")) is not None
    ]
    for version in rejected_before:
        known.drop(version)
    decisions, orphans = decide(incoming, known)
    kept = [d for d in decisions if d.outcome != "duplicate"]
    outcomes = _outcomes(staged, decisions)
    with lake.transaction(f"run {run.run_id}: {len(kept)} article versions from {len(outcomes)} documents"):
        runs.open_run(lake, run)
        gone = [(v.article_id, v.version_no) for v in (*orphans, *rejected_before)]
        replaced = [(d.article_id, d.version_no) for d in kept if d.outcome == "replaced"]
        remove_versions(lake, CLEANED, [*replaced, *gone])
        changed = [(d.article_id, d.version_no) for d in kept if d.is_input_changed]
        remove_versions(lake, enriched_tables(), [*changed, *gone])
        steps.invalidate_annotations(lake, [*changed, *gone])
        _insert_versions(lake, staged.files, decisions)
        touched = {d.article_id for d in kept if d.version_no > 1} | {
            v.article_id for v in (*orphans, *rejected_before)
        }
        _mark_latest(lake, sorted(touched))
        quarantine.store(lake, staged.quarantined)
        refused = {x.subject_id for x in staged.quarantined}
        quarantine.resolve(lake, [s for s in staged.subjects if s not in refused], stage="clean")
        now = datetime.now(UTC)
        done = [
            StepDone(subject, 0, steps.CLEAN, step_version, input_hash, outcomes[n], run.run_id, now)
            for n, (subject, input_hash) in enumerate(zip(staged.subjects, staged.input_hashes, strict=True))
        ]
        steps.record(lake, done, is_redone=staged.is_redone)
    return Counter(outcomes.values())


def _incoming(staged: StagedClean) -> list[Incoming]:
    if "articles" not in staged.files:
        return []
    names: dict[int, set[tuple[str, str]]] = {}
    if "aliases" in staged.files:
        for alias in read_records(staged.files["aliases"]):
            names.setdefault(alias["ordinal"], set()).add((alias["kind"], alias["value"]))
    wanted = ("article_id", "observation_id", "text_hash", "input_hash", "form", "word_count")
    return [
        Incoming(
            ordinal=record["version_no"],
            names=frozenset(names.get(record["version_no"], ())),
            **{name: record[name] for name in wanted},
        )
        for record in read_records(staged.files["articles"], columns=["version_no", *wanted])
    ]


def _known(lake: Lake, incoming: Sequence[Incoming], staged: StagedClean) -> LakeState:
    """What the lake holds under the ids and aliases of a batch, and of its documents cleaned before."""
    names = sorted({name for document in incoming for name in document.names})
    asked_names = {"kind": pa.array([k for k, _ in names], pa.string())}
    asked_names["value"] = pa.array([v for _, v in names], pa.string())
    lake.connection.register("asked_names", pa.table(asked_names))
    aliases = lake.rows(
        f"SELECT kind, value, min(article_id) FROM {CATALOG}.news.aliases "
        "WHERE (kind, value) IN (SELECT (kind, value) FROM asked_names) GROUP BY ALL"
    )
    ids = {d.article_id for d in incoming} | {article_id for _, _, article_id in aliases}
    lake.connection.register("asked_ids", pa.table({"id": pa.array(sorted(ids), pa.string())}))
    lake.connection.register("asked", pa.table({"id": pa.array(list(staged.subjects), pa.string())}))
    again = "OR observation_id IN (SELECT id FROM asked)" if staged.is_redone else ""
    versions = lake.rows(
        "SELECT article_id, version_no, observation_id, text_hash, input_hash, form, word_count "
        f"FROM {CATALOG}.news.articles WHERE article_id IN (SELECT id FROM asked_ids) {again}"
    )
    for name in ("asked_names", "asked_ids", "asked"):
        lake.connection.unregister(name)
    return LakeState.of([Version(*row) for row in versions], {(kind, value): id for kind, value, id in aliases})


def _outcomes(staged: StagedClean, decisions: Sequence[Decision]) -> dict[int, Outcome]:
    """What became of each document of the batch, by ordinal."""
    outcomes: dict[int, Outcome] = dict.fromkeys(range(len(staged.subjects)), "quarantined")
    for decision in decisions:
        if decision.outcome == "duplicate":
            outcomes[decision.ordinal] = "duplicate"
        else:
            is_repaired = decision.ordinal in staged.repaired
            outcomes[decision.ordinal] = "repaired" if is_repaired else "accepted"
    return outcomes


def remove_versions(lake: Lake, from_tables: Sequence[Table], versions: Sequence[tuple[str, int]]) -> None:
    """Delete the rows of article versions (article_id, version_no) from tables, in the transaction under way."""
    if not versions:
        return
    keys = pa.table(
        {
            "article_id": pa.array([article_id for article_id, _ in versions], pa.string()),
            "version_no": pa.array([number for _, number in versions], pa.int32()),
        }
    )
    for table in from_tables:
        lake.delete(table, keys)


def _insert_versions(lake: Lake, files: Mapping[str, Path], decisions: Sequence[Decision]) -> None:
    """Add the staged rows of the versions kept, ordinals exchanged for ids and version numbers."""
    kept = [d for d in decisions if d.outcome != "duplicate"]
    settled = {
        "ordinal": pa.array([d.ordinal for d in kept], pa.int32()),
        "new_id": pa.array([d.article_id for d in kept], pa.string()),
        "new_no": pa.array([d.version_no for d in kept], pa.int32()),
    }
    lake.connection.register("settled", pa.table(settled))
    for table in CLEANED:
        if table.name in files:
            lake.insert(
                table,
                files[table.name],
                select="staged.* REPLACE (new_id AS article_id, new_no AS version_no)",
                joined="JOIN settled ON staged.version_no = settled.ordinal",
            )
    lake.connection.unregister("settled")
    if "aliases" in files:
        renamed = {
            "ordinal": pa.array([d.ordinal for d in decisions], pa.int32()),
            "owner": pa.array([d.article_id for d in decisions], pa.string()),
        }
        lake.connection.register("renamed", pa.table(renamed))
        lake.insert(
            tables()["news.aliases"],
            files["aliases"],
            select="DISTINCT ON (kind, value) owner AS article_id, kind, value",
            joined="JOIN renamed ON staged.ordinal = renamed.ordinal "
            f"WHERE (kind, value) NOT IN (SELECT (kind, value) FROM {CATALOG}.news.aliases)",
        )
        lake.connection.unregister("renamed")


def _mark_latest(lake: Lake, article_ids: Sequence[str]) -> None:
    if not article_ids:
        return
    lake.connection.register("touched", pa.table({"id": pa.array(article_ids, pa.string())}))
    lake.connection.execute(
        f"""
        UPDATE {CATALOG}.news.articles AS a SET is_latest = (a.version_no = newest.no)
        FROM (SELECT article_id, max(version_no) AS no FROM {CATALOG}.news.articles
              WHERE article_id IN (SELECT id FROM touched) GROUP BY ALL) AS newest
        WHERE a.article_id = newest.article_id AND a.is_latest <> (a.version_no = newest.no)
        """
    )
    lake.connection.unregister("touched")
