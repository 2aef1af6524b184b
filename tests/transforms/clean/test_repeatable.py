"""Cleaning depends on the document alone, not on the order in which Python iterates over sets."""

import json
import os
import subprocess
import sys

import pytest

from tests.transforms.clean.sample_pages import PARAGRAPHS, news_page

pytestmark = pytest.mark.slow


# A page whose address confirms the stated date while the date it shows disputes it; the same of a feed's
# entry; a text with a caption, a date line, weekdays and several outlets.
_PAGES = {
    "https://courier.example/2024/03/05/wall": news_page(before="<time>6 March 2026, 9:00</time>"),
    "https://courier.example/2024/03/09/wall": news_page(before="<p>Published 5 March 2024</p>"),
    "https://courier.example/wall": news_page(before="<time>2 March 2024</time><p>Updated 7 March 2024</p>"),
}
_TEXT = "\n\n".join(
    (
        "Harbour wall vote", "Published March 5, 2024", *PARAGRAPHS, "On Tuesday the vote was said to be final today.",
        "PHOTO: The wall, March 5, 2024.Ana Reyes/AP Photo", "Copyright 2024 The Northport Courier",
    )
)  # fmt: skip

_ROWS = """
import dataclasses, json, sys
from transforms.clean import clean
from transforms.contract.documents import Origin, RawDocument
pages, text = json.load(sys.stdin)
hints = {"envelope": "feed", "published": "2024-03-08T10:00:00Z"}
documents = [RawDocument(b.encode(), "text/html", Origin("s", url=u, hints=h))
             for u, b in pages.items() for h in ({}, hints)]
documents.append(RawDocument(text.encode(), "text/plain", Origin("s")))
for document in documents:
    print(dataclasses.asdict(clean(document)))
"""


def _rows(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _ROWS]
    given = json.dumps([_PAGES, _TEXT])
    return subprocess.run(
        command, input=given, env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_the_hash_seed_changes_no_row() -> None:
    rows = [_rows(seed) for seed in ("0", "1", "5")]
    assert rows[0].count("'evidence': [{") == 2 * len(_PAGES) + 1
    assert rows[0] == rows[1] == rows[2]
