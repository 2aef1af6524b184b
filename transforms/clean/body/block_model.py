"""The block model: the probability that each block of a page is body, from its features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from transforms.text import wordlists

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class BlockTrees:
    """Boosted trees as flat arrays; `children` has two entries per node, left and right; a leaf is its own child."""

    feature: Ints
    threshold: Floats
    children: Ints
    value: Floats
    roots: Ints
    depth: int
    baseline: float


@cache
def block_model(name: Literal["quick", "careful"]) -> BlockTrees:
    """A model shipped with the package (made by transforms/train/train_blocks.py).

    "quick" reads the text of one extractor, "careful" of two.
    """
    stored = wordlists.arrays("block_model.npz").items()
    prefix = f"{name}_"
    return as_trees({key.removeprefix(prefix): array for key, array in stored if key.startswith(prefix)})


def as_trees(stored: Mapping[str, Any]) -> BlockTrees:
    """Trees from the arrays that `transforms.train.train_blocks` makes."""
    return BlockTrees(
        feature=stored["feature"].astype(np.int32),
        threshold=stored["threshold"],
        children=np.column_stack([stored["left"], stored["right"]]).ravel(),
        value=stored["value"].astype(np.float64),
        roots=stored["roots"],
        depth=int(stored["depth"]),
        baseline=float(stored["baseline"]),
    )


def block_probabilities(features: Floats, trees: BlockTrees) -> Floats:
    """One probability per row of features (`transforms.clean.body.block_features`)."""
    count, width = features.shape
    flat = np.ascontiguousarray(features).ravel()
    starts = (np.arange(count, dtype=np.int32) * width)[:, None]
    at: Ints = np.broadcast_to(trees.roots, (count, len(trees.roots)))
    for _ in range(trees.depth):
        goes_right = flat.take(starts + trees.feature.take(at)) > trees.threshold.take(at)
        at = trees.children.take(2 * at + goes_right)
    raw: Floats = trees.baseline + trees.value.take(at).sum(axis=1)
    chances: Floats = 1.0 / (1.0 + np.exp(-raw))
    return chances
