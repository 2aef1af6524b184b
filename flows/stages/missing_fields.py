"""Articles without a title, date or text by source, as lines at the end of a run."""

from __future__ import annotations

from collections import Counter

from flows.stages.reports import CleanReport, FieldCounts
from flows.stages.session import Session
from transforms.contract.reasons import Reason
from warehouse.lake.staging import read_records
from warehouse.ledger.source_state import stated_fields_of
from warehouse.write.commit import StagedBatch

LEAST_SHARE = 0.2
"""Of a source's articles that lack a field: single pages without a date are common, a wrong name costs most rows."""


def count_fields(session: Session, staged: StagedBatch) -> None:
    """Add the articles accepted from a cleaned and committed batch, and the records without a text."""
    counts = session.report(CleanReport).fields
    path = staged.files.get("articles")
    rows = [] if path is None else read_records(path, columns=["observation_id", "seq"])
    for source_id, *found in stated_fields_of(session.lake, {r["observation_id"]: r["seq"] for r in rows}):
        counts.setdefault(source_id, FieldCounts()).add(*found)
    textless = Counter(q.source_id for q in staged.quarantined if q.reason == Reason.RECORD_WITHOUT_TEXT)
    for source, count in textless.items():
        counts.setdefault(source or "", FieldCounts()).textless += count


def missing_lines(report: CleanReport) -> list[str]:
    """A line for each source of which at least one article in five lacks a title, a date or a text."""
    lines = []
    for source_id, counts in sorted(report.fields.items()):
        lacking = [
            ("date", counts.articles - counts.dated, counts.articles, "article"),
            ("title", counts.articles - counts.titled, counts.articles, "article"),
            ("text but a description", counts.described, counts.articles, "article"),
            ("text", counts.textless, counts.articles + counts.textless, "record"),
        ]
        parts = [
            f"{missing:,} of {all_of_them:,} {noun}{'' if all_of_them == 1 else 's'} "
            f"{'has' if missing == 1 else 'have'} no {field}"
            for field, missing, all_of_them, noun in lacking
            if missing and missing >= LEAST_SHARE * all_of_them
        ]
        if parts:
            lines.append(f"{source_id}: {'; '.join(parts)}")
    return lines
