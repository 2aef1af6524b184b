"""Names against gold after the article-wide corrections: strict F1 a source, for the model and for the lexicon tier."""

from __future__ import annotations

import json
import runpy
from typing import Any

import pytest

from tests.quality.data_folder import DATA, FLOORS, needs_data
from transforms.enrich.names.names import find_names
from transforms.nlp.parser import load_parser

NLP = DATA / "nlp"
LABELS = {"person": "PER", "organisation": "ORG", "place": "LOC"}

pytestmark = needs_data


@pytest.fixture(scope="module")
def gold() -> list[dict[str, Any]]:
    rows = map(json.loads, (NLP / "ner.jsonl").read_text("utf-8").splitlines())
    return [row for row in rows if row["src"] in ("conll03", "wikigold", "re3d")]


@pytest.mark.parametrize("setting", list(FLOORS["names"]))
def test_names_reach_the_floors(setting: str, gold: list[dict[str, Any]]) -> None:
    docs = load_parser(setting).parse(row["text"] for row in gold)
    found = {}
    for row, doc in zip(gold, docs, strict=True):
        names = find_names({"body": doc}, {"body": row["text"]})
        found[row["id"]] = [[n.start, n.end, LABELS[n.kind]] for n in names if n.kind in LABELS]
    scores = runpy.run_path(str(NLP / "score_ner.py"))["score"](gold, found)
    reached = {source: scores[source, "ALL"][0] for source in FLOORS["names"][setting]}
    assert {source: f1 for source, f1 in reached.items() if f1 < FLOORS["names"][setting][source]} == {}
