"""Bodies of the development pages, on which the block model was trained, against gold: see also test_unseen_sites."""

from __future__ import annotations

import gzip
import json
import runpy
from typing import Any

import pytest

from tests.quality.data_folder import DATA, FLOORS, needs_data
from transforms.clean.page_article import clean_page
from transforms.contract.article import Draft
from transforms.contract.documents import Origin, PublisherContext, RawDocument

PAGES = DATA / "extraction"

pytestmark = needs_data


@pytest.fixture(scope="module")
def gold() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (PAGES / "gold.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def drafts(gold: list[dict[str, Any]]) -> list[Any]:
    """What each page gives."""
    return [clean_page(_raw(row), PublisherContext()) for row in gold]


def _raw(row: dict[str, Any]) -> RawDocument:
    body = gzip.decompress((PAGES / "html" / f"{row['id']}.html.gz").read_bytes())
    return RawDocument(body, "text/html", Origin("gold", url=row["url"]))


def test_nothing_broke_on_the_pages_of_the_training(gold: list[dict[str, Any]], drafts: list[Any]) -> None:
    score = runpy.run_path(str(PAGES / "score.py"))
    scored = [
        score["score_page"](row, {"body": draft.text if isinstance(draft, Draft) else ""})
        for row, draft in zip(gold, drafts, strict=True)
    ]
    reached = score["summarise"](scored)
    names = {"f1": "F1", "page_f1": "pageF1", "exact": "exact"}
    below = {n: reached[key] for n, key in names.items() if reached[key] < FLOORS["body"][n]}
    assert not below


def test_articles_are_not_rejected(drafts: list[Any]) -> None:
    assert sum(not isinstance(draft, Draft) for draft in drafts) <= FLOORS["body"]["rejected"]


def test_paragraphs_are_located_in_the_page(drafts: list[Any]) -> None:
    segments = [s for draft in drafts if isinstance(draft, Draft) for s in draft.segments if s.field == "body"]
    assert sum(s.raw_start is not None for s in segments) / len(segments) >= FLOORS["body"]["located"]
