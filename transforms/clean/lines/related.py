"""Titles of other articles listed below a heading such as "More on this story"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from transforms.clean.lines.line_rules import known_line
from transforms.text.folding import count_words
from transforms.text.sentences import ends_sentence

RELATED = "related_heading"
_NUMBERED = re.compile(r"(\d{1,2})[.):]?\s+\S")
_MOST_TITLES, _FEWEST_WORDS, _TITLE_WORDS, _QUESTION_WORDS = 10, 3, 22, 14
_SKIPPED = ("promo", "widget", "dateline", "byline", "credit", "navigation")


def related_lists(lines: Sequence[str]) -> Iterator[int]:
    """Numbers of the lines that are titles listed below a heading, and of these headings.

    A line that is no title ends a list; promotion, labels, bylines and dates among the titles do not. A list
    of more titles than anybody recommends is no list of titles.
    """
    found: list[int] = []
    number = 0
    for place, line in enumerate(lines):
        known = known_line(line)
        if known is not None and known.name == RELATED:
            yield from _list(found)
            found, number = [place], 0
        elif found and (known is None or known.kind not in _SKIPPED):
            match = _NUMBERED.match(line)
            is_next = match is not None and int(match[1]) == number + 1
            if is_next or _is_title(line):
                number += is_next
                found.append(place)
            else:
                yield from _list(found)
                found = []
    yield from _list(found)


def _list(found: Sequence[int]) -> Sequence[int]:
    return found if 1 < len(found) <= _MOST_TITLES + 1 else ()


def _is_title(line: str) -> bool:
    words = count_words(line)
    if ends_sentence(line):
        return line.rstrip("\"'”’)").endswith(("?", "!")) and words <= _QUESTION_WORDS
    return _FEWEST_WORDS <= words <= _TITLE_WORDS and not line.endswith((":", ",", ";"))
