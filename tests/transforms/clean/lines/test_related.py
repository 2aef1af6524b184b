"""Titles below a heading of related articles are found up to the next sentence."""

from __future__ import annotations

import pytest

from transforms.clean.lines.related import related_lists

BODY = "A school on Mill Lane stays shut until Monday because its boiler stood in water."


@pytest.mark.parametrize(
    "heading",
    [
        "More on this story",
        "You might also be interested in:",
        "Most read",
        "Related stories",
        "Read next",
        "Top stories",
        "Recommended for you",
        "Also in the news",
        "Editor’s picks",
        "More from River Post",
    ],
)
def test_titles_below_a_heading(heading: str) -> None:
    lines = [BODY, heading, "Why bread floats", "12 May 2024", "Who pays for the new wall?", BODY, "Lower town"]
    assert list(related_lists(lines)) == [1, 2, 4]


def test_numbered_titles_may_end_like_sentences() -> None:
    lines = [
        "Most read",
        "1 Storm names for the winter.",
        "2. The sugar in soup",
        "3 Why walk backwards?",
        BODY,
    ]
    assert list(related_lists(lines)) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "heading", ["More people", "More money for roads", "Other opinions", "Top of the league", BODY]
)
def test_subheadings_are_not_headings_of_lists(heading: str) -> None:
    assert list(related_lists([BODY, heading, "Lower town", BODY])) == []


def test_a_heading_without_titles_is_no_list() -> None:
    assert list(related_lists([BODY, "Related", BODY])) == []
