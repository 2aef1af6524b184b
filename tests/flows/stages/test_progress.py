"""The progress of a run moves within a batch, also with workers, and every stage ends at its total."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import load_settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from tests.flows.corpus import write_corpus

pytestmark = pytest.mark.slow

Report = tuple[str, int, int | None]


def _reports(folder: Path, count: int, *, workers: int = 1) -> list[Report]:
    target = write_corpus(folder / "in.jsonl", count)
    chosen = load_settings(lake=str(folder / "lake"), parser="lexicon", workers=workers)
    reports: list[Report] = []
    run_pipeline(
        chosen,
        sources_for(chosen, [str(target)]),
        progress=lambda stage, done, total: reports.append((stage, done, total)),
    )
    return reports


@pytest.mark.parametrize("workers", [1, 2])
def test_enriching_moves_a_slice_at_a_time(tmp_path: Path, workers: int) -> None:
    reports = _reports(tmp_path, 100, workers=workers)
    enriched = [(done, total) for stage, done, total in reports if stage == "enrich"]
    assert len({done for done, _ in enriched}) > 6
    assert [done for done, _ in enriched] == sorted(done for done, _ in enriched)
    assert {total for _, total in enriched} == {100}
    assert enriched[-1] == (100, 100)


def test_reading_ends_at_its_total(tmp_path: Path) -> None:
    reports = [report for report in _reports(tmp_path, 3) if report[0] == "read"]
    assert reports == [("read", 1, None)] * 3 + [("read", 3, 3)]
