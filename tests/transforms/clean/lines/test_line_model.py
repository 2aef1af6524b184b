"""The line model: a deterministic probability per line, and correct evaluation of trees."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.clean.lines.line_features import read_page
from transforms.clean.lines.line_model import LineTrees, content_probabilities

PARAGRAPH = (
    "The council in Northport voted 7-2 on Tuesday to rebuild the harbour wall, which the storm of last "
    "winter had broken in three places, and to raise the port fee to pay for it."
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=30).filter(str.strip), max_size=12))
def test_any_lines_have_probabilities(lines: list[str]) -> None:
    shares = content_probabilities(lines)
    assert len(shares) == len(lines)
    assert all(0 <= share <= 1 and math.isfinite(share) for share in shares)
    assert shares == content_probabilities(lines)


def test_paragraphs_are_body_and_menus_are_not() -> None:
    lines = (
        ["Home", "World", "Sport", "Log in", "Subscribe"]
        + [PARAGRAPH] * 5
        + ["Contact us", "Terms of use", "Jobs"]
    )
    shares = content_probabilities(lines)
    assert min(shares[5:10]) > 0.5
    assert max(shares[:5] + shares[10:]) < 0.5


def test_no_lines_no_probabilities() -> None:
    assert content_probabilities([]) == []


def test_words_are_counted_in_each_script() -> None:
    assert read_page(["The mayor’s plan", "港の防波堤", "—"]).words.tolist() == [4, 5, 0]


def test_lines_reach_the_right_leaf() -> None:
    # one tree: x0 <= 1 ? (x1 <= 5 ? leaf 0 : leaf 1) : leaf 2
    trees = LineTrees(
        features=np.array([[0], [1]], np.int16),
        thresholds=np.array([[1], [5]], np.float32),
        masks=np.array([[0xFFFFFFFF & ~0b11], [0xFFFFFFFF & ~0b1]], np.uint32),
        leaves=np.array([[-2, 0, 3, *[0] * 29]], np.float32),
        bias=0.0,
    )
    rows = np.array([[0, 5], [1, 6], [2, 0]], np.float32)
    assert np.allclose(trees.shares(rows), 1 / (1 + np.exp([2.0, 0.0, -3.0])))
