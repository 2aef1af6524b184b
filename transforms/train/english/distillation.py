"""Weights from marked rollouts: a network parses and names by itself, teachers or gold mark each of its moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.ml.parser_model import ParserStepModel
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Optimizer, set_dropout_rate

from transforms.train.english.network import CheapLower, Floats, Ints, component, narrowing, own_layers

LINE_END = 0.6
LINE_MARK = 0.9
CLOSING = frozenset("\"'”’)")


@dataclass(slots=True)
class Lesson:
    """One text to learn from: what the network sees and, per head, gold or what a teacher goes by.

    `original` is the text as the teachers read it, where the network sees it changed; `vectors` are a
    teacher's token vectors where they are at hand; `marks` keeps the gold in the form that costs are
    computed from: it depends on the head's moves and is dear to make.
    """

    doc: Doc
    original: Doc
    vectors: dict[str, Floats] = field(default_factory=dict)
    gold: dict[str, Example] = field(default_factory=dict)
    marks: dict[str, Any] = field(default_factory=dict)

    def mark(self, pipe: Any, state: Any) -> Any:
        """Input of the costs of a head's moves; None without gold."""
        if pipe.name not in self.gold:
            return None
        if pipe.name not in self.marks:
            self.marks[pipe.name] = pipe.moves.init_gold(state, self.gold[pipe.name])
        return self.marks[pipe.name]


class Marker:
    """Move probabilities of a teacher's component by state."""

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe

    def probabilities(self, lessons: Sequence[Lesson], ids: Ints) -> Floats:
        """Row by row for the states with these context tokens of the batch."""
        step = _stepper(self.pipe, self._vectors(lessons), self.pipe.model.get_ref("lower"))
        return softmax(self.pipe.model.get_ref("upper").predict(step.state2vec.predict(ids)))

    def _vectors(self, lessons: Sequence[Lesson]) -> Floats:
        known = [lesson.vectors.get(self.pipe.name) for lesson in lessons]
        unknown = [lesson.original for lesson, rows in zip(lessons, known, strict=True) if rows is None]
        read = self.pipe.model.get_ref("tok2vec").predict(unknown) if unknown else ()
        fresh = iter(np.split(np.asarray(read), np.cumsum([len(doc) for doc in unknown])[:-1]))
        return np.concatenate([next(fresh) if rows is None else rows for rows in known], dtype=np.float32)


@dataclass(slots=True)
class Head:
    """A transition-based component, who marks it where there is no gold, and what its loss weighs."""

    pipe: Any
    marker: Marker | None = None
    weight: float = 1.0


