"""Where sentences end, by punctuation and abbreviations alone: for text without a parse."""

from __future__ import annotations

import re

from transforms.text.wordlists import word_set

MARKS = ".!?…。！？؟।"
"""The characters that end a sentence; safe inside a regular expression's brackets."""
CLOSERS = r"""\"'”’»)\]」』"""
"""The characters that may follow such a mark inside the sentence; escaped for a regular expression's brackets."""

_NO_END = "".join(rf"(?<!\b{re.escape(word)}\.)" for word in sorted(word_set("abbreviation")))
SENTENCE_END = re.compile(
    rf"""(?: \. (?<!\b[A-Z]\.) {_NO_END} | [{MARKS.replace(".", "")}] ) [{CLOSERS}]*
           (?=\s+["'“‘«(\[]*[A-Z0-9] | \s*$ | \s*\n)
      | \n\s*\n""",
    re.VERBOSE,
)
"""Matches the end of a sentence inside a text, closers included, or the blank line between paragraphs."""
_AT_END = re.compile(rf"[{MARKS}][{CLOSERS}]*$")


def ends_sentence(text: str) -> bool:
    """Whether a text ends where a sentence does: with a mark, closers after it or not."""
    return _AT_END.search(text[-8:]) is not None
