"""Rows of news.times: one per expression, in every text of the article."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

Rows = Callable[..., list[Any]]
PUBLISHED = {"published_at": datetime(2015, 11, 23, tzinfo=UTC), "published_precision": "day"}


def test_rows_in_reading_order_title_first(rows_of: Rows) -> None:
    rows = rows_of(
        "times",
        "The mayor resigned on Friday, his first day off in eight years.",
        title="Mayor to leave in 2016",
        captions="The mayor on Nov. 20, 2015.",
        **PUBLISHED,
    )
    assert [(row.field, row.text, row.value) for row in rows] == [
        ("title", "2016", "2016"),
        ("body", "Friday", "2015-11-20"),
        ("body", "eight years", "P8Y"),
        ("caption", "Nov. 20, 2015", "2015-11-20"),
    ]
    friday = rows[1]
    assert (friday.begin_on, friday.end_on, friday.anchor_on) == (date(2015, 11, 20),) * 2 + (
        date(2015, 11, 23),
    )
    assert (friday.kind, friday.method, friday.is_vague) == ("date", "relative:published", False)


def test_an_article_without_a_date_has_values_but_no_days(rows_of: Rows) -> None:
    [row] = rows_of("times", "The mayor resigned last week.")
    assert (row.value, row.begin_on, row.end_on, row.anchor_on) == ("PAST_REF", None, None, None)
    assert row.method == "unresolved"


def test_a_publication_year_resolves_years_but_not_days(rows_of: Rows) -> None:
    known = {"published_at": datetime(2015, 1, 1, tzinfo=UTC), "published_precision": "year"}
    rows = rows_of("times", "The mayor, elected last year, resigned on Friday.", **known)
    assert [(row.value, row.begin_on) for row in rows] == [("2014", date(2014, 1, 1)), ("XXXX-WXX-5", None)]


def test_other_languages_have_no_rows(rows_of: Rows) -> None:
    assert rows_of("times", "Am Montag, 23. November 2015, trat er ab.", language="de", **PUBLISHED) == []
