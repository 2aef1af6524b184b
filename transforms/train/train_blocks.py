"""Makes block_model.npz from pages with gold bodies: `python -m transforms.train.train_blocks PAGES GOLD`.

PAGES is a folder of `<id>.html.gz`, GOLD a JSONL file with `id` and `body`; scikit-learn is needed. The
shipped model was made from 450 pages of four collections (Article Extraction Benchmark, MIT; fundus and
its evaluation set, MIT; Web Content Extraction Benchmark, CC-BY-4.0); it holds split points, no texts.
In four folds by site (trained on three, judged on the fourth) bodies reach F1 .9615, by page .9548.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import trafilatura

from transforms.clean.body.block_features import Floats, block_features
from transforms.clean.body.extractors import (
    ExtractedText,
    near_extracted,
    read_claims,
    resiliparse_text,
    trafilatura_text,
)
from transforms.clean.page.blocks import WORD, Block, page_blocks
from transforms.clean.page.parse import Page, parse_page
from transforms.contract.documents import Rejected
from transforms.text.encoding import decode
from transforms.text.wordlists import DATA

# A word counts as gold when a run of this many words around it stands in the gold body.
_RUN = 3
_SETTINGS: dict[str, Any] = {
    "max_iter": 120, "learning_rate": 0.08, "max_leaf_nodes": 24, "max_depth": 6, "min_samples_leaf": 30,
    "max_features": 0.3, "l2_regularization": 1.0, "random_state": 2, "early_stopping": False,
}  # fmt: skip

Rows = tuple[Floats, Floats, Floats]


def main(pages: Path, gold: Path, target: Path) -> None:
    """Train both models and write them to `target`."""
    rows: dict[str, list[Rows]] = {"quick": [], "careful": []}
    for line in gold.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        read = decode(
            gzip.decompress((pages / f"{case['id']}.html.gz").read_bytes()),
            declared=None,
            media_type="text/html",
        )
        page = read if isinstance(read, Rejected) else parse_page(read.text)
        if not isinstance(page, Rejected):
            for name, found in rows_of(page, case["body"] or ""):
                rows[name].append(found)
    arrays = {f"{name}_{key}": value for name, found in rows.items() for key, value in trained(found).items()}
    np.savez_compressed(target, **arrays)


def rows_of(page: Page, gold: str) -> Iterator[tuple[Literal["quick", "careful"], Rows]]:
    """Features, gold shares and words of the blocks; the careful model also learns to distrust a hasty extractor."""
    blocks = page_blocks(page)
    shares, words = gold_shares(blocks, gold)
    claims = read_claims(page)
    quick, careful = resiliparse_text(page), trafilatura_text(page)
    hasty = ExtractedText(trafilatura.extract(page.source, fast=True, include_comments=False) or "")
    lessons: tuple[tuple[Literal["quick", "careful"], list[ExtractedText]], ...] = (
        ("quick", [quick]), ("careful", [quick, careful]), ("careful", [quick, hasty]),
    )  # fmt: skip
    for name, extracted in lessons:
        near = near_extracted(blocks, extracted)
        if near:
            at = [block.number for block in near]
            yield name, (block_features(near, extracted, claims), shares[at], words[at])


def gold_shares(blocks: list[Block], gold: str) -> tuple[Floats, Floats]:
    """Share of each block's words that stand in the gold body, in its order or moved; and how many words it has."""
    words = [word for block in blocks for word in WORD.findall(block.text)]
    counts = [len(WORD.findall(block.text)) for block in blocks]
    runs, wanted = _runs(words), _runs(WORD.findall(gold))
    covered = np.zeros(len(words) + _RUN)
    rest = Counter(wanted)
    for match in SequenceMatcher(None, runs, wanted, autojunk=False).get_matching_blocks():
        if match.size:
            covered[match.a : match.a + match.size + _RUN - 1] = 1
            rest.subtract(wanted[match.b : match.b + match.size])
    for number, run in enumerate(runs):
        if not covered[number] and rest[run] > 0:
            rest[run] -= 1
            covered[number : number + _RUN] = 1
    ends = np.cumsum([0, *counts])
    hits = [covered[start:end].sum() for start, end in pairwise(ends)]
    return np.array(hits) / np.maximum(counts, 1), np.array(counts, dtype=np.float64)


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)]


def trained(rows: list[Rows]) -> dict[str, Any]:
    """The arrays of a model of these rows."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # only whoever trains needs it

    features, shares, words = (np.concatenate([row[n] for row in rows]) for n in range(3))
    model = HistGradientBoostingClassifier(**_SETTINGS)
    model.fit(features, shares >= 0.5, sample_weight=np.minimum(words, 80) + 4)
    return _flat(model)


def _flat(model: Any) -> dict[str, Any]:
    """The trees of a trained model as the arrays of `transforms.clean.body.block_model.BlockTrees`."""
    parts: dict[str, list[Any]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}
    roots: list[int] = []
    depth = size = 0
    for (tree,) in model._predictors:
        nodes = tree.nodes
        own = np.arange(len(nodes))
        leaf = nodes["is_leaf"].astype(bool)
        parts["feature"].append(np.where(leaf, 0, nodes["feature_idx"]).astype(np.int16))
        parts["threshold"].append(np.where(leaf, 0.0, nodes["num_threshold"]))
        parts["left"].append((np.where(leaf, own, nodes["left"]) + size).astype(np.int32))
        parts["right"].append((np.where(leaf, own, nodes["right"]) + size).astype(np.int32))
        parts["value"].append(np.where(leaf, nodes["value"], 0.0).astype(np.float32))
        roots.append(size)
        size += len(nodes)
        depth = max(depth, int(nodes["depth"].max()))
    flat = {name: np.concatenate(values) for name, values in parts.items()}
    baseline = np.float64(model._baseline_prediction.ravel()[0])
    return flat | {"roots": np.array(roots, np.int32), "depth": np.int32(depth), "baseline": baseline}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), DATA / "block_model.npz")
