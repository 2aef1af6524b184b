"""The pipeline: the stages of a run in order, for the command line, Prefect and retry alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flows.run.progress import Progress, silent
from flows.settings import Settings
from flows.sources import Source
from flows.stages.clean import clean
from flows.stages.enrich import enrich
from flows.stages.fingerprint import fingerprint
from flows.stages.fold import fold_lake
from flows.stages.ingest import ingest
from flows.stages.link import link_articles, link_documents
from flows.stages.publish import publish
from flows.stages.session import Session, open_session
from flows.stages.source_health import record_health


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the pipeline; `has_batches` when it hands batches to the runner."""

    name: str
    run: Callable[[Session], Any]
    has_batches: bool = False


PIPELINE = (
    Stage("ingest", ingest),
    Stage("fingerprint", fingerprint, has_batches=True),
    Stage("link_documents", link_documents),
    Stage("clean", clean, has_batches=True),
    Stage("enrich", enrich, has_batches=True),
    Stage("link_articles", link_articles),
    Stage("source_health", record_health),
    Stage("publish", publish),
    Stage("fold", fold_lake),
)
"""Each stage brings its tables up to date with code, data and settings, and does nothing when nothing is pending."""

REFINE = PIPELINE[1:6]
"""The stages between raw documents and publishing: articles, annotations and links."""


def run_stages(session: Session, stages: Sequence[Stage] = PIPELINE) -> None:
    """Run stages in order; each leaves its report in the session."""
    for stage in stages:
        stage.run(session)


def run_pipeline(
    settings: Settings,
    sources: Sequence[Source],
    *,
    limit: int | None = None,
    is_forced: bool = False,
    progress: Progress = silent,
) -> Session:
    """One run: `dateline run` without a server. Returns the session with its reports."""
    with open_session(
        settings, sources=sources, limit=limit, is_forced=is_forced, progress=progress
    ) as session:
        run_stages(session)
        session.end()
    return session
