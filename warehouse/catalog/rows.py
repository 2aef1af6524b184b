"""The rows of the schemas raw and ops: documents, observations, quarantine items, runs, steps, checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

Stage = Literal["read", "fetch", "fingerprint", "clean", "enrich", "link"]
RunStatus = Literal["running", "ok", "warnings", "failed", "crashed"]
Outcome = Literal["accepted", "repaired", "duplicate", "quarantined", "done"]


@dataclass(slots=True)
class Document:
    """The bytes of a document as they came, stored once however often they are observed."""

    raw_id: Annotated[str, "sha256 of the bytes, in hex"]
    body: Annotated[bytes, "the bytes"]
    media_type: Annotated[str, "media type by content: text/html, text/plain, application/json ..."]
    charset: Annotated[
        str | None, "character set declared by the transport at the first observation; null: none"
    ]
    byte_count: Annotated[int, "length of body"]
    first_seq: Annotated[int, "order of ingestion of its first observation (raw.observations.seq)"]
    first_seen_at: Annotated[datetime, "when it was first ingested, UTC"]


@dataclass(slots=True)
class Observation:
    """One observation of a document: its place, and the facts that its surroundings state."""

    observation_id: Annotated[
        str, "hash of content and place: the same document read again from the same place has the same id"
    ]
    seq: Annotated[int, "order of ingestion over the whole lake, from 1"]
    raw_id: Annotated[str, "the content (raw.documents)"]
    source_id: Annotated[str, "the configured source, or the path or address on the command line"]
    url: Annotated[str | None, "address that it was fetched from, or that its envelope states"]
    container_uri: Annotated[str | None, "file or address that contains it"]
    member_path: Annotated[str | None, "path within an archive"]
    item_no: Annotated[int, "line, entry or record number within the file or member, from 0"]
    fetched_at: Annotated[datetime, "when the bytes were read or fetched, UTC"]
    charset: Annotated[str | None, "character set that the transport declared; null: none"]
    http_status: Annotated[int | None, "status of the response; null for files"]
    http_headers: Annotated[dict[str, str], "headers of the response, without cookies and authorisation"]
    hints: Annotated[
        dict[str, str], "facts stated by the envelope: the title of a feed entry, the date in a sitemap"
    ]
    fields: Annotated[dict[str, str], "configured names that this source uses for our fields"]
    repairs: Annotated[list[str], "repairs made while reading (transforms.contract.reasons.Repair)"]
    run_id: Annotated[str, "the run that ingested it (ops.runs)"]


@dataclass(slots=True)
class QuarantineItem:
    """One rejected document, file or address, with the reason; nothing is rejected without a row here."""

    quarantine_id: Annotated[str, "hash of stage, place and reason: a second rejection adds no row"]
    run_id: Annotated[str, "the run that rejected it last (ops.runs)"]
    stage: Annotated[Stage, "stage that rejected it"]
    reason: Annotated[str, "code of transforms.contract.reasons.Reason"]
    detail: Annotated[str, "the reason in detail"]
    source_id: Annotated[str | None, "the configured source, or the path or address on the command line"]
    container_uri: Annotated[str | None, "file or address that contains it"]
    member_path: Annotated[str | None, "path within an archive"]
    item_no: Annotated[int, "line, entry or record number within the file or member"]
    url: Annotated[str | None, "its address; null: unknown"]
    raw_id: Annotated[str | None, "the stored bytes (raw.documents); null when they were never stored"]
    subject_id: Annotated[
        str | None, "the observation or article that the step rejected; null in the stages read and fetch"
    ]
    sample: Annotated[bytes, "its first bytes, 4 kB at most"]
    attempts: Annotated[int, "number of attempts"]
    status: Annotated[Literal["open", "resolved"], "open until a later attempt succeeds"]
    first_seen_at: Annotated[datetime, "when it was first rejected, UTC"]


@dataclass(slots=True)
class Run:
    """One run; for each that ended well, read = accepted + repaired + duplicate + quarantined."""

    run_id: Annotated[str, "start in UTC and four random hex digits"]
    started_at: Annotated[datetime, "UTC"]
    ended_at: Annotated[datetime | None, "UTC; null while it runs and when it crashed"]
    status: Annotated[
        RunStatus,
        "warnings: done, but a source has an alarm (ops.source_health); crashed: found unfinished by a later run",
    ]
    read: Annotated[int, "items read from the sources, and items that an earlier run left unfinished"]
    accepted: Annotated[int, "items that became a new article or version without repairs"]
    repaired: Annotated[int, "items that became a new article or version after repairs"]
    duplicate: Annotated[
        int, "items known before, with a text that the article already has, or another view of a version"
    ]
    quarantined: Annotated[int, "items rejected, in this run or by an earlier one; see raw.quarantine"]
    rows_written: Annotated[int, "rows written to all other tables"]
    code_version: Annotated[str, "version of dateline"]
    message: Annotated[str, "why it failed, or the alarms of its sources; empty: neither"]
    snapshot_id: Annotated[
        int | None,
        "newest snapshot at its end, up to which no step of steps_hash is pending; null: some may be",
    ] = None
    steps_hash: Annotated[
        str,
        "hash of the versions of all steps and of the settings they read; empty: none was complete, the next run "
        "looks at the whole lake",
    ] = ""


@dataclass(slots=True)
class StepDone:
    """One step done for one subject: the ledger that makes every run incremental.

    The enrichments of an article version are one step: `ops.step_versions` lists them by step_version.
    """

    subject_id: Annotated[
        str,
        "article_id for enrichments, the scope (a publisher, a day, all) for link steps, else observation_id",
    ]
    version_no: Annotated[int, "version of the article; 0 where the subject is not an article"]
    step: Annotated[str, "fingerprint, clean, enrich, or the table that the link step fills"]
    step_version: Annotated[str, "version of the step and of everything it needs"]
    input_hash: Annotated[str, "hash of the step's input"]
    outcome: Annotated[
        Outcome,
        "outcome for the subject: of the step clean that of the document, else done or quarantined (the step failed)",
    ]
    failed: Annotated[list[str], "the enrichments that failed; empty for all other steps"]
    run_id: Annotated[str, "the run that did it (ops.runs)"]
    done_at: Annotated[datetime, "UTC"]


@dataclass(slots=True)
class StepVersion:
    """One enrichment of a version of the step enrich."""

    step_version: Annotated[str, "version of the step enrich (ops.steps_done)"]
    enrichment: Annotated[str, "the table that it fills"]
    enrichment_version: Annotated[str, "its version, with those of everything it needs"]


@dataclass(slots=True)
class CheckResult:
    """The result of one data quality check in one run."""

    run_id: Annotated[str, "the run (ops.runs)"]
    name: Annotated[str, "the check: a file of warehouse/checks"]
    failed_rows: Annotated[int, "rows that violate the rule; 0 = passed"]
    sample: Annotated[str, "the first of them, as JSON; empty: there are none"]
    checked_at: Annotated[datetime, "UTC"]


@dataclass(slots=True)
class Publication:
    """The stamp of the published file: one row, table meta.publish."""

    published_at: Annotated[datetime, "when the file was built, UTC"]
    snapshot_id: Annotated[int, "snapshot of the lake that it shows, as for dateline sql --as-of"]
    run_id: Annotated[str, "the run that built it (ops.runs)"]
    code_version: Annotated[str, "version of dateline"]
    marts_hash: Annotated[str, "hash of the SQL of the marts and of the dictionary"]
    checks_hash: Annotated[str, "hash of the SQL of the checks that the lake passed"]
    full_build_bytes: Annotated[
        int, "size of the file when its marts were last built from the whole lake, before any refresh"
    ]


@dataclass(slots=True)
class DictionaryEntry:
    """One column of one table: table meta.dictionary."""

    schema_name: Annotated[str, "raw, news, ops: in the lake; mart, meta: in the published file"]
    table_name: Annotated[str, "name of the table"]
    table_comment: Annotated[str, "meaning of a row"]
    column_name: Annotated[str, "name of the column"]
    ordinal: Annotated[int, "position of the column, from 1"]
    data_type: Annotated[str, "type in SQL"]
    is_nullable: Annotated[bool, "whether it can be null, which means: not stated"]
    is_key: Annotated[bool, "whether it is part of the key"]
    refers_to: Annotated[
        str, "column of another table that has the same values: schema.table.column; empty: none"
    ]
    comment: Annotated[str, "meaning of the column"]
    allowed_values: Annotated[str, "closed vocabulary, separated by commas; empty: any value"]
