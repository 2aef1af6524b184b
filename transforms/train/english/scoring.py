"""Scores of a pipeline on the development gold: names, subject-verb-object triples, sentence ends, cost."""

from __future__ import annotations

import json
import runpy
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Token

KINDS = {
    "PER": "PER", "ORG": "ORG", "LOC": "LOC", "PERSON": "PER", "GPE": "LOC", "FAC": "LOC",
}  # fmt: skip
Parse = Callable[[Sequence[str]], Iterable[Doc]]
Scores = dict[str, float]


def named(doc: Doc) -> list[tuple[int, int, str]]:
    """The names of a doc in the gold's three kinds; OntoNotes labels are mapped."""
    return [(e.start_char, e.end_char, KINDS[e.label_]) for e in doc.ents if e.label_ in KINDS]


def score_all(nlp: Language, teacher: Language, folder: Path) -> Scores:
    """All scores on the gold in `folder`, names as the recogniser returns them."""
    return score_names(nlp, folder) | score_trees(nlp, folder) | score_agreement(nlp, teacher, folder)


def score_names(nlp: Language, folder: Path) -> Scores:
    """Strict F1 by source and, as source.KIND, by kind."""
    gold = [row for row in _rows(folder / "ner.jsonl") if row["src"] in ("conll03", "wikigold", "re3d")]
    docs = nlp.pipe((row["text"] for row in gold), batch_size=16)
    found = {row["id"]: named(doc) for row, doc in zip(gold, docs, strict=True)}
    scored = runpy.run_path(str(folder / "score_ner.py"))["score"](gold, found)
    return {f"{s}.{k}".removesuffix(".ALL"): figures[0] for (s, k), figures in sorted(scored.items())}


def score_trees(nlp: Language, folder: Path) -> Scores:
    """F1 of subject-verb-object triples and of sentence ends by source."""
    score = runpy.run_path(str(folder / "score.py"))
    gold = _rows(folder / "svo.jsonl")
    docs = nlp.pipe((row["text"] for row in gold), batch_size=16)
    triples = {r["id"]: {"triples": list(find_triples(d))} for r, d in zip(gold, docs, strict=True)}
    scores = {"svo": score["svo"](gold, triples)["F1"]}
    gold = _rows(folder / "sent.jsonl")
    docs = nlp.pipe((row["text"] for row in gold), batch_size=16)
    ends = {r["id"]: {"sents": list(_sentences(d))} for r, d in zip(gold, docs, strict=True)}
    return scores | {f"sentence_ends.{s}": f["F1"] for s, f in score["sent"](gold, ends).items()}


def score_agreement(nlp: Language, teacher: Language, folder: Path) -> Scores:
    """Percent of tokens, spaces apart, whose head (uas), or head and relation (las), is the teacher's."""
    texts = [row["text"] for row in _rows(folder / "svo.jsonl")]
    pairs = [
        (mine, other)
        for doc, taught in zip(nlp.pipe(texts, batch_size=16), teacher.pipe(texts, batch_size=16), strict=True)
        for mine, other in zip(doc, taught, strict=True)
        if not other.is_space
    ]
    heads = [mine.head.i == other.head.i for mine, other in pairs]
    both = [head and mine.dep == other.dep for head, (mine, other) in zip(heads, pairs, strict=True)]
    return {
        f"agreement.{name}": round(100 * sum(agree) / len(pairs), 1)
        for name, agree in (("uas", heads), ("las", both))
    }


def find_triples(doc: Doc) -> Iterator[tuple[int, int, int]]:
    """Character offsets of the heads of subject, verb and object; of a passive, its agent and subject."""
    for verb in doc:
        for subject in _children(verb, "nsubj"):
            yield from ((subject.idx, verb.idx, thing.idx) for thing in _children(verb, "dobj"))
        for agent in _children(verb, "agent"):
            for actor in _children(agent, "pobj"):
                yield from ((actor.idx, verb.idx, thing.idx) for thing in _children(verb, "nsubjpass"))


def _children(token: Token, relation: str) -> list[Token]:
    return [child for child in token.children if child.dep_ == relation]


def _sentences(doc: Doc) -> Iterator[tuple[int, int]]:
    for sentence in doc.sents:
        words = [token for token in sentence if not token.is_space]
        if words:
            yield words[0].idx, words[-1].idx + len(words[-1])


def cost_ratio(ours: Parse, theirs: Parse, texts: Sequence[str], *, passes: int = 3) -> float:
    """CPU time of one way to parse over that of another on the same texts, in interleaved passes; the best of each."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(passes):
        for parse, times in zip((ours, theirs), spent, strict=True):
            start = time.process_time()
            for _doc in parse(texts):
                pass
            times.append(time.process_time() - start)
    return min(spent[0]) / min(spent[1])


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
