"""Expressions of time with their TIMEX3 values and the days they cover: one row an expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from transforms.contract.article import Article
from transforms.contract.columns import ArticleId, Field, Offset, VersionNo
from transforms.contract.steps import enrichment
from transforms.enrich.times.timex import Kind, Method, find_timexes


@dataclass(slots=True)
class Time:
    """One expression of time. `start` and `end` are code points into the text named by `field`."""

    article_id: ArticleId
    version_no: VersionNo
    field: Field
    start: Annotated[Offset, "first code point of the expression"]
    end: Annotated[Offset, "code point after its last"]
    text: Annotated[str, "the expression as printed"]
    kind: Annotated[
        Kind,
        "date: a day or a longer stretch of the calendar; time: finer than a day; duration: a length of time; "
        "set: repeated times; range: from one date to another (since 2007, Nov. 3-5)",
    ]
    value: Annotated[
        str,
        "TIMEX3 value in ISO 8601: 2015-11-23, 2015-W47, 199X, P8Y, 2015-11-23TMO; X is what nobody says; "
        "PAST_REF, PRESENT_REF, FUTURE_REF stand for no definite time; of `since 2007` the value is 2007",
    ]
    begin_on: Annotated[date | None, "first day that the expression covers; null when not resolvable"]
    end_on: Annotated[date | None, "last day that the expression covers; null when not resolvable"]
    anchor_on: Annotated[date | None, "the date it was resolved against; null when it needed none or had none"]
    is_vague: Annotated[bool, "whether the words name no definite time: now, recently, several months"]
    method: Annotated[
        Method,
        "how it was read: as it stands, against the publication date, the day in the dateline, a date named "
        "before; unresolved: it points to a date that is not known",
    ]


@enrichment(table="times", row=Time, key=("article_id", "version_no", "field", "start"), version="1")
def find_times(article: Article) -> Iterator[Time]:
    """Yield expressions of time in reading order, title first."""
    published_on = article.published_at.date() if article.published_at else None
    for name, text in article.fields():
        for timex in find_timexes(text, published_on=published_on, precision=article.published_precision):
            yield Time(
                article_id=article.article_id, version_no=article.version_no, field=name,
                start=timex.start, end=timex.end, text=timex.text, kind=timex.kind, value=timex.value,
                begin_on=timex.begin_on, end_on=timex.end_on, anchor_on=timex.anchor_on,
                is_vague=timex.is_vague, method=timex.method,
            )  # fmt: skip
