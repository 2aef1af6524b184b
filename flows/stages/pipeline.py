"""The stages in order: ingest, refine, publish. What `dateline run` does."""

from __future__ import annotations

from collections.abc import Sequence

from flows.run.progress import Progress, silent
from flows.settings import Settings
from flows.sources import Source
from flows.stages.ingest import ingest
from flows.stages.inputs import items_of
from flows.stages.refine import refine
from flows.stages.session import Session, session
from flows.stages.source_health import record_health
from warehouse.publish.publish import publish


def daily(
    settings: Settings, sources: Sequence[Source], *, limit: int | None = None, progress: Progress = silent
) -> Session:
    """Read the sources, bring the lake to what the code says, publish; gives what each stage reports."""
    with session(settings) as held:
        items = items_of(held.lake, settings, sources)
        held.ingested = ingest(held.lake, held.run, items, limit=limit, progress=progress)
        held.refined = refine(held.lake, held.run, held.runner, settings, progress=progress)
        record_health(held)
        held.published = publish(held.lake, held.run)
        held.end()
    return held
