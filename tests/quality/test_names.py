"""Names against gold after the article-wide corrections: strict F1 a source, for the model and for the lexicon tier."""

from __future__ import annotations

import json
import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from transforms.enrich.names.names import find_names
from transforms.nlp.parser import load_parser

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "nlp"
FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text("utf-8"))["names"]
LABELS = {"person": "PER", "organisation": "ORG", "place": "LOC"}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no gold at {DATA}")


@pytest.fixture(scope="module")
def gold() -> list[dict[str, Any]]:
    rows = map(json.loads, (DATA / "ner.jsonl").read_text("utf-8").splitlines())
    return [row for row in rows if row["src"] in ("conll03", "wikigold", "re3d")]


@pytest.mark.parametrize("setting", list(FLOORS))
def test_names_reach_the_floors(setting: str, gold: list[dict[str, Any]]) -> None:
    docs = load_parser(setting).parse(row["text"] for row in gold)
    found = {}
    for row, doc in zip(gold, docs, strict=True):
        names = find_names({"body": doc}, {"body": row["text"]})
        found[row["id"]] = [[n.start, n.end, LABELS[n.kind]] for n in names if n.kind in LABELS]
    scores = runpy.run_path(str(DATA / "score_ner.py"))["score"](gold, found)
    reached = {source: scores[source, "ALL"][0] for source in FLOORS[setting]}
    assert {source: f1 for source, f1 in reached.items() if f1 < FLOORS[setting][source]} == {}
