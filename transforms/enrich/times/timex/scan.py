"""The runs of words that an expression of time can be made of: where the grammar is tried, and which rules.

Every expression consists of words of the grammar and figures, and has a head: a month, a unit, a weekday,
a year. So most of a text is passed over at the price of one look-up a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from transforms.enrich.times.timex import words

_FIGURES = frozenset("0123456789")
_TOKEN = re.compile(r"\w+")
# Between neighbours: some punctuation or white space, but no blank line.
_GAP = re.compile(r"(?!\s*\n\s*\n)(?:[.,'’/:(–—-]|\s){0,4}|(?!\s*\n\s*\n)\s{1,12}")
# No expression begins with one of these, inside an amount, an address or a run of figures.
_NEVER_FIRST = frozenset(("of", "and", "or", "to", "on", "by", "is"))
_NOT_BEFORE = re.compile(r"[\w$£€¥#@/&]|\d[.,:-]")

HEADS: dict[str, str] = {
    **{word.split()[-1]: "vague" for word in words.VAGUE},
    **dict.fromkeys(words.HOLIDAY_HEADS, "holiday"),
    **dict.fromkeys(words.SEASONS, "season"),
    **dict.fromkeys(words.PARTS_OF_DAY, "part"),
    **dict.fromkeys(words.DECADES, "decade"),
    **dict.fromkeys(words.SETS, "set"),
    **{form: "unit" for word in words.UNITS for form in (word, word + "s")},
    **{form: "weekday" for word in words.WEEKDAYS for form in (word, word + "s")},
    **dict.fromkeys(words.MONTHS, "month"),
    **dict.fromkeys(("half", "quarterly", "q1", "q2", "q3", "q4"), "unit"),
    **dict.fromkeys(("fiscal", "fy", "financial", "model"), "fiscal"),
    **dict.fromkeys(("today", "yesterday", "tomorrow", "tonight"), "day"),
    **dict.fromkeys(("am", "pm", "m", "noon", "midnight", "gmt", "utc"), "clock"),
    **dict.fromkeys(("eighteen", "nineteen"), "year"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words of the grammar: where an expression may start, where they end, their heads."""

    starts: tuple[int, ...]
    end: int
    heads: frozenset[str]


def vocabulary(patterns: Iterable[str]) -> dict[str, str]:
    """Every word that a pattern of the grammar spells out, with its head; "" for words that are none."""
    plain = re.sub(r"\\[a-z]|\(\?P<\w+>", " ", " ".join(patterns))
    bare = {w.lower() for w in re.findall(r"[A-Za-z]+", plain)} | {"century", "a", "p"}
    zones = {f"{zone}{kind}t" for zone in "ecmp" for kind in ("", "s", "d")}
    return dict.fromkeys(bare | {w + "s" for w in bare} | zones | {"centuries"}, "") | HEADS


def runs(text: str, known: dict[str, str]) -> Iterator[Run]:
    """Yield the runs that hold a head, in reading order; `known` is the vocabulary."""
    starts: list[int] = []
    heads: set[str] = set()
    end = 0
    for token in _TOKEN.finditer(text):
        word = token.group().lower()
        head = known.get(word)
        if head is None and (word[0] in _FIGURES or word.startswith("fy")):
            head = _figure(word)
        if starts and (head is None or not _GAP.fullmatch(text, end, token.start())):
            if heads:
                yield Run(tuple(starts), end, frozenset(heads))
            starts, heads = [], set()
        if head is None:
            continue
        if starts or word not in _NEVER_FIRST:
            starts.append(token.start())
        end = token.end()
        if head:
            heads.add(head)
    if heads:
        yield Run(tuple(starts), end, frozenset(heads))


def may_start(text: str, at: int) -> bool:
    """Whether the characters before a word let an expression start with it."""
    return not (at and _NOT_BEFORE.fullmatch(text, at - 1, at)) and not (
        at > 1 and _NOT_BEFORE.fullmatch(text, at - 2, at)
    )


def _figure(word: str) -> str | None:
    """The head that figures, or FY2015, are."""
    if word[0] == "f":
        return "fiscal" if word[2:].isdigit() else None
    if len(word) == 4 and word.isdigit():
        return "year"
    if word.endswith(("st", "nd", "rd", "th")):
        return "ordinal"
    return "decade" if word.endswith("s") else "clock" if word.endswith("m") else "figure"
