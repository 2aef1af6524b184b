"""Bodies of the development pages against gold, and what they cost beside trafilatura with metadata."""

from __future__ import annotations

import gc
import gzip
import json
import runpy
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
import trafilatura

from transforms.article import Draft
from transforms.clean.html import clean_page
from transforms.contract import Origin, RawDocument

ROOT = Path(__file__).parents[2]
PAGES = ROOT.parent / "shared" / "data" / "extraction"
FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text("utf-8"))["body"]

pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason=f"no gold at {PAGES}")


@pytest.fixture(scope="module")
def gold() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (PAGES / "gold.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def drafts(gold: list[dict[str, Any]]) -> list[tuple[Any, float]]:
    """What each page gives, and the CPU seconds it took."""
    found = []
    for row in gold:
        start = time.process_time()
        found.append((clean_page(_raw(row), frozenset()), time.process_time() - start))
    return found


def _raw(row: dict[str, Any]) -> RawDocument:
    body = gzip.decompress((PAGES / "html" / f"{row['id']}.html.gz").read_bytes())
    return RawDocument(body, "text/html", Origin("gold", url=row["url"]))


def test_bodies_reach_the_floors(gold: list[dict[str, Any]], drafts: list[tuple[Any, float]]) -> None:
    score = runpy.run_path(str(PAGES / "score.py"))
    scored = [
        score["score_page"](row, {"body": draft.text if isinstance(draft, Draft) else ""})
        for row, (draft, _) in zip(gold, drafts, strict=True)
    ]
    reached = score["summarise"](scored)
    names = {"f1": "F1", "page_f1": "pageF1", "exact": "exact"}
    below = {n: reached[key] for n, key in names.items() if reached[key] < FLOORS[n]}
    assert not below


def test_articles_are_not_refused(drafts: list[tuple[Any, float]]) -> None:
    assert sum(not isinstance(draft, Draft) for draft, _ in drafts) <= FLOORS["refused"]


def test_paragraphs_are_located_in_the_page(drafts: list[tuple[Any, float]]) -> None:
    segments = [
        s for draft, _ in drafts if isinstance(draft, Draft) for s in draft.segments if s.field == "body"
    ]
    assert sum(s.raw_start is not None for s in segments) / len(segments) >= FLOORS["located"]


def test_cost_beside_trafilatura(gold: list[dict[str, Any]], drafts: list[tuple[Any, float]]) -> None:
    """Interleaved, on every sixth page: the machine's mood falls on both alike."""
    gc.collect()
    gc.freeze()  # what the other tests hold is not to be walked through again and again
    costs = {"all": [0.0, 0.0], "agreed": [0.0, 0.0]}
    for row in gold[::6]:
        raw = _raw(row)
        start = time.process_time()
        draft = clean_page(raw, frozenset())
        middle = time.process_time()
        trafilatura.extract(raw.body, with_metadata=True, output_format="json")
        end = time.process_time()
        kinds = ["all"] + ["agreed"] * (isinstance(draft, Draft) and draft.extraction_method == "blocks")
        for kind in kinds:
            costs[kind][0] += middle - start
            costs[kind][1] += end - middle
    ratios = {kind: ours / theirs for kind, (ours, theirs) in costs.items()}
    assert ratios["all"] <= FLOORS["at_most_cost"]
    assert ratios["agreed"] <= FLOORS["at_most_cost_agreed"]
    assert max(seconds for _, seconds in drafts) <= FLOORS["at_most_seconds_a_page"]
