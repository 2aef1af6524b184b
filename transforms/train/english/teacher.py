"""Teachers of names: the parse teacher's recogniser, cut to our kinds and fine-tuned on open gold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import spacy
from spacy.language import Language

from transforms.train.english.course import parameters
from transforms.train.english.network import component, set_name_moves, use_fast_products

# Which of the OntoNotes kinds a kind of ours starts from.
STARTS = {"PER": "PERSON", "ORG": "ORG", "LOC": "GPE", "GROUP": "NORP"}


def name_teacher(teacher: Language) -> Language:
    """A recogniser of our kinds with the encoder and the matching output rows of the teacher's."""
    theirs = component(teacher, "ner")
    nlp = spacy.blank("en", vocab=teacher.vocab)
    model = teacher.config["components"]["ner"]["model"]
    ner: Any = nlp.add_pipe("ner", config={"model": model})
    set_name_moves(ner)
    ner._resize()
    ner.model.initialize(X=[nlp.make_doc("A word.")])
    for mine, other in zip(ner.model.walk(), theirs.model.walk(), strict=True):
        if mine is not ner.model.get_ref("upper"):
            for name in mine.param_names:
                mine.set_param(name, other.get_param(name).copy())
    _copy_rows(ner, theirs)
    use_fast_products(nlp)
    return nlp


def rows(pipe: Any) -> dict[str, int]:
    """Output row by move; `move_names` leaves out the internal move before the last one, "O"."""
    names = list(pipe.move_names)
    return {name: number + (name == "O") for number, name in enumerate(names)}


def _copy_rows(ner: Any, theirs: Any) -> None:
    upper, other = ner.model.get_ref("upper"), theirs.model.get_ref("upper")
    weights, bias = np.zeros_like(upper.get_param("W")), np.zeros_like(upper.get_param("b"))
    known = rows(theirs)
    for name, row in rows(ner).items():
        action, _, kind = name.partition("-")
        source = known[f"{action}-{STARTS[kind]}" if kind else action]
        weights[row], bias[row] = other.get_param("W")[source], other.get_param("b")[source]
    hidden = len(bias) - 2
    weights[hidden], bias[hidden] = other.get_param("W")[-2], other.get_param("b")[-2]
    upper.set_param("W", weights)
    upper.set_param("b", bias)
    ner.model.attrs["unseen_classes"].clear()


def average(pipelines: Sequence[Language]) -> Language:
    """The first pipeline with the mean weights of all: they started from the same ones."""
    for (node, name), *others in zip(*map(parameters, pipelines), strict=True):
        weights = [node.get_param(name), *(other.get_param(name) for other, _ in others)]
        node.set_param(name, np.mean(weights, axis=0, dtype=np.float32))
    return pipelines[0]


def favour_organisations(nlp: Language, by: float) -> None:
    """Add a constant to the moves that begin an organisation: fine-tuning leaves the teacher shy of them."""
    ner: Any = nlp.get_pipe("ner")
    bias = ner.model.get_ref("upper").get_param("b").copy()
    for name, row in rows(ner).items():
        if name in ("B-ORG", "U-ORG"):
            bias[row] += by
    ner.model.get_ref("upper").set_param("b", bias)
