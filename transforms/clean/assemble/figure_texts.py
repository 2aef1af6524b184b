"""Caption, credit and labels of one block of a figure, in the order of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from transforms.clean.lines.line_rules import CaptionParts, caption_parts, known_line
from transforms.clean.metadata.bylines import is_only_names
from transforms.clean.page.blocks import INLINE, Block
from transforms.clean.page.phrases import words_pattern
from transforms.text.folding import count_words

_CREDIT_WORDS, _SENTENCE_WORDS, _CAPTION_WORDS = 14, 6, 3
_SIGNED = re.compile(
    r"\s*[|•–—-]\s*(?P<barred>(?:Photos?|Images?|Pictures?|Credits?|Foto|Bild)(?: by| credit)?:? [^.!?|:]{4,80})$"
    r"|\s+(?P<labelled>(?:Photo|Image|Picture|Photograph)(?:s|graphy)? (?:by|courtesy of) [^.!?:]{4,80})$"
    r"|\s*[(\[]\s*(?P<enclosed>[^()\[\]]{4,80}?)\s*[)\]]\.?$"
    r"|\s+[-–—]\s+(?P<dashed>[^.!?…:”\"–—/]{4,50}/[^.!?…:”\"–—]{2,50})$"
    r"|(?<=[.!?…”\"’'])\s*(?P<ended>[^.!?…:”\"]{4,80})$"
)
# Words between a photographer and an outlet; the weak ones may also be between a street and its town.
_OUTLET = re.compile(r"\s*[/|]\s*|\s+(?:for|via)\s+|(?P<weak>,\s+|\s+[-–—]\s+)")
_EDGES = re.compile(r"^[\s,:;|/–—-]+|[\s|/–—-]+$")


class FigureText(NamedTuple):
    """One part of a block; `other` are labels for screen readers and buttons."""

    kind: Literal["caption", "credit", "other"]
    text: str


def figure_texts(block: Block, text: str, *, is_credit: bool = False) -> Iterator[FigureText]:
    """The parts of a block of a figure; `text` is its repaired text. No word of it is left out.

    `is_credit`: the block above is a label for a credit.
    """
    label = words_pattern("captions", "labels").match(text)
    rest = text[label.end() :] if label else text
    if label:
        yield FigureText("other", label[0].strip())
    if not rest:
        return
    start, end, credit_start, credit_end = _parts(rest)
    if is_credit or _is_credit(block, text, rest[start:end] if credit_start < credit_end else ""):
        yield from _credit(rest)
        return
    place = 0
    for piece_start, piece_end, is_name in sorted([(start, end, False), (credit_start, credit_end, True)]):
        yield from _leftover(rest[place:piece_start])
        piece = rest[piece_start:piece_end]
        if piece:
            yield from _credit(piece) if is_name else [FigureText("caption", piece)]
        place = max(place, piece_end)
    yield from _leftover(rest[place:])


def _parts(text: str) -> CaptionParts:
    parts = caption_parts(text)
    if parts.credit_start < parts.credit_end:
        return parts
    return CaptionParts(parts.start, *_signed(text, parts.start, parts.end))


def is_credit_label(text: str) -> bool:
    """Whether a text is only the label of a credit: "Image source,"."""
    return words_pattern("captions", "credit_controls").fullmatch(text) is not None


def _credit(text: str) -> Iterator[FigureText]:
    """A credit; a label for screen readers before it ("Credit...", "Image source,") is not part of it."""
    label = words_pattern("captions", "credit_controls").match(text)
    if label:
        yield FigureText("other", label[0].strip())
    if name := text[label.end() if label else 0 :].strip():
        yield FigureText("credit", name)


def _leftover(text: str) -> Iterator[FigureText]:
    words = _EDGES.sub("", text)
    if any(map(str.isalnum, words)):
        yield FigureText("other", words)


def _is_credit(block: Block, text: str, caption: str) -> bool:
    """Whether the whole block is a credit: by its element or its words; `caption` precedes a credit within it."""
    words, names = count_words(text), block.frame.names
    if words > _CREDIT_WORDS or (words >= _SENTENCE_WORDS and text.endswith(".")):
        return False
    if block.frame.tag in INLINE or (
        "caption" not in names and words_pattern("captions", "credits").search(names)
    ):
        return True
    if block.follows_break and is_only_names(text, is_known=True):
        return True
    return _is_credit_line(text) and (
        count_words(caption) < _CAPTION_WORDS
        or not any(word[0].islower() for word in caption.split())
        or _is_credit_line(caption)
    )


def _is_credit_line(text: str) -> bool:
    rule = known_line(text)
    return rule is not None and rule.kind == "credit"


def _signed(text: str, start: int, end: int) -> tuple[int, int, int]:
    """End of the caption, start and end of its credit: labelled, or a person in brackets or after a full stop."""
    match = _SIGNED.search(text, start)
    if match is None or match.start() <= start:
        return end, end, end
    form = str(match.lastgroup)
    place = match.span(form)
    if form in ("barred", "labelled"):
        return len(text[: match.start()].rstrip()), *place
    outlet = _OUTLET.search(text, *place)
    name = text[place[0] : outlet.start() if outlet else place[1]].strip()
    if not is_only_names(name, is_known=outlet is None or outlet["weak"] is not None):
        return end, end, end
    return len(text[: match.start()].rstrip()), *place
