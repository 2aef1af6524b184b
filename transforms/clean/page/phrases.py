"""Compiled phrases and names of transforms/data/page_kinds.toml."""

from __future__ import annotations

import re
from functools import cache

from transforms.text.folding import fold
from transforms.text.wordlists import toml

_LONGEST_PROMPT = 300


@cache
def words_pattern(kind: str, part: str) -> re.Pattern[str]:
    """One pattern for all phrases of a kind of page in one part of it, for folded texts."""
    return re.compile("|".join(toml("page_kinds.toml")[kind][part]))


def is_prompt(text: str) -> bool:
    """Whether a short text asks readers to pay or to sign in before they read on."""
    return len(text) < _LONGEST_PROMPT and words_pattern("paywall", "body").search(fold(text)) is not None
