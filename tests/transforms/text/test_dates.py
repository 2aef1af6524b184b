from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contract.reasons import Repair
from transforms.text.dates import ParsedDate, find_dates, month_of, parse_date


def utc(year: int, month: int, day: int, *clock: int) -> datetime:
    hour, minute, second = (*clock, 0, 0, 0)[:3]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def read(text: str, **context: Any) -> ParsedDate:
    """The date that a text states; it must state one."""
    parsed = parse_date(text, **context)
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2015-11-23T22:31:07-06:00", utc(2015, 11, 24, 4, 31, 7), "second"),
        ("2015-11-23T22:31:07.123Z", utc(2015, 11, 23, 22, 31, 7), "second"),
        ("2015-11-23 22:31 UTC", utc(2015, 11, 23, 22, 31), "minute"),
        ("20151123T223107Z", utc(2015, 11, 23, 22, 31, 7), "second"),
        ("20151123", utc(2015, 11, 23), "day"),
        ("2015-11", utc(2015, 11, 1), "month"),
        ("2015", utc(2015, 1, 1), "year"),
        ("1448317867", utc(2015, 11, 23, 22, 31, 7), "second"),
        ("Mon, 23 Nov 2015 10:31:00 -0600", utc(2015, 11, 23, 16, 31), "second"),
        ("Mon Nov 23 10:31:00 CST 2015", utc(2015, 11, 23, 16, 31), "second"),
        ("Mon Nov 23 2015 10:31:00 GMT+0100 (CET)", utc(2015, 11, 23, 9, 31), "second"),
        ("Nov. 23, 2015, 10:31 pm CST", utc(2015, 11, 24, 4, 31), "minute"),
        ("10 pm ET, June 3, 2020", utc(2020, 6, 4, 2), "hour"),
        ("Posted 12:05 a.m. EST January 2nd, 2020", utc(2020, 1, 2, 5, 5), "minute"),
        ("23 November 2015", utc(2015, 11, 23), "day"),
        ("23rd of November, 2015", utc(2015, 11, 23), "day"),
        ("23/11/2015", utc(2015, 11, 23), "day"),
        ("11-23-15", utc(2015, 11, 23), "day"),
        ("3.4.2024", utc(2024, 4, 3), "day"),
        ("November 2015", utc(2015, 11, 1), "month"),
        ("23. März 2019, 20.15 Uhr MEZ", utc(2019, 3, 23, 19, 15), "minute"),
        ("1er février 2020", utc(2020, 2, 1), "day"),
        ("5 de abril de 2021", utc(2021, 4, 5), "day"),
        ("12 апреля 2022", utc(2022, 4, 12), "day"),
        ("2023年4月5日", utc(2023, 4, 5), "day"),
        ("2023년 4월 5일", utc(2023, 4, 5), "day"),
        ("ngày 3 tháng 4 năm 2024", utc(2024, 4, 3), "day"),
        ("2024-03-05T00:00:00+09:00", utc(2024, 3, 5), "day"),
    ],
)
def test_dates_are_read_with_the_precision_they_have(text: str, value: datetime, precision: str) -> None:
    parsed = read(text)
    assert (parsed.value, parsed.precision, parsed.repairs) == (value, precision, ())


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        ("2024-13-45T99:00:00Z", Repair.DATE_INVALID),
        ("0000-00-00 00:00:00", Repair.DATE_INVALID),
        ("99999-01-01", Repair.DATE_INVALID),
        ("Feb. 30, 2015", Repair.DATE_INVALID),
        ("29.02.2023", Repair.DATE_INVALID),
        ("2999-01-01T00:00:00Z", Repair.DATE_FUTURE),
        ("1970-01-01T00:00:00Z", Repair.DATE_EPOCH),
        ("0000000000", Repair.DATE_EPOCH),
    ],
)
def test_an_impossible_date_is_none_and_says_why(text: str, repair: str) -> None:
    parsed = read(text)
    assert parsed.value is None
    assert parsed.repairs == (repair,)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "Version 3", "May", "23 November", "10:31 pm", "12 monkeys 2015"]
)
def test_a_text_without_a_date_returns_none(text: str) -> None:
    assert parse_date(text) is None


