"""The headline among a text's lines, and the deck below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from transforms.clean.lines.line_rules import caption_parts
from transforms.clean.plain.typed_lines import Typed
from transforms.text.folding import count_words, fold
from transforms.text.offsets import MappedText

_TWO_SENTENCES = re.compile(r"[^\W\d_]{4,}[.!?]\s+\S+\s\S+\s|[。！？].")
_SENTENCE = re.compile(r"[a-z]{3}[.!?][”\"’']*\s")
_TITLE_WORDS = 30
_SUBTITLE_WORDS = 30
_HEAD = 12
_LONGEST_GLUED = 600
# A sentence that begins without a space behind the last word of a headline.
_GLUE = re.compile(
    r"(?<=[^\W\d_A-Z]|[\d%?!”\"’'])(?=(?:The|An?|He|She|They|We|But|And|After|Before|When|While|How|What|Why|Who|Where|This"
    r"|That|These|Those|Officials|Police) [a-z\d“\"])"
)


def unglue(line: MappedText, title: str | None) -> Iterator[MappedText]:
    """A line of the top as headline, deck and credit where they were run into each other; else the line itself."""
    text = line.text
    place = _glue(text, title)
    if place is None:
        yield line
        return
    parts = caption_parts(text)
    credit = parts.credit_start if place < parts.end <= parts.credit_start < parts.credit_end else len(text)
    for start, end in ((0, place), (place, credit), (credit, len(text))):
        if text[start:end].strip():
            yield line.slice(start, end).strip()


def _glue(text: str, title: str | None) -> int | None:
    """Where a headline ends that the next sentence follows without a space."""
    if len(text) > _LONGEST_GLUED:
        return None
    if title and text.startswith(title) and text[len(title) : len(title) + 1].isalnum():
        return len(title)
    match = _GLUE.search(text)
    if match is None or not 4 <= count_words(text[: match.start()]) <= _TITLE_WORDS:
        return None
    return None if _SENTENCE.search(text[: match.start()]) else match.start()


def name_title(typed: list[Typed], title: str | None) -> None:
    """The line that is the title, and a subtitle right behind it."""
    place = _stated_title(typed, title) if title else _printed_title(typed)
    if place is None:
        return
    typed[place].kind, typed[place].basis = "title", "rule:title"
    typed[place].confidence = 0.95 if title else 0.8
    below = typed[place + 1 : place + 2]
    for one in below:
        is_unnamed = one.kind == "other" and one.basis == "model"
        if is_unnamed and _is_deck(one.text.text) and any(after.kind == "body" for after in typed[place + 2 :]):
            one.kind, one.basis = "subtitle", "rule:below_title"


def _stated_title(typed: Sequence[Typed], title: str) -> int | None:
    wanted = fold(title)
    for place, one in enumerate(typed):
        folded = fold(one.text.text)
        if folded == wanted or (len(folded) > 20 and wanted.startswith(folded)):
            return place
    return None


def _printed_title(typed: Sequence[Typed]) -> int | None:
    """The headline-shaped line of the head: the first one of a plain article, the longest of a whole page."""
    body = next((i for i, one in enumerate(typed) if one.kind == "body" and _is_long(one.text.text)), None)
    if body is None:
        return 0 if len(typed) > 1 and _is_headline(typed[0], first=True) else None
    head = range(max(0, body - _HEAD), body) if body else range(1)
    shaped = [i for i in head if _is_headline(typed[i], first=i == 0)]
    if not shaped or (body == 0 and len(typed) == 1):
        return None
    if shaped[0] == 0 and (body <= 4 or count_words(typed[0].text.text) >= 4):
        return 0
    return max(shaped, key=lambda i: (min(count_words(typed[i].text.text), 6), i))


def _is_headline(one: Typed, *, first: bool) -> bool:
    """Whether a line has a headline's shape: some words, no sentence's end; a first line is believed more."""
    text = one.text.text
    if one.basis.startswith("rule:") and not (first and one.basis == "rule:promo_capitals"):
        return False
    if not (2 if first else 4) <= count_words(text) <= _TITLE_WORDS or len(text) > 200:
        return False
    if _TWO_SENTENCES.search(text) or (one.kind != "other" and not first):
        return False
    return not text.rstrip("\"'”’)").endswith((".", "。", "…", ":", ","))


def _is_deck(text: str) -> bool:
    return 5 <= count_words(text) <= _SUBTITLE_WORDS


def _is_long(text: str) -> bool:
    return count_words(text) >= 12
