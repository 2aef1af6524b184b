"""Time expressions with TIMEX3 values and the days they cover: one row per expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from transforms.contract.article import Article
from transforms.contract.columns import ArticleId, Field, Offset, VersionNo
from transforms.contract.steps import enrichment
from transforms.enrich.times.timex import TimexKind, TimexMethod, find_timexes


@dataclass(slots=True)
class Time:
    """One time expression. `start` and `end` are code points into the text named by `field`."""

    article_id: ArticleId
    version_no: VersionNo
    field: Field
    start: Annotated[Offset, "first code point of the expression"]
    end: Annotated[Offset, "code point after its last"]
    text: Annotated[str, "the expression as printed"]
    kind: Annotated[
        TimexKind,
        "date: a day or a longer calendar period; time: finer than a day; duration: a length of time; "
        "set: repeated times; range: from one date to another (since 2007, Nov. 3-5)",
    ]
    value: Annotated[
        str,
        "TIMEX3 value in ISO 8601: 2015-11-23, 2015-W47, 199X, P8Y, 2015-11-23TMO; X: unknown; "
        "PAST_REF, PRESENT_REF, FUTURE_REF: indefinite; the value of `since 2007` is 2007",
    ]
    begin_on: Annotated[date | None, "first day covered; null if not resolvable"]
    end_on: Annotated[date | None, "last day covered; null if not resolvable"]
    anchor_on: Annotated[date | None, "reference date of its resolution; null if not needed or unknown"]
    is_vague: Annotated[bool, "whether the time is indefinite: now, recently, several months"]
    method: Annotated[
        TimexMethod,
        "method of resolution: as printed, against the publication date, the day in the dateline, a date named "
        "before; unresolved: relative to an unknown date",
    ]


@enrichment(table="times", row=Time, key=("article_id", "version_no", "field", "start"), version="3")
def find_times(article: Article) -> Iterator[Time]:
    """Time expressions in reading order, title first."""
    published_on = article.published_at.date() if article.published_at else None
    for name, text in article.fields():
        for timex in find_timexes(text, published_on=published_on, precision=article.published_precision):
            yield Time(
                article_id=article.article_id, version_no=article.version_no, field=name,
                start=timex.start, end=timex.end, text=timex.text, kind=timex.kind, value=timex.value,
                begin_on=timex.begin_on, end_on=timex.end_on, anchor_on=timex.anchor_on,
                is_vague=timex.is_vague, method=timex.method,
            )  # fmt: skip