def test_a_clock_without_a_zone_is_kept_and_flagged() -> None:
    parsed = read("2024-03-05T10:00:00")
    assert parsed.value == utc(2024, 3, 5, 10)
    assert not parsed.has_zone
    assert parsed.repairs == (Repair.DATE_NO_TIMEZONE,)


def test_a_leap_second_becomes_the_second_before() -> None:
    parsed = read("2016-12-31T23:59:60Z")
    assert parsed.value == utc(2016, 12, 31, 23, 59, 59)
    assert parsed.repairs == (Repair.DATE_LEAP_SECOND,)


def test_ambiguous_day_and_month_are_flagged_and_both_kept() -> None:
    parsed = read("9/6/17")
    assert {parsed.value, parsed.alternative} == {utc(2017, 9, 6), utc(2017, 6, 9)}
    assert parsed.repairs == (Repair.DATE_AMBIGUOUS,)
    assert read("9/6/17", day_first=True).value == utc(2017, 6, 9)
    assert read("9/6/17", day_first=False).repairs == ()
    assert read("6/6/17").repairs == ()


def test_a_date_later_than_now_has_no_value() -> None:
    parsed = read("2024-03-05", not_after=utc(2024, 3, 1))
    assert parsed.value is None
    assert parsed.repairs == (Repair.DATE_FUTURE,)


def test_month_names_follow_the_language_where_languages_differ() -> None:
    assert month_of("listopad", "pl") == 11
    assert month_of("listopad", "hr") == 10
    assert month_of("listopad", "en") is None
    assert month_of("Sept.", "de") == 9
    assert month_of("harbour") is None


def test_dates_are_found_in_running_text_with_their_place() -> None:
    text = "The vote of Nov. 13, 2015, came after that of 2 May 2014; the 2007 one failed."
    found = list(find_dates(text))
    assert [f.date.value for f in found] == [utc(2015, 11, 13), utc(2014, 5, 2)]
    assert [text[f.start : f.end] for f in found] == ["Nov. 13, 2015", "2 May 2014"]


@given(st.text())
def test_any_text_is_parsed_or_has_no_date(text: str) -> None:
    parse_date(text)
    list(find_dates(text))


@given(st.text(alphabet="0123456789-/:.TZ+ AaPpMmNnOoVv年月日,'’", max_size=40))
def test_any_date_like_text_is_parsed_or_has_no_date(text: str) -> None:
    parsed = parse_date(text)
    assert parsed is None or parsed.value is not None or parsed.repairs
    for found in find_dates(text):
        assert 0 <= found.start < found.end <= len(text)


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)),  # noqa: DTZ001 - bounds are naive
    st.sampled_from(["Z", "+00:00"]),
)
def test_iso_8601_survives(moment: datetime, zone: str) -> None:
    moment = moment.replace(microsecond=0, second=moment.second or 1)
    assert read(moment.isoformat() + zone).value == moment.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Thu, 02 May 24 00:01:01 +0200", datetime(2024, 5, 1, 22, 1, 1, tzinfo=UTC)),
        ("Mon, 25 Dec 95 08:00:00 EST", datetime(1995, 12, 25, 13, tzinfo=UTC)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
        ("2 May 24 10:30", datetime(2024, 5, 2, 10, 30, tzinfo=UTC)),
        ("Thu, 02 May 24", datetime(2024, 5, 2, tzinfo=UTC)),
        ("9.40 GMT 14 May 2024", datetime(2024, 5, 14, 9, 40, tzinfo=UTC)),
        ("14 May 2024 09.40 (BST)", datetime(2024, 5, 14, 8, 40, tzinfo=UTC)),
    ],
)
def test_two_digit_years_and_times_with_a_dot(text: str, moment: datetime) -> None:
    parsed = parse_date(text)
    assert parsed is not None
    assert parsed.value == moment


@pytest.mark.parametrize("text", ["14 May 10:30", "May 14, 24 people", "3.40 miles"])
def test_two_digits_are_not_a_year_elsewhere(text: str) -> None:
    assert parse_date(text) is None


def test_a_date_with_dots_is_not_a_time() -> None:
    parsed = parse_date("14.05.2024 GMT")
    assert parsed is not None
    assert (parsed.value, parsed.precision) == (datetime(2024, 5, 14, tzinfo=UTC), "day")
