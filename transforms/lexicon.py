"""Word lists of `transforms/data` as sets and tables, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def rows(file: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a data file split at tabs; lines that start with # say where it comes from."""
    lines = (DATA / file).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


@cache
def words(file: str) -> frozenset[str]:
    """The first column of a data file."""
    return frozenset(row[0] for row in rows(file))


@cache
def table(file: str) -> Mapping[str, str]:
    """The first two columns of a data file as a mapping; a missing second is ""."""
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows(file)}


def word_set(name: str) -> frozenset[str]:
    """One of the closed sets of `word_sets.tsv`."""
    return frozenset(table("word_sets.tsv")[name].split())
