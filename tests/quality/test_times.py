"""Time values against gold: AQUAINT, TimeBank and GUM news, by the public scorer of the data folder."""

from __future__ import annotations

import json
import runpy
from datetime import date
from typing import Any

import pytest

from tests.quality.data_folder import DATA, FLOORS, needs_data
from transforms.enrich.times.timex import find_timexes

NLP = DATA / "nlp"

pytestmark = needs_data


@pytest.fixture(scope="module")
def gold() -> list[dict[str, Any]]:
    with (NLP / "time.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def predicted(row: dict[str, Any]) -> dict[str, Any]:
    published_on = date.fromisoformat(row["dct"]) if row["dct"] else None
    found = find_timexes(row["text"], published_on=published_on, precision="day")
    return {"id": row["id"], "timex": [[t.start, t.end, t.kind, t.value] for t in found]}


def test_values_reach_their_floors(gold: list[dict[str, Any]]) -> None:
    score = runpy.run_path(str(NLP / "score.py"))["time"]
    measured = score(gold, {row["id"]: predicted(row) for row in gold})
    reached = {
        source: {"value_f1": figures["value"]["F1"], "day_month_year": figures["dayMonthYear_acc"]}
        for source, figures in measured.items()
    }
    below = [
        f"{source}.{name}: {reached[source][name]} < {floor}"
        for source, floors in FLOORS["times"].items()
        if isinstance(floors, dict)
        for name, floor in floors.items()
        if reached[source][name] < floor
    ]
    assert below == []


def test_the_seed_article() -> None:
    [path] = (DATA / "seed").glob("*.txt")
    found = find_timexes(path.read_text("utf-8"), published_on=date(2015, 11, 23))
    dated = [(t.value, t.begin_on and f"{t.begin_on}/{t.end_on}") for t in found if not t.is_vague]
    assert dated == [
        ("P8Y", None),
        ("2015-11-23", "2015-11-23/2015-11-23"),
        ("P8Y", None),
        ("2015-11", "2015-11-01/2015-11-30"),
        ("2015-11-23", "2015-11-23/2015-11-23"),
        ("P4Y", None),
        ("2015-11-13", "2015-11-13/2015-11-13"),
        ("P2M", "2015-09-23/2015-11-23"),
        ("2007", "2007-01-01/2015-11-23"),
        ("2015-07", "2015-07-01/2015-07-31"),
        ("2015-07", "2015-07-01/2015-11-23"),
        ("2015-11-23TMO", "2015-11-23/2015-11-23"),
    ]
    assert [t.begin_on for t in found if t.is_vague] == [None] * 3
