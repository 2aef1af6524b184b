"""The networks: a spaCy pipeline of one small encoder, a parser and names, and the layers of its heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Span
from thinc.api import NumpyOps, noop

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Layer = Any
"""A thinc layer or a component: their stubs tell neither shapes nor which component it is."""

NAME_KINDS = ("PER", "ORG", "LOC", "GROUP")
# What the encoder knows of a token, and the rows of its tables. The teacher's PREFIX and IS_SPACE are left
# out: they cost time, and names and triples were no better with them.
ROWS = {"NORM": 5000, "SUFFIX": 2000, "SHAPE": 500, "SPACY": 50}


@dataclass(frozen=True, slots=True)
class Size:
    """Dimensions of a pipeline: the shared encoder's, and those of both heads with their own layers on top."""

    width: int = 96
    depth: int = 2
    parser_depth: int = 2
    name_depth: int = 2
    pieces: int = 3
    parser_hidden: int = 64
    name_hidden: int = 64


def build(teacher: Language, size: Size) -> Language:
    """An untrained pipeline with the teacher's tokens and transitions; weights start random."""
    nlp = spacy.blank("en")
    nlp.vocab.from_bytes(teacher.vocab.to_bytes(exclude=["strings", "vectors"]))
    tokenizer: Layer = nlp.tokenizer
    tokenizer.from_bytes(cast("Layer", teacher.tokenizer).to_bytes())
    nlp.add_pipe("tok2vec", config={"model": _encoder(size)})
    nlp.add_pipe("parser", config={"model": _head("parser", size, size.parser_hidden, size.parser_depth)})
    nlp.add_pipe("ner", config={"model": _head("ner", size, size.name_hidden, size.name_depth)})
    sample = [nlp.make_doc("Mrs. Ottoline Vane flew from Lisbon to Oslo on Monday.")]
    component(nlp, "tok2vec").model.initialize(X=sample)
    parser, ner = component(nlp, "parser"), component(nlp, "ner")
    moves = component(teacher, "parser").moves.to_bytes(exclude=["strings"])
    parser.moves.from_bytes(moves, exclude=["strings"])
    for label in component(teacher, "parser").labels:
        nlp.vocab.strings.add(label)
    set_name_moves(ner)
    for pipe in (parser, ner):
        pipe._resize()
        pipe.model.initialize(X=sample)
        pipe.model.attrs["unseen_classes"].clear()
    return nlp


def set_name_moves(ner: Any) -> None:
    """The moves of a recogniser of our kinds; their order in the output is that of falling frequency."""
    kinds = {kind: len(NAME_KINDS) - number + 1 for number, kind in enumerate(NAME_KINDS)}
    actions = {0: {}, 1: kinds, 2: kinds, 3: kinds, 4: kinds | {"": 1}, 5: {"": 1}}
    ner.moves.initialize_actions({action: dict(labels) for action, labels in actions.items()})


def component(nlp: Language, name: str) -> Layer:
    """A component of the pipeline."""
    return nlp.get_pipe(name)


def _encoder(size: Size) -> dict[str, Any]:
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": size.width,
            "attrs": list(ROWS),
            "rows": list(ROWS.values()),
            "include_static_vectors": False,
        },
        "encode": _layers(size, size.depth),
    }


def _layers(size: Size, depth: int) -> dict[str, Any]:
    return {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": size.width,
        "depth": depth,
        "window_size": 1,
        "maxout_pieces": size.pieces,
    }


def _head(state_type: str, size: Size, hidden: int, depth: int) -> dict[str, Any]:
    shared = {"@architectures": "spacy.Tok2VecListener.v1", "width": size.width, "upstream": "tok2vec"}
    own = {"@architectures": "spacy.Tok2Vec.v2", "embed": shared, "encode": _layers(size, depth)}
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": state_type,
        "extra_state_tokens": False,
        "hidden_width": hidden,
        "maxout_pieces": 2,
        "use_upper": True,
        "nO": None,
        "tok2vec": own if depth else shared,
    }


def own_layers(head: Layer) -> Layer:
    """The layers between the shared encoder and a head's states that are the head's alone, if it has any."""
    first = head.get_ref("tok2vec").layers[0]
    return first.get_ref("encode") if first.has_ref("encode") else noop()


def narrowing(head: Layer) -> Layer:
    """The layer that hands a head's token vectors to its states."""
    return head.get_ref("tok2vec").layers[-1]


def use_fast_products(nlp: Language) -> None:
    """Let numpy's BLAS do the matrix products: about three times as fast here as the bundled one."""
    ops = NumpyOps(use_blis=False)
    for name in nlp.pipe_names:
        if hasattr(component(nlp, name), "model"):
            for node in component(nlp, name).model.walk():
                node.ops = ops


class CheapLower:
    """spaCy's precomputable layer with a backward pass that multiplies per token, not per state."""

    def __init__(self, layer: Layer) -> None:
        self.layer: Layer = layer
        self.ops = layer.ops
        self.get_param, self.has_dim, self.get_dim = layer.get_param, layer.has_dim, layer.get_dim

    def __call__(self, vectors: Floats, is_train: bool) -> tuple[Floats, Any]:  # noqa: ARG002 - a layer's call
        """Scores of each token in each place of a state, and the call that takes back their gradient."""
        return self.layer.predict(vectors), lambda given: self._backprop(vectors, *given)

    def _backprop(self, vectors: Floats, d_states: Floats, ids: Ints) -> Floats:
        weights = self.layer.get_param("W")
        features, hidden, pieces, width = weights.shape
        flat = np.ascontiguousarray(d_states.reshape(len(d_states), hidden * pieces))
        d_vectors, d_weights = np.zeros_like(vectors), np.empty_like(weights)
        d_pad = np.empty((1, features, hidden, pieces), np.float32)
        for f in range(features):
            d_tokens = np.zeros((len(vectors) + 1, hidden * pieces), np.float32)
            self.ops.scatter_add(d_tokens, np.ascontiguousarray(ids[:, f] + 1), flat)
            d_pad[0, f] = d_tokens[0].reshape(hidden, pieces)
            d_vectors += d_tokens[1:] @ weights[f].reshape(hidden * pieces, width)
            d_weights[f] = (d_tokens[1:].T @ vectors).reshape(hidden, pieces, width)
        for name, grad in (("W", d_weights), ("b", d_states.sum(axis=0)), ("pad", d_pad)):
            self.layer.inc_grad(name, grad)
        return d_vectors


def tokens_of(doc: Doc | Span) -> tuple[list[str], list[bool]]:
    """Words and whether a space follows each."""
    return [t.text for t in doc], [bool(t.whitespace_) for t in doc]
