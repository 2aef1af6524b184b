"""Texts to learn from, as plain records: news articles to be labelled and open gold with its names."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

GOLD = ("gmb", "uner", "gum", "crossner", "btc")
KINDS = {"PER": "PER", "ORG": "ORG", "LOC": "LOC", "MISC": "GROUP"}
CHUNK_WORDS = 120
# What stands before a sentence, in turn.
BREAKS = ("\n\n", " ", "\n", " ")
_BLANK_LINES = re.compile(r"\s*\n\s*")


@dataclass(slots=True)
class Sample:
    """One text; `names` are (start, end, kind) in code points, None where nobody has marked any."""

    text: str
    source: str
    names: list[tuple[int, int, str]] | None


def news_samples(path: Path) -> Iterator[Sample]:
    """Title and body of each article as texts of their own, as the pipeline will get them."""
    table = pq.read_table(path, columns=["title", "text"])
    for row in table.to_pylist():
        for text in (row["title"], row["text"]):
            if text and text.strip():
                yield Sample(_BLANK_LINES.sub("\n\n", text.strip()), "news", None)


def gold_samples(folder: Path, leave_out: Sequence[str] = ()) -> Iterator[Sample]:
    """Open gold: the sentences of a document glued to texts of about 120 words.

    `leave_out` are beginnings of sources: "uner", "gum-bio".
    """
    for name in GOLD:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        kept = [row for row in rows if not row["src"].startswith(tuple(leave_out))]
        for _, sentences in groupby(kept, key=_document):
            yield from _glue(sentences)


def _document(row: dict[str, Any]) -> str:
    """Tweets are documents of their own; their source's are taken together."""
    return str(row["src"] if row["src"].startswith("btc") else row["doc"])


def _glue(sentences: Iterable[dict[str, Any]]) -> Iterator[Sample]:
    text, names, source = "", [], ""
    for number, row in enumerate(sentences):
        if text:
            text += BREAKS[number % len(BREAKS)]
        names += [(len(text) + start, len(text) + end, KINDS[kind]) for start, end, kind in row["ents"]]
        text, source = text + row["text"], row["src"]
        if len(text.split()) >= CHUNK_WORDS:
            yield Sample(text, source, names)
            text, names = "", []
    if text:
        yield Sample(text, source, names)


def input_hashes(paths: Iterable[Path]) -> dict[str, str]:
    """sha256 of each input file by its name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
