from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Rows = Callable[..., list[Any]]


def direct(rows: list[Any]) -> list[Any]:
    return [row for row in rows if row.kind == "direct"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“The roof leaks,” sighed Hannah Osei, who rents the top floor.", "Hannah Osei"),
        ("“They lied to us all winter!” thundered Councillor Peter Lamb.", "Peter Lamb"),
        ("“It was only a joke,” Dana Whitlock winced.", "Dana Whitlock"),
        ("“It is the best soup in town,” beams Hannah Osei.", "Hannah Osei"),
        ("“That is enough,” Osei cut in.", "Osei"),
        ("“My grandmother planted that tree,” piped up Hannah Osei.", "Hannah Osei"),
        ("“And what did they do?” spluttered the retired teacher.", "the retired teacher"),
        ("Tomas Varga shot back: “You were never at the meeting.”", "Tomas Varga"),
        ("Peter Lamb, 54, smiled: “We got lucky.”", "Peter Lamb"),
        ("As Peter Lamb put it: “The river decides.”", "Peter Lamb"),
        ("“Shameful,” was Dana Whitlock’s verdict.", "Dana Whitlock"),
        ("The fair was “a feast of noise and mud,” as Dana Whitlock put it.", "Dana Whitlock"),
    ],
)
def test_a_verb_beside_the_marks_has_a_speaker_as_subject(rows_of: Rows, text: str, speaker: str) -> None:
    assert [row.speaker for row in direct(rows_of("quotes", text))] == [speaker]


@pytest.mark.parametrize(
    "text",
    [
        "“Northern Star,” moored in Tarn, sank on Monday.",
        "“Northern Star,” moored in the bay, sank on Monday.",
        "“Harbour Lights” opened on Friday to good reviews.",
        "The hikers walked on, “Blue Harbour” playing from a phone.",
        "He lifted the lid. “Fragile” was printed on it.",
    ],
)
def test_a_verb_beside_a_name_is_not_a_cue(rows_of: Rows, text: str) -> None:
    assert direct(rows_of("quotes", text)) == []


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The full statement from Peter Lamb reads: “I have resigned with immediate effect.”", "Peter Lamb"),
        ("Dana Whitlock's letter to parents read in part: “The school opens on Monday.”", "Dana Whitlock"),
        ("The company issued the following statement: “Our boats are safe.”", "The company"),
        ("Peter Lamb had a short answer: “Never in my life.”", "Peter Lamb"),
        ("Peter Lamb was brief: “I will quit.”", "Peter Lamb"),
        ("Peter Lamb’s message was clear: “Do not swim after dark.”", "Peter Lamb"),
        ("Hannah Osei took to Instagram on Sunday:\n\n“The shop is closed until further notice.”", "Hannah Osei"),
        ("Statement by Peter Lamb, head of the Harbour Trust:\n\n“We take this seriously.”", "Peter Lamb"),
        ("From the Harbour Trust: “The crane will be moved on Friday.”", "the Harbour Trust"),
        ("A statement by Peter Lamb said “the port has to stay open until May.”", "Peter Lamb"),
    ],
)  # fmt: skip
def test_a_phrase_before_a_colon_names_the_speaker(rows_of: Rows, text: str, speaker: str) -> None:
    assert [row.speaker for row in direct(rows_of("quotes", text))] == [speaker]


@pytest.mark.parametrize(
    "text",
    ["There is a sign on the door: “Closed until May”.", "There was one condition: “no dogs”."],
)
def test_a_clause_without_a_person_is_not_a_label(rows_of: Rows, text: str) -> None:
    assert direct(rows_of("quotes", text)) == []


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“We will keep the harbour open.”\n\nLaura Benson, mayor of Northport", "Laura Benson"),
        ("“We will keep the harbour open.”\n\nLaura Benson walked home.", None),
        ("“We will keep the harbour open.”\n\nThe fair starts in May.", None),
    ],
)
def test_a_signature_below_a_quotation_names_the_speaker(rows_of: Rows, text: str, speaker: str | None) -> None:
    assert [row.speaker for row in direct(rows_of("quotes", text))] == [speaker]


def test_an_act_in_the_sentence_before_names_the_speaker(rows_of: Rows) -> None:
    [quote] = direct(rows_of("quotes", "Hannah Osei shook her head. “Nobody asked me.”"))
    assert (quote.speaker, quote.method) == ("Hannah Osei", "context")
    [other] = direct(rows_of("quotes", "Hannah Osei watched Peter Lamb. “Nobody asked me.”"))
    assert other.speaker is None
