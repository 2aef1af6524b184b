"""Data files of `transforms/data`: word lists, tables, TOML and arrays, each read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parents[1] / "data"


@cache
def rows(file: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a data file split at tabs; lines that start with # name its source."""
    lines = (DATA / file).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


@cache
def words(file: str) -> frozenset[str]:
    """The first column of a data file."""
    return frozenset(row[0] for row in rows(file))


@cache
def words_of_kind(file: str, kind: str) -> frozenset[str]:
    """The words of one kind in a data file of (kind, ..., word)."""
    return frozenset(row[-1] for row in rows(file) if row[0] == kind)


@cache
def table(file: str) -> Mapping[str, str]:
    """The first two columns of a data file as a mapping; a missing second is ""."""
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows(file)}


def word_set(name: str) -> frozenset[str]:
    """One of the closed sets of `word_sets.tsv`."""
    return frozenset(table("word_sets.tsv")[name].split())


@cache
def toml(file: str) -> Mapping[str, Any]:
    """The tables of a TOML data file."""
    return tomllib.loads((DATA / file).read_text(encoding="utf-8"))


def arrays(file: str) -> dict[str, NDArray[Any]]:
    """The named arrays of an npz data file."""
    with np.load(DATA / file, allow_pickle=False) as file_arrays:
        return dict(file_arrays)
