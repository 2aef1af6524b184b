"""Fingerprint rows, and the hashes that stand for lines in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from transforms.text.folding import count_words, fold_numbers
from transforms.text.sentences import ends_sentence

FINGERPRINT_VERSION = "2"
"""Raise it when documents get other hashes: the next run fingerprints every document again."""
FINGERPRINTED = ("text/html", "application/xhtml+xml", "text/plain", "application/json")
"""Media types that are fingerprinted: pages and texts of publishers, cheap to read."""

_SENTENCE_WORDS = 8
_LONG = 150


@dataclass(slots=True)
class Fingerprint:
    """The lines of one document as hashes. A document without lines or without a known publisher has none."""

    observation_id: Annotated[str, "the sighting of the document (raw.observations)"]
    publisher_key: Annotated[str, "registrable domain of its address, else source and stated publisher"]
    document_key: Annotated[str, "canonical URL, else raw_id: a page fetched twice counts once"]
    line_hashes: Annotated[list[int], "its distinct lines in ascending order; the hash of a sentence is odd"]


def line_hash(line: str) -> int:
    """The hash of a folded line: 64 bits, signed; odd for a sentence, even for a label.

    Numbers in a label are ignored (dates, counters); numbers in a sentence count, because they are
    the news in texts written from a template.
    """
    is_odd = is_sentence(line)
    key = line if is_odd else fold_numbers(line)
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) & ~1 | is_odd


def is_sentence(line: str) -> bool:
    """Whether a folded line is running text rather than a label, a name, or a link."""
    if len(line) >= _LONG:
        return True
    return ends_sentence(line) and count_words(line) >= _SENTENCE_WORDS


def lines_hash(hashes: Iterable[int]) -> str:
    """One hash of a set of line hashes, in any order; empty for none."""
    ordered = ",".join(map(str, sorted(hashes)))
    return hashlib.sha256(ordered.encode()).hexdigest()[:32] if ordered else ""
