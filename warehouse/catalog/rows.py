"""The rows of the schemas raw and ops: what came in, what was refused, what was run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

Stage = Literal["read", "fetch", "fingerprint", "clean", "enrich"]
RunStatus = Literal["running", "ok", "failed", "crashed"]
Outcome = Literal["accepted", "repaired", "duplicate", "quarantined", "done"]


@dataclass(slots=True)
class Document:
    """One piece of content as it came, stored once whatever the number of places it was seen at."""

    raw_id: Annotated[str, "sha256 of the bytes, in hex"]
    body: Annotated[bytes, "the bytes"]
    media_type: Annotated[str, "what the bytes are, by content: text/html, text/plain, application/json ..."]
    charset: Annotated[str | None, "character set declared by the transport when first seen; null: none"]
    byte_count: Annotated[int, "length of body"]
    first_seen_at: Annotated[datetime, "when it was first taken in, UTC"]


@dataclass(slots=True)
class Observation:
    """One sighting of a document: where it stood, and what its surroundings say of it."""

    observation_id: Annotated[str, "hash of content and place: the same sighting read again has the same id"]
    seq: Annotated[int, "order of ingestion over the whole lake, from 1"]
    raw_id: Annotated[str, "the content (raw.documents)"]
    source_id: Annotated[str, "the configured source, or the path or address given on the command line"]
    url: Annotated[str | None, "address it was fetched from, or that its envelope states"]
    container_uri: Annotated[str | None, "file or address that held it"]
    member_path: Annotated[str | None, "path within an archive"]
    item_no: Annotated[int, "line, entry or record number within the file or member, from 0"]
    fetched_at: Annotated[datetime, "when the bytes were taken in, UTC"]
    charset: Annotated[str | None, "character set that the transport declared this time; null: none"]
    http_status: Annotated[int | None, "status of the response; null for files"]
    http_headers: Annotated[dict[str, str], "headers of the response, without cookies and authorisation"]
    hints: Annotated[dict[str, str], "facts stated by the envelope: a feed's title, a sitemap's date"]
    fields: Annotated[dict[str, str], "field names that this source uses for ours, where configured"]
    repairs: Annotated[list[str], "what reading had to mend (transforms.contract.reasons.Repair)"]
    run_id: Annotated[str, "the run that took it in (ops.runs)"]


@dataclass(slots=True)
class QuarantineItem:
    """One thing that did not become an article, with the reason; nothing is refused without a row here."""

    quarantine_id: Annotated[str, "hash of place and reason: reading it again adds no row"]
    run_id: Annotated[str, "the run that refused it last (ops.runs)"]
    stage: Annotated[Stage, "where it was refused"]
    reason: Annotated[str, "code of the closed list transforms.contract.reasons.Reason"]
    detail: Annotated[str, "what exactly was wrong"]
    source_id: Annotated[str | None, "the configured source, or the path or address given"]
    container_uri: Annotated[str | None, "file or address that held it"]
    member_path: Annotated[str | None, "path within an archive"]
    item_no: Annotated[int, "line, entry or record number within the file or member"]
    url: Annotated[str | None, "its address, when known"]
    raw_id: Annotated[str | None, "the stored bytes (raw.documents); null when they were never stored"]
    subject_id: Annotated[str | None, "the observation or article whose step refused it"]
    sample: Annotated[bytes, "its first bytes, 4 kB at most"]
    attempts: Annotated[int, "how often it was tried"]
    status: Annotated[Literal["open", "resolved", "ignored"], "open until a later attempt succeeds"]
    first_seen_at: Annotated[datetime, "when it was first refused, UTC"]


@dataclass(slots=True)
class Run:
    """One run; read = accepted + repaired + duplicate + quarantined holds for each that ended."""

    run_id: Annotated[str, "name of the run: its start in UTC and four random hex digits"]
    started_at: Annotated[datetime, "UTC"]
    ended_at: Annotated[datetime | None, "UTC; null while it runs or when it died"]
    status: Annotated[RunStatus, "crashed: found dead by a later run"]
    read: Annotated[int, "items read from the sources, and items an earlier run had left unfinished"]
    accepted: Annotated[int, "items that became a new article or version as they stood"]
    repaired: Annotated[int, "items that became one after something was mended"]
    duplicate: Annotated[int, "items seen before, or whose text the lake already has under the same article"]
    quarantined: Annotated[int, "items refused; see raw.quarantine"]
    rows_written: Annotated[int, "rows written to all tables but this one"]
    code_version: Annotated[str, "version of dateline"]
    message: Annotated[str, "why it failed; empty when it did not"]


@dataclass(slots=True)
class StepDone:
    """One step done for one subject: what makes every run an incremental one."""

    subject_id: Annotated[
        str,
        "article_id for enrichments, the scope (a publisher, a day, all) for link steps, else observation_id",
    ]
    version_no: Annotated[int, "version of the article; 0 where the subject is no article"]
    step: Annotated[str, "fingerprint, clean, or the table that the enrichment or link step fills"]
    step_version: Annotated[str, "version of the step and of all it needs"]
    input_hash: Annotated[str, "hash of the step's input"]
    outcome: Annotated[
        Outcome,
        "what became of the subject; done for all steps but clean",
    ]
    run_id: Annotated[str, "the run that did it (ops.runs)"]
    done_at: Annotated[datetime, "UTC"]


@dataclass(slots=True)
class CheckResult:
    """The result of one data quality check in one run."""

    run_id: Annotated[str, "the run (ops.runs)"]
    name: Annotated[str, "the check: a file of warehouse/checks"]
    failed_rows: Annotated[int, "rows that break the rule; 0 = passed"]
    sample: Annotated[str, "the first of them, as JSON; empty when there is none"]
    checked_at: Annotated[datetime, "UTC"]


@dataclass(slots=True)
class Publication:
    """What the published file shows: one row, table meta.publish."""

    published_at: Annotated[datetime, "when the file was built, UTC"]
    snapshot_id: Annotated[int, "the lake's newest snapshot with data in it; dateline sql --as-of shows it"]
    run_id: Annotated[str, "the run that built it (ops.runs)"]
    code_version: Annotated[str, "version of dateline"]
    marts_hash: Annotated[str, "hash of the SQL that made the marts"]


@dataclass(slots=True)
class DictionaryEntry:
    """One column of one table, described: table meta.dictionary."""

    schema_name: Annotated[str, "raw, news, ops (in the lake), mart, meta (in the published file)"]
    table_name: Annotated[str, "table"]
    table_comment: Annotated[str, "what a row is"]
    column_name: Annotated[str, "column"]
    ordinal: Annotated[int, "position of the column, from 1"]
    data_type: Annotated[str, "type in SQL"]
    is_nullable: Annotated[bool, "whether it can be null; null = not stated"]
    is_key: Annotated[bool, "whether it is part of the key"]
    comment: Annotated[str, "what the column means"]
    allowed_values: Annotated[str, "the closed vocabulary, separated by commas; empty when there is none"]
