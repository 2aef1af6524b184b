"""Folded forms by which texts are compared, their hashes, and word counts."""

from __future__ import annotations

import re
import unicodedata

from transforms.contract.ids import digest

_SPACES = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w+(?:[’'.-]\w+)*")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""One character of a script that is written without spaces; it counts as a word, as news agencies count."""
_FOLDED = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u00b4": "'", "`": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-",
    "\u00ad": "", "\u200b": "", "\u2060": "", "\ufeff": "",
}  # fmt: skip


def fold(text: str) -> str:
    """Text as it is compared: NFKC, case, quote marks, dashes and white space folded."""
    folded = _plain_marks(unicodedata.normalize("NFKC", text)).casefold()
    return _SPACES.sub(" ", folded).strip()


def fold_line(line: str) -> str:
    """A line in the form of publisher_lines: folded, each number as 0, so that dates and counters match."""
    return fold_numbers(fold(line))


def fold_numbers(folded: str) -> str:
    """A folded text with each number as 0."""
    return _DIGITS.sub("0", folded)


def fold_lines(text: str) -> list[str]:
    """`fold` of each line of a text in order, blank ones left out; cheaper than line by line."""
    folded = _plain_marks(unicodedata.normalize("NFKC", text)).casefold()
    lines = (" ".join(line.split()) for line in folded.splitlines())
    return [line for line in lines if line]


def _plain_marks(text: str) -> str:
    """Typographic marks as plain ASCII; `str.translate` takes fifty times as long."""
    for mark, plain in _FOLDED.items():
        if mark in text:
            text = text.replace(mark, plain)
    return text


def text_hash(*texts: str | None) -> str:
    """Hash of the folded texts, 32 hex digits; the same for a text that differs in typography only."""
    return digest(*(fold(t or "") for t in texts))


def count_words(text: str) -> int:
    """Words of a text; in scripts without spaces each character is one."""
    unspaced = len(UNSPACED.findall(text))
    return unspaced + len(_WORD.findall(UNSPACED.sub(" ", text) if unspaced else text))
