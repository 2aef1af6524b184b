from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Rows = Callable[..., list[Any]]


def direct(rows: list[Any]) -> list[str]:
    return [row.text for row in rows if row.kind == "direct"]


@pytest.mark.parametrize(
    "text",
    [
        "The council’s “green” buses burn diesel.",
        "The mayor said the “temporary” wall would stay.",
        "Officers found the “missing” keys in a drawer.",
        "A band called “The Rusty Nails” played until two.",
        "The club, nicknamed “The Shrimps”, lost again.",
        "The report, headlined “Lost at Sea”, was published on Monday, officials said.",
        "The vessel, known as the “Iron Lady”, was sold, the owner said.",
        "The ministry said its “Clean Coast” plan would start in May.",
        "The song \"Blue Harbour Nights\" won the prize, the jury said.",
        "The report was titled “Who Pays For The Coast?”",
        "Osei received the award for “Best New Voice”.",
        "She read “The Old Man And The Sea” on the ferry.",
        "The choir sang “Stars Over The Bay” at dusk.",
        "Tomas “Tommy” Varga scored twice.",
        "The term “shrinkflation” entered the dictionary.",
    ],
)  # fmt: skip
def test_marks_around_a_name_a_title_or_a_term_are_not_speech(rows_of: Rows, text: str) -> None:
    assert direct(rows_of("quotes", text)) == []


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“No,” said Hannah Osei.", "No,"),
        ("“Why me?” asked Peter Lamb.", "Why me?"),
        ("Peter Lamb said he was “deeply sorry”.", "deeply sorry"),
        ("Critics called it “a disgrace”.", "a disgrace"),
        ("Police described him as “armed and dangerous”.", "armed and dangerous"),
        ("Hannah Osei paused. “Never again.”", "Never again."),
        ("A sign read “No entry”.", "No entry"),
        ("The crowd chanted “Open the port”.", "Open the port"),
    ],
)
def test_few_words_that_a_cue_governs_are_speech(rows_of: Rows, text: str, quoted: str) -> None:
    assert direct(rows_of("quotes", text)) == [quoted]
