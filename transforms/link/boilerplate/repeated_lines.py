"""The lines that a publisher repeats, and the documents in which they occur, from fingerprints alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from transforms.contract.columns import Count
from transforms.contract.link_steps import ReadDocuments, Sample, link
from transforms.link.boilerplate.rows import line_hash, lines_hash
from transforms.text.folding import fold_numbers

Hashes = NDArray[np.int64]
"""Distinct line hashes of one document, ascending; odd ones are sentences (`transforms.link.boilerplate.rows`)."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds for repeated lines and for copies of one story.

    A label must occur in as many documents as the number of documents has binary digits, a sentence
    in `sentence_factor` times as many: chance repetition grows slowly with the number of documents.
    Two documents are copies when they share at least `copied_share` of the sentences of the smaller.
    """

    fewest: int = 3
    sentence_factor: int = 2
    copied_share: float = 0.4
    fewest_copied: int = 2
    most_copies: int = 64


THRESHOLDS = Thresholds()


@dataclass(slots=True)
class PublisherLine:
    """A line that a publisher repeats on its pages and that is not part of any article.

    It depends on all documents of the publisher, in whatever order they were ingested.
    """

    publisher_key: Annotated[str, "registrable domain, else source and stated publisher"]
    line_hash: Annotated[int, "as in news.fingerprints.line_hashes"]
    line: Annotated[str, "the line in lower case, with plain quotes and dashes, any number as 0"]
    document_count: Annotated[
        Count, "documents with it; copies of one story and addresses fetched again count once"
    ]
    is_sentence: Annotated[bool, "whether it is a full sentence, which must occur in twice as many documents"]


@dataclass(slots=True)
class DocumentBoilerplate:
    """The lines of one document that its publisher repeats: part of the input of cleaning it."""

    observation_id: Annotated[str, "the sighting of the document (raw.observations)"]
    publisher_key: Annotated[str, "registrable domain, else source and stated publisher"]
    line_hashes: Annotated[list[int], "those of its lines that are in news.publisher_lines, ascending"]
    input_hash: Annotated[str, "hash of line_hashes; another value makes the document pending for cleaning"]


@link(
    table="publisher_lines",
    row=PublisherLine,
    key=("publisher_key", "line_hash"),
    version="1",
    reads=("fingerprints", "publisher_lines", "documents"),
    scope="publisher",
    sample=Sample("fingerprints", "document_key", 2000),
    parameters=THRESHOLDS,
)
def find_publisher_lines(
    fingerprints: pa.Table, known: pa.Table, documents: ReadDocuments, thresholds: Thresholds
) -> Iterator[PublisherLine]:
    """Yield the lines that one publisher repeats.

    The texts of lines that are new are read from the first documents that contain them.
    """
    rows = list(_hashes_by_document(fingerprints))
    counts = repeated_lines(merged((document, hashes) for document, _, hashes in rows), thresholds)
    texts = dict(zip(known["line_hash"].to_pylist(), known["line"].to_pylist(), strict=True))
    texts |= _read_texts(rows, counts.keys() - texts.keys(), documents)
    for line, count in counts.items():
        yield PublisherLine(
            fingerprints["publisher_key"][0].as_py(), line, texts[line], count, is_sentence=bool(line & 1)
        )


@link(
    table="document_boilerplate",
    row=DocumentBoilerplate,
    key=("observation_id",),
    version="1",
    reads=("fingerprints", "publisher_lines"),
    scope="publisher",
    by="observation_id",
)
def find_document_boilerplate(fingerprints: pa.Table, lines: pa.Table) -> Iterator[DocumentBoilerplate]:
    """Yield a row for each document of one publisher that contains any of its repeated lines."""
    repeated = np.sort(lines["line_hash"].to_numpy())
    for _, observation_id, hashes in _hashes_by_document(fingerprints) if len(repeated) else ():
        if found := boilerplate_in(hashes, repeated):
            publisher = fingerprints["publisher_key"][0].as_py()
            yield DocumentBoilerplate(observation_id, publisher, found, lines_hash(found))


def _hashes_by_document(fingerprints: pa.Table) -> Iterator[tuple[str, str, Hashes]]:
    """document_key, observation_id and line hashes of each fingerprint, ordered by the first two."""
    ordered = fingerprints.sort_by([("document_key", "ascending"), ("observation_id", "ascending")])
    lists = ordered["line_hashes"].combine_chunks()
    values, lengths = pc.list_flatten(lists).to_numpy(), pc.list_value_length(lists).to_numpy()
    ends = np.cumsum(lengths)
    names = zip(ordered["document_key"].to_pylist(), ordered["observation_id"].to_pylist(), strict=True)
    for (document, observation), end, length in zip(names, ends, lengths, strict=True):
        yield document, observation, values[end - length : end]


def _read_texts(
    rows: Sequence[tuple[str, str, Hashes]], missing: Iterable[int], documents: ReadDocuments
) -> dict[int, str]:
    """The texts of lines by hash, numbers folded, read again from as few documents as the order allows."""
    from transforms.link.boilerplate.fingerprint import document_lines  # late: it loads parsers

    wanted = set(missing)
    sought, chosen = set(wanted), []
    for _, observation_id, hashes in rows:
        if found := sought.intersection(hashes.tolist()) if sought else None:
            chosen.append(observation_id)
            sought -= found
    texts: dict[int, str] = {}
    for raw in documents(chosen):
        for line in document_lines(raw):
            if (key := line_hash(line)) in wanted:
                texts[key] = fold_numbers(line)
    return texts


def repeated_lines(documents: Mapping[str, Hashes], thresholds: Thresholds = THRESHOLDS) -> dict[int, int]:
    """The lines that one publisher repeats, with the number of distinct documents they occur in.

    `documents` are hashes by document_key. Copies of one story count once, so that no paragraph
    becomes boilerplate because its story was published again.
    """
    if len(documents) < thresholds.fewest:
        return {}
    originals = _originals(documents, thresholds)
    hashes, counts = np.unique(np.concatenate([documents[key] for key in originals]), return_counts=True)
    needed = max(thresholds.fewest, len(originals).bit_length())
    is_repeated = counts >= np.where(hashes & 1, thresholds.sentence_factor * needed, needed)
    return dict(zip(hashes[is_repeated].tolist(), counts[is_repeated].tolist(), strict=True))


def boilerplate_in(lines: Hashes, repeated: Hashes) -> list[int]:
    """The repeated lines of a document; without its sentences when all of them are repeated.

    A document all of whose sentences are repeated is a copy, however often it was published.
    """
    found = lines[np.isin(lines, repeated, assume_unique=True)]
    if np.count_nonzero(found & 1) == np.count_nonzero(lines & 1):
        found = found[found & 1 == 0]
    return [int(line) for line in found]


def merged(fingerprints: Iterable[tuple[str, Hashes]]) -> dict[str, Hashes]:
    """Hashes by document_key: fingerprints (document_key, hashes) of one document are merged."""
    documents: dict[str, Hashes] = {}
    for key, lines in fingerprints:
        documents[key] = np.union1d(documents[key], lines) if key in documents else lines
    return documents


def _originals(documents: Mapping[str, Hashes], thresholds: Thresholds) -> list[str]:
    """Keys of the documents that are not copies: of a longer document, or of an equally long earlier key.

    Sentences that nearly all of many documents share belong to no story and are left out.
    """
    keys = sorted(documents)
    sentences = [documents[key][documents[key] & 1 == 1] for key in keys]
    owners = np.repeat(np.arange(len(keys)), [len(lines) for lines in sentences])
    _, places, counts = np.unique(np.concatenate(sentences), return_inverse=True, return_counts=True)
    most = min(thresholds.most_copies, max(8, 3 * len(keys) // 4))
    sentence_counts = np.bincount(owners[counts[places] <= most], minlength=len(keys))
    is_shared = (counts[places] > 1) & (counts[places] <= most)
    shared = _shared_counts(owners[is_shared], places[is_shared])
    copies: dict[int, list[int]] = {}
    for (one, other), count in shared.items():
        if count >= max(
            thresholds.fewest_copied,
            thresholds.copied_share * min(sentence_counts[one], sentence_counts[other]),
        ):
            copies.setdefault(one, []).append(other)
            copies.setdefault(other, []).append(one)
    originals: set[int] = set()
    for number in sorted(range(len(keys)), key=lambda n: (-sentence_counts[n], n)):
        if originals.isdisjoint(copies.get(number, ())):
            originals.add(number)
    return [keys[number] for number in sorted(originals)]


def _shared_counts(owners: Sequence[int] | Hashes, places: Hashes) -> Counter[tuple[int, int]]:
    """For each two documents (ascending) the number of sentences they share."""
    by_line: dict[int, list[int]] = {}
    for owner, place in zip(np.asarray(owners).tolist(), places.tolist(), strict=True):
        by_line.setdefault(place, []).append(owner)
    return Counter(pair for holders in by_line.values() for pair in combinations(holders, 2))
