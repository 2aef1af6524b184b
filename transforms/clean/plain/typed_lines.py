"""Typed lines, and the test for sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from transforms.contract.article import SegmentKind
from transforms.text.offsets import MappedText
from transforms.text.sentences import CLOSERS, MARKS

_SENTENCE_END = re.compile(rf"[{MARKS}][{CLOSERS}]*(?:\s|$)|[。！？]")
_UNMARKED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


@dataclass(slots=True)
class Typed:
    """One segment of the text; `basis` is the rule or model that decided its kind (`rule:<name>` or `model`)."""

    kind: SegmentKind
    text: MappedText
    basis: str
    confidence: float


def is_sentence(text: str) -> bool:
    """Whether a text has a sentence end, or is in a script without end marks (Thai, Lao, ...)."""
    return bool(_SENTENCE_END.search(text) or _UNMARKED.search(text[-20:]))
