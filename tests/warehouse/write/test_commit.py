from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from transforms.contract.documents import Origin, Rejected
from transforms.contract.reasons import Reason
from warehouse.catalog.rows import QuarantineItem, Run
from warehouse.lake.lake import Lake
from warehouse.ledger.quarantine import quarantine_item
from warehouse.ledger.runs import new_run
from warehouse.write.commit import StagedBatch, Subject, commit

SUBJECTS = [Subject("a", 0, "in-a"), Subject("b", 0, "in-b")]


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake.open(tmp_path) as opened:
        yield opened


def _item(run: Run, subject: str) -> QuarantineItem:
    rejected = Rejected(Reason.STEP_FAILED, "failed", Origin("test", container_uri=subject))
    return quarantine_item(rejected, stage="clean", run_id=run.run_id, at=run.started_at, subject_id=subject)


def _commit(lake: Lake, rejected: str, *, is_redone: bool, version: str = "1") -> None:
    run = new_run()
    batch = StagedBatch(
        stage="clean",
        subjects=SUBJECTS,
        step="clean",
        step_version=version,
        quarantined=[_item(run, subject) for subject in rejected],
        is_redone=is_redone,
    )
    with commit(lake, run, batch, "a batch", outcomes=["accepted", "quarantined"]):
        pass


def _items(lake: Lake) -> list[tuple[str, str, int]]:
    return lake.rows("SELECT subject_id, status, attempts FROM lake.raw.quarantine ORDER BY 1")


def test_a_batch_enters_its_run_its_steps_and_its_quarantine_items(lake: Lake) -> None:
    _commit(lake, "b", is_redone=False)
    assert lake.rows("SELECT status FROM lake.ops.runs") == [("running",)]
    done = lake.rows("SELECT subject_id, step, input_hash, outcome FROM lake.ops.steps_done ORDER BY 1")
    assert done == [("a", "clean", "in-a", "accepted"), ("b", "clean", "in-b", "quarantined")]
    assert _items(lake) == [("b", "open", 1)]


def test_a_redone_batch_replaces_its_steps_and_resolves_items_that_succeed(lake: Lake) -> None:
    _commit(lake, "ab", is_redone=False)
    _commit(lake, "b", is_redone=True, version="2")
    assert lake.rows("SELECT subject_id, step_version FROM lake.ops.steps_done ORDER BY 1") == [
        ("a", "2"),
        ("b", "2"),
    ]
    assert _items(lake) == [("a", "resolved", 1), ("b", "open", 2)]


def test_a_body_that_fails_leaves_nothing(lake: Lake) -> None:
    batch = StagedBatch(stage="clean", subjects=SUBJECTS, step="clean", step_version="1")
    with pytest.raises(RuntimeError, match="stop"), commit(lake, new_run(), batch, "a batch"):
        raise RuntimeError("stop")
    assert lake.rows("FROM lake.ops.steps_done") == lake.rows("FROM lake.ops.runs") == []


def test_outcomes_that_do_not_match_the_subjects_leave_nothing(lake: Lake) -> None:
    batch = StagedBatch(stage="clean", subjects=SUBJECTS, step="clean", step_version="1")
    with (
        pytest.raises(ValueError, match="shorter"),
        commit(lake, new_run(), batch, "a batch", outcomes=["accepted"]),
    ):
        pass
    assert lake.rows("FROM lake.ops.steps_done") == []
