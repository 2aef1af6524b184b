"""Days ahead, the one before last, clock times with zones and full stops, dates across sentences."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.enrich.times.timex import find_timexes

WEDNESDAY = date(2024, 5, 15)


def values(text: str) -> str:
    return " ".join(timex.value for timex in find_timexes(text, published_on=WEDNESDAY))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The judge will rule in 10 days.", "2024-05-25"),
        ("The bridge opens in three weeks.", "2024-W23"),
        ("The court ordered the firm to pay within 30 days.", "2024-06-14"),
        ("Voters go to the polls in 12 days.", "2024-05-27"),
        ("In four months the yard will close.", "2024-09"),
        ("In two weeks, the council votes on the plan.", "2024-W22"),
        ("The new line is due to open in two years.", "2026"),
        ("She leaves for Lund in five days' time.", "2024-05-20"),
        ("Rates could fall in a few months.", "FUTURE_REF"),
    ],
)
def test_in_some_days_is_the_day_ahead(text: str, value: str) -> None:
    assert values(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("They sold 300 in 10 days.", "P10D"),
        ("The crew managed to clear the road in two days.", "P2D"),
        ("It was the third strike in two weeks.", "P2W"),
        ("It will be the first vote in 10 years.", "P10Y"),
        ("The fire was put out within 24 hours of the alarm.", "PT24H"),
        ("Within three weeks, 40 farms had closed.", "P3W"),
        ("You can learn it in two weeks.", "P2W"),
        ("No ferry has sailed in five days.", "P5D"),
    ],
)
def test_in_some_days_is_a_duration_where_something_took_that_long(text: str, value: str) -> None:
    assert values(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The bank was closed the Friday before last.", "2024-05-03"),
        ("The pier burned the Wednesday before last.", "2024-05-01"),
        ("They met the week before last.", "2024-W18"),
        ("It began the month before last.", "2024-03"),
        ("It was sold the year before last.", "2022"),
        ("The storm hit the weekend before last.", "2024-W18-WE"),
        ("He fell ill the night before last.", "2024-05-13TNI"),
        ("The mill shut the summer before last.", "2022-SU"),
        ("The vote is the Tuesday after next.", "2024-05-28"),
        ("The bridge opens the year after next.", "2026"),
        ("It was shut last Friday.", "2024-05-10"),
    ],
)
def test_the_one_before_last_is_one_further_back(text: str, value: str) -> None:
    [timex] = find_timexes(text, published_on=WEDNESDAY)
    assert (timex.value, timex.text.split()[-1]) == (value, text.rstrip(".").split()[-1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It happened on a Thursday. Sept. 3 was dry.", "XXXX-WXX-4 2023-09-03"),
        ("They met on Tuesday. Nov. 12 was too late.", "2024-05-14 2023-11-12"),
        ("The strike ended in April. 2015 was calm.", "2024-04 2015"),
        ("They left on Mon., May 6, at dawn.", "2024-05-06"),
        ("They met on Tues. May 7 at the mill.", "2024-05-07"),
    ],
)
def test_an_expression_ends_with_its_sentence(text: str, expected: str) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("The boat sank at 3pm. It was found later.", "3pm"),
        ("It shut at 10:30 PM.", "10:30 PM"),
        ("It shut at 7 p.m. Nobody complained.", "7 p.m."),
        ("It shut at 7 p.m. EST.", "7 p.m. EST"),
    ],
)
def test_the_full_stop_after_pm_belongs_to_the_sentence(text: str, printed: str) -> None:
    found = find_timexes(text, published_on=WEDNESDAY)
    assert found[0].text.rstrip(".") == printed.rstrip(".")
    assert not found[0].text.lower().endswith("pm.")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The ferry left at 9.40 GMT on Monday.", "2024-05-13T09:40"),
        ("Kick-off is at 19.45 BST.", "2024-05-15T19:45"),
        ("Polls closed at 20.00 CET on Sunday.", "2024-05-12T20:00"),
        ("The quake struck at 0940 GMT.", "2024-05-15T09:40"),
    ],
)
def test_a_time_with_a_dot_and_a_zone_is_a_time(text: str, value: str) -> None:
    assert values(text) == value


@pytest.mark.parametrize("text", ["It fell to 9.40 after the news.", "The index rose 9.40 points."])
def test_figures_with_a_dot_and_no_zone_are_not_a_time(text: str) -> None:
    assert values(text) == ""
