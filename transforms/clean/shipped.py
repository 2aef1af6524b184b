"""The tables of transforms/data as rows: one a line, cells between tabs, comment lines left out."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def shipped_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """All rows of one table."""
    text = (files("transforms.data") / name).read_text("utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def words_of(name: str, kind: str) -> frozenset[str]:
    """The words of one kind in a table of (kind, ..., words)."""
    return frozenset(row[-1] for row in shipped_rows(name) if row[0] == kind)
