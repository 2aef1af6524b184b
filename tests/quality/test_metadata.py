"""Metadata against gold: titles, authors and dates of the development pages; date and outlet of the seed text."""

from __future__ import annotations

import gzip
import json
import runpy
from typing import Any

import pytest

from tests.quality.data_folder import DATA, FLOORS, needs_data
from transforms.clean.metadata.choose_date import choose, text_candidates
from transforms.clean.metadata.metadata import read_metadata
from transforms.clean.metadata.publisher import publisher_from_text
from transforms.clean.page.parse import Page, parse_page
from transforms.contract.documents import Rejected
from transforms.text.encoding import decode

PAGES = DATA / "extraction"

pytestmark = needs_data


@pytest.fixture(scope="module")
def gold() -> list[dict[str, Any]]:
    lines = (PAGES / "gold.jsonl").read_text("utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["title"]]


@pytest.fixture(scope="module")
def pages(gold: list[dict[str, Any]]) -> list[Page]:
    return [_page(row) for row in gold]


def _page(row: dict[str, Any]) -> Page:
    body = gzip.decompress((PAGES / "html" / f"{row['id']}.html.gz").read_bytes())
    decoded = decode(body, declared=None, media_type="text/html")
    assert not isinstance(decoded, Rejected)
    page = parse_page(decoded.text, row["url"])
    assert not isinstance(page, Rejected)
    return page


def test_pages_reach_the_floors(gold: list[dict[str, Any]], pages: list[Page]) -> None:
    score = runpy.run_path(str(PAGES / "score.py"))
    scored = []
    for row, page in zip(gold, pages, strict=True):
        found = read_metadata(page, hints={})
        date = found.facts.published_at.isoformat() if found.facts.published_at else None
        prediction = {"title": found.facts.title, "authors": found.facts.authors, "date": date}
        scored.append(score["score_page"](row, prediction))
    reached = score["summarise"](scored)
    names = {"title_exact": "t_exact", "date_exact": "d_exact", "author_sets": "a_exact"}
    below = {n: reached[key] for n, key in names.items() if reached[key] < FLOORS["metadata"][n]}
    assert below == {}


def test_the_seed_is_dated_and_its_outlet_named() -> None:
    (path,) = (DATA / "seed").iterdir()
    text = path.read_text("utf-8")
    lines = [(line, text.index(line)) for line in text.splitlines() if line.strip()]
    title, caption, *rest = lines
    paragraphs = [line for line in rest if len(line[0]) > 100]
    published = choose(text_candidates(title[0], paragraphs, [caption]))
    assert published.claims[0].value == FLOORS["metadata"]["seed_date"]
    assert (published.precision, published.basis) == ("day", "caption")
    assert publisher_from_text(rest)[0].name == FLOORS["metadata"]["seed_publisher"]
