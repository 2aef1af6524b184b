"""The line model: the probability that each line of a document is part of the article's body.

Linear models of words and word pairs feed trees over shape and neighbourhood, twice. The model is data
(`transforms/data/lines/model.npz`, made by `transforms.train.train_lines`), evaluated with numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.clean.lines.line_context import first_view, second_view
from transforms.clean.lines.line_features import Floats, LinePage, read_page
from transforms.text import wordlists

_BLOCK = 128
_ALL = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Words:
    """Linear weights by bucket of hashed words, as bytes of `scale`."""

    weights: NDArray[np.int8]
    scale: float
    bias: float

    def score(self, page: LinePage) -> Floats:
        """Log odds of each line by its words, damped by the root of their number."""
        n = len(page.words)
        total = np.bincount(page.gram_lines, weights=self.weights[page.grams], minlength=n)
        count = np.maximum(np.bincount(page.gram_lines, minlength=n), 1)
        odds: Floats = (total * self.scale / np.sqrt(count) + self.bias).astype(np.float32)
        return odds


@dataclass(frozen=True, slots=True)
class LineTrees:
    """Boosted trees of at most 32 leaves, laid out for QuickScorer (Lucchese et al., SIGIR 2015).

    A node that a line fails (value above threshold) excludes the leaves of its left subtree, the zero
    bits of its mask; the lowest bit left in a tree is the line's leaf. The arrays are nodes x trees;
    smaller trees are padded with nodes that no line fails.
    """

    features: NDArray[np.int16]
    thresholds: NDArray[np.float32]
    masks: NDArray[np.uint32]
    leaves: NDArray[np.float32]  # trees x 32
    bias: float

    def shares(self, view: Floats) -> Floats:
        """Probability of each row."""
        odds = [self._odds(view[at : at + _BLOCK]) for at in range(0, len(view), _BLOCK)]
        return np.asarray(1 / (1 + np.exp(-np.concatenate(odds))), np.float32)

    def _odds(self, rows: Floats) -> NDArray[Any]:
        columns = np.ascontiguousarray(rows.T)
        trees = np.arange(len(self.leaves))[:, None]
        left = np.full((len(self.leaves), len(rows)), _ALL, np.uint32)
        for features, thresholds, masks in zip(self.features, self.thresholds, self.masks, strict=True):
            passes = columns.take(features, axis=0) <= thresholds[:, None]
            # All bits where a line passes the node, the node's mask where it fails.
            left &= masks[:, None] | (np.uint32(0) - passes.astype(np.uint32))
        lowest = left & (~left + np.uint32(1))
        leaf = np.frexp(lowest.astype(np.float64))[1] - 1
        return np.asarray(self.leaves[trees, leaf].sum(axis=0, dtype=np.float64) + self.bias)


@dataclass(frozen=True, slots=True)
class LineModel:
    """Scores of words in the body and at its end; trees of the first pass, and of the second, which reads the first."""

    words: Words
    endings: Words
    first: LineTrees
    second: LineTrees

    def shares(self, lines: Sequence[str]) -> Floats:
        """Probability of each line being body."""
        return self.page_shares(read_page(lines))

    def page_shares(self, page: LinePage) -> Floats:
        """The same for lines already read."""
        wording = self.words.score(page)
        shares = self.first.shares(first_view(page, wording, self.endings.score(page)))
        return self.second.shares(second_view(page, wording, shares))


def content_probabilities(lines: Sequence[str]) -> list[float]:
    """Probability that each line is body; `lines` are all of the document in order, none blank."""
    return [float(share) for share in _model().shares(lines)] if lines else []


@cache
def _model() -> LineModel:
    return load_model(wordlists.arrays("lines/model.npz"))


def load_model(arrays: dict[str, NDArray[Any]]) -> LineModel:
    """A model from its named arrays."""
    return LineModel(
        _words(arrays, "words"), _words(arrays, "endings"), _trees(arrays, "first"), _trees(arrays, "second")
    )


def _words(arrays: dict[str, NDArray[Any]], name: str) -> Words:
    return Words(arrays[f"{name}.weights"], float(arrays[f"{name}.scale"]), float(arrays[f"{name}.bias"]))


def _trees(arrays: dict[str, NDArray[Any]], name: str) -> LineTrees:
    features, thresholds, masks, leaves = (
        arrays[f"{name}.{field}"] for field in ("features", "thresholds", "masks", "leaves")
    )
    return LineTrees(features, thresholds, masks, leaves, float(arrays[f"{name}.bias"]))
