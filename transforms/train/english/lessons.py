"""Lessons: labelled texts cut at sentence ends into chunks, with teachers' vectors and gold names per head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from transforms.train.english.distillation import Lesson
from transforms.train.english.labelling import Names, read_labels
from transforms.train.english.network import tokens_of

CHUNK_TOKENS = 60
GROUPS = "NORP"


def news_lessons(vocab: Any, folder: Path) -> Iterator[Lesson]:
    """Chunks of the news, marked by the teachers alone."""
    for doc, vectors, _, _ in read_labels(vocab, folder):
        for start, end in _cuts(doc):
            words, spaces = tokens_of(doc[start:end])
            chunk = Doc(vocab, words, spaces)
            yield Lesson(chunk, chunk, {name: rows[start:end] for name, rows in vectors.items()})


def gold_lessons(vocab: Any, folder: Path) -> Iterator[tuple[str, Lesson]]:
    """Texts of the open gold with their source: names from gold, the parse from the teacher."""
    for doc, vectors, source, names in read_labels(vocab, folder):
        words, spaces = tokens_of(doc)
        text = Doc(vocab, words, spaces)
        gold = {"ner": Example(text, _named(vocab, doc, names))}
        yield source, Lesson(text, text, vectors, gold)


def _cuts(doc: Doc) -> Iterator[tuple[int, int]]:
    start = 0
    for sentence in doc.sents:
        if sentence.end - start >= CHUNK_TOKENS:
            yield start, sentence.end
            start = sentence.end
    if start < len(doc):
        yield start, len(doc)


def _named(vocab: Any, doc: Doc, names: Names) -> Doc:
    """Gold names on tokens; groups of people are the parse teacher's wherever gold has no name."""
    words, spaces = tokens_of(doc)
    named = Doc(vocab, words, spaces)
    taken = np.zeros(len(doc), bool)
    spans: list[Any] = []
    unclear: list[Any] = []
    for start, end, kind in names or []:
        span = named.char_span(start, end, label=kind)
        if span is None:
            wider = named.char_span(start, end, alignment_mode="expand")
            unclear += [wider] if wider is not None and not taken[wider.start : wider.end].any() else []
            span = wider
        elif not taken[span.start : span.end].any():
            spans.append(span)
        if span is not None:
            taken[span.start : span.end] = True
    spans += [
        named.char_span(group.start_char, group.end_char, label="GROUP")
        for group in doc.ents
        if group.label_ == GROUPS and not taken[group.start : group.end].any()
    ]
    named.set_ents(spans, missing=unclear, default="outside")
    return named


def capitals(lesson: Lesson, rng: np.random.Generator) -> Lesson:
    """The same lesson as some publishers would print it: all capitals, or a headline's."""
    words, spaces = tokens_of(lesson.doc)
    change = str.upper if rng.random() < 0.6 else _headline
    doc = Doc(lesson.doc.vocab, [change(word) for word in words], spaces)
    gold = {}
    for name, example in lesson.gold.items():
        reference = Doc(doc.vocab, [t.text for t in doc], spaces)
        spans = [reference.char_span(e.start_char, e.end_char, label=e.label_) for e in example.reference.ents]
        if len(reference.text) == len(example.reference.text):
            reference.set_ents([span for span in spans if span is not None])
            gold[name] = Example(doc, reference)
    return Lesson(doc, lesson.original, lesson.vectors, gold) if len(gold) == len(lesson.gold) else lesson


def capitalised_words(teacher: Language) -> list[str]:
    """Words that the teacher has met and that may be parts of names, in a fixed order."""
    return sorted(
        w for w in teacher.vocab.strings if w.istitle() and w.isalpha() and w.isascii() and len(w) > 2
    )


def _headline(word: str) -> str:
    return word[:1].upper() + word[1:] if len(word) > 3 else word


def strange_names(lesson: Lesson, words: Sequence[str], rng: np.random.Generator) -> Lesson:
    """The same lesson with most capitalised words inside sentences swapped for others, for a teacher to mark.

    It transfers the teacher's knowledge of names that our news never prints.
    """
    printed, spaces = tokens_of(lesson.doc)
    for i in range(1, len(printed)):
        if printed[i].istitle() and printed[i].isalpha() and printed[i - 1][0].isalpha() and rng.random() < 0.7:
            printed[i] = words[int(rng.integers(len(words)))]
    doc = Doc(lesson.doc.vocab, printed, spaces)
    return Lesson(doc, doc, {"parser": lesson.vectors["parser"]})


def single_breaks(lesson: Lesson) -> Lesson:
    """The same lesson with one line break where a blank line parted the paragraphs."""
    words, spaces = tokens_of(lesson.doc)
    doc = Doc(lesson.doc.vocab, ["\n" if word == "\n\n" else word for word in words], spaces)
    return Lesson(doc, lesson.original, lesson.vectors, lesson.gold)
