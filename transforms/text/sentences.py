"""Where sentences end, by punctuation and abbreviations alone: for texts and stretches that nothing has parsed."""

from __future__ import annotations

import re

from transforms.text.wordlists import word_set

_NO_END = "".join(rf"(?<!\b{re.escape(word)}\.)" for word in sorted(word_set("abbreviation")))
SENTENCE_END = re.compile(
    rf"""(?: \. (?<!\b[A-Z]\.) {_NO_END} | [!?…。！？] ) ["'”’»)\]]* (?=\s+["'“‘«(\[]*[A-Z0-9] | \s*$ | \s*\n)
      | \n\s*\n""",
    re.VERBOSE,
)
"""Matches the end of a sentence, closing marks included, or the blank line between paragraphs."""
