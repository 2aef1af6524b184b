"""Features of a document's lines for the line model: shape, hashed words, and words shared with other lines.

Paragraphs of one body share persons, places and things from first to last; a menu or the headline of
another story does not. Shared words work in any language, without word lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.clean.lines.line_characters import (
    APOSTROPHE,
    BRACKET,
    CLASSES,
    COLON,
    COMMA,
    DASH,
    DIGIT,
    LOWER,
    QUOTE,
    SEPARATOR,
    SPACE,
    STOP,
    SYMBOL,
    UNCASED,
    UNSPACED,
    UPPER,
    Ints,
    classify,
)

Floats = NDArray[np.float32]
Values = NDArray[Any]

GRAM_BITS = 17
WORD_COUNT, ENDS_SENTENCE = 1, 25  # columns of LinePage.shape
_LONG, _NAME = 4, 2  # characters that a long word and a name exceed
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_NEARBY = 8  # lines
_REACHES = (3, 10)
_UNKNOWN = -1.0


class Ties(NamedTuple):
    """Distinctive words of lines: each pair of word and line once, sorted by word, then by line."""

    words: Values  # the number of the word
    lines: Values
    copies: Values  # how many lines of the document have the words of each line


class LinePage(NamedTuple):
    """A document's lines: `shape` (lines x features), and the hashed words and word pairs in them."""

    shape: Floats
    words: Ints  # words of each line
    grams: Ints  # bucket of each gram
    gram_lines: Ints  # line of each gram, ascending
    ties: Ties


def read_page(lines: Sequence[str]) -> LinePage:
    """The features of a document's lines, none of which is blank."""
    text = "\n".join(lines) + "\n"
    classes, folded = classify(text)
    ends = np.cumsum([len(line) + 1 for line in lines]) - 1
    starts = np.concatenate(([0], ends[:-1] + 1))
    line_of = np.repeat(np.arange(len(lines)), ends - starts + 1)
    tally = np.bincount(line_of * CLASSES + classes, minlength=len(lines) * CLASSES)
    counts = tally.reshape(len(lines), CLASSES).astype(np.float32)
    counts[:, SPACE] -= 1  # the newline
    tokens = _tokens(classes, folded)
    words, grams, gram_lines = _grams(tokens, line_of, len(lines))
    repeats, ties = _recurrence(tokens, line_of[tokens.starts], len(lines))
    shape = _shape(counts, classes, starts, ends, line_of, words, tokens, repeats)
    return LinePage(shape, words, grams, gram_lines, ties)


class _Tokens(NamedTuple):
    starts: Ints
    ends: Ints
    hashes: Ints
    first_class: Ints
    second_class: Ints


def _tokens(classes: Ints, folded: Ints) -> _Tokens:
    """Words, runs of letters and digits, with a hash of their folded characters (a polynomial, wrapping at 2**64)."""
    is_word = (classes >= LOWER) & (classes <= DIGIT)
    # Two word characters are divided when one of them is a word by itself.
    is_split = ~is_word | (classes == UNSPACED)
    boundary = is_split[1:] | is_split[:-1]
    starts = np.flatnonzero(is_word & np.concatenate(([True], boundary)))
    ends = np.flatnonzero(is_word & np.concatenate((boundary, [True]))) + 1
    powers = np.full(len(folded), _PRIME, np.uint64)
    powers[:1] = 1
    np.multiply.accumulate(powers, out=powers)
    sums = np.concatenate(
        (np.zeros(1, np.uint64), np.cumsum(folded.astype(np.uint64) * powers, dtype=np.uint64))
    )
    inverses = np.full(len(folded), _INVERSE, np.uint64)
    inverses[:1] = 1
    np.multiply.accumulate(inverses, out=inverses)
    hashes = (sums[ends] - sums[starts]) * inverses[starts]
    second = classes[np.minimum(starts + 1, ends - 1)]
    return _Tokens(starts, ends, hashes, classes[starts], second)


