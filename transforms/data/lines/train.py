"""Train the line model from labelled lines: `python -m transforms.data.lines.train LABELLED...`.

LABELLED are .jsonl.gz files of one document a line: `site`, `lines`, `labels` (1 body, 0 not, -1 left
out). What a stage tells the next, and the scores printed, come from models that have not seen the
line's site. Needs scikit-learn (the `train` extra); the model file does not.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from transforms.clean.line_context import SHORT_LINE, first_view, second_view
from transforms.clean.line_features import GRAM_BITS, Floats, Page, read_page
from transforms.clean.line_rules import is_marker
from transforms.clean.lines import LineModel, Trees, Words

MODEL = Path(__file__).with_name("model.npz")
_BUCKETS = 1 << GRAM_BITS
_FOLDS = 3
_ENDING_REACH = 30  # lines
_LEAST_SITES = 3  # a word seen on fewer says more of the site than of news
_FIRST = {"max_iter": 250, "learning_rate": 0.08, "max_leaf_nodes": 32, "max_features": 0.3}
_SECOND = {"max_iter": 80, "learning_rate": 0.1, "max_leaf_nodes": 16, "max_features": 0.3}


@dataclass(slots=True)
class Lines:
    """Labelled documents, their lines one after the other."""

    pages: list[Page]
    bounds: list[tuple[int, int]]
    labels: NDArray[Any]
    sites: NDArray[Any]
    repeats: NDArray[Any]
    groups: NDArray[Any]
    grams: Any


def read_lines(paths: Sequence[Path]) -> Lines:
    """Read labelled lines; a file of few lines counts for more."""
    pages: list[Page] = []
    labels, sites, groups = [], [], []
    for group, path in enumerate(paths):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            documents = [d for d in map(json.loads, file) if not all(map(is_marker, d["lines"]))]
        for document in documents:
            # The model never sees advertisement markers (transforms.clean.segments).
            seen = [i for i, line in enumerate(document["lines"]) if not is_marker(line)]
            n = len(seen)
            pages.append(read_page([document["lines"][i] for i in seen]))
            labels += [document["labels"][i] for i in seen]
            sites += [document["site"]] * n
            groups += [group] * n
    ends = np.cumsum([len(page.words) for page in pages])
    bounds = list(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True))
    return Lines(
        pages,
        bounds,
        np.array(labels),
        np.array(sites),
        _repeats(np.array(groups)),
        np.array(groups),
        _gram_matrix(pages, bounds),
    )


def _repeats(groups: NDArray[Any]) -> NDArray[Any]:
    """How often each line counts, so that a file of few lines has half the say of the largest at least.

    Repeated rows and not weights: scikit-learn bins weighted rows a hundred times slower.
    """
    sizes = np.bincount(groups)
    return np.asarray(np.maximum(np.round(sizes.max() / sizes / 2), 1).astype(int)[groups])


def _gram_matrix(pages: Sequence[Page], bounds: Sequence[tuple[int, int]]) -> Any:
    """Lines by buckets; each line's grams weigh one over the root of their number."""
    columns = np.concatenate([page.grams for page in pages])
    rows = np.concatenate([page.gram_lines + start for page, (start, _) in zip(pages, bounds, strict=True)])
    n = bounds[-1][1]
    damping = 1 / np.sqrt(np.maximum(np.bincount(rows, minlength=n), 1))
    matrix = csr_matrix((damping[rows].astype(np.float32), (rows, columns)), shape=(n, _BUCKETS))
    matrix.sum_duplicates()
    return matrix


def train(data: Lines) -> tuple[LineModel, Floats]:
    """A model of all lines, and for each line its probability by models that have not seen its site."""
    folds = folds_of(data.sites, _FOLDS)
    over = body_is_over(data)
    endings_rows = np.concatenate([page.words for page in data.pages]) <= SHORT_LINE
    words_rows = data.labels >= 0
    wording = _unseen(folds, lambda rows: _score(data, _fit_words(data, rows & words_rows, data.labels)))
    ending = _unseen(folds, lambda rows: _score(data, _fit_words(data, rows & endings_rows, over)))
    view = np.concatenate(
        [
            first_view(page, wording[a:b], ending[a:b])
            for page, (a, b) in zip(data.pages, data.bounds, strict=True)
        ]
    )
    shares = _unseen(folds, lambda rows: _fit_trees(view, data, rows, _FIRST).shares(view))
    first = _fit_trees(view, data, words_rows, _FIRST)
    again = np.concatenate(
        [
            second_view(page, wording[a:b], shares[a:b])
            for page, (a, b) in zip(data.pages, data.bounds, strict=True)
        ]
    )
    scored = _unseen(folds, lambda rows: _fit_trees(again, data, rows, _SECOND).shares(again))
    words = _fit_words(data, words_rows, data.labels)
    endings = _fit_words(data, endings_rows, over)
    return LineModel(words, endings, first, _fit_trees(again, data, words_rows, _SECOND)), scored


def body_is_over(data: Lines) -> NDArray[Any]:
    """Whether hardly any body follows in the next lines, as text goes."""
    over = np.zeros(len(data.labels), bool)
    for page, (start, end) in zip(data.pages, data.bounds, strict=True):
        words = page.words + 1.0
        body = words * (data.labels[start:end] == 1)
        sums = np.cumsum(np.column_stack((words, body)), axis=0)
        at = np.arange(len(words))
        until = np.minimum(at + _ENDING_REACH, len(words) - 1)
        text, kept = (sums[until] - sums[at]).T
        over[start:end] = (kept < 0.15 * np.maximum(text, 1)) & (len(words) - at > 5)
    return over


