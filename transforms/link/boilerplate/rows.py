"""The rows that tell what a publisher repeats, and the hashes by which lines are known in them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from transforms.contract.columns import Count
from transforms.text.folding import count_words, fold_numbers

FINGERPRINT_VERSION = "1"
"""Raise it when documents get other hashes: converge then reads every document again."""
BOILERPLATE_VERSION = "1"
"""Raise it when other lines are taken for repeated: converge then judges every publisher again."""
FINGERPRINTED = ("text/html", "application/xhtml+xml", "text/plain", "application/json")
"""The media types that have fingerprints: pages and texts of publishers, cheap to read."""

_END_OF_SENTENCE = re.compile(r"[.!?…。]['\")\]]*$")
_SENTENCE_WORDS = 8
_LONG = 150


@dataclass(slots=True)
class Fingerprint:
    """The lines of one document as hashes. Documents without a line, or of nobody we know, have none."""

    observation_id: Annotated[str, "the sighting of the document (raw.observations)"]
    publisher_key: Annotated[str, "registrable domain of its address, else source and stated publisher"]
    document_key: Annotated[str, "address in canonical form, else raw_id: what is fetched twice counts once"]
    line_hashes: Annotated[list[int], "its distinct lines in ascending order; the hash of a sentence is odd"]


@dataclass(slots=True)
class PublisherLine:
    """A line that a publisher repeats on its pages: no part of any article.

    It follows from all documents of the publisher, whatever the order they came in.
    """

    publisher_key: Annotated[str, "registrable domain, else source and stated publisher"]
    line_hash: Annotated[int, "as in news.fingerprints.line_hashes"]
    line: Annotated[str, "the line in lower case, with plain quotes and dashes, any number as 0"]
    document_count: Annotated[
        Count, "documents with it; copies of one story and addresses fetched again count once"
    ]
    is_sentence: Annotated[bool, "whether it is a full sentence, which takes twice as many documents"]


def line_hash(line: str) -> int:
    """64 bits, signed, of a folded line; odd when the line is a sentence.

    Of a label the numbers do not count (dates, counters), of a sentence they do: they are the news in
    texts that are written by a template.
    """
    is_odd = is_sentence(line)
    known_as = line if is_odd else fold_numbers(line)
    held = hashlib.blake2b(known_as.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(held, "big", signed=True) & ~1 | is_odd


def is_sentence(line: str) -> bool:
    """Whether a folded line is running text rather than a label, a name, or a link."""
    if len(line) >= _LONG:
        return True
    return _END_OF_SENTENCE.search(line[-4:]) is not None and count_words(line) >= _SENTENCE_WORDS


def lines_hash(hashes: Iterable[int]) -> str:
    """What stands for a set of lines in the ledger; empty for none."""
    ordered = ",".join(map(str, sorted(hashes)))
    return hashlib.sha256(ordered.encode()).hexdigest()[:32] if ordered else ""
