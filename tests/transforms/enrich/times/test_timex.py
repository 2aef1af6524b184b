"""Values, days and reference dates of time expressions in English sentences."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.enrich.times.timex import Timex, find_timexes

MONDAY = date(2015, 11, 23)

DATES = [
    ("Rain fell on Nov. 13 in Norport.", "Nov. 13", "2015-11-13"),
    ("The bridge opened on March 5, 1946.", "March 5, 1946", "1946-03-05"),
    ("It was signed on 4 July 1999 at sea.", "4 July 1999", "1999-07-04"),
    ("It was signed on the 23rd of October.", "the 23rd of October", "2015-10-23"),
    ("On Sunday 22 November 2015 they met.", "Sunday 22 November 2015", "2015-11-22"),
    ("The log says 2015-10-02 and no more.", "2015-10-02", "2015-10-02"),
    ("The form is dated 13/10/2015 throughout.", "13/10/2015", "2015-10-13"),
    ("The form is dated 11/20/15 throughout.", "11/20/15", "2015-11-20"),
    ("NORPORT 1996-12-06 The ferry sank.", "1996-12-06", "1996-12-06"),
    ("Talks began in July.", "July", "2015-07"),
    ("Talks ended in late October 2014.", "late October 2014", "2014-10"),
    ("She left in January last year.", "January last year", "2014-01"),
    ("The mill closed in 1961.", "1961", "1961"),
    ("The mill closed in early 1961.", "early 1961", "1961"),
    ("The mill closed in nineteen sixty-one.", "nineteen sixty-one", "1961"),
    ("Nothing was built in the 1990s.", "the 1990s", "199X"),
    ("Nothing was built in the mid-'80s.", "the mid-'80s", "198X"),
    ("A 19th-century mill burned.", "19th-century", "18XX"),
    ("Profit rose in the third quarter.", "the third quarter", "2015-Q3"),
    ("Profit rose in Q2 2014.", "Q2 2014", "2014-Q2"),
    ("Profit may rise in the first half of 2016.", "the first half of 2016", "2016-H1"),
    ("He met her today.", "today", "2015-11-23"),
    ("He met her the day before yesterday.", "the day before yesterday", "2015-11-21"),
    ("The harbour froze last week.", "last week", "2015-W47"),
    ("The harbour froze this month.", "this month", "2015-11"),
    ("The harbour froze over the weekend.", "over the weekend", "2015-W47-WE"),
    ("The pier was built five years ago.", "five years ago", "2010"),
    ("The pier was built six weeks ago.", "six weeks ago", "2015-W42"),
    ("The pier shut three days ago.", "three days ago", "2015-11-20"),
    ("The ferry will run on Christmas Day.", "Christmas Day", "2015-12-25"),
    ("The ferry ran on Easter 2013.", "Easter 2013", "2013-03-31"),
    ("The towers fell on 9/11 and later.", "9/11", "2001-09-11"),
    ("After the Sept. 11 attacks he left.", "Sept. 11", "2001-09-11"),
    ("They settled here in the 1800s.", "the 1800s", "18XX"),
]


def only(text: str, *, published_on: date | None = MONDAY, precision: str | None = "day") -> Timex:
    [timex] = find_timexes(text, published_on=published_on, precision=precision)
    return timex


def values(text: str, **options: Any) -> list[str]:
    settings: dict[str, Any] = {"published_on": MONDAY, "precision": "day"} | options
    return [timex.value for timex in find_timexes(text, **settings)]


@pytest.mark.parametrize(("text", "words", "value"), DATES)
def test_dates(text: str, words: str, value: str) -> None:
    timex = only(text)
    assert (timex.text, timex.value, timex.kind) == (words, value, "date")
    assert timex.begin_on is not None
    assert text[timex.start : timex.end] == timex.text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("They spoke on Monday morning.", "2015-11-23TMO"),
        ("They spoke last night.", "2015-11-22TNI"),
        ("It sank at 10:31 pm CST.", "2015-11-23T22:31"),
        ("It sank at 5 p.m. on Friday.", "2015-11-20T17:00"),
        ("It sank on Friday at 5 p.m. near the pier.", "2015-11-20T17:00"),
        ("The offer stands until 5 p.m. EST, Dec. 4, they say.", "2015-12-04T17:00"),
        ("It sank at noon Saturday.", "2015-11-21T12:00"),
        ("It sank at 1430 GMT.", "2015-11-23T14:30"),
        ("It was sent 2015-11-22T10:31:00Z by wire.", "2015-11-22T10:31:00"),
    ],
)
def test_times_of_day(text: str, value: str) -> None:
    timex = only(text)
    assert (timex.kind, timex.value) == ("time", value)


@pytest.mark.parametrize(
    ("text", "value", "is_vague"),
    [
        ("He ruled for eight years.", "P8Y", False),
        ("The four-year war went on.", "P4Y", False),
        ("It took 2 1/2 years.", "P2Y6M", False),
        ("It took half an hour.", "PT30M", False),
        ("It took a couple of weeks.", "P2W", False),
        ("The nine-month-old truce held.", "P9M", False),
        ("It took two decades.", "P20Y", False),
        ("It took several months.", "PXM", True),
        ("It went on for years.", "PXY", True),
        ("The decades-long feud went on.", "PXY", True),
        ("It may take 12 to 18 months.", "PXM", True),
    ],
)
def test_durations(text: str, value: str, is_vague: bool) -> None:
    timex = only(text)
    assert (timex.kind, timex.value, timex.is_vague) == ("duration", value, is_vague)
    assert (timex.begin_on, timex.end_on) == (None, None)


def test_a_duration_that_touches_now_covers_its_days() -> None:
    past, ahead = find_timexes("In the past two months, and in the next three weeks.", published_on=MONDAY)
    assert (past.value, past.begin_on, past.end_on) == ("P2M", date(2015, 9, 23), MONDAY)
    assert (ahead.value, ahead.begin_on, ahead.end_on) == ("P3W", MONDAY, date(2015, 12, 14))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("He sings every Friday.", "XXXX-WXX-5"),
        ("He sings on Sundays.", "XXXX-WXX-7"),
        ("The paper appears daily.", "P1D"),
        ("They march each July.", "XXXX-07"),
        ("They meet every two weeks.", "P2W"),
        ("They meet every other year.", "P2Y"),
    ],
)
def test_sets(text: str, value: str) -> None:
    timex = only(text)
    assert (timex.kind, timex.value) == ("set", value)


@pytest.mark.parametrize(
    ("text", "words", "begin", "end"),
    [
        ("The fair ran Nov. 3-5.", "Nov. 3-5", date(2015, 11, 3), date(2015, 11, 5)),
        ("He has ruled since 2007.", "since 2007", date(2007, 1, 1), MONDAY),
        ("He has been ill since last week.", "since last week", date(2015, 11, 16), MONDAY),
        ("It rained in the 2013-14 season.", "2013-14", date(2013, 1, 1), date(2014, 12, 31)),
        (
            "It was shut Thursday through Saturday.",
            "Thursday through Saturday",
            date(2015, 11, 19),
            date(2015, 11, 21),
        ),
        ("It rained in July-August 2014.", "July-August 2014", date(2014, 7, 1), date(2014, 8, 31)),
    ],
)
def test_ranges(text: str, words: str, begin: date, end: date) -> None:
    timex = only(text)
    assert (timex.kind, timex.text, timex.begin_on, timex.end_on) == ("range", words, begin, end)


def test_from_and_to_are_a_range_and_a_date() -> None:
    opening, closing = find_timexes("It was shut from Thursday to Saturday.", published_on=MONDAY)
    assert (opening.text, opening.kind, opening.value) == ("from Thursday", "range", "2015-11-19")
    assert (opening.end_on, closing.value, closing.kind) == (date(2015, 11, 21), "2015-11-21", "date")


def test_a_range_takes_the_year_of_its_end() -> None:
    opening, closing = find_timexes("It ran from May 3 to June 9, 2012, in Norport.", published_on=MONDAY)
    assert (opening.value, opening.end_on, closing.value) == ("2012-05-03", date(2012, 6, 9), "2012-06-09")


def test_a_range_of_weekdays_runs_forward() -> None:
    opening, closing = find_timexes("It was shut from Sunday to Thursday.", published_on=date(2015, 11, 24))
    assert (opening.begin_on, opening.end_on) == (date(2015, 11, 15), date(2015, 11, 19))
    assert closing.begin_on == date(2015, 11, 19)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The mayor spoke on Friday.", "2015-11-20"),
        ("The mayor spoke on Monday.", "2015-11-23"),
        ("The mayor will speak on Friday.", "2015-11-27"),
        ("The mayor is expected to speak Friday.", "2015-11-27"),
        ("The shop stays shut until Friday.", "2015-11-27"),
        ("The mayor said Friday that she will resign.", "2015-11-20"),
        ("The mayor spoke next to the pier last Friday.", "2015-11-20"),
        ("The vote is next Monday.", "2015-11-30"),
        ("The vote was on Tuesday of last week.", "2015-11-17"),
        ("The dam will open in January.", "2016-01"),
        ("The mayor, who lost support, fears that votes in January will decide.", "2016-01"),
        ("The pact signed Friday will be read aloud.", "2015-11-20"),
        ("The dam burst in January.", "2015-01"),
        ("Payment is due by Jan. 14.", "2016-01-14"),
        ("The dam burst on Jan. 14.", "2015-01-14"),
        ("Dam to open in January", "2016-01"),
        ("The vote is this Friday.", "2015-11-27"),
        ("On Friday, Jan. 2, the dam burst.", "2015-01-02"),
        ("On Saturday, Jan. 2, the dam bursts.", "2016-01-02"),
    ],
)
def test_a_date_is_past_unless_the_clause_looks_ahead(text: str, value: str) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize(
    ("text", "value", "anchor"),
    [
        ("The strike began on March 3, 1998. The following day it spread.", "1998-03-04", date(1998, 3, 3)),
        ("The strike began on March 3, 1998. Two days later it spread.", "1998-03-05", date(1998, 3, 3)),
        ("The strike began in 1998. The next year it spread.", "1999", date(1998, 1, 1)),
        ("They met on March 3, 1998, and again in May.", "1998-05", None),
        ("They met on March 3 and 5.", "2015-03-05", date(2015, 3, 3)),
        ("In 2007, the firm opened a mill in March.", "2007-03", None),
        ("On Friday she left. The next morning she came back.", "2015-11-21TMO", date(2015, 11, 20)),
        ("Third-quarter sales rose from a year earlier.", "2014-Q3", date(2015, 7, 1)),
        ("Fourth-quarter sales fell. For the quarter, costs rose.", "2015-Q4", date(2015, 10, 1)),
    ],
)
def test_an_expression_relative_to_the_date_named_before(text: str, value: str, anchor: date | None) -> None:
    timex = find_timexes(text, published_on=MONDAY)[-1]
    assert (timex.value, timex.anchor_on, timex.method) == (value, anchor, "relative:previous")


def test_since_an_event_dated_earlier_in_the_text() -> None:
    text = "The pact signed in July has changed much. Since the signing of the pact, trade has grown."
    _, since = find_timexes(text, published_on=MONDAY)
    assert (since.kind, since.begin_on, since.end_on) == ("range", date(2015, 7, 1), MONDAY)


def test_the_dateline_sets_the_local_day() -> None:
    text = "NORPORT, Norland, Nov. 22 (NNA) -- The mayor resigned today."
    today = find_timexes(text, published_on=MONDAY)[-1]
    assert (today.value, today.method) == ("2015-11-22", "relative:dateline")


@pytest.mark.parametrize("word", ["now", "recently", "soon", "in recent years", "the near future", "currently"])
def test_vague_words_have_no_days(word: str) -> None:
    timex = only(f"It happens {word}.")
    assert timex.is_vague
    assert timex.value.endswith("_REF")
    assert timex.begin_on is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("He met her today.", "PRESENT_REF"),
        ("He met her yesterday.", "PAST_REF"),
        ("He will meet her next week.", "FUTURE_REF"),
        ("He met her on Friday.", "XXXX-WXX-5"),
        ("He met her on Friday night.", "XXXX-WXX-5TNI"),
        ("He met her in July.", "XXXX-07"),
        ("He met her on July 8.", "XXXX-07-08"),
        ("He met her five years ago.", "PAST_REF"),
        ("He often met her on a Friday.", "XXXX-WXX-5"),
        ("He met her at 5 p.m. near the pier.", "XXXX-XX-XXT17:00"),
    ],
)
def test_without_a_publication_date_a_relative_date_is_unresolved(text: str, value: str) -> None:
    timex = only(text, published_on=None, precision=None)
    assert (timex.value, timex.method) == (value, "unresolved")
    assert (timex.begin_on, timex.end_on, timex.anchor_on) == (None, None, None)


def test_a_publication_month_resolves_months_but_not_days() -> None:
    text = "He spoke last month, not on Friday, and not today."
    assert values(text, published_on=date(2015, 11, 1), precision="month") == [
        "2015-10",
        "XXXX-WXX-5",
        "PRESENT_REF",
    ]
    assert values(text, published_on=date(2015, 1, 1), precision="year")[0] == "PAST_REF"
    assert values("He spoke last year.", published_on=date(2015, 1, 1), precision="year") == ["2014"]


def test_an_ambiguous_numeric_date_has_only_a_year() -> None:
    assert only("The form is dated 05/06/2011 throughout.").value == "2011-XX-XX"
    assert only("The form is dated 11/12/2015 here.", published_on=date(2015, 12, 12)).value == "2015-12-11"


def test_a_date_stamp_alone_on_its_line_is_ignored() -> None:
    assert values("11/23/15\nThe mayor resigned on Friday.") == ["2015-11-20"]


@pytest.mark.parametrize(
    "text",
    [
        "It may rain, they march on, and the second boat won 3-2 in a spring of joy.",
        "He paid $2,015 for 1,998 bricks; call 555-1998 or 2 000 500.",
        "The 27-year-old boxer and the boy of six years old met.",
        "April Norwood and August Lind saw Johnnie Christmas fall.",
        "About a quarter of voters gave it a second look.",
        "The index closed at 2015.25 points, and 1998 people cheered 3:10 odds.",
        "Three quarters of the town is under water.",
        "Reed threw a fourth-quarter touchdown.",
    ],
)
def test_words_that_only_resemble_times(text: str) -> None:
    assert values(text) == []


DATE = r"[\dX]{4}(?:-(?:[\dX]{2}(?:-[\dX]{2})?|W[\dX]{2}(?:-(?:[1-7]|WE))?|Q[1-4]|H[12]|SP|SU|FA|WI))?"
TIMEX3 = re.compile(
    r"(?:PAST|PRESENT|FUTURE)_REF"
    r"|P(?:[\dX.]+(?:Y|M|W|D|Q|WE))+|PT(?:[\dX.]+[HMS])+"
    rf"|{DATE}(?:T(?:\d\d:\d\d(?::\d\d)?|MO|MI|AF|EV|NI)|/{DATE})?"
)
WORDS = (
    "the a last next this past two 3 12 21st 1998 2015 99 ' May may March Friday Fridays week weeks months year years "
    "ago later earlier before since from to until of in on at Nov. 5 p.m. noon - – / , . quarter third half decade "
    "1990s '80s century 9/11 12/10/2015 2015-11-23 today morning night every daily now recent Christmas Easter "
    "summer fiscal thousand million and couple several end early mid that same"
)
words = st.lists(st.sampled_from(WORDS.split()), max_size=25)
texts = st.one_of(
    st.text(max_size=200),
    words.map(" ".join),
    words.map("".join),
)
days = st.one_of(st.none(), st.dates())
precisions = st.sampled_from(["second", "day", "month", "year", None])


@given(texts, days, precisions)
def test_every_text_has_valid_values_inside_its_offsets(
    text: str, published_on: date | None, precision: str | None
) -> None:
    found = find_timexes(text, published_on=published_on, precision=precision)
    assert found == find_timexes(text, published_on=published_on, precision=precision)
    floor = 0
    for timex in found:
        assert floor <= timex.start < timex.end <= len(text)
        assert text[timex.start : timex.end] == timex.text
        assert TIMEX3.fullmatch(timex.value), timex
        assert (timex.begin_on is None) == (timex.end_on is None)
        assert timex.begin_on is None or timex.end_on is None or timex.begin_on <= timex.end_on
        assert published_on or not timex.method.startswith(("relative:published", "relative:dateline"))
        floor = timex.end


@pytest.mark.parametrize(
    "piece", [" last", "1998, ", "May 5, ", "1,", " since the pact", "\n ", "5-", "a week "]
)
def test_long_texts_take_linear_time(piece: str) -> None:
    """Best of three: a garbage collection would cost more than the measured call."""
    import time
    import timeit

    def seconds(count: int) -> float:
        return min(
            timeit.repeat(
                lambda: find_timexes(piece * count, published_on=MONDAY),
                timer=time.process_time,
                number=1,
                repeat=3,
            )
        )

    seconds(100)
    assert seconds(1600) < 8 * seconds(400) + 0.05