def _unseen(folds: NDArray[Any], score: Callable[[NDArray[Any]], Floats]) -> Floats:
    """Scores of all lines, each fold's by what was learnt from the others."""
    scores = np.zeros(len(folds), np.float32)
    for fold in range(_FOLDS):
        held = folds == fold
        scores[held] = score(~held)[held]
    return scores


def _fit_words(data: Lines, rows: NDArray[Any], target: NDArray[Any]) -> Words:
    matrix = data.grams[rows]
    known = _site_counts(matrix, data.sites[rows]) >= _LEAST_SITES
    fitted = LogisticRegression(C=1.0, solver="liblinear", tol=1e-2).fit(matrix[:, known], target[rows])
    weights = np.zeros(_BUCKETS)
    weights[known] = fitted.coef_[0]
    scale = float(np.abs(weights).max() / 127)
    return Words(np.round(weights / scale).astype(np.int8), scale, float(fitted.intercept_[0]))


def _site_counts(matrix: Any, sites: NDArray[Any]) -> NDArray[Any]:
    names, number = np.unique(sites, return_inverse=True)
    entries = matrix.tocoo()
    pairs = np.unique(entries.col.astype(np.int64) * len(names) + number[entries.row])
    return np.bincount(pairs // len(names), minlength=_BUCKETS)


def _score(data: Lines, words: Words) -> Floats:
    return np.asarray(data.grams @ (words.weights * words.scale) + words.bias, np.float32)


def _fit_trees(view: Floats, data: Lines, chosen: NDArray[Any], settings: dict[str, Any]) -> Trees:
    rows = np.repeat(np.arange(len(chosen)), np.where(chosen & (data.labels >= 0), data.repeats, 0))
    booster = HistGradientBoostingClassifier(
        min_samples_leaf=40, l2_regularization=1.0, early_stopping=False, random_state=0, **settings
    )
    booster.fit(view[rows], data.labels[rows])
    return as_trees(booster)


def as_trees(booster: HistGradientBoostingClassifier) -> Trees:
    """The fitted trees, laid out for QuickScorer: leaves numbered from left to right."""
    count, most = len(booster._predictors), booster.max_leaf_nodes - 1
    features = np.zeros((most, count), np.int16)
    thresholds = np.full((most, count), np.inf, np.float32)
    masks = np.full((most, count), 0xFFFFFFFF, np.uint32)
    leaves = np.zeros((count, 32), np.float32)
    for tree, (predictor,) in enumerate(booster._predictors):
        for place, (node, before, leaf_count) in enumerate(_inner_nodes(predictor.nodes)):
            features[place, tree] = node["feature_idx"]
            thresholds[place, tree] = node["num_threshold"]
            masks[place, tree] = 0xFFFFFFFF & ~(((1 << leaf_count) - 1) << before)
        values = [node["value"] for node in _leaves(predictor.nodes, 0)]
        leaves[tree, : len(values)] = values
    return Trees(features, thresholds, masks, leaves, float(booster._baseline_prediction[0, 0]))


def _leaves(nodes: Any, at: int) -> list[Any]:
    """The leaves of a subtree from left to right."""
    node = nodes[at]
    return [node] if node["is_leaf"] else _leaves(nodes, node["left"]) + _leaves(nodes, node["right"])


def _inner_nodes(nodes: Any, at: int = 0, before: int = 0) -> Iterator[tuple[Any, int, int]]:
    """Inner nodes, each with the number of leaves left of its subtree and of those in its left half."""
    node = nodes[at]
    if not node["is_leaf"]:
        left = len(_leaves(nodes, node["left"]))
        yield node, before, left
        yield from _inner_nodes(nodes, node["left"], before)
        yield from _inner_nodes(nodes, node["right"], before + left)


def folds_of(sites: NDArray[Any], count: int) -> NDArray[Any]:
    """The fold of each line, by a hash of its site."""
    names, number = np.unique(sites, return_inverse=True)
    folds = [int(hashlib.sha256(name.encode()).hexdigest(), 16) % count for name in names]
    return np.array(folds)[number]


def line_f1(labels: NDArray[Any], shares: NDArray[Any]) -> tuple[float, float]:
    """F1 of noise and of content lines; lines labelled -1 are left out."""
    said, true = shares[labels >= 0] >= 0.5, labels[labels >= 0] == 1
    return _f1(~said, ~true), _f1(said, true)


def _f1(said: NDArray[Any], true: NDArray[Any]) -> float:
    return float(2 * (said & true).sum() / max(said.sum() + true.sum(), 1))


def save(model: LineModel, path: Path) -> None:
    """Write the arrays of a model; the bytes depend on the model alone."""
    arrays: dict[str, Any] = {}
    for name, words in (("words", model.words), ("endings", model.endings)):
        arrays[f"{name}.weights"] = words.weights
        arrays[f"{name}.scale"] = np.float64(words.scale)
        arrays[f"{name}.bias"] = np.float64(words.bias)
    for name, trees in (("first", model.first), ("second", model.second)):
        for field in ("features", "thresholds", "masks", "leaves"):
            arrays[f"{name}.{field}"] = getattr(trees, field)
        arrays[f"{name}.bias"] = np.float64(trees.bias)
    np.savez_compressed(path, **arrays)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on all lines, print the cross-validated scores, write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=MODEL)
    options = parser.parse_args(arguments)
    data = read_lines(options.labelled)
    model, shares = train(data)
    save(model, options.output)
    for group, path in enumerate(options.labelled):
        noise, content = line_f1(data.labels[data.groups == group], shares[data.groups == group])
        sys.stderr.write(f"{path.name}: noise F1 {noise:.4f}, content F1 {content:.4f}\n")


if __name__ == "__main__":
    main()
