"""Four figures that are a year, and those that count, number or label."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.enrich.times.timex import find_timexes

WEDNESDAY = date(2024, 5, 15)


@pytest.mark.parametrize(
    "text",
    [
        "The cup cost 2015 crowns, and the barn held 1984 sheep.",
        "Highway 1918 is shut, and the PIN of the gate is 2001.",
        "He lives at 1984 Harbour Road.",
        "Call extension 2019 for help.",
        "Room 2012 flooded, and Flight 1967 was late.",
        "There were 1914 boats in the harbour.",
        "The village has a population of 1987.",
        "Only 1960 of 2015 ballots were valid.",
        "Police seized 2001 cartons of cigarettes.",
        "The hall is a 1950-seat shed.",
        "He sold his Kranz 1984 camera.",
        "See pages 1918 and 1950 of the report.",
    ],
)
def test_a_count_or_a_label_is_not_a_year(text: str) -> None:
    assert find_timexes(text, published_on=WEDNESDAY) == []


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("The 2015 crop failed.", "2015"),
        ("Storms of 1953 broke the wall.", "1953"),
        ("By 2030 ferries will be electric.", "2030"),
        ("In 2015 workers struck.", "2015"),
        ("The 2016 elections were close.", "2016"),
        ("The law of 1998 applies.", "1998"),
        ("The year looked bad, but 2018 was fine.", "2018"),
        ("Expo 2015 was in the north.", "2015"),
        ("It was 1984.", "1984"),
        ("Her 1999 novel won.", "1999"),
        ("The bridge, built in 1932, is shut.", "1932"),
    ],
)
def test_a_year_beside_a_noun_is_a_year(text: str, year: str) -> None:
    assert year in [timex.value for timex in find_timexes(text, published_on=WEDNESDAY)]


def test_counts_beside_a_year_are_not_times() -> None:
    text = "More than 2000 people came in 2019. He paid 1950 dollars for 1800 bricks."
    assert [timex.text for timex in find_timexes(text, published_on=WEDNESDAY)] == ["2019"]
