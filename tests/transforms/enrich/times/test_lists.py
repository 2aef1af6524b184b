"""Days, weekdays and months that are printed in a list, and the eves of days."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.enrich.times.timex import find_timexes

WEDNESDAY = date(2024, 5, 15)


def values(text: str) -> str:
    return " ".join(timex.value for timex in find_timexes(text, published_on=WEDNESDAY))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The shop is shut on Monday 20, Tuesday 21 and Wednesday 22 May.", "2024-05-20 2024-05-21 2024-05-22"),
        ("Talks are set for 20, 21 and 23 May.", "2024-05-20 2024-05-21 2024-05-23"),
        ("The library will shut on 3, 10 and 17 June.", "2024-06-03 2024-06-10 2024-06-17"),
        ("Buses will not run on June 3 and 10.", "2024-06-03 2024-06-10"),
        ("The exams are on June 3, 5 and 7, 2025.", "2025-06-03 2025-06-05 2025-06-07"),
        ("It will close on the 20th, 21st and 23rd of May.", "2024-05-20 2024-05-21 2024-05-23"),
        ("Schools will shut on 30 April, 1 and 2 May 2025.", "2025-04-30 2025-05-01 2025-05-02"),
        ("Voting is on Saturday 18 and Sunday 19 May.", "2024-05-18 2024-05-19"),
        ("The shop was shut 3 or 4 May.", "2024-05-03 2024-05-04"),
        ("Rain fell in March, April and June 2015.", "2015-03 2015-04 2015-06"),
    ],
)
def test_each_day_of_a_list_is_a_date(text: str, expected: str) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pool is closed on Monday, Tuesday and Wednesday 22 May.", "2024-05-20 2024-05-21 2024-05-22"),
        ("Trains will stop on Tuesday and Thursday next week.", "2024-05-21 2024-05-23"),
        ("Talks will be held on Monday, Tuesday and Wednesday.", "2024-05-20 2024-05-21 2024-05-22"),
        ("The council met on Monday and Tuesday.", "2024-05-13 2024-05-14"),
        ("The fair runs on Friday and Saturday, May 24 and 25.", "2024-05-24 2024-05-25 2024-05-24 2024-05-25"),
    ],
)
def test_weekdays_of_a_list_are_placed_by_the_dated_ones(text: str, expected: str) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("It will be open May 20-23.", date(2024, 5, 20), date(2024, 5, 23)),
        ("It was open between 20 and 23 April.", date(2024, 4, 20), date(2024, 4, 23)),
        ("It is open Monday to Wednesday 22 May.", date(2024, 5, 20), date(2024, 5, 22)),
    ],
)
def test_a_range_of_days_is_not_a_list(text: str, begin: date, end: date) -> None:
    first = find_timexes(text, published_on=WEDNESDAY)[0]
    assert (first.kind, first.begin_on, first.end_on) == ("range", begin, end)


@pytest.mark.parametrize("text", ["On May 3, 12 people died.", "On 3 May 12 people died."])
def test_a_count_after_a_day_is_not_another_day(text: str) -> None:
    assert values(text) == "2024-05-03"


@pytest.mark.parametrize(
    ("text", "printed", "value"),
    [
        ("He was arrested on Christmas Eve.", "Christmas Eve", "2023-12-24"),
        ("It snowed on New Year's Eve.", "New Year's Eve", "2023-12-31"),
        ("They marched on Thanksgiving Eve 2019.", "Thanksgiving Eve 2019", "2019-11-27"),
        ("He resigned on the eve of Easter.", "the eve of Easter", "2024-03-30"),
        ("They sang on the eve of May Day.", "the eve of May Day", "2024-04-30"),
        ("On the eve of Friday's vote she will speak.", "the eve of Friday", "2024-05-16"),
    ],
)
def test_an_eve_is_the_day_before(text: str, printed: str, value: str) -> None:
    [timex] = find_timexes(text, published_on=WEDNESDAY)
    assert (timex.text, timex.value) == (printed, value)


def test_the_eve_of_an_event_is_dated_by_the_event() -> None:
    assert values("The vote is on Friday. On the eve of the vote the town was calm.") == "2024-05-17 2024-05-16"


@pytest.mark.parametrize(
    "text", ["On the eve of war he fled.", "Eve Marsh sang.", "The Christmas tree burned."]
)
def test_an_eve_without_a_dated_event_is_not_a_time(text: str) -> None:
    assert values(text) == ""