def softmax(scores: Floats) -> Floats:
    """Probabilities along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def _stepper(pipe: Any, vectors: Floats, lower: Any) -> Any:
    def encoded(_docs: list[Doc], *, is_train: bool) -> tuple[Floats, None]:  # noqa: ARG001 - its caller's names
        return vectors, None

    layers = [encoded, lower, pipe.model.get_ref("upper")]
    return ParserStepModel([], layers, has_upper=True, train=True, dropout=0.0)


def update(
    nlp: Language,
    heads: Sequence[Head],
    lessons: Sequence[Lesson],
    optimizer: Optimizer,
    *,
    dropout: float,
) -> dict[str, float]:
    """One step over a batch; returns the mean loss per move of each head."""
    docs = [lesson.doc for lesson in lessons]
    pipes = [component(nlp, name) for name in nlp.pipe_names]
    for pipe in pipes:
        set_dropout_rate(pipe.model, dropout)
    losses = {}
    if "tok2vec" not in nlp.pipe_names:
        (head,) = heads
        vectors, backprop = head.pipe.model.get_ref("tok2vec").begin_update(docs)
        losses[head.pipe.name], d_vectors = _learn_moves(head, lessons, vectors, dropout)
        backprop(d_vectors)
    else:
        encoder = component(nlp, "tok2vec").model
        shared, backprop = encoder.begin_update(docs)
        starts = np.cumsum([len(doc) for doc in docs])[:-1]
        d_shared = []
        for head in heads:
            # The listener would hand over the same rows, but reads every token to know the batch again.
            own, backprop_own = own_layers(head.pipe.model).begin_update(shared)
            vectors, backprop_narrow = narrowing(head.pipe.model).begin_update(np.concatenate(own))
            losses[head.pipe.name], d_vectors = _learn_moves(head, lessons, vectors, dropout)
            d_shared.append(backprop_own(np.split(backprop_narrow(d_vectors), starts)))
        backprop([np.sum(rows, axis=0) for rows in zip(*d_shared, strict=True)])
    for pipe in pipes:
        pipe.model.finish_update(optimizer)
    return losses


def _learn_moves(
    head: Head, lessons: Sequence[Lesson], vectors: Floats, dropout: float
) -> tuple[float, Floats]:
    pipe = head.pipe
    lower, upper = CheapLower(pipe.model.get_ref("lower")), pipe.model.get_ref("upper")
    step = _stepper(pipe, vectors, lower)
    ids, targets, is_gold = _roll_out(pipe, step, lessons)
    open_states = ~is_gold
    if head.marker is not None and open_states.any():
        targets[open_states] = head.marker.probabilities(lessons, ids)[open_states]
    moves = pipe.move_names
    if "B-ROOT" in moves:
        mend_sentence_ends(targets, ids, lessons, moves.index("B-ROOT"), moves.index("R-punct"))
    hidden, backprop_hidden = step.state2vec(ids, True)
    mask = (np.random.random(hidden.shape) >= dropout).astype(np.float32) / (1.0 - dropout)
    scores, backprop_upper = upper.begin_update(hidden * mask)
    guessed = softmax(scores)
    if head.marker is None:
        targets[open_states] = guessed[open_states]  # no teacher and no gold: no gradient
    d_scores = (guessed - targets) * np.float32(head.weight / len(vectors))
    loss = -(targets * np.log(guessed + 1e-9)).sum() / len(ids)
    return float(loss), backprop_hidden((backprop_upper(d_scores) * mask, ids))


def mend_sentence_ends(targets: Floats, ids: Ints, lessons: Sequence[Lesson], end: int, attach: int) -> None:
    """Correct the targets at line breaks and closing quotation marks, where teachers are weak.

    A line break ends the sentence; a mark that follows its word without a space still belongs to it,
    and hangs on what stands before it where a line ends. `ids` start with the next two tokens. The move
    that ends a sentence is possible once and leaves the context as it is, so the teacher's other moves
    keep a share: they are what follows.
    """
    tokens = [token for lesson in lessons for token in lesson.doc]
    breaks = np.array([token.is_space and "\n" in token.text for token in tokens])
    glued = np.array([not token.whitespace_ and not token.is_space for token in tokens])
    marks = np.array([token.text in CLOSING for token in tokens]) & np.insert(glued[:-1], 0, False)
    before_break = np.append(breaks[1:], True)
    begins = np.insert(breaks[:-1], 0, False) & ~breaks
    for places, column, move, share in (
        (marks & before_break, 0, attach, LINE_MARK),
        (begins, 1, end, LINE_END),
        (marks, 1, end, 0.0),
    ):
        touched = np.append(places, False)[ids[:, column]]  # one more place at the end is for no token
        others = targets[touched]
        others[:, move] = 1e-6
        targets[touched] = (1.0 - share) * others / others.sum(axis=1, keepdims=True)
        targets[touched, move] = share


def _roll_out(pipe: Any, step: Any, lessons: Sequence[Lesson]) -> tuple[Ints, Floats, Any]:
    """Follow the network's own best moves; the targets of states with gold are its cheapest moves."""
    upper = pipe.model.get_ref("upper")
    weights, bias = np.ascontiguousarray(upper.get_param("W").T), upper.get_param("b")
    states = pipe.moves.init_batch([lesson.doc for lesson in lessons])
    live = [
        (state, lesson.mark(pipe, state))
        for state, lesson in zip(states, lessons, strict=True)
        if not state.is_final()
    ]
    all_ids, all_targets, all_gold = [], [], []
    while live:
        now = [state for state, _ in live]
        ids = step.get_token_ids(now)
        scores = step.state2vec.predict(ids) @ weights + bias
        rows = [i for i, (_, gold) in enumerate(live) if gold is not None]
        targets = np.zeros_like(scores)
        if rows:
            chosen = np.ascontiguousarray(scores[rows])
            golds = [live[i][1] for i in rows]
            targets[rows] = softmax(chosen) - pipe.get_batch_loss([now[i] for i in rows], golds, chosen, None)
        flags = np.zeros(len(live), bool)
        flags[rows] = True
        all_ids.append(ids)
        all_targets.append(targets)
        all_gold.append(flags)
        pipe.transition_states(now, scores)
        live = [pair for pair in live if not pair[0].is_final()]
    return np.concatenate(all_ids), np.concatenate(all_targets), np.concatenate(all_gold)
