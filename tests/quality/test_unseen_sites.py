"""Bodies and lines of sites that the models have not seen: trained on some sites, judged on the others.

The floors of test_body and test_lines are those of the shipped models on pages that they were trained on.
Here models are trained by the same code on part of the sites, the line model with fewer trees.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import runpy
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest

from tests.quality.data_folder import DATA, FLOORS, needs_data
from tests.quality.own import below
from transforms.clean.body import body
from transforms.clean.body.block_model import as_trees
from transforms.clean.page.parse import Page, parse_page
from transforms.contract.documents import Rejected
from transforms.text.encoding import decode
from transforms.train import train_blocks, train_lines
from transforms.train.labelled_lines import read_lines

PAGES = DATA / "extraction"
FOLDS = 2
THRIFT = 10

pytestmark = [needs_data, pytest.mark.training]


def _draw(site: str, parts: int) -> int:
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % parts


def _third() -> list[tuple[dict[str, Any], Page, int]]:
    """A third of the sites: gold row, page and fold of each page."""
    chosen = []
    for row in map(json.loads, (PAGES / "gold.jsonl").read_text("utf-8").splitlines()):
        part = _draw(urlsplit(row["url"] or row["id"]).netloc, 3 * FOLDS)
        if part < FOLDS and row["body"]:
            markup = gzip.decompress((PAGES / "html" / f"{row['id']}.html.gz").read_bytes())
            read = decode(markup, declared=None, media_type="text/html")
            page = read if isinstance(read, Rejected) else parse_page(read.text, row["url"])
            if isinstance(page, Page):
                chosen.append((row, page, part))
    return chosen


def test_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = _third()
    rows = [list(train_blocks.rows_of(page, row["body"])) for row, page, _ in pages]
    score = runpy.run_path(str(PAGES / "score.py"))
    scored = []
    for fold in range(FOLDS):
        seen = [row for (_, _, part), found in zip(pages, rows, strict=True) if part != fold for row in found]
        models = {
            name: as_trees(train_blocks.trained([row for kind, row in seen if kind == name]))
            for name in ("quick", "careful")
        }

        def model(name: Literal["quick", "careful"], models: Any = models) -> Any:
            return models[name]

        monkeypatch.setattr(body, "block_model", model)
        scored += [
            score["score_page"](row, {"body": body.find_body(page).text})
            for row, page, part in pages
            if part == fold
        ]
    reached = score["summarise"](scored)
    assert below({"f1": reached["F1"], "page_f1": reached["pageF1"]}, FLOORS["unseen"]["body"]) == {}


def _quarter(name: str, folder: Path) -> Path:
    """The documents of a quarter of the sites, drawn otherwise than the folds."""
    target = folder / name
    with gzip.open(PAGES / name, "rt", encoding="utf-8") as lines, gzip.open(target, "wt", 1, "utf-8") as kept:
        kept.writelines(line for line in lines if _draw("lines" + json.loads(line)["site"], 4) == 0)
    return target


def test_lines(tmp_path: Path) -> None:
    data = read_lines([_quarter(f"lines_{name}.jsonl.gz", tmp_path) for name in ("full", "main")])
    shares = train_lines.unseen_shares(data, thrift=THRIFT)
    reached: dict[str, float] = {}
    for group, name in enumerate(("full", "main")):
        noise, content = train_lines.line_f1(data.labels[data.groups == group], shares[data.groups == group])
        reached |= {f"{name}_noise": noise, f"{name}_content": content}
    assert below(reached, FLOORS["unseen"]["lines"]) == {}
