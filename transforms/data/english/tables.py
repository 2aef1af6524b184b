"""Agency copy written by rule: results, standings and rankings, in which a name's place tells its kind.

Open gold has next to none of them, and the words around a name, which tell its kind elsewhere, are numbers.
A country stands for itself here too, any other place's name mostly for its team.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from transforms import lexicon
from transforms.data.english.corpus import Sample

TABLES = 600
# Texts of the gold, some tables among them, put once more behind lines of a desk's own.
MARKED = 300
# Least and most lines of a table, its heading one of them.
LINES = (5, 14)
MOST_WORDS = {"PER": 3, "ORG": 3, "LOC": 2}
# Shares: of names that are some capitalised word, of headings in capitals, of texts under a dateline, of
# datelines that name the country, of rows that open a new part, of tables that end with a desk's line.
ANY_WORD = 0.15
CAPITAL_HEADINGS = 0.3
DATED = 0.4
DATED_WITH_COUNTRY = 0.3
NEW_PARTS = 0.1
ENDS_WITH_MARKER = 0.3
WORDING = tomllib.loads((Path(__file__).parent / "agency.toml").read_text(encoding="utf-8"))


@dataclass(slots=True)
class _Writer:
    """A table in the making; names are kept with their offsets."""

    draw: random.Random
    known: Mapping[str, Sequence[str]]
    strangers: Sequence[str]
    text: str = ""
    names: list[tuple[int, int, str]] = field(default_factory=list)

    def put(self, text: str, kind: str | None = None) -> None:
        if kind:
            self.names.append((len(self.text), len(self.text) + len(text), kind))
        self.text += text

    def number(self, most: int) -> str:
        return str(self.draw.randint(0, most))

    def name(self, kind: str) -> str:
        """A name that gold has of the kind, or now and then a word that it never writes small."""
        if self.draw.random() < ANY_WORD:
            return self.draw.choice(self.strangers)
        return self.draw.choice(self.known[kind])

    def team(self, capitals: float = 0.25) -> None:
        """Mostly a place's name."""
        share = self.draw.random()
        name = self.name("LOC" if share < 0.8 else "ORG")
        if share < 0.15:
            name = f"{name} {self.draw.choice(WORDING['team_ends'])}"
        elif share < 0.22:
            name = f"{self.draw.choice(WORDING['team_starts'])} {name}"
        self.put(name.upper() if self.draw.random() < capitals else name, "ORG")

    def person(self) -> None:
        name = self.name("PER")
        self.put(name if " " in name else f"{self.draw.choice(self.strangers)} {name}", "PER")

    def country(self) -> None:
        self.put(self.draw.choice(self.known["COUNTRY"]), "LOC")

    def country_behind(self) -> None:
        self.put(" (")
        self.country()
        self.put(")")

    def dateline(self) -> None:
        """A desk's headline and a line or the beginning of one that says where and when."""
        self.put(f"{self.draw.choice(WORDING['sports'])} - {self.marker()}.\n")
        self.put(self.name("LOC").upper(), "LOC")
        if self.draw.random() < DATED_WITH_COUNTRY:
            self.put(", ")
            self.country()
        date = self.draw.choice(WORDING["dates"])
        self.put(
            date.format(
                year=self.draw.randint(1980, 2026),
                month=self.draw.randint(1, 12),
                date=self.draw.randint(1, 28),
                name=self.draw.choice(WORDING["months"]),
                agency=self.draw.choice(WORDING["agencies"]),
            )
        )

    def marker(self) -> str:
        return str(self.draw.choice(WORDING["markers"]))


def _result(row: _Writer, _place: int) -> None:
    row.team()
    row.put(f" {row.number(5)} ")
    row.team()
    row.put(f" {row.number(5)}")


def _international(row: _Writer, _place: int) -> None:
    row.country()
    row.put(f" {row.number(5)} ")
    row.country()
    row.put(f" {row.number(5)}")


def _game(row: _Writer, _place: int) -> None:
    row.team(capitals=0.0)
    row.put(f" {row.draw.randint(60, 130)} ")
    row.team(capitals=1.0)
    row.put(f" {row.draw.randint(60, 130)}{row.draw.choice(['', '', '', ' (OT)'])}")


