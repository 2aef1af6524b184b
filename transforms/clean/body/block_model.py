"""The block model: how probable it is that each block of a page belongs to the body, from its features alone."""

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
class Trees:
    """Boosted trees as flat arrays; `children` has two places a node, left and right, a leaf is its own child."""

    feature: Ints
    threshold: Floats
    children: Ints
    value: Floats
    roots: Ints
    depth: int
    baseline: float


@cache
def block_model(name: Literal["quick", "careful"]) -> Trees:
    """A model shipped with the package (made by transforms/train/train_blocks.py).

    "quick" knows one other opinion of the page, "careful" two.
    """
    held = wordlists.arrays("block_model.npz")
    return as_trees({key.removeprefix(f"{name}_"): held[key] for key in held if key.startswith(f"{name}_")})


def as_trees(held: Mapping[str, Any]) -> Trees:
    """Trees from the arrays that `transforms.train.train_blocks` makes."""
    return Trees(
        feature=held["feature"].astype(np.int32),
        threshold=held["threshold"],
        children=np.column_stack([held["left"], held["right"]]).ravel(),
        value=held["value"].astype(np.float64),
        roots=held["roots"],
        depth=int(held["depth"]),
        baseline=float(held["baseline"]),
    )


def block_probabilities(features: Floats, trees: Trees) -> Floats:
    """One probability a row of features (`transforms.clean.body.block_features`)."""
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
