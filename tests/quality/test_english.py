"""Parse, sentence ends and bare names of the shipped English pipelines; corrected names are in test_names."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
import spacy

from tests.quality.data_folder import DATA, FLOORS, needs_data
from transforms.text import wordlists
from transforms.train.english import labelling, recipe, scoring

ENGLISH = wordlists.DATA / "english"
SIZES = sorted(recipe.STUDENTS)


@cache
def reached(size: str) -> dict[str, float]:
    teacher = labelling.load_teacher(recipe.PARSE_TEACHER)
    return scoring.score_all(spacy.load(ENGLISH / size), teacher, DATA / "nlp")


def stated(size: str) -> dict[str, Any]:
    meta: dict[str, Any] = json.loads((ENGLISH / size / "meta.json").read_text("utf-8"))
    return meta


@needs_data
@pytest.mark.parametrize("size", SIZES)
def test_scores_reach_their_floors(size: str) -> None:
    scores = reached(size)
    assert {name: scores[name] for name, floor in FLOORS["english"][size].items() if scores[name] < floor} == {}


@needs_data
@pytest.mark.parametrize("size", SIZES)
def test_meta_states_the_scores_that_are_reached(size: str) -> None:
    """Products of another BLAS round differently: a name in a thousand may change."""
    assert stated(size)["performance"] == pytest.approx(reached(size), abs=0.3)
