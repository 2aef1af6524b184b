"""What the line model sees of a document: shape, words and neighbours of each line, as numpy arrays."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[Any]

GRAM_BITS = 17
WORD_COUNT, ENDS_SENTENCE = 1, 25  # columns of Page.shape
_TABLE = 0x3100
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_MIX = np.uint64(0xBF58476D1CE4E5B9)

# Character classes: each character is in exactly one.
(
    SPACE, LOWER, UPPER, UNCASED, UNSPACED, DIGIT, STOP, COMMA, COLON, QUOTE, APOSTROPHE, DASH, BRACKET,
    SEPARATOR, SYMBOL,
) = range(15)  # fmt: skip
_CLASSES = 15
# Scripts written without spaces: each character counts as a word, as in transforms.text.
_UNSPACED = (
    (0xE00, 0xEFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
)
_CHARACTERS = {
    STOP: ".!?…。！？؟।",
    COMMA: ",;،、，；",
    COLON: ":：",
    QUOTE: '"“”„«»「」『』‹›‟',
    APOSTROPHE: "'’‘`´",
    DASH: "-–—‐‑‒―",
    BRACKET: "()[]{}（）【】",
    SEPARATOR: "|/\\·•>»→▶›●■©@#_*+=~",
}


class Page(NamedTuple):
    """A document's lines: `shape` (lines x features), and the hashed words and word pairs in them."""

    shape: Floats
    words: Ints  # words of each line
    grams: Ints  # bucket of each gram
    gram_lines: Ints  # the line it stands in, ascending


@cache
def _tables() -> tuple[Ints, Ints]:
    """Class and folded code of each code point below _TABLE; digits fold to 0."""
    classes = np.full(_TABLE, SYMBOL, np.uint8)
    folded = np.arange(_TABLE, dtype=np.uint64)
    for code in range(_TABLE):
        character = chr(code)
        category = unicodedata.category(character)
        if character.isspace():
            classes[code] = SPACE
        elif category in ("Lu", "Lt"):
            classes[code] = UPPER
        elif category == "Ll":
            classes[code] = LOWER
        elif category[0] in "LM":
            classes[code] = UNSPACED if any(low <= code <= high for low, high in _UNSPACED) else UNCASED
        elif category == "Nd":
            classes[code] = DIGIT
            folded[code] = 48
        lower = character.lower()
        if len(lower) == 1 and lower != character and ord(lower) < _TABLE:
            folded[code] = ord(lower)
    for kind, characters in _CHARACTERS.items():
        for character in characters:
            if ord(character) < _TABLE:
                classes[ord(character)] = kind
    return classes, folded


def read_page(lines: Sequence[str]) -> Page:
    """The features of a document's lines, none of which is blank."""
    text = "\n".join(lines) + "\n"
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    known, folding = _tables()
    near = np.minimum(codes, _TABLE - 1)
    classes = np.where(codes < _TABLE, known[near], _far_classes(codes))
    folded = np.where(codes < _TABLE, folding[near], codes)
    ends = np.cumsum([len(line) + 1 for line in lines]) - 1
    starts = np.concatenate(([0], ends[:-1] + 1))
    line_of = np.repeat(np.arange(len(lines)), ends - starts + 1)
    tally = np.bincount(line_of * _CLASSES + classes, minlength=len(lines) * _CLASSES)
    counts = tally.reshape(len(lines), _CLASSES).astype(np.float32)
    counts[:, SPACE] -= 1  # the newline
    tokens = _tokens(classes, folded)
    words, grams, gram_lines, repeats = _grams(tokens, line_of, len(lines))
    shape = _shape(counts, classes, starts, ends, line_of, words, tokens, repeats)
    return Page(shape, words, grams, gram_lines)


def _far_classes(codes: Ints) -> Ints:
    """Classes above the table: ideographs, kana and syllables are letters, full-width signs what they are."""
    classes = np.full(len(codes), UNCASED, np.uint8)
    if codes.size and codes.max() >= _TABLE:
        for kind, characters in _CHARACTERS.items():
            for character in characters:
                if ord(character) >= _TABLE:
                    classes[codes == ord(character)] = kind
        classes[(codes >= 0x1F000) & (codes < 0x20000)] = SYMBOL
        for low, high in _UNSPACED:
            classes[(codes >= max(low, _TABLE)) & (codes <= high)] = UNSPACED
    return classes


class _Tokens(NamedTuple):
    starts: Ints
    ends: Ints
    hashes: Ints
    first_class: Ints
    second_class: Ints


def _tokens(classes: Ints, folded: Ints) -> _Tokens:
    """Words, runs of letters and digits, with a hash of their folded characters (a polynomial, wrapping at 2**64)."""
    is_word = (classes >= LOWER) & (classes <= DIGIT)
    # Between two characters of words there is a boundary when one of them is a word by itself.
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


def _grams(tokens: _Tokens, line_of: Ints, count: int) -> tuple[Ints, Ints, Ints, Floats]:
    """Words, word pairs, and the first and last word of each line again as such, hashed into buckets."""
    lines = line_of[tokens.starts]
    words = np.bincount(lines, minlength=count)
    hashes = tokens.hashes
    if not len(hashes):
        empty = np.zeros(0, np.int64)
        return words, empty, empty, np.zeros((count, 2), np.float32)
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
    return words, buckets[order], where[order], _recurrence(hashes, tokens, lines, count)


def _recurrence(hashes: Ints, tokens: _Tokens, lines: Ints, count: int) -> Floats:
    """Share of a line's longer words, and of its capitalised ones, that the document has in other lines too."""
    _, inverse, seen = np.unique(hashes, return_inverse=True, return_counts=True)
    recurs = seen[inverse] > 1
    out = np.zeros((count, 2), np.float32)
    for column, chosen in enumerate((tokens.ends - tokens.starts > 4, tokens.first_class == UPPER)):
        total = np.bincount(lines[chosen], minlength=count)
        out[:, column] = np.bincount(lines[chosen & recurs], minlength=count) / np.maximum(total, 1)
    return out


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
