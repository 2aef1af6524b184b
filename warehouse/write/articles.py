"""Commit a cleaned batch: assign article versions to its documents and replace superseded rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.catalog.rows import Outcome, Run
from warehouse.catalog.tables import CLEANED, Table, enriched_tables, tables
from warehouse.lake.batch_inputs import version_keys
from warehouse.lake.lake import CATALOG, Lake
from warehouse.lake.staging import read_records
from warehouse.ledger import steps
from warehouse.ledger.runs import NOTHING, counts_of
from warehouse.write.commit import StagedBatch, commit
from warehouse.write.versions import Decision, Incoming, LakeState, Version, decide


@dataclass(frozen=True, slots=True)
class CommittedArticles:
    """The result of committing a cleaned batch; article versions are (article_id, version_no).

    `outcomes` counts its documents. `unenriched` maps versions that are new or have a new text, and so no
    annotations, to their order of ingestion (seq). `outdated` are versions whose text was replaced or
    removed: annotations under way for them must be dropped.
    """

    outcomes: Counter[str]
    unenriched: Mapping[tuple[str, int], int]
    outdated: Sequence[tuple[str, int]]


def commit_articles(lake: Lake, run: Run, staged: StagedBatch) -> CommittedArticles:
    """Assign versions to a cleaned batch and add its rows.

    Until here `version_no` of a staged row is the ordinal of its document among the subjects, as is
    `ordinal` of an alias. Rows of versions that are replaced are deleted in the same transaction, with
    their annotations when the annotated text has changed.
    """
    incoming = _incoming(staged)
    with lake.reading():
        known = _known(lake, incoming, staged)
    names_before = list(known.names)
    rejected_before = [
        v for x in staged.quarantined if (v := known.by_observation.get(x.subject_id or "")) is not None
    ]
    for version in rejected_before:
        known.drop(version)
    decisions, orphans = decide(incoming, known)
    kept = [d for d in decisions if d.outcome != "duplicate"]
    outcomes = _outcomes(staged, decisions)
    message = f"{len(kept)} article versions from {len(outcomes)} documents"
    counts = NOTHING if staged.is_redone else counts_of(outcomes)
    with commit(lake, run, staged, message, outcomes=outcomes, counts=counts):
        removed = [(v.article_id, v.version_no) for v in (*orphans, *rejected_before)]
        replaced = [(d.article_id, d.version_no) for d in kept if d.outcome == "replaced"]
        remove_versions(lake, CLEANED, [*replaced, *removed])
        changed = [(d.article_id, d.version_no) for d in kept if d.is_input_changed]
        remove_versions(lake, enriched_tables(), [*changed, *removed])
        steps.invalidate_annotations(lake, [*changed, *removed])
        _insert_versions(lake, staged.files, kept)
        _insert_aliases(lake, staged.files, decisions, names_before)
        _mark_latest(lake, known)
    places = {document.ordinal: document.seq for document in incoming}
    unenriched = {
        (d.article_id, d.version_no): places[d.ordinal]
        for d in kept
        if d.outcome == "new" or d.is_input_changed
    }
    return CommittedArticles(Counter(outcomes), unenriched, [*changed, *removed])


def _incoming(staged: StagedBatch) -> list[Incoming]:
    names: dict[int, set[tuple[str, str]]] = {}
    if "aliases" in staged.files:
        for alias in read_records(staged.files["aliases"]):
            names.setdefault(alias["ordinal"], set()).add((alias["kind"], alias["value"]))
    wanted = ("article_id", "observation_id", "text_hash", "input_hash", "form", "word_count", "seq")
    return [
        Incoming(
            ordinal=record["version_no"],
            names=frozenset(names.get(record["version_no"], ())),
            **{name: record[name] for name in wanted},
        )
        for record in _articles(staged, *wanted)
    ]


def _known(lake: Lake, incoming: Sequence[Incoming], staged: StagedBatch) -> LakeState:
    """Versions and aliases in the lake under the ids and aliases of a batch, or of its documents cleaned before."""
    names = sorted({name for document in incoming for name in document.names})
    with lake.registered("asked_names", _names(names)):
        aliases = lake.rows(
            f"SELECT kind, value, min(article_id) FROM {CATALOG}.news.aliases "
            "WHERE (kind, value) IN (SELECT (kind, value) FROM asked_names) GROUP BY ALL"
        )
    ids = {d.article_id for d in incoming} | {article_id for _, _, article_id in aliases}
    redone = [subject.id for subject in staged.subjects] if staged.is_redone else []
    articles = f"SELECT article_id FROM {CATALOG}.news.articles WHERE observation_id IN (SELECT id FROM redone)"
    again = f"OR article_id IN ({articles})" if redone else ""
    with lake.keys(sorted(ids)), lake.keys(redone, name="redone"):
        versions = lake.rows(
            "SELECT article_id, version_no, observation_id, text_hash, input_hash, form, word_count, seq, is_latest "
            f"FROM {CATALOG}.news.articles WHERE article_id IN (SELECT id FROM asked) {again}"
        )
    return LakeState.of([Version(*row) for row in versions], {(kind, value): id for kind, value, id in aliases})


def _outcomes(staged: StagedBatch, decisions: Sequence[Decision]) -> list[Outcome]:
    """The outcome of each document of the batch, in the order of the subjects."""
    outcomes: list[Outcome] = ["quarantined"] * len(staged.subjects)
    for record in _articles(staged, "repairs"):
        outcomes[record["version_no"]] = "repaired" if record["repairs"] else "accepted"
    for decision in decisions:
        is_other_view = decision.outcome == "replaced" and not staged.is_redone
        if decision.outcome == "duplicate" or is_other_view:  # the article has this version already
            outcomes[decision.ordinal] = "duplicate"
    return outcomes


def _articles(staged: StagedBatch, *columns: str) -> list[dict[str, Any]]:
    """Ordinals (as version_no) and other columns of the staged articles."""
    path = staged.files.get("articles")
    return [] if path is None else read_records(path, columns=["version_no", *columns])


def remove_versions(lake: Lake, from_tables: Sequence[Table], versions: Sequence[tuple[str, int]]) -> None:
    """Delete the rows of article versions (article_id, version_no) from tables, in the transaction under way."""
    for table in from_tables if versions else ():
        lake.delete(table, version_keys(versions))


def _insert_versions(lake: Lake, files: Mapping[str, Path], kept: Sequence[Decision]) -> None:
    """Add the staged rows of the versions kept, ordinals replaced by ids and version numbers."""
    with lake.registered("decided", _decided(kept)):
        for table in CLEANED:
            if table.name in files:
                lake.insert(
                    table,
                    files[table.name],
                    select="staged.* REPLACE (new_id AS article_id, new_no AS version_no)",
                    joined="JOIN decided ON staged.version_no = decided.ordinal",
                )


def _insert_aliases(
    lake: Lake,
    files: Mapping[str, Path],
    decisions: Sequence[Decision],
    known: Sequence[tuple[str, str]],
) -> None:
    """Add the staged aliases that are not `known`; a duplicate's aliases name the article it duplicates."""
    if "aliases" not in files:
        return
    with lake.registered("decided", _decided(decisions)), lake.registered("known", _names(known)):
        lake.insert(
            tables()["news.aliases"],
            files["aliases"],
            select="DISTINCT ON (kind, value) new_id AS article_id, kind, value",
            joined="JOIN decided ON staged.ordinal = decided.ordinal "
            "WHERE (kind, value) NOT IN (SELECT (kind, value) FROM known)",
        )


