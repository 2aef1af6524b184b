"""Lines of pages rendered as text: which ones are the article's body.

The shipped model was trained on these very lines, so these floors guard against a change for the
worse; test_unseen_sites and `transforms.train.train_lines --check` judge on other sites.
"""

from __future__ import annotations

import gzip
import json

import pytest

from tests.quality.data_folder import DATA, FLOORS, needs_data
from transforms.clean.plain.segments import segment
from transforms.text.repair import repair_text

PAGES = DATA / "extraction"

pytestmark = needs_data


def is_body(lines: list[str]) -> list[bool]:
    """Whether each line lies in a segment of kind body, of the lines as one text file."""
    text = "\n".join(lines)
    mended, _ = repair_text(text)
    spans = [one.text.raw_span(0, len(one.text)) for one in segment(mended) if one.kind == "body"]
    marks = bytearray(len(text) + 1)
    for span in spans:
        if span is not None:
            marks[span[0] : span[1]] = b"\x01" * (span[1] - span[0])
    found, start = [], 0
    for line in lines:
        found.append(sum(marks[start : start + len(line)]) * 2 > len(line.strip()))
        start += len(line) + 1
    return found


@pytest.mark.parametrize("name", ["full", "main"])
def test_nothing_broke_on_the_lines_of_the_training(name: str) -> None:
    agree = {True: 0, False: 0}
    said = {True: 0, False: 0}
    true = {True: 0, False: 0}
    with gzip.open(PAGES / f"lines_{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for document in map(json.loads, file):
            found = is_body(document["lines"])
            for body, label in zip(found, document["labels"], strict=True):
                if label >= 0:
                    said[body] += 1
                    true[label == 1] += 1
                    agree[body] += body == (label == 1)
    f1 = {kind: 2 * agree[kind] / (said[kind] + true[kind]) for kind in (True, False)}
    assert f1[False] >= FLOORS["lines"][f"{name}_noise"]
    assert f1[True] >= FLOORS["lines"][f"{name}_content"]
