"""Typed lines, and the test whether a line is a sentence."""

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
    """One segment of the text: its kind, the rule or model that decided (`rule:<name>` or `model`), its confidence."""

    kind: SegmentKind
    text: MappedText
    basis: str
    confidence: float


def is_sentence(text: str) -> bool:
    """Whether a text has a sentence's end, or is in a script whose sentences have no end mark (Thai, Lao, ...)."""
    return bool(_SENTENCE_END.search(text) or _UNMARKED.search(text[-20:]))