def _grams(tokens: _Tokens, line_of: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    """Words, word pairs, and the first and last words of each line marked as such, hashed into buckets."""
    lines = line_of[tokens.starts]
    words = np.bincount(lines, minlength=count)
    hashes = tokens.hashes
    if not len(hashes):
        empty = np.zeros(0, np.int64)
        return words, empty, empty
    same = lines[1:] == lines[:-1]
    pairs = (hashes[:-1] * np.uint64(31) + hashes[1:])[same]
    is_first = np.concatenate(([True], ~same))
    is_last = np.concatenate((~same, [True]))
    first_pair = np.concatenate(([False], is_first[:-1])) & ~is_first
    opening = hashes[is_first] * np.uint64(5) + np.uint64(11)
    openings = (np.concatenate((hashes[:1], hashes[:-1])) * np.uint64(7) + hashes)[first_pair] + np.uint64(13)
    closing = hashes[is_last] * np.uint64(3) + np.uint64(17)
    keys = np.concatenate((hashes, pairs, opening, openings, closing))
    where = np.concatenate((lines, lines[1:][same], lines[is_first], lines[first_pair], lines[is_last]))
    order = np.argsort(where, kind="stable")
    mixed = keys ^ (keys >> np.uint64(29))
    buckets = ((mixed * _MIX) >> np.uint64(64 - GRAM_BITS)).astype(np.int64)
    return words, buckets[order], where[order]


def _recurrence(tokens: _Tokens, lines: Ints, count: int) -> tuple[Floats, Ties]:
    """Share of a line's longer words, and of its capitalised ones, that recur in the document; its ties."""
    sizes, is_capital = tokens.ends - tokens.starts, tokens.first_class == UPPER
    is_long = sizes > _LONG
    pairs, pair_lines = _unspaced_pairs(tokens, lines)
    all_lines = np.concatenate((lines, pair_lines))
    _, numbers, seen = np.unique(
        np.concatenate((tokens.hashes, pairs)), return_inverse=True, return_counts=True
    )
    recurs = seen[numbers[: len(lines)]] > 1
    out = np.zeros((count, 2), np.float32)
    for column, chosen in enumerate((is_long, is_capital)):
        total = np.bincount(lines[chosen], minlength=count)
        out[:, column] = np.bincount(lines[chosen & recurs], minlength=count) / np.maximum(total, 1)
    is_distinctive = np.concatenate((is_long | (is_capital & (sizes > _NAME)), np.ones(len(pairs), bool)))
    return out, find_ties(numbers, all_lines, is_distinctive, _copies(tokens.hashes, lines, count))


def _unspaced_pairs(tokens: _Tokens, lines: Ints) -> tuple[Ints, Ints]:
    """Hash and line of each two neighbouring characters of scripts without spaces, in place of words."""
    unspaced = tokens.first_class == UNSPACED
    first = np.flatnonzero(unspaced[:-1] & unspaced[1:] & (tokens.starts[1:] == tokens.ends[:-1]))
    return tokens.hashes[first] * np.uint64(31) + tokens.hashes[first + 1], lines[first]


def _copies(hashes: Ints, lines: Ints, count: int) -> Ints:
    """How many lines have the same words as each line, in any order."""
    mixed = hashes * _PRIME ^ (hashes >> np.uint64(31))
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)))
    bounds = np.concatenate(([0], np.cumsum(np.bincount(lines, minlength=count))))
    _, numbers, copies = np.unique(
        sums[bounds[1:]] - sums[bounds[:-1]], return_inverse=True, return_counts=True
    )
    return np.asarray(copies[numbers])


def _shape(
    counts: Floats,
    classes: Ints,
    starts: Ints,
    ends: Ints,
    line_of: Ints,
    words: Ints,
    tokens: _Tokens,
    repeats: Floats,
) -> Floats:
    n = len(starts)
    length = np.maximum(ends - starts, 1).astype(np.float32)
    lines = line_of[tokens.starts]
    sizes = tokens.ends - tokens.starts
    total = np.maximum(words, 1).astype(np.float32)

    def per_word(chosen: Ints) -> Floats:
        return (np.bincount(lines[chosen], minlength=n) / total).astype(np.float32)

    capitals = tokens.first_class == UPPER
    stops = np.flatnonzero(classes == STOP)
    inner = stops[classes[np.minimum(stops + 1, len(classes) - 1)] == SPACE]
    sentences = np.bincount(line_of[inner], minlength=n)
    last = classes[ends - 1]
    before = classes[np.maximum(ends - 2, starts)]
    letters = counts[:, LOWER : UNSPACED + 1].sum(axis=1)
    columns = [
        np.log1p(length),
        np.log1p(words),
        sentences,
        counts[:, UPPER] / np.maximum(letters, 1),
        (counts[:, UNCASED] + counts[:, UNSPACED]) / length,
        counts[:, DIGIT] / length,
        letters / length,
        *(
            counts[:, kind]
            for kind in (STOP, COMMA, COLON, QUOTE, APOSTROPHE, DASH, BRACKET, SEPARATOR, SYMBOL)
        ),
        counts[:, COMMA] / total,
        per_word(capitals),
        per_word(capitals & (tokens.second_class == UPPER)),
        per_word(sizes <= 3),
        per_word(tokens.first_class == DIGIT),
        letters / total,
        classes[starts],
        last,
        before,
        (last == STOP) | ((last >= QUOTE) & (last <= BRACKET) & (before == STOP)),
        *repeats.T,
    ]
    return np.stack([np.asarray(c, np.float32) for c in columns], axis=1)


def find_ties(words: Values, lines: Values, is_distinctive: Values, copies: Values) -> Ties:
    """Ties from the number of the word and the line of each token."""
    count = len(copies)
    pairs = np.unique(words[is_distinctive].astype(np.int64) * count + lines[is_distinctive])
    return Ties(pairs // count, pairs % count, copies)


def first_ties(ties: Ties) -> list[Values]:
    """Features by line: shares of its words that other lines contain, before and after it, near and far."""
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
    """Features by line: body `shares` of the other lines that contain its words, by the first pass."""
    words, lines, copies = ties
    n = len(copies)
    total = np.maximum(np.bincount(lines, minlength=n), 1)
    own = shares[lines].astype(np.float64)
    others = np.bincount(words)[words] - 1 if len(words) else words
    mass = np.bincount(words, weights=own)[words] - own if len(words) else own
    has_others = others > 0
    # A word in many lines is weaker evidence.
    weights = np.where(has_others, 1 / np.log(2.0 + others), 0)
    weight = np.bincount(lines, weights=weights, minlength=n)
    mass_by_line = np.bincount(lines, weights=weights * mass / np.maximum(others, 1), minlength=n)
    share = np.where(weight > 0, mass_by_line / np.maximum(weight, 1e-9), _UNKNOWN)
    shared = np.bincount(lines, weights=has_others, minlength=n) / total
    in_body = np.bincount(lines, weights=np.minimum(mass, 1), minlength=n) / total
    outside = np.bincount(lines, weights=np.minimum(others - mass, 1), minlength=n) / total
    return [share, shared, in_body, outside, *means_around([share, in_body])]


def means_around(columns: list[Values]) -> list[Values]:
    """Means of each column over 3 lines before, 3 after, 10 before and 10 after.

    0 where there are no lines.
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
