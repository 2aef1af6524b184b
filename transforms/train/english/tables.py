"""Agency copy written by rule: results, standings and rankings, in which a name's place decides its kind.

Open gold has next to none of them, and the words around a name, which indicate its kind elsewhere, are numbers.
A country's name means the country here too, any other place's name mostly its team.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from transforms.nlp.countries import country_names
from transforms.train.english.corpus import Sample
from transforms.train.english.table_rows import KINDS, WORDING, Writer

TABLES = 600
# Texts of the gold, some tables among them, put once more behind lines of a desk's own.
MARKED = 300
# Least and most lines of a table, its heading one of them.
LINES = (5, 14)
# Longer names of places are mostly buildings.
MOST_WORDS = {"PER": 3, "ORG": 3, "LOC": 2}
# Shares: of headings in capitals, of texts under a dateline, of rows that open a new part, of tables that end
# with a desk's line.
CAPITAL_HEADINGS = 0.3
DATED = 0.4
NEW_PARTS = 0.1
ENDS_WITH_MARKER = 0.3


def table_samples(gold: Sequence[Sample], strangers: Iterable[str]) -> list[Sample]:
    """Tables of names as they stand in gold and of `strangers`, words that may be names; always the same ones."""
    ordinary = {word for sample in gold for word in sample.text.split() if word.islower()}
    unknown = [word for word in strangers if word.lower() not in ordinary]
    known = _names(gold)
    draw = random.Random(1)  # noqa: S311 - the same tables every time, no secret
    tables = [_table(Writer(draw, known, unknown)) for _ in range(TABLES)]
    texts = [*gold, *tables]
    marked = draw.sample(texts, min(MARKED, len(texts)))
    return tables + [_marked(Writer(draw, known, unknown), sample) for sample in marked]


def _table(table: Writer) -> Sample:
    draw = table.draw
    kinds, weights = [kind[:2] for kind in KINDS], [kind[2] for kind in KINDS]
    ((put_row, headings),) = draw.choices(kinds, weights)
    if draw.random() < DATED:
        table.dateline()
        table.put("\n")
    event, day = draw.choice(WORDING["events"]), draw.choice(WORDING["days"])
    heading = draw.choice(WORDING["headings"][headings]).format(event=event, day=day)
    table.put(heading.upper() if draw.random() < CAPITAL_HEADINGS else heading)
    for place in range(1, draw.randint(*LINES)):
        if draw.random() < NEW_PARTS:
            _part(table)
        table.put("\n")
        put_row(table, place)
    if draw.random() < ENDS_WITH_MARKER:
        table.put(f"\n{table.marker()}")
    return Sample(table.text, "tables", table.names)


def _part(table: Writer) -> None:
    if table.draw.random() < 0.5:
        table.put(f"\n{table.draw.choice(WORDING['parts'])}".format(number=table.draw.choice("12345ABCD")))
    else:
        table.put("\nIn ")
        table.put(table.name("LOC"), "LOC")
        table.put(":")


def _marked(lines: Writer, sample: Sample) -> Sample:
    if lines.draw.random() < DATED:
        lines.dateline()
        lines.put(lines.draw.choice(("\n", " ")))
    else:
        lines.put(f"{lines.marker()}\n")
    start = len(lines.text)
    names = [*lines.names, *((start + s, start + e, kind) for s, e, kind in sample.names or ())]
    return Sample(lines.text + sample.text, "tables", names)


def _names(gold: Iterable[Sample]) -> dict[str, list[str]]:
    """The names of each kind once, in a fixed order; lower-case and long ones are no table's."""
    countries = set(country_names())
    found: dict[str, set[str]] = {"PER": set(), "ORG": set(), "LOC": set()}
    for sample in gold:
        for start, end, kind in sample.names or ():
            words = sample.text[start:end].split(" ")
            if (
                kind in found
                and len(words) <= MOST_WORDS[kind]
                and all(w[:1].isupper() and w.isalpha() for w in words)
            ):
                found[kind].add(" ".join(words))
    found["LOC"] -= countries
    return {kind: sorted(names) for kind, names in found.items()} | {"COUNTRY": sorted(countries)}
