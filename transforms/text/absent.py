"""Whether a text is a placeholder for a value that is absent: "null", "N/A", "nan", "-"."""

from __future__ import annotations

from transforms.text.wordlists import words

_LONGEST = 20


def is_absent(text: str) -> bool:
    """Whether a text has no letter or digit, or is a word by which programs write that there is no value."""
    if len(text) > _LONGEST:
        return False
    bare = text.strip().casefold().removeprefix("#")  # spreadsheets: "#N/A"
    return bare in words("absent_values.txt") or not any(map(str.isalnum, bare))
