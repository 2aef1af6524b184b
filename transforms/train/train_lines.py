"""Train the line model from labelled lines: `python -m transforms.train.train_lines LABELLED...`.

LABELLED are .jsonl.gz files of one document a line: `site`, `lines`, `labels` (1 body, 0 not, -1 left
out). A stage's output for the next comes from models that have not seen the line's site. `--check` prints
the scores of models that have not seen it in any stage, in four times the time. Needs LightGBM and
scikit-learn (the `train` extra); the model file needs neither.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from transforms.clean.lines.line_context import SHORT_LINE, first_view, second_view
from transforms.clean.lines.line_features import Floats, LinePage
from transforms.clean.lines.line_model import LineModel, LineTrees, Words
from transforms.text.wordlists import DATA
from transforms.train.labelled_lines import BUCKETS, Lines, read_lines

MODEL = DATA / "lines" / "model.npz"
_FOLDS = 3
_STAGE_FOLDS = 4
_ENDING_REACH = 30  # lines
_LEAST_SITES = 3  # a word seen on fewer is the site's rather than of news
_FIRST = {"num_iterations": 200, "learning_rate": 0.07, "num_leaves": 32}
_SECOND = {"num_iterations": 100, "learning_rate": 0.08, "num_leaves": 16}
_TREES = {
    "objective": "binary",
    "feature_fraction_bynode": 0.3,
    "min_data_in_leaf": 40,
    "min_sum_hessian_in_leaf": 4.0,
    "lambda_l2": 1.0,
    "max_bin": 127,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "seed": 0,
    "verbose": -1,
}


def train(data: Lines, chosen: NDArray[Any], *, thrift: int = 1) -> LineModel:
    """A model of the chosen lines; with `thrift`, of that many times fewer trees, each counting for more."""
    first_trees, second_trees = (_fewer(settings, thrift) for settings in (_FIRST, _SECOND))
    folds = np.where(chosen, folds_of(data.sites, _STAGE_FOLDS, salt="stage"), _STAGE_FOLDS)
    over = body_is_over(data)
    written = chosen & (data.groups != data.made)
    short = written & (np.concatenate([page.words for page in data.pages]) <= SHORT_LINE)
    labelled = chosen & (data.labels >= 0)
    wording, ending, shares = (np.zeros(len(folds), np.float32) for _ in range(3))
    for fold in range(_STAGE_FOLDS):
        own, others = folds == fold, folds != fold
        wording[own] = _score(data, _fit_words(data, others & written & labelled, data.labels))[own]
        ending[own] = _score(data, _fit_words(data, others & short, over))[own]
    view = _views(data, lambda page, at: first_view(page, wording[at], ending[at]))
    for fold in range(_STAGE_FOLDS):
        seer = _fit_trees(view, data, (folds != fold) & labelled, first_trees)
        shares[folds == fold] = seer.shares(view[folds == fold])
    first = _fit_trees(view, data, labelled, first_trees)
    again = _views(data, lambda page, at: second_view(page, wording[at], shares[at]))
    second = _fit_trees(again, data, labelled, second_trees)
    words = _fit_words(data, written & labelled, data.labels)
    return LineModel(words, _fit_words(data, short, over), first, second)


def _fewer(settings: dict[str, Any], thrift: int) -> dict[str, Any]:
    return settings | {
        "num_iterations": settings["num_iterations"] // thrift,
        "learning_rate": min(settings["learning_rate"] * thrift, 0.3),
    }


def unseen_shares(data: Lines, *, thrift: int = 1) -> Floats:
    """The probability of each line by a model of other sites; `thrift` as in `train`."""
    folds = folds_of(data.sites, _FOLDS)
    shares = np.zeros(len(folds), np.float32)
    for fold in range(_FOLDS):
        model = train(data, folds != fold, thrift=thrift)
        found = _views(data, lambda page, _, model=model: model.page_shares(page))  # type: ignore[misc]
        shares[folds == fold] = found[folds == fold]
    return shares


def _views(data: Lines, view: Callable[[LinePage, slice], Floats]) -> Floats:
    """The `view` of each document, one after the other."""
    return np.concatenate(
        [view(page, slice(*bounds)) for page, bounds in zip(data.pages, data.bounds, strict=True)]
    )


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


def _fit_words(data: Lines, rows: NDArray[Any], target: NDArray[Any]) -> Words:
    matrix = data.grams[rows]
    known = _site_counts(matrix, data.sites[rows]) >= _LEAST_SITES
    fitted = LogisticRegression(C=1.0, solver="liblinear", tol=1e-2).fit(matrix[:, known], target[rows])
    weights = np.zeros(BUCKETS)
    weights[known] = fitted.coef_[0]
    scale = float(np.abs(weights).max() / 127)
    return Words(np.round(weights / scale).astype(np.int8), scale, float(fitted.intercept_[0]))


def _site_counts(matrix: Any, sites: NDArray[Any]) -> NDArray[Any]:
    names, number = np.unique(sites, return_inverse=True)
    entries = matrix.tocoo()
    pairs = np.unique(entries.col.astype(np.int64) * len(names) + number[entries.row])
    return np.bincount(pairs // len(names), minlength=BUCKETS)


def _score(data: Lines, words: Words) -> Floats:
    return np.asarray(data.grams @ (words.weights * words.scale) + words.bias, np.float32)


def _fit_trees(view: Floats, data: Lines, rows: NDArray[Any], settings: dict[str, Any]) -> LineTrees:
    labelled = lightgbm.Dataset(view[rows], data.labels[rows], weight=data.weights[rows])
    return as_trees(lightgbm.train({**_TREES, **settings}, labelled))


def as_trees(booster: lightgbm.Booster) -> LineTrees:
    """The fitted trees, laid out for QuickScorer: leaves numbered from left to right."""
    roots = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    most = max(tree_leaves - 1 for tree_leaves in (len(_leaves(root)) for root in roots))
    features = np.zeros((most, len(roots)), np.int16)
    thresholds = np.full((most, len(roots)), np.inf, np.float32)
    masks = np.full((most, len(roots)), 0xFFFFFFFF, np.uint32)
    leaves = np.zeros((len(roots), 32), np.float32)
    for tree, root in enumerate(roots):
        for place, (node, before, count) in enumerate(_inner_nodes(root)):
            features[place, tree] = node["split_feature"]
            thresholds[place, tree] = _float32_below(node["threshold"])
            masks[place, tree] = 0xFFFFFFFF & ~(((1 << count) - 1) << before)
        values = _leaves(root)
        leaves[tree, : len(values)] = values
    return LineTrees(features, thresholds, masks, leaves, 0.0)


def _float32_below(threshold: float) -> np.float32:
    """The greatest number of single precision that is not above a threshold: the same ones pass it."""
    near = np.float32(threshold)
    return near if near <= threshold else np.nextafter(near, np.float32(-np.inf))


def _leaves(node: dict[str, Any]) -> list[float]:
    """The values of a subtree's leaves from left to right."""
    if "leaf_value" in node:
        return [node["leaf_value"]]
    return _leaves(node["left_child"]) + _leaves(node["right_child"])


