"""Initial weights of a network: as near to the teacher of the parse as its shape allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from transforms.train.english.network import ROWS, Floats, Layer, component, narrowing, own_layers

# A table is fitted to the values of its attribute that are met at least so often.
SELDOM = 3
# Tokens whose vectors are added up at once.
PART = 100_000


def start_from(nlp: Language, teacher: Language, docs: Sequence[Doc]) -> None:
    """Take over the encoder and the parser of a teacher of the same width; own layers start as the upper ones.

    Tables with other rows than the teacher's are fitted to return the same vectors for the tokens of `docs`.
    """
    theirs = _weighted(component(teacher, "tok2vec").model)
    shared = _weighted(component(nlp, "tok2vec").model)
    known = teacher.config["components"]["tok2vec"]["model"]["embed"]["attrs"]
    layers = theirs[len(known) :]
    upper = shared[len(ROWS) :]
    mixed = []
    bias = layers[0].get_param("b").copy()
    for name, table, columns in zip(
        known, theirs, np.split(layers[0].get_param("W"), len(known), -1), strict=False
    ):
        values = np.concatenate([doc.to_array(name) for doc in docs])
        if name in ROWS:
            _fit(shared[list(ROWS).index(name)], table, values)
            mixed.append(columns)
        else:  # its mean is all that is left of it
            bias += columns @ _mean(table, values)
    upper[0].set_param("W", np.concatenate(mixed, axis=-1))
    upper[0].set_param("b", bias)
    heads = [component(nlp, name).model for name in ("parser", "ner")]
    _copy(upper[1:], layers[1:])
    for head in heads:
        _copy(_weighted(own_layers(head)), layers[len(upper) :])
    _copy(_ends(heads[0]), _ends(component(teacher, "parser").model))


def _fit(table: Layer, other: Layer, values: Any) -> None:
    """Least squares over the values of an attribute, weighed by how often each is met, from random rows."""
    mine, theirs = table.get_param("E"), other.get_param("E")
    if table.attrs["seed"] == other.attrs["seed"] and mine.shape == theirs.shape:
        table.set_param("E", theirs.copy())
        return
    met, counts = np.unique(values, return_counts=True)
    met, counts = met[counts >= SELDOM], counts[counts >= SELDOM]
    hits = np.zeros((len(met), len(mine)))  # in double precision: counts differ by a million
    for rows in _rows(table, met).T:
        np.add.at(hits, (np.arange(len(met)), rows), 1.0)
    wanted = _vectors(other, met) - hits @ mine
    weighed = hits.T * counts
    correction = np.linalg.solve(weighed @ hits + np.eye(len(mine)), weighed @ wanted)
    table.set_param("E", (mine + correction).astype(np.float32))


def _rows(table: Layer, values: Any) -> Any:
    """The four rows of each value, as thinc's hashed tables find them."""
    return table.ops.hash(np.ascontiguousarray(values, np.uint64), table.attrs["seed"]) % table.get_dim("nV")


def _vectors(table: Layer, values: Any) -> Floats:
    return np.asarray(table.get_param("E")[_rows(table, values)].sum(axis=1))


def _mean(table: Layer, values: Any) -> Floats:
    """The mean vector, summed part by part in the values' order: all vectors at once are gigabytes."""
    total = np.zeros((1, table.get_dim("nO")), np.float32)
    for part in np.array_split(values, len(values) // PART + 1):
        total = np.add.reduce(np.concatenate([total, _vectors(table, part)]), axis=0, keepdims=True)
    return np.asarray((total[0] / np.intp(len(values))).astype(np.float32))


def _copy(ours: Sequence[Layer], theirs: Sequence[Layer]) -> None:
    """Weights layer by layer, as far as both go and where the shapes agree."""
    for mine, other in zip(ours, theirs, strict=False):
        for name in mine.param_names:
            if mine.get_param(name).shape == other.get_param(name).shape:
                mine.set_param(name, other.get_param(name).copy())


def _ends(head: Layer) -> list[Layer]:
    return [narrowing(head), head.get_ref("lower"), head.get_ref("upper")]


def _weighted(model: Layer) -> list[Layer]:
    return [node for node in model.walk() if node.param_names]
