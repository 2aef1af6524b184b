from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Rows = Callable[..., list[Any]]


def answers(rows: list[Any]) -> list[tuple[str, str | None]]:
    return [(row.text, row.speaker) for row in rows if row.kind == "direct"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            (
                "The novelist Hannah Osei spoke to the Gazette.\n\nQ: Why a lighthouse?\n\nA: My father kept one."
                "\n\nQ: Did you like it?\n\nA: I hated it."
            ),
            [("My father kept one.", "Hannah Osei"), ("I hated it.", "Hannah Osei")],
        ),
        (
            (
                "GAZETTE: How is the team?\n\nDANA WHITLOCK: We are tired.\n\nGAZETTE: Will you stay?\n\n"
                "DANA WHITLOCK: I signed for two years."
            ),
            [("We are tired.", "DANA WHITLOCK"), ("I signed for two years.", "DANA WHITLOCK")],
        ),
        (
            (
                "Interviewer: What went wrong?\n\nHannah Osei: The pump failed.\n\nNobody called us.\n\n"
                "Interviewer: Who is to blame?\n\nOsei: I would rather not say."
            ),
            [
                ("The pump failed.", "Hannah Osei"),
                ("Nobody called us.", "Hannah Osei"),
                ("I would rather not say.", "Hannah Osei"),
            ],
        ),
        (
            (
                "Hannah Osei talks to Tom Reed.\n\nTom Reed: What is the plan?\n\nHannah Osei: We will plant trees."
                "\n\nTR: And then?\n\nHO: I will sleep for a week."
            ),
            [("We will plant trees.", "Hannah Osei"), ("I will sleep for a week.", "Hannah Osei")],
        ),
        (
            (
                "Peter Lamb has run the ferry for forty years. We asked him about the storm.\n\n"
                "When did you know it was near?\n\nI saw the birds leave on Monday.\n\n"
                "Did you think of staying?\n\nNo. I could not risk it."
            ),
            [("I saw the birds leave on Monday.", "Peter Lamb"), ("No. I could not risk it.", "Peter Lamb")],
        ),
    ],
)
def test_answers_of_an_interview_are_quotations(
    rows_of: Rows, text: str, found: list[tuple[str, str | None]]
) -> None:
    assert answers(rows_of("quotes", text)) == found


@pytest.mark.parametrize(
    "text",
    [
        (
            "The new tax\n\nWho pays it?\n\nEveryone who owns a car.\n\nWhen does it start?\n\nOn 1 May.\n\n"
            "What does it cost?\n\nIt costs 40 crowns a year."
        ),
        (
            "Peter Lamb asked for a new port on Monday. I was there, and I did not like it.\n\n"
            "Why would anybody want a port?\n\nI have lived here for forty years.\n\n"
            "What is wrong with the old one?\n\nI can see it from my window."
        ),
        "Results\n\nTarn: 3\n\nNorthport: 2\n\nReferee: Peter Lamb\n\nWho scored? Osei did.",
        "What: Summer fair\n\nWhen: 4 June\n\nWhere: Dock Road\n\nWho: everybody?",
        "Ingredients: flour, eggs\n\nMethod: mix it\n\nNote: is it dry?\n\nMethod: bake it",
    ],
)
def test_questions_and_labels_of_other_texts_are_not_an_interview(rows_of: Rows, text: str) -> None:
    assert answers(rows_of("quotes", text)) == []


def test_answers_share_a_number_within_a_turn(rows_of: Rows) -> None:
    text = "Q: Why?\n\nA: It was late.\n\nThe pump failed.\n\nQ: And now?\n\nA: We wait."
    rows = rows_of("quotes", f"We met Hannah Osei.\n\n{text}")
    assert len({row.utterance_no for row in rows}) == 2
