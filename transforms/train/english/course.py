"""A course of training: lessons in a seeded order, a falling learning rate, and checkpoints to resume from."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from thinc.api import Optimizer

from transforms.train.english.distillation import Head, Lesson, update
from transforms.train.english.lessons import capitals, single_breaks, strange_names
from transforms.train.english.network import Layer, component


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast: `words` to be seen in all, batches of `batch_words`, the rate's peak.

    `capitals`, `single_breaks` and `strange_names` are the shares of lessons that are changed so.
    `name_weight` is what a move of names weighs beside one of the parse.
    The rate rises over `warm_up` batches and falls in a line to `final` of its peak at the end of
    `words`; a course that is to be followed by another may `stop` at an earlier batch.
    """

    words: int
    rate: float
    stop: int | None = None
    batch_words: int = 1500
    dropout: float = 0.1
    warm_up: int = 50
    final: float = 0.03
    capitals: float = 0.04
    single_breaks: float = 0.15
    strange_names: float = 0.0
    name_weight: float = 1.5
    seed: int = 1


def batches(
    lessons: Sequence[Lesson], course: Course, strangers: Sequence[str] = (), skip: int = 0
) -> Iterator[list[Lesson]]:
    """Endless batches in an order that depends on the seed alone; the first `skip` are passed over."""
    rng = np.random.default_rng(course.seed)
    number, words = 0, 0
    batch: list[Lesson] = []
    while True:
        for index in rng.permutation(len(lessons)):
            batch.append(lessons[index])
            words += len(lessons[index].doc)
            if words >= course.batch_words:
                if number >= skip:
                    draws = np.random.default_rng([course.seed, number])
                    yield [_vary(lesson, course, strangers, draws) for lesson in batch]
                number, batch, words = number + 1, [], 0


def _vary(lesson: Lesson, course: Course, strangers: Sequence[str], rng: np.random.Generator) -> Lesson:
    draw, other = rng.random(2)
    if not lesson.gold and other < course.strange_names:
        lesson = strange_names(lesson, strangers, rng)
    if draw < course.capitals:
        return capitals(lesson, rng)
    if draw < course.capitals + course.single_breaks and not lesson.gold:
        return single_breaks(lesson)
    return lesson


def train(
    nlp: Language,
    heads: Sequence[Head],
    lessons: Sequence[Lesson],
    course: Course,
    checkpoint: Path,
    watch: Callable[[int, dict[str, float]], None],
    strangers: Sequence[str] = (),
) -> Optimizer:
    """Train to the end of the course; `watch(batch, mean losses)` is called every 100 batches.

    The weights to use in the end are the averaged ones: `keep_averages`.
    """
    mean = sum(len(lesson.doc) for lesson in lessons) / len(lessons)
    steps = max(1, round(course.words / (course.batch_words + mean / 2)))
    optimizer = Optimizer(course.rate, L2=0.01, grad_clip=1.0, use_averages=True, L2_is_weight_decay=True)
    step = _resume(nlp, optimizer, checkpoint)
    sums: dict[str, float] = {}
    for batch in batches(lessons, course, strangers, step):
        if step >= min(steps, course.stop or steps):
            break
        _seed(course.seed + step)
        optimizer.learn_rate = course.rate * _share(step, steps, course)
        for name, loss in update(nlp, heads, batch, optimizer, dropout=course.dropout).items():
            sums[name] = sums.get(name, 0.0) + loss / 100
        step += 1
        if step % 100 == 0:
            watch(step, sums)
            sums = {}
        if step % 250 == 0 or step in (steps, course.stop):
            _save(nlp, optimizer, checkpoint, step)
    return optimizer


def keep_averages(nlp: Language, optimizer: Optimizer) -> None:
    """Make the averaged weights the pipeline's own."""
    averages: Any = optimizer.averages
    for node, name in parameters(nlp):
        node.set_param(name, averages[(node.id, name)].copy())


def _share(step: int, steps: int, course: Course) -> float:
    if step < course.warm_up:
        return (step + 1) / course.warm_up
    left = 1.0 - (step - course.warm_up) / max(1, steps - course.warm_up)
    return course.final + (1.0 - course.final) * left


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)


def parameters(nlp: Language) -> Iterator[tuple[Layer, str]]:
    """Every layer with weights and the name of each of them, in the order of the pipeline."""
    for pipe in nlp.pipe_names:
        for node in component(nlp, pipe).model.walk():
            for name in node.param_names:
                yield node, name


def _save(nlp: Language, optimizer: Optimizer, path: Path, step: int) -> None:
    """Weights and the optimizer's state by the order of the layers."""
    arrays: dict[str, Any] = {"step": np.array(step)}
    for number, (node, name) in enumerate(parameters(nlp)):
        arrays[f"{number}.weight"] = node.get_param(name)
        for kind in ("mom1", "mom2", "averages"):
            if (value := getattr(optimizer, kind).get((node.id, name))) is not None:
                arrays[f"{number}.{kind}"] = value
        arrays[f"{number}.seen"] = np.array(optimizer.nr_update[(node.id, name)])
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".tmp.npz")
    np.savez(partial, **arrays)
    partial.rename(path)


def _resume(nlp: Language, optimizer: Optimizer, path: Path) -> int:
    if not path.exists():
        return 0
    with np.load(path) as arrays:
        for number, (node, name) in enumerate(parameters(nlp)):
            node.set_param(name, arrays[f"{number}.weight"])
            for kind in ("mom1", "mom2", "averages"):
                if f"{number}.{kind}" in arrays:
                    getattr(optimizer, kind)[(node.id, name)] = arrays[f"{number}.{kind}"]
            optimizer.nr_update[(node.id, name)] = int(arrays[f"{number}.seen"])
        return int(arrays["step"])
