"""Kinds of names by the words beside them, names of headlines, persons after offices and in credits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import spacy
from spacy.tokens import Span

from transforms.contract.columns import FieldName
from transforms.enrich.names.headline_names import is_headline_case
from transforms.enrich.names.names import find_names

Rows = Callable[..., list[Any]]
NLP = spacy.blank("en")


def kinds(text: str, marked: dict[str, str], field: FieldName = "body") -> dict[str, str]:
    """Kinds of the names of a text in which the recogniser marks these stretches."""
    doc = NLP(text)
    spans: list[Span] = []
    for printed, label in marked.items():
        span = doc.char_span(text.index(printed), text.index(printed) + len(printed), label=label)
        assert span
        spans.append(span)
    doc.set_ents(spans)
    return {name.text: name.kind for name in find_names({field: doc}, {field: text})}


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Talks with the operator Baltway broke down.", "Baltway", "organisation"),
        ("Baltway, a ferry operator, cut ten jobs.", "Baltway", "organisation"),
        ("Orvane, which runs the trams, cut fares.", "Orvane", "organisation"),
        ("Orvane will close its plant in May.", "Orvane", "organisation"),
        ("Orvane said on Monday that it had sold the mill.", "Orvane", "organisation"),
        ("Trading in Orvane shares stopped.", "Orvane", "organisation"),
        ("The city of Norvik has no bridge.", "Norvik", "place"),
        ("Norvik, a port on the north coast, is shut.", "Norvik", "place"),
        ("The mayor of Norvik resigned.", "Norvik", "place"),
        ("The council of Norvik met.", "Norvik", "place"),
        ("The 27-year-old from Norvik won.", "Norvik", "place"),
        ("NORVIK, March 6, 2024 - The quota was cut.", "NORVIK", "place"),
        ("Fishermen in Norvik cheered.", "Norvik", "place"),
        ("The wall of Norvik harbour fell.", "Norvik", "place"),
        ("NORVIK (NNA) - The council approved the wall.", "NORVIK", "place"),
    ],
)
@pytest.mark.parametrize("label", ["PER", "ORG", "LOC"])
def test_words_beside_a_name_decide_its_kind(text: str, name: str, kind: str, label: str) -> None:
    assert kinds(text, {name: label}) == {name: kind}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The crane operator Jonas Weld saw it.", "Jonas Weld"),
        ("Jonas Weld, a ferry operator, sold his boat.", "Jonas Weld"),
        ("Marsh, who runs the port, hired him.", "Marsh"),
        ("Marsh said it was too late.", "Marsh"),
        ("Marsh left the city on Monday.", "Marsh"),
    ],
)
def test_a_person_with_an_operators_words_stays_a_person(text: str, name: str) -> None:
    assert kinds(text, {name: "PER"}) == {name: "person"}


def test_a_capital_of_a_sentence_does_not_make_a_word_a_name() -> None:
    assert kinds("Ferry crews will strike. The ferry line is shut.", {"Ferry": "PER"}) == {}
    assert kinds("Runner from Norvik wins", {"Runner": "ORG"}) == {}
    assert kinds("Ferry sang. The ferry took Bryan Ferry home.", {"Ferry": "PER"}) == {"Ferry": "person"}


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        (
            "Former minister for Women and Equalities Karen Bradley said no.",
            {"Equalities Karen Bradley": "ORG"},
            {"Karen Bradley": "person"},
        ),
        (
            "The director of the Department for Transport Peter Hall denied it.",
            {"Department for Transport Peter Hall": "ORG"},
            {"Department for Transport": "organisation", "Peter Hall": "person"},
        ),
        (
            "The chairman of Barclays John Marsh resigned.",
            {"Barclays John Marsh": "PER"},
            {"John Marsh": "person"},
        ),
        ("The secretary of state for Health Matthew Hale spoke.", {}, {"Matthew Hale": "person"}),
        (
            "The minister for Women and Equalities opened the Karen Bradley Centre.",
            {"Karen Bradley Centre": "ORG"},
            {"Karen Bradley Centre": "organisation"},
        ),
        (
            "The head of the Martin Luther King School resigned.",
            {"Martin Luther King School": "ORG"},
            {"Martin Luther King School": "organisation"},
        ),
        (
            "The editor of The Charlotte Observer resigned.",
            {"Charlotte Observer": "ORG"},
            {"Charlotte Observer": "organisation"},
        ),
    ],
)
def test_a_person_named_after_a_department_is_a_name_of_its_own(
    text: str, marked: dict[str, str], expected: dict[str, str]
) -> None:
    assert kinds(text, marked) == expected


@pytest.mark.parametrize(
    ("title", "body", "present", "absent"),
    [
        (
            "Nokia Sues Samsung Over Harbour Radar Patent in Northport",
            "Nokia said on Monday that it had sued Samsung in Northport. The case concerns a radar for harbours.",
            {("Nokia", "organisation"), ("Samsung", "organisation")},
            "Nokia Sues Samsung",
        ),
        (
            "Airbus Hires Helen Marsh to Run Northport Plant",
            "Airbus said on Monday that Helen Marsh would run its plant in Northport from June.",
            {("Airbus", "organisation"), ("Helen Marsh", "person")},
            "Airbus Hires Helen Marsh",
        ),
        (
            "Boeing Names Tom Hale Chief Executive",
            "Boeing said Tom Hale would become its chief executive in May.",
            {("Boeing", "organisation"), ("Tom Hale", "person")},
            "Boeing Names",
        ),
        (
            "Bank of England Raises Interest Rates Again",
            "The Bank of England raised interest rates on Thursday, it said.",
            {("Bank of England", "organisation")},
            "Bank of England Raises",
        ),
    ],
)
def test_a_headline_in_title_case_has_the_names_of_the_body(
    rows_of: Rows, title: str, body: str, present: set[tuple[str, str]], absent: str
) -> None:
    rows = rows_of("mentions", body, title=title)
    assert present <= {(row.text, row.kind) for row in rows if row.field == "title"}
    assert absent not in {row.text for row in rows}


def test_a_sentence_is_not_in_headline_case() -> None:
    assert is_headline_case("Mayor Opens New Harbour Wall in Norvik")
    assert not is_headline_case("Mayor Anna Reyes opens new harbour wall in Norvik")
    assert not is_headline_case("Anna Reyes")


@pytest.mark.parametrize(
    "caption",
    [
        "Sandbags on Mill Lane. Jonas Weld/Harbour Gazette",
        "Sandbags on Mill Lane. Photo: Jonas Weld",
        "Sandbags on Mill Lane. Credit: Jonas Weld",
        "Sandbags on Mill Lane (Photo by Jonas Weld)",
        "Jonas Weld/Harbour Gazette",
    ],
)
def test_a_photographer_is_not_an_entity(rows_of: Rows, caption: str) -> None:
    rows = rows_of("entities", "The river rose on Thursday. Anna Reyes thanked the crews.", captions=caption)
    assert "Jonas Weld" not in {row.name for row in rows}
    assert "Anna Reyes" in {row.name for row in rows}


def test_a_person_in_a_caption_is_an_entity(rows_of: Rows) -> None:
    rows = rows_of(
        "entities", "The river rose.", captions="Anna Reyes at the quay on Friday. Jonas Weld/Harbour Gazette"
    )
    assert [row.name for row in rows if row.kind == "person"] == ["Anna Reyes"]