def _inner_nodes(node: dict[str, Any], before: int = 0) -> Iterator[tuple[dict[str, Any], int, int]]:
    """Inner nodes, each with the number of leaves left of its subtree and of those in its left half."""
    if "leaf_value" in node:
        return
    left = len(_leaves(node["left_child"]))
    yield node, before, left
    yield from _inner_nodes(node["left_child"], before)
    yield from _inner_nodes(node["right_child"], before + left)


def folds_of(sites: NDArray[Any], count: int, *, salt: str = "") -> NDArray[Any]:
    """The fold of each line, by a hash of its site."""
    names, number = np.unique(sites, return_inverse=True)
    folds = [int(hashlib.sha256((salt + name).encode()).hexdigest(), 16) % count for name in names]
    return np.array(folds)[number]


def line_f1(labels: NDArray[Any], shares: NDArray[Any]) -> tuple[float, float]:
    """F1 of noise and of content lines; lines labelled -1 are left out."""
    found, true = shares[labels >= 0] >= 0.5, labels[labels >= 0] == 1
    return _f1(~found, ~true), _f1(found, true)


def _f1(found: NDArray[Any], true: NDArray[Any]) -> float:
    return float(2 * (found & true).sum() / max(found.sum() + true.sum(), 1))


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
    """Train on all lines, write the model, print the cross-validated scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=MODEL)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    data = read_lines(options.labelled)
    save(train(data, np.ones(len(data.labels), bool)), options.output)
    if not options.check:
        return
    shares = unseen_shares(data)
    for group, path in enumerate(options.labelled):
        noise, content = line_f1(data.labels[data.groups == group], shares[data.groups == group])
        sys.stderr.write(f"{path.name}: noise F1 {noise:.4f}, content F1 {content:.4f}\n")


if __name__ == "__main__":
    main()
