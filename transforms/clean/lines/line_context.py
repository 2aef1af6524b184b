"""Features of lines among their neighbours: the two views of a document that the line model's trees read.

The first view is shape and words of a line and its neighbours; the second adds the probabilities of the
first pass (auto-context: Tu and Bai 2010), so that certain lines inform uncertain ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.clean.lines.line_features import ENDS_SENTENCE, WORD_COUNT, LinePage, first_ties, second_ties

Floats = NDArray[np.float32]
Values = NDArray[Any]

_OUTSIDE = -9.0
_NEAR, _FAR, _SECOND = 2, 5, 6
_REACHES = (4, 10, 25)
_SECOND_REACHES = (3, 8, 20, 1000)
_RUNNING_WORDS = 12
_CERTAIN = 0.85
_DISTANCE = 50
SHORT_LINE = 12  # words of a line that may be a heading
_NO_SIGN, _CLEAR_SIGN, _LONG_AGO = -5.0, 1.5, 200


def first_view(page: LinePage, wording: Floats, ending: Floats) -> Floats:
    """Features by line; `wording` scores the words of each line, `ending` the odds that the body has ended."""
    own = np.column_stack((page.shape, wording)).astype(np.float32)
    n = len(own)
    ends, words = page.shape[:, ENDS_SENTENCE], page.words.astype(np.float64)
    running = (words >= _RUNNING_WORDS) & (ends > 0)
    columns: list[Values] = [own]
    columns += [_shifted(own, by) for step in range(1, _NEAR + 1) for by in (step, -step)]
    outer = np.column_stack((wording, page.shape[:, WORD_COUNT], ends)).astype(np.float32)
    columns += [_shifted(outer, by) for step in range(_NEAR + 1, _FAR + 1) for by in (step, -step)]
    word_sums, running_sums, wording_sums, end_sums = (
        _sums(values) for values in (words, words * running, wording, ends)
    )
    for reach in _REACHES:
        for low, high in _sides(n, reach):
            size = np.maximum(high - low, 1)
            columns += [
                np.log1p(word_sums[high] - word_sums[low]),
                np.log1p(running_sums[high] - running_sums[low]),
                (wording_sums[high] - wording_sums[low]) / size,
                (end_sums[high] - end_sums[low]) / size,
            ]
    text = max(float(words[running].sum()), 1.0)
    columns += _endings(page, ending)
    columns += [*_distances(running), np.cumsum(words * running) / text, *_place(n)]
    columns += first_ties(page.ties)
    columns += [np.full(n, v) for v in (np.log1p(text), running.mean(), wording.mean(), np.log1p(words.sum()))]
    return np.column_stack(columns).astype(np.float32)


def second_view(page: LinePage, wording: Floats, shares: Floats) -> Floats:
    """Features by line; `shares` are the probabilities of the first pass."""
    n = len(shares)
    odds = np.log(np.clip(shares, 1e-4, 1 - 1e-4) / (1 - np.clip(shares, 1e-4, 1 - 1e-4)))
    weights = page.words + 0.5
    columns: list[Values] = [page.shape, wording, shares]
    columns += [_shifted(odds[:, None], by) for step in range(1, _SECOND + 1) for by in (step, -step)]
    shape = page.shape[:, [WORD_COUNT, ENDS_SENTENCE]]
    columns += [_shifted(shape, by) for step in range(1, _NEAR + 1) for by in (step, -step)]
    mass_sums, weight_sums, share_sums = (_sums(values) for values in (weights * shares, weights, shares))
    for reach in _SECOND_REACHES:
        for low, high in _sides(n, reach):
            mass = mass_sums[high] - mass_sums[low]
            columns += [
                mass / np.maximum(weight_sums[high] - weight_sums[low], 1),
                (share_sums[high] - share_sums[low]) / np.maximum(high - low, 1),
                np.log1p(mass),
            ]
    columns += [*_distances(shares > _CERTAIN), *_place(n), *second_ties(page.ties, shares)]
    columns += [np.full(n, shares.mean()), np.full(n, (weights * shares).sum() / weights.sum())]
    return np.column_stack(columns).astype(np.float32)


def _endings(page: LinePage, ending: Floats) -> list[Values]:
    """The strongest sign so far that the body has ended ("Comments", "Related stories"), and its distance."""
    n = len(ending)
    at = np.arange(n)
    signs = np.where(page.words <= SHORT_LINE, ending, _NO_SIGN)
    strongest = np.maximum.accumulate(signs)
    since = np.maximum.accumulate(np.where(signs >= strongest, at, 0))
    later = np.maximum.accumulate(signs[::-1])[::-1]
    clear = signs > _CLEAR_SIGN
    return [
        signs,
        np.concatenate(([_OUTSIDE], strongest[:-1])),
        np.concatenate((later[1:], [_OUTSIDE])),
        _distances(clear)[0],
        np.minimum(at - np.concatenate(([0], since[:-1])), _LONG_AGO),
        np.cumsum(clear) - clear,
    ]


def _shifted(values: Floats, by: int) -> Floats:
    """Each row's neighbour `by` rows before it."""
    moved = np.full_like(values, _OUTSIDE)
    if abs(by) < len(values):
        if by > 0:
            moved[by:] = values[:-by]
        else:
            moved[:by] = values[-by:]
    return moved


def _sides(n: int, reach: int) -> tuple[tuple[Values, Values], tuple[Values, Values]]:
    """The rows before and the rows after each row, as bounds."""
    at = np.arange(n)
    return (np.maximum(at - reach, 0), at), (at + 1, np.minimum(at + reach + 1, n))


def _sums(values: Values) -> Values:
    """Sums of the values before each place."""
    return np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))


def _distances(marked: Values) -> tuple[Values, Values]:
    """Rows to the last marked row before and to the next one after, _DISTANCE at most."""
    at = np.arange(len(marked))
    before = np.maximum.accumulate(np.where(marked, at, -_DISTANCE))
    after = np.minimum.accumulate(np.where(marked, at, len(at) + _DISTANCE)[::-1])[::-1]
    previous = np.concatenate(([-_DISTANCE], before[:-1]))
    following = np.concatenate((after[1:], [len(at) + _DISTANCE]))
    return np.minimum(at - previous, _DISTANCE), np.minimum(following - at, _DISTANCE)


def _place(n: int) -> tuple[Values, ...]:
    at = np.arange(n)
    return np.full(n, np.log(n)), at / n, np.log1p(at), np.log1p(n - 1 - at)
