"""The block model: how probable it is that each block of a page belongs to the body, from its features alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees as flat arrays. A leaf has itself as both children; `roots` are the first nodes."""

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    value: Floats
    roots: Ints
    depth: int
    baseline: float


@cache
def block_model(name: Literal["quick", "careful"]) -> Trees:
    """A model shipped with the package (made by transforms/data/train_blocks.py).

    "quick" knows one other opinion of the page, "careful" two.
    """
    path = resources.files("transforms.data") / "block_model.npz"
    with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
        return Trees(
            feature=held[f"{name}_feature"].astype(np.int32),
            threshold=held[f"{name}_threshold"],
            left=held[f"{name}_left"],
            right=held[f"{name}_right"],
            value=held[f"{name}_value"].astype(np.float64),
            roots=held[f"{name}_roots"],
            depth=int(held[f"{name}_depth"]),
            baseline=float(held[f"{name}_baseline"]),
        )


def block_probabilities(features: Floats, trees: Trees) -> Floats:
    """One probability a row of features (`transforms.clean.block_features`)."""
    rows = np.arange(len(features))[:, None]
    at = np.broadcast_to(trees.roots, (len(features), len(trees.roots)))
    for _ in range(trees.depth):
        goes_left = features[rows, trees.feature[at]] <= trees.threshold[at]
        at = np.where(goes_left, trees.left[at], trees.right[at])
    raw: Floats = trees.baseline + trees.value[at].sum(axis=1)
    chances: Floats = 1.0 / (1.0 + np.exp(-raw))
    return chances
