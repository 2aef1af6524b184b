"""Agency copy written by rule: results, standings and rankings, in which a name's place tells its kind.

Open gold has next to none of them, and the words around a name, which tell its kind elsewhere, are numbers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from transforms.data.english.corpus import Sample

TABLES = 600
# Texts of the gold, some tables among them, put once more behind a line of a desk's own, which is no name.
MARKED = 300
# Least and most lines of a table, its heading one of them.
LINES = (5, 14)
# The share of names that are some capitalised word.
ANY_WORD = 0.2
MOST_WORDS = 3
TEAM_ENDS = ("United", "City", "Town", "Rovers", "Athletic", "Rangers", "County", "Wanderers", "Albion")
TEAM_STARTS = ("FC", "AC", "Real", "Sporting", "Dynamo", "Inter", "Olympique", "Racing")
RESULTS = (
    "Results of {event} matches on {day}:",
    "{event} results:",
    "Collated results in the {event} on {day}:",
    "Scores",
)
STANDINGS = (
    "Standings (tabulate under played, won, drawn, lost, goals for, against, points):",
    "{event} standings after {day}'s matches:",
    "{event} table:",
    "CENTRAL DIVISION\nW L PCT GB",
)
RANKINGS = ("Leading scores after {day}'s round of the {event}:", "Final {event} placings:", "1,000 metres")
DRAWS = (
    "Results on {day} (prefix number denotes seeding):",
    "Second round, men's singles",
    "{event} quarter-finals",
)
FIGURES = ("Temperatures on {day} (high, low):", "Visitors in thousands:", "Turnout in per cent, {day}:")
EVENTS = (
    "Premier League",
    "first division",
    "national league",
    "open",
    "cup",
    "women's league",
    "championship",
)
MARKERS = (
    "RESULTS",
    "-ENDS-",
    "UPDATE",
    "STANDINGS",
    "MORE-",
    "- CORRECTED -",
    "SUMMARY",
    "ADVERTISEMENT",
    "--LATEST--",
    "PREVIEW",
    "SCOREBOARD",
    "-- NEWSROOM",
    "READ MORE",
    "HEADLINES",
    "END OF DAY",
    "TABLE 2",
    "-MIDDAY-",
)
CAPITAL_HEADINGS = 0.3
ENDS_WITH_MARKER = 0.3
DAYS = ("Monday", "Wednesday", "Friday", "Saturday", "Sunday")


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
            name = f"{name} {self.draw.choice(TEAM_ENDS)}"
        elif share < 0.22:
            name = f"{self.draw.choice(TEAM_STARTS)} {name}"
        self.put(name.upper() if self.draw.random() < capitals else name, "ORG")

    def person(self) -> None:
        name = self.name("PER")
        self.put(name if " " in name else f"{self.draw.choice(self.strangers)} {name}", "PER")

    def country(self) -> None:
        self.put(" (")
        self.put(self.draw.choice(self.known["LOC"]), "LOC")
        self.put(")")


def _result(row: _Writer, _place: int) -> None:
    row.team()
    row.put(f" {row.number(5)} ")
    row.team()
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
    row.country()
    row.put("".join(f" {row.number(most)}" for most in (12, 9, 9, 20)))


def _ranking(row: _Writer, place: int) -> None:
    row.put(row.draw.choice((f"{place}. ", f"{place} ", "", f"{row.draw.randint(190, 290)} ")))
    row.person()
    if row.draw.random() < 0.6:
        row.country()
    row.put(
        row.draw.choice((f" {row.number(59)}:{row.number(59)}.{row.number(99)}", f" {row.number(99)} points"))
    )


def _draw(row: _Writer, place: int) -> None:
    row.put(row.draw.choice(("", "", f"{place}-")))
    row.person()
    row.country()
    row.put(" beat ")
    row.person()
    row.country()
    row.put(f" {row.number(7)}-{row.number(7)} {row.number(7)}-{row.number(7)}")


def _figures(row: _Writer, _place: int) -> None:
    row.put(row.name("LOC"), "LOC")
    row.put(f" {row.number(40)} {row.number(40)}")


KINDS: Sequence[tuple[Callable[[_Writer, int], None], Sequence[str], int]] = (
    (_result, RESULTS, 20),
    (_game, RESULTS, 10),
    (_fixture, RESULTS, 8),
    (_standing, STANDINGS, 18),
    (_conference, STANDINGS, 10),
    (_abroad, STANDINGS, 8),
    (_ranking, RANKINGS, 10),
    (_draw, DRAWS, 10),
    (_figures, FIGURES, 6),
)


def table_samples(gold: Sequence[Sample], strangers: Iterable[str]) -> list[Sample]:
    """Tables of names as they stand in gold and of `strangers`, words that may be names; always the same ones."""
    ordinary = {word for sample in gold for word in sample.text.split() if word.islower()}
    unknown = [word for word in strangers if word.lower() not in ordinary]
    known = _names(gold)
    draw = random.Random(1)  # noqa: S311 - the same tables every time, no secret
    tables = [_table(_Writer(draw, known, unknown)) for _ in range(TABLES)]
    return tables + list(_marked([*gold, *tables], draw))


def _table(table: _Writer) -> Sample:
    draw = table.draw
    kinds, weights = [kind[:2] for kind in KINDS], [kind[2] for kind in KINDS]
    ((put_row, headings),) = draw.choices(kinds, weights)
    heading = draw.choice(headings).format(event=draw.choice(EVENTS), day=draw.choice(DAYS))
    table.put(heading.upper() if draw.random() < CAPITAL_HEADINGS else heading)
    for place in range(1, draw.randint(*LINES)):
        table.put("\n")
        put_row(table, place)
    if draw.random() < ENDS_WITH_MARKER:
        table.put(f"\n{draw.choice(MARKERS)}")
    return Sample(table.text, "tables", table.names)


def _marked(gold: Sequence[Sample], draw: random.Random) -> Iterator[Sample]:
    for sample in draw.sample(gold, min(MARKED, len(gold))):
        line = f"{draw.choice(MARKERS)}\n"
        names = [(start + len(line), end + len(line), kind) for start, end, kind in sample.names or ()]
        yield Sample(line + sample.text, "tables", names)


def _names(gold: Iterable[Sample]) -> dict[str, list[str]]:
    """The names of each kind once, in a fixed order; lower-case and long ones are no table's."""
    found: dict[str, set[str]] = {"PER": set(), "ORG": set(), "LOC": set()}
    for sample in gold:
        for start, end, kind in sample.names or ():
            words = sample.text[start:end].split(" ")
            if (
                kind in found
                and len(words) <= MOST_WORDS
                and all(w[:1].isupper() and w.isalpha() for w in words)
            ):
                found[kind].add(" ".join(words))
    return {kind: sorted(names) for kind, names in found.items()}
