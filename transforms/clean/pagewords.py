"""The phrases and names of transforms/data/page_kinds.toml, compiled."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from transforms.text import fold

_LONGEST_PROMPT = 300


@cache
def words_pattern(kind: str, part: str) -> re.Pattern[str]:
    """One pattern for all phrases of a kind of page in one part of it; texts are folded first."""
    text = (resources.files("transforms.data") / "page_kinds.toml").read_text(encoding="utf-8")
    return re.compile("|".join(tomllib.loads(text)[kind][part]))


def is_prompt(text: str) -> bool:
    """Whether a short text asks readers to pay or to sign in before they read on."""
    return len(text) < _LONGEST_PROMPT and words_pattern("paywall", "body").search(fold(text)) is not None
