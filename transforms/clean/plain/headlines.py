"""Headline among a text's lines, and the deck below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from transforms.clean.lines.line_rules import caption_parts
from transforms.clean.metadata.titles import is_masthead
from transforms.clean.plain.typed_lines import Typed
from transforms.text.folding import count_words, fold
from transforms.text.offsets import MappedText

_TWO_SENTENCES = re.compile(r"[^\W\d_]{4,}[.!?]\s+\S+\s\S+\s|[。！？].")
# What somebody says in a headline may be several sentences.
_QUOTATION = re.compile(r"[“\"„«][^“”\"«»]{1,200}[”\"“»]|(?<!\w)[‘'](?=\S).{1,200}?(?<=\S)[’'](?!\w)")
_TITLE_WORDS = 30
_SUBTITLE_WORDS = 30
_HEAD = 12
_LONGEST_GLUED = 600
# Lines of the shortest scrape with a masthead: it, a headline, two paragraphs.
_FEWEST_BELOW = 3


def unglue(line: MappedText, title: str | None) -> Iterator[MappedText]:
    """A top line split into stated headline, deck and credit where they are run together; else the line."""
    text = line.text
    end = len(title or "")
    if (
        not title
        or not text.startswith(title)
        or not text[end : end + 1].isalnum()
        or len(text) > _LONGEST_GLUED
    ):
        yield line
        return
    parts = caption_parts(text)
    credit = parts.credit_start if end < parts.end <= parts.credit_start < parts.credit_end else len(text)
    for start, stop in ((0, end), (end, credit), (credit, len(text))):
        if text[start:stop].strip():
            yield line.slice(start, stop).strip()


def name_title(typed: list[Typed], title: str | None) -> None:
    """Mark the title line, and a subtitle right after it; an outlet's name above the headline is not the title."""
    if not title and len(typed) > _FEWEST_BELOW and is_masthead(typed[0].text.text):
        typed[0].kind, typed[0].basis = "other", "rule:masthead"
        typed = typed[1:]
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
    """The headline-shaped line of the head: the first of a plain article, the longest of a whole page."""
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
    """Whether a line is shaped like a headline: some words, no sentence end; less strict for a first line."""
    text = one.text.text
    if one.basis.startswith("rule:") and not (first and one.basis == "rule:promo_capitals"):
        return False
    if not (2 if first else 4) <= count_words(text) <= _TITLE_WORDS or len(text) > 200:
        return False
    unquoted = _QUOTATION.sub("“”", text)
    if _TWO_SENTENCES.search(unquoted) or (one.kind != "other" and not first):
        return False
    # A text that is one quotation is a paragraph where it ends like one.
    ending = text if unquoted == "“”" else unquoted
    return not ending.rstrip("\"'”’)").endswith((".", "。", "…", ":", ","))


def _is_deck(text: str) -> bool:
    return 5 <= count_words(text) <= _SUBTITLE_WORDS


def _is_long(text: str) -> bool:
    return count_words(text) >= 12
