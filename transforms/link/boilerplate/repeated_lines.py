"""Which lines a publisher repeats, judged from the fingerprints of all its documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.int64]
"""Distinct line hashes of one document, ascending; odd ones are sentences (`transforms.link.boilerplate.rows`)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What makes a line boilerplate, and what makes two documents copies of one story.

    A label must stand in as many documents as the number of documents has binary digits, a sentence
    in `sentence_factor` times as many: chance repeats more where there is more, but slowly. Two
    documents are copies when they share this part of the sentences of the smaller one.
    """

    fewest: int = 3
    sentence_factor: int = 2
    copied_share: float = 0.4
    fewest_copied: int = 2
    most_copies: int = 64


LIMITS = Limits()


def repeated_lines(documents: Mapping[str, Hashes], limits: Limits = LIMITS) -> dict[int, int]:
    """The lines that one publisher repeats, with the number of documents that bear witness.

    `documents` are hashes by document_key. Copies of one story are one witness, so that no
    paragraph becomes boilerplate because its story was published again.
    """
    if len(documents) < limits.fewest:
        return {}
    originals = _originals(documents, limits)
    hashes, counts = np.unique(np.concatenate([documents[key] for key in originals]), return_counts=True)
    needed = max(limits.fewest, len(originals).bit_length())
    is_repeated = counts >= np.where(hashes & 1, limits.sentence_factor * needed, needed)
    return dict(zip(hashes[is_repeated].tolist(), counts[is_repeated].tolist(), strict=True))


def boilerplate_in(lines: Hashes, repeated: Hashes) -> list[int]:
    """Those of a document's lines that are repeated; no sentences when they are all that it has.

    A document all of whose sentences came before is a copy, however often it was published.
    """
    found = lines[np.isin(lines, repeated, assume_unique=True)]
    if np.count_nonzero(found & 1) == np.count_nonzero(lines & 1):
        found = found[found & 1 == 0]
    return [int(line) for line in found]


def merged(fingerprints: Iterable[tuple[str, Hashes]]) -> dict[str, Hashes]:
    """Fingerprints (document_key, hashes) with those of one document made one."""
    held: dict[str, Hashes] = {}
    for key, lines in fingerprints:
        held[key] = np.union1d(held[key], lines) if key in held else lines
    return held


def _originals(documents: Mapping[str, Hashes], limits: Limits) -> list[str]:
    """The documents that are not a copy of a longer original, or of an equally long one named before it.

    What nearly all of many documents share is nobody's story and makes no copies.
    """
    keys = sorted(documents)
    sentences = [documents[key][documents[key] & 1 == 1] for key in keys]
    owners = np.repeat(np.arange(len(keys)), [len(lines) for lines in sentences])
    _, places, counts = np.unique(np.concatenate(sentences), return_inverse=True, return_counts=True)
    most = min(limits.most_copies, max(8, 3 * len(keys) // 4))
    told = np.bincount(owners[counts[places] <= most], minlength=len(keys))
    is_shared = (counts[places] > 1) & (counts[places] <= most)
    shared = _shared_counts(owners[is_shared], places[is_shared])
    copies: dict[int, list[int]] = {}
    for (one, other), count in shared.items():
        if count >= max(limits.fewest_copied, limits.copied_share * min(told[one], told[other])):
            copies.setdefault(one, []).append(other)
            copies.setdefault(other, []).append(one)
    originals: set[int] = set()
    for number in sorted(range(len(keys)), key=lambda n: (-told[n], n)):
        if originals.isdisjoint(copies.get(number, ())):
            originals.add(number)
    return [keys[number] for number in sorted(originals)]


def _shared_counts(owners: Sequence[int] | Hashes, places: Hashes) -> Counter[tuple[int, int]]:
    """For each two documents (ascending) the number of sentences they share."""
    by_line: dict[int, list[int]] = {}
    for owner, place in zip(np.asarray(owners).tolist(), places.tolist(), strict=True):
        by_line.setdefault(place, []).append(owner)
    return Counter(pair for holders in by_line.values() for pair in combinations(holders, 2))
