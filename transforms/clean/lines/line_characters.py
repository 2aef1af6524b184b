"""The class of each character of a text, and its code with case and digits folded, as arrays."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.text.folding import UNSPACED as UNSPACED_SCRIPTS

Ints = NDArray[Any]

_TABLE = 0x3100

# Character classes: each character is in exactly one.
(
    SPACE, LOWER, UPPER, UNCASED, UNSPACED, DIGIT, STOP, COMMA, COLON, QUOTE, APOSTROPHE, DASH, BRACKET,
    SEPARATOR, SYMBOL,
) = range(15)  # fmt: skip
CLASSES = 15
# Scripts written without spaces, of which each character counts as a word, as ranges of code points.
_UNSPACED = [
    (int(low, 16), int(high, 16))
    for low, high in re.findall(r"\\u(\w{4})-\\u(\w{4})", UNSPACED_SCRIPTS.pattern)
]
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


def classify(text: str) -> tuple[Ints, Ints]:
    """Class and folded code of each character."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    known, folding = _tables()
    near = np.minimum(codes, _TABLE - 1)
    classes = np.where(codes < _TABLE, known[near], _far_classes(codes))
    return classes, np.where(codes < _TABLE, folding[near], codes)


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


def _far_classes(codes: Ints) -> Ints:
    """Classes above the table: ideographs, kana and syllables count as words, full-width signs by their kind."""
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
