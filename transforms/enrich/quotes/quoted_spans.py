"""Spans inside quotation marks of any style; each span is within a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARK = re.compile(r"''|``|‘‘|’’|[“”„\"«»‹›‘’‚'`]")
_CLOSERS = {
    "“": ("”", '"'), "„": ("“", "”"), "”": ("”",), "«": ("»",), "»": ("«", "»"), '"': ('"', "”"),
    "''": ("''", "’’"), "``": ("''", '"'), "‘‘": ("’’", "''"), "‹": ("›",), "›": ("‹", "›"),
    "‘": ("’", "'"), "‚": ("‘", "’"), "'": ("'", "’"), "`": ("'",),
}  # fmt: skip
_SINGLE = frozenset("‘‚'`")
# Marks that look alike on both sides: in tokenised text both have a space on either side.
_STRAIGHT = frozenset(('"', "''", "'", "`"))
_PARAGRAPH = re.compile(r"[^\n]+")
_ELISION = re.compile(r"(?:\d0s|em\b|til\b|tis\b|twas\b|cause\b|n\b)", re.IGNORECASE)
_END_OF_WORD = re.compile(r"[\w.,!?…%)]")


@dataclass(frozen=True, slots=True)
class QuotedSpan:
    """Text inside a pair of marks; `outer_start` and `outer_end` include the marks."""

    start: int
    end: int
    outer_start: int
    outer_end: int


def find_quoted_spans(text: str) -> list[QuotedSpan]:
    """Spans in order, without nesting; unclosed marks open none unless the next paragraph continues them."""
    if not _MARK.search(text):
        return []
    paragraphs = [(m.start(), m.end()) for m in _PARAGRAPH.finditer(text)]
    found: list[QuotedSpan] = []
    for i, (start, end) in enumerate(paragraphs):
        following = paragraphs[i + 1][0] if i + 1 < len(paragraphs) else None
        found += _in_paragraph(text, start, end, following)
    return found


def _in_paragraph(text: str, start: int, end: int, following: int | None) -> Iterator[QuotedSpan]:
    opened: tuple[str, int, int] | None = None
    marks = list(_MARK.finditer(text, start, end))
    for i, match in enumerate(marks):
        mark = match.group()
        if opened is None:
            if _opens(text, match, start) or _opens_tokenised(text, match, start, end, marks[i + 1 :]):
                opened = (mark, match.start(), match.end())
        elif mark in _CLOSERS[opened[0]] and _closes(text, match, end, opened, marks[i + 1 :]):
            yield from _inside(text, opened[2], match.start(), opened[1], match.end())
            opened = None
        elif mark == opened[0] and mark not in _SINGLE and _opens(text, match, start):
            opened = (mark, match.start(), match.end())  # the first was a mistake, or equal marks are nested
    if opened and opened[0] not in _SINGLE:
        is_continued = (
            following is not None and _MARK.match(text, following) and text.startswith(opened[0], following)
        )
        if is_continued or (opened[1] == start and end - start < 1500):
            yield from _inside(text, opened[2], end, opened[1], end)


def _inside(text: str, start: int, end: int, outer_start: int, outer_end: int) -> Iterator[QuotedSpan]:
    """The span without the spaces inside its marks; none if nothing is between them."""
    quoted = text[start:end]
    start += len(quoted) - len(quoted.lstrip())
    end = start + len(quoted.strip())
    if end > start:
        yield QuotedSpan(start, end, outer_start, outer_end)


def _opens_tokenised(text: str, match: re.Match[str], start: int, end: int, rest: list[re.Match[str]]) -> bool:
    """Whether a straight mark between spaces (" We stay , " said Reyes) opens: the next of its kind is like it."""
    mark, at = match.group(), match.start()
    if mark not in ("``", *_STRAIGHT) or not text[match.end() : match.end() + 1].isspace():
        return False
    if at > start and not text[at - 1].isspace():
        return False
    other = next((m for m in rest if m.group() in _CLOSERS[mark]), None)
    if other is None or not text[other.start() - 1].isspace():
        return False
    if other.end() < end and not text[other.end()].isspace():
        return False
    # "the workers ' union and the owners ' club", 6 " by 4 ": an end of a clause, or the start of a line before
    before = text[start:at].rstrip()[-1:]
    if mark in _SINGLE and text[start : other.start()].rstrip()[-1:] not in ".,!?":
        return False
    return not before.isdigit()


def _opens(text: str, match: re.Match[str], start: int) -> bool:
    mark, at = match.group(), match.start()
    before = text[at - 1] if at > start else " "
    after = text[match.end() : match.end() + 1]
    if not after or (after.isspace() and mark not in "«“„"):
        return False
    if mark in ("’", "”", "’’"):
        return False
    if mark in _SINGLE or mark in "»›":
        return (
            not before.isalnum()
            and (after.isalnum() or after in "[($£€…")
            and not _ELISION.match(text, match.end())
        )
    if mark in ('"', "''", "``"):
        return not before.isalnum() and before not in ".,!?"
    return True


def _closes(
    text: str, match: re.Match[str], end: int, opened: tuple[str, int, int], rest: list[re.Match[str]]
) -> bool:
    if opened[0] not in _SINGLE:
        return True
    at, after = match.start(), text[match.end() : match.end() + 1] if match.end() < end else " "
    if text[opened[2]].isspace():  # tokenised text
        return text[at - 1].isspace() and text[opened[2] : at].rstrip()[-1:] in ".,!?"
    if after.isalnum() or not _END_OF_WORD.match(text[at - 1]):
        return False
    # "the workers' union": a possessive if a better end follows before the next opening mark
    if text[at - 1] == "s" and re.match(r"\s[a-z]", text[match.end() : match.end() + 2]):
        for other in rest:
            if other.group() in "‘‚":
                break
            if text[other.start() - 1] in ".,!?" and other.group() in _CLOSERS[opened[0]]:
                return False
    return True