def _names(names: Sequence[tuple[str, str]]) -> pa.Table:
    kinds, values = [kind for kind, _ in names], [value for _, value in names]
    return pa.table({"kind": pa.array(kinds, pa.string()), "value": pa.array(values, pa.string())})


def _decided(decisions: Sequence[Decision]) -> pa.Table:
    return pa.table(
        {
            "ordinal": pa.array([d.ordinal for d in decisions], pa.int32()),
            "new_id": pa.array([d.article_id for d in decisions], pa.string()),
            "new_no": pa.array([d.version_no for d in decisions], pa.int32()),
        }
    )


def _mark_latest(lake: Lake, known: LakeState) -> None:
    """Correct `is_latest` of the versions that the batch has made older, or the newest that is left."""
    changed = []
    for versions in known.versions.values():
        newest = max((v.version_no for v in versions), default=0)
        changed += [v for v in versions if v.is_latest != (v.version_no == newest)]
    if not changed:
        return
    keys = version_keys((v.article_id, v.version_no) for v in changed)
    newly = pa.array([not v.is_latest for v in changed], pa.bool_())
    seqs = [v.seq for v in changed]
    with lake.registered("changed", keys.append_column("newly", newly)):
        lake.connection.execute(
            f"""
            UPDATE {CATALOG}.news.articles AS a SET is_latest = newly FROM changed
            WHERE a.seq BETWEEN {min(seqs)} AND {max(seqs)} AND a.seq IN ({", ".join(map(str, seqs))})
                AND a.article_id = changed.article_id AND a.version_no = changed.version_no
            """
        )
