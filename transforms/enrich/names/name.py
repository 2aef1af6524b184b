"""A name as printed, with its offsets and its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from transforms.contract.columns import FieldName

NameKind = Literal["person", "organisation", "place", "group", "other"]
NameSource = Literal["model", "rule", "gazetteer"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name as printed: `text` is the field's text from `start` to `end`."""

    field: FieldName
    start: int
    end: int
    text: str
    kind: NameKind
    source: NameSource
