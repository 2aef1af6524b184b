"""Labels of the teachers for every text: tokens, trees, names and token vectors, stored shard by shard."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from importlib import util
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from transforms.train.english.corpus import Sample
from transforms.train.english.network import Floats, component, use_fast_products

SHARD = 250
ATTRIBUTES = ["HEAD", "DEP", "SENT_START", "ENT_IOB", "ENT_TYPE"]
Names = list[tuple[int, int, str]] | None


def load_teacher(source: str) -> Language:
    """A spaCy pipeline that teaches, without unused components.

    `source` is a folder, an installed model package or a folder in an installed package.
    """
    package, _, inside = source.partition("/")
    spec = util.find_spec(package) if inside and package.isidentifier() else None
    folders = [Path(place) / inside for place in (spec.submodule_search_locations or ())] if spec else []
    nlp = spacy.load(next(iter(folders), source), exclude=["tagger", "attribute_ruler", "lemmatizer", "senter"])
    use_fast_products(nlp)
    return nlp


def label(nlp: Language, samples: Iterable[Sample], folder: Path, part: int = 0, parts: int = 1) -> None:
    """Parse and name the samples into `folder`, with the parser's token vectors; finished shards stay.

    Of several processes at the same folder each takes a `part` of the shards.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stream, number = iter(samples), 0
    while shard := list(islice(stream, SHARD)):
        done = folder / f"{number:03}.json"
        if number % parts == part and not done.exists():
            docs = _annotate(nlp, shard)
            _save_vectors(nlp.get_pipe("parser"), docs, done.with_suffix(".parser.npy"))
            for doc in docs:
                doc.tensor = np.zeros((0,), np.float32)
            DocBin(ATTRIBUTES, docs=docs).to_disk(done.with_suffix(".spacy"))
            done.write_text(json.dumps([[s.source, s.names] for s in shard]), encoding="utf-8")
        number += 1


def _annotate(nlp: Language, shard: Sequence[Sample]) -> list[Doc]:
    docs = [nlp.make_doc(sample.text) for sample in shard]
    for start in range(0, len(docs), 16):
        batch = docs[start : start + 16]
        for name in nlp.pipe_names:
            pipe = component(nlp, name)
            pipe.set_annotations(batch, pipe.predict(batch))
    return docs


def _save_vectors(pipe: Any, docs: Sequence[Doc], path: Path) -> None:
    """Half precision: the states' scores change less than by any dropout."""
    layer = pipe.model.get_ref("tok2vec")
    parts = [layer.predict(docs[i : i + 16]).astype(np.float16) for i in range(0, len(docs), 16)]
    partial = path.with_suffix(".tmp.npy")
    np.save(partial, np.concatenate(parts))
    partial.rename(path)


def add_vectors(nlp: Language, folder: Path, part: int = 0, parts: int = 1) -> None:
    """Put the token vectors of a teacher of names beside the parser's."""
    for done in sorted(folder.glob("*.json"))[part::parts]:
        path = done.with_suffix(".ner.npy")
        if not path.exists():
            docs = list(DocBin().from_disk(done.with_suffix(".spacy")).get_docs(nlp.vocab))
            _save_vectors(nlp.get_pipe("ner"), docs, path)


def read_labels(vocab: Any, folder: Path) -> Iterator[tuple[Doc, dict[str, Floats], str, Names]]:
    """Every labelled text: its parsed doc, the teachers' token vectors by component, source, gold names."""
    for done in sorted(folder.glob("*.json")):
        docs = DocBin().from_disk(done.with_suffix(".spacy")).get_docs(vocab)
        files = {name: done.with_suffix(f".{name}.npy") for name in ("parser", "ner")}
        vectors = {name: np.load(path, mmap_mode="r") for name, path in files.items() if path.exists()}
        start = 0
        for doc, (source, names) in zip(docs, json.loads(done.read_text(encoding="utf-8")), strict=True):
            end = start + len(doc)
            yield doc, {name: rows[start:end] for name, rows in vectors.items()}, source, names
            start = end
