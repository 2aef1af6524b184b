"""Labelled lines of pages, and of plain texts made of them, as the arrays that the line model learns from."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from transforms.clean.lines.line_features import GRAM_BITS, LinePage, read_page
from transforms.clean.lines.line_rules import is_marker

BUCKETS = 1 << GRAM_BITS
# Texts that are not pages: articles with little boilerplate, and the beginnings of some.
_BOILERPLATE_KEPT = 0.2
_BRIEF = (2, 10)  # lines
_BRIEF_WEIGHT = 3.0


@dataclass(slots=True)
class Lines:
    """Labelled documents, their lines one after the other; those made of others have the group `made`."""

    pages: list[LinePage]
    bounds: list[tuple[int, int]]
    labels: NDArray[Any]
    sites: NDArray[Any]
    weights: NDArray[Any]
    groups: NDArray[Any]
    grams: Any
    made: int


class _Document(NamedTuple):
    site: str
    lines: list[tuple[str, int]]
    group: int
    weight: float


def read_lines(paths: Sequence[Path]) -> Lines:
    """Read labelled lines, and make plain texts of the documents of the last file."""
    files = [list(_documents(path, group)) for group, path in enumerate(paths)]
    documents = [*chain(*files), *chain(*(_plain_texts(document, len(paths)) for document in files[-1]))]
    pages = [read_page([line for line, _ in document.lines]) for document in documents]
    sizes = [len(document.lines) for document in documents]
    ends = np.cumsum(sizes)
    bounds = list(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True))
    groups = np.repeat([document.group for document in documents], sizes)
    return Lines(
        pages,
        bounds,
        np.array([label for document in documents for _, label in document.lines]),
        np.repeat([document.site for document in documents], sizes),
        np.repeat([document.weight for document in documents], sizes) * _weights(groups, len(paths)),
        groups,
        _gram_matrix(pages, bounds),
        len(paths),
    )


def _documents(path: Path, group: int) -> Iterator[_Document]:
    """The documents of a file without advertisement markers, which the model never sees."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for document in map(json.loads, file):
            pairs = zip(document["lines"], document["labels"], strict=True)
            lines = [(line, label) for line, label in pairs if not is_marker(line)]
            if lines:
                yield _Document(document["site"], lines, group, 1.0)


def _plain_texts(document: _Document, group: int) -> Iterator[_Document]:
    """The article of a document with little of its boilerplate, and the beginning of that."""
    draw = random.Random(document.site + document.lines[0][0])  # noqa: S311 - no secret
    lines = [pair for pair in document.lines if pair[1] == 1 or draw.random() < _BOILERPLATE_KEPT]
    first = next((place for place, (_, label) in enumerate(lines) if label == 1), None)
    if first is not None:
        yield _Document(document.site, lines, group, 1.0)
        yield _Document(document.site, lines[first : first + draw.randint(*_BRIEF)], group, _BRIEF_WEIGHT)


def _weights(groups: NDArray[Any], files: int) -> NDArray[Any]:
    """How much each line counts: a file of few lines has at least half the weight of the largest."""
    sizes = np.bincount(groups)[:files]
    return np.asarray(np.append(np.maximum(np.round(sizes.max() / sizes / 2), 1), 1)[groups])


def _gram_matrix(pages: Sequence[LinePage], bounds: Sequence[tuple[int, int]]) -> Any:
    """Lines by buckets; each line's grams weigh one over the root of their number."""
    columns = np.concatenate([page.grams for page in pages])
    rows = np.concatenate([page.gram_lines + start for page, (start, _) in zip(pages, bounds, strict=True)])
    n = bounds[-1][1]
    damping = 1 / np.sqrt(np.maximum(np.bincount(rows, minlength=n), 1))
    matrix = csr_matrix((damping[rows].astype(np.float32), (rows, columns)), shape=(n, BUCKETS))
    matrix.sum_duplicates()
    return matrix