def _fixture(row: _Writer, _place: int) -> None:
    row.team()
    row.put(row.draw.choice((" v ", " vs ", " AT ", " at ", " - ")))
    row.team()


def _standing(row: _Writer, _place: int) -> None:
    row.team()
    row.put("".join(f" {row.number(most)}" for most in (30, 20, 15, 15, 60, 60, 50)))


def _conference(row: _Writer, _place: int) -> None:
    row.team(capitals=0.9)
    row.put(f" {row.number(30)} {row.number(30)} .{row.draw.randint(100, 900)} {row.number(20)}")


def _abroad(row: _Writer, _place: int) -> None:
    row.team(capitals=0.0)
    row.country_behind()
    row.put("".join(f" {row.number(most)}" for most in (12, 9, 9, 20)))


def _ranking(row: _Writer, place: int) -> None:
    row.put(row.draw.choice((f"{place}. ", f"{place} ", "", f"{row.draw.randint(190, 290)} ")))
    row.person()
    if row.draw.random() < 0.6:
        row.country_behind()
    row.put(
        row.draw.choice((f" {row.number(59)}:{row.number(59)}.{row.number(99)}", f" {row.number(99)} points"))
    )


def _draw(row: _Writer, place: int) -> None:
    row.put(row.draw.choice(("", "", f"{place}-")))
    row.person()
    row.country_behind()
    row.put(row.draw.choice((" beat ", " lost to ", " - ")))
    row.person()
    row.country_behind()
    row.put(f" {row.number(7)}-{row.number(7)} {row.number(7)}-{row.number(7)}")


def _line_up(row: _Writer, place: int) -> None:
    row.put(row.draw.choice((f"{place} - ", f"{place}. ", "")))
    row.person()
    if row.draw.random() < 0.5:
        row.country_behind()
    else:
        row.put(" (")
        row.team(capitals=0.0)
        row.put(")")
    row.put(row.draw.choice(("", "", f" {row.number(90)}")))


def _figures(row: _Writer, _place: int) -> None:
    row.put(row.name("LOC"), "LOC")
    row.put(f" {row.number(40)} {row.number(40)}")


# How a row is written, under which headings, and how often.
KINDS: Sequence[tuple[Callable[[_Writer, int], None], str, int]] = (
    (_result, "results", 18),
    (_international, "results", 6),
    (_game, "results", 10),
    (_fixture, "results", 8),
    (_standing, "standings", 16),
    (_conference, "standings", 10),
    (_abroad, "standings", 8),
    (_ranking, "rankings", 10),
    (_draw, "draws", 8),
    (_line_up, "line_ups", 8),
    (_figures, "figures", 6),
)


def table_samples(gold: Sequence[Sample], strangers: Iterable[str]) -> list[Sample]:
    """Tables of names as they stand in gold and of `strangers`, words that may be names; always the same ones."""
    ordinary = {word for sample in gold for word in sample.text.split() if word.islower()}
    unknown = [word for word in strangers if word.lower() not in ordinary]
    known = _names(gold)
    draw = random.Random(1)  # noqa: S311 - the same tables every time, no secret
    tables = [_table(_Writer(draw, known, unknown)) for _ in range(TABLES)]
    texts = [*gold, *tables]
    marked = draw.sample(texts, min(MARKED, len(texts)))
    return tables + [_marked(_Writer(draw, known, unknown), sample) for sample in marked]


def _table(table: _Writer) -> Sample:
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


def _part(table: _Writer) -> None:
    if table.draw.random() < 0.5:
        table.put(f"\n{table.draw.choice(WORDING['parts'])}".format(number=table.draw.choice("12345ABCD")))
    else:
        table.put("\nIn ")
        table.put(table.name("LOC"), "LOC")
        table.put(":")


def _marked(lines: _Writer, sample: Sample) -> Sample:
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
    countries = {name for row in lexicon.rows("countries.tsv") for name in (row[0], *row[1].split("|")) if name}
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
