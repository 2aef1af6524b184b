"""Titles of other articles listed below a heading such as "More on this story"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from transforms.clean.lines.line_rules import known_line
from transforms.text.folding import count_words
from transforms.text.sentences import ends_sentence

RELATED = "related_heading"
_NUMBERED = re.compile(r"(\d{1,2})[.):]?\s+\S")
_MOST_TITLES, _TITLE_WORDS, _QUESTION_WORDS = 12, 22, 14
_SKIPPED = ("promo", "widget", "dateline", "byline", "credit", "navigation")


def related_titles(lines: Sequence[str]) -> Iterator[int]:
    """Numbers of the lines that are titles listed below a heading; lines of no title end a list.

    Promotion, labels, bylines and dates among the titles do not.
    """
    left = 0
    number = 0
    for place, line in enumerate(lines):
        known = known_line(line)
        if known is not None and known.name == RELATED:
            left, number = _MOST_TITLES, 0
        elif left and (known is None or known.kind not in _SKIPPED):
            match = _NUMBERED.match(line)
            is_next = match is not None and int(match[1]) == number + 1
            if not is_next and not _is_title(line):
                left = 0
                continue
            number += is_next
            left -= 1
            yield place


def _is_title(line: str) -> bool:
    words = count_words(line)
    if ends_sentence(line):
        return line.rstrip("\"'”’)").endswith(("?", "!")) and words <= _QUESTION_WORDS
    return words <= _TITLE_WORDS and not line.endswith((":", ",", ";"))
