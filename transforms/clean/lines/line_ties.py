"""What ties a line to the other lines of its document: the telling words that they share.

A body's paragraphs speak of the same persons, places and things from the first to the last; a menu or
the headline of another story does not. No list of words and no language is needed for that.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]

_NEARBY = 8  # lines
_REACHES = (3, 10)
_UNKNOWN = -1.0


class Ties(NamedTuple):
    """Telling words of lines: each pair of word and line once, sorted by word, then by line."""

    words: Values  # the number of the word
    lines: Values
    copies: Values  # how many lines of the document have the words of each line


def find_ties(words: Values, lines: Values, is_telling: Values, copies: Values) -> Ties:
    """Ties from the number of the word and the line of each token."""
    count = len(copies)
    pairs = np.unique(words[is_telling].astype(np.int64) * count + lines[is_telling])
    return Ties(pairs // count, pairs % count, copies)


def first_ties(ties: Ties) -> list[Values]:
    """Features by line: shares of its words that other lines have too, before and after it, near and far."""
    words, lines, copies = ties
    n = len(copies)
    total = np.bincount(lines, minlength=n)
    is_same = words[1:] == words[:-1]
    is_near = is_same & (lines[1:] - lines[:-1] <= _NEARBY)
    no = np.zeros(min(len(words), 1), bool)
    before, after = np.concatenate((no, is_same)), np.concatenate((is_same, no))
    near_before, near_after = np.concatenate((no, is_near)), np.concatenate((is_near, no))
    others = (np.bincount(words)[words] - 1) if len(words) else words
    shares = [
        np.bincount(lines, weights=weights, minlength=n) / np.maximum(total, 1)
        for weights in (before, after, near_before, near_after, np.log1p(others))
    ]
    back, ahead, spread = shares[0], shares[1], shares[4]
    return [*shares, total, np.log(copies), *means_around([back, ahead, spread])]


def second_ties(ties: Ties, shares: Values) -> list[Values]:
    """Features by line: how far the other lines that have its words are body, by the `shares` of a first look."""
    words, lines, copies = ties
    n = len(copies)
    total = np.maximum(np.bincount(lines, minlength=n), 1)
    own = shares[lines].astype(np.float64)
    others = np.bincount(words)[words] - 1 if len(words) else words
    mass = np.bincount(words, weights=own)[words] - own if len(words) else own
    has_others = others > 0
    # A word of many lines tells less of each.
    weights = np.where(has_others, 1 / np.log(2.0 + others), 0)
    weight = np.bincount(lines, weights=weights, minlength=n)
    told = np.bincount(lines, weights=weights * mass / np.maximum(others, 1), minlength=n)
    share = np.where(weight > 0, told / np.maximum(weight, 1e-9), _UNKNOWN)
    shared = np.bincount(lines, weights=has_others, minlength=n) / total
    in_body = np.bincount(lines, weights=np.minimum(mass, 1), minlength=n) / total
    outside = np.bincount(lines, weights=np.minimum(others - mass, 1), minlength=n) / total
    return [share, shared, in_body, outside, *means_around([share, in_body])]


def means_around(columns: list[Values]) -> list[Values]:
    """Of each column the means over the few lines before, the few after, the more before and the more after.

    0 where there are none.
    """
    n = len(columns[0])
    at = np.arange(n)
    sums = np.zeros((len(columns), n + 1))
    np.cumsum(columns, axis=1, out=sums[:, 1:])
    means = []
    for reach in _REACHES:
        low, high = np.maximum(at - reach, 0), np.minimum(at + reach + 1, n)
        means.append((sums[:, at] - sums[:, low]) / np.maximum(at - low, 1))
        means.append((sums[:, high] - sums[:, at + 1]) / np.maximum(high - at - 1, 1))
    return [mean[number] for number in range(len(columns)) for mean in means]
