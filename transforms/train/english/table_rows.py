"""The rows of agency tables, by kind, and what writes them: a text in the making that keeps its names."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

WORDING = tomllib.loads((Path(__file__).parent / "agency.toml").read_text(encoding="utf-8"))
# Shares: of names that are some capitalised word, of datelines that name the country.
ANY_WORD = 0.15
DATED_WITH_COUNTRY = 0.3


@dataclass(slots=True)
class Writer:
    """A table in the making; names are kept with their offsets in code points.

    `known`: names by kind, countries under COUNTRY; `strangers`: words that may be names.
    """

    draw: random.Random
    known: Mapping[str, Sequence[str]]
    strangers: Sequence[str]
    text: str = ""
    names: list[tuple[int, int, str]] = field(default_factory=list)

    def put(self, text: str, kind: str | None = None) -> None:
        """Add text; with a kind it is a name."""
        if kind:
            self.names.append((len(self.text), len(self.text) + len(text), kind))
        self.text += text

    def number(self, most: int) -> str:
        """Some number up to `most`, which is one of them."""
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
        """Add a person with first and last name."""
        name = self.name("PER")
        self.put(name if " " in name else f"{self.draw.choice(self.strangers)} {name}", "PER")

    def country(self) -> None:
        """Add a country, which is a place also where it means its team."""
        self.put(self.draw.choice(self.known["COUNTRY"]), "LOC")

    def country_behind(self) -> None:
        """Add a country in brackets."""
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
        """A line of a desk's own."""
        return str(self.draw.choice(WORDING["markers"]))


def _result(row: Writer, _place: int) -> None:
    row.team()
    row.put(f" {row.number(5)} ")
    row.team()
    row.put(f" {row.number(5)}")


def _international(row: Writer, _place: int) -> None:
    row.country()
    row.put(f" {row.number(5)} ")
    row.country()
    row.put(f" {row.number(5)}")


def _game(row: Writer, _place: int) -> None:
    row.team(capitals=0.0)
    row.put(f" {row.draw.randint(60, 130)} ")
    row.team(capitals=1.0)
    row.put(f" {row.draw.randint(60, 130)}{row.draw.choice(['', '', '', ' (OT)'])}")


def _fixture(row: Writer, _place: int) -> None:
    row.team()
    row.put(row.draw.choice((" v ", " vs ", " AT ", " at ", " - ")))
    row.team()


def _standing(row: Writer, _place: int) -> None:
    row.team()
    row.put("".join(f" {row.number(most)}" for most in (30, 20, 15, 15, 60, 60, 50)))


def _conference(row: Writer, _place: int) -> None:
    row.team(capitals=0.9)
    row.put(f" {row.number(30)} {row.number(30)} .{row.draw.randint(100, 900)} {row.number(20)}")


def _abroad(row: Writer, _place: int) -> None:
    row.team(capitals=0.0)
    row.country_behind()
    row.put("".join(f" {row.number(most)}" for most in (12, 9, 9, 20)))


def _ranking(row: Writer, place: int) -> None:
    row.put(row.draw.choice((f"{place}. ", f"{place} ", "", f"{row.draw.randint(190, 290)} ")))
    row.person()
    if row.draw.random() < 0.6:
        row.country_behind()
    row.put(
        row.draw.choice((f" {row.number(59)}:{row.number(59)}.{row.number(99)}", f" {row.number(99)} points"))
    )


def _draw(row: Writer, place: int) -> None:
    row.put(row.draw.choice(("", "", f"{place}-")))
    row.person()
    row.country_behind()
    row.put(row.draw.choice((" beat ", " lost to ", " - ")))
    row.person()
    row.country_behind()
    row.put(f" {row.number(7)}-{row.number(7)} {row.number(7)}-{row.number(7)}")


def _line_up(row: Writer, place: int) -> None:
    row.put(row.draw.choice((f"{place} - ", f"{place}. ", "")))
    row.person()
    if row.draw.random() < 0.5:
        row.country_behind()
    else:
        row.put(" (")
        row.team(capitals=0.0)
        row.put(")")
    row.put(row.draw.choice(("", "", f" {row.number(90)}")))


def _figures(row: Writer, _place: int) -> None:
    row.put(row.name("LOC"), "LOC")
    row.put(f" {row.number(40)} {row.number(40)}")


# How a row is written, under which headings, and how often.
KINDS: Sequence[tuple[Callable[[Writer, int], None], str, int]] = (
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
