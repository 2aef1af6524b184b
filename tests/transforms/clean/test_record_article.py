from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.clean import clean
from transforms.clean.record_article import clean_record
from transforms.contract.article import Draft
from transforms.contract.documents import Cleaned, Origin, PublisherContext, RawDocument, Rejected

PARAGRAPHS = [
    "The council in Northport voted 7-2 on Tuesday to rebuild the harbour wall before the next winter.",
    "“We cannot wait for another storm,” said Mayor Ana Reyes after the vote in the town hall.",
    "The old wall was damaged in January, when waves of six metres flooded the fish market and two streets.",
    "Work is to begin in April and to cost about 4 million crowns, half of which the region will pay.",
    "Two members of the council voted against it because they had asked for a cheaper wall of stone.",
]
TEXT = "\n\n".join(PARAGRAPHS)
HTML = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = [
    "url",
    "id",
    "title",
    "text",
    "html",
    "authors",
    "date",
    "publisher",
    "image",
    "captions",
    "bodies",
    "associations",
]


def draft(
    value: dict[str, Any], *, hints: dict[str, str] | None = None, fields: dict[str, str] | None = None
) -> Draft:
    origin = Origin(
        "test", hints=hints or {}, fields=fields or {}, fetched_at=datetime(2024, 3, 10, tzinfo=UTC)
    )
    made = clean_record(RawDocument(json.dumps(value).encode(), "application/json", origin), PublisherContext())
    assert isinstance(made, Draft), made
    return made


def rejection(value: dict[str, Any]) -> str:
    made = clean(RawDocument(json.dumps(value).encode(), "application/json", Origin("test")))
    assert isinstance(made, Rejected), made
    return str(made.reason)


def test_the_fields_of_a_record_are_trusted() -> None:
    made = draft({
        "url": "https://news.example/wall", "id": "hd-7", "title": "Harbour wall to be rebuilt", "text": TEXT,
        "authors": ["By Ana Lund", "Ben Okoro"], "source": "Harbour Daily", "date": "2024-03-05T10:00:00Z",
        "section": "Local", "language": "en-GB", "standfirst": "Seven for, two against.", "summary": "By a program.",
    })  # fmt: skip
    assert (made.facts.title, made.text) == ("Harbour wall to be rebuilt", TEXT)
    assert (made.facts.url, made.facts.guid, made.facts.section) == (
        "https://news.example/wall",
        "hd-7",
        "Local",
    )
    assert (made.facts.publisher, made.facts.publisher_basis) == ("Harbour Daily", "record")
    assert made.facts.authors == ["Ana Lund", "Ben Okoro"]
    assert made.facts.published_at == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert (made.facts.published_precision, made.facts.published_basis) == ("second", "record")
    assert (made.facts.declared_language, made.facts.subtitle) == ("en", "Seven for, two against.")
    chosen = [(e.attribute, e.value, e.method) for e in made.evidence.rows() if e.is_chosen]
    assert ("published_at", "2024-03-05T10:00:00Z", "record:date") in chosen
    assert ("publisher", "Harbour Daily", "record:source") in chosen


def test_segments_point_into_the_texts() -> None:
    made = draft(
        {
            "title": "Harbour wall",
            "text": TEXT,
            "captions": ["The wall.", "The mayor."],
            "image": "https://news.example/a.jpg",
        }
    )
    texts = {"title": made.facts.title, "body": made.text, "caption": made.captions}
    for segment in made.segments:
        if segment.field:
            assert (texts[segment.field] or "")[segment.start : segment.end] == segment.text
    assert made.captions == "The wall.\nThe mayor."
    assert [(i.url, i.caption) for i in made.images] == [
        ("https://news.example/a.jpg", "The wall."),
        (None, "The mayor."),
    ]


@pytest.mark.parametrize(
    "value",
    [
        {"content": HTML},
        {"body_html": HTML, "body_text": "Other."},
        {"bodies": [{"contenttype": "text/html", "value": HTML}]},
    ],
)
def test_markup_is_read_as_markup(value: dict[str, Any]) -> None:
    assert draft({"title": "Harbour wall", **value}).text == TEXT


def test_an_envelope_fills_what_the_record_leaves_open() -> None:
    hints = {"envelope": "feed", "publisher": "Harbour Daily", "title": "Other", "published": "2024-03-05"}
    made = draft({"title": "Harbour wall", "text": TEXT}, hints=hints)
    assert (made.facts.title, made.facts.publisher, made.facts.publisher_basis) == (
        "Harbour wall",
        "Harbour Daily",
        "feed",
    )
    assert (made.facts.published_at, made.facts.published_basis) == (datetime(2024, 3, 5, tzinfo=UTC), "feed")


def test_a_source_names_its_own_fields() -> None:
    made = draft({"t": "Harbour wall", "story": TEXT, "title": "no"}, fields={"title": "t", "text": "story"})
    assert (made.facts.title, made.text) == ("Harbour wall", TEXT)


@pytest.mark.parametrize(("given", "at"), [
    (1709632800, datetime(2024, 3, 5, 10, tzinfo=UTC)), (1709632800000, datetime(2024, 3, 5, 10, tzinfo=UTC)),
    ("2024-03-05", datetime(2024, 3, 5, tzinfo=UTC)), ({"$date": "2024-03-05"}, datetime(2024, 3, 5, tzinfo=UTC)),
    (True, None), ("never", None),
])  # fmt: skip
def test_dates_in_many_forms(given: object, at: datetime | None) -> None:
    assert draft({"title": "Harbour wall", "text": TEXT, "published_at": given}).facts.published_at == at


def test_an_impossible_date_is_null_and_stays_evidence() -> None:
    made = draft({"title": "Harbour wall", "text": TEXT, "date": "2024-13-45"})
    assert made.facts.published_at is None
    assert "date_invalid" in made.repairs
    late = draft({"title": "Harbour wall", "text": TEXT, "date": "2024-05-01"})
    assert late.facts.published_at is None
    assert "date_future" in late.repairs


def test_a_row_number_is_not_an_identity() -> None:
    assert draft({"id": 7, "title": "Harbour wall", "text": TEXT}).facts.guid is None
    assert draft({"id": 20240305001, "title": "Harbour wall", "text": TEXT}).facts.guid == "20240305001"


def test_coerced_values_are_noted() -> None:
    assert "type_coerced" in draft({"title": ["Harbour wall"], "text": TEXT}).repairs
    assert "type_coerced" in draft({"title": {"en": "Harbour wall"}, "text": PARAGRAPHS}).repairs
    assert "type_coerced" not in draft({"id": 7, "title": "Harbour wall", "text": TEXT}).repairs


def test_records_without_an_article_are_rejected_with_their_reason() -> None:
    assert rejection({"title": "Harbour wall"}) == "record_without_text"
    assert rejection({"title": "Harbour wall", "url": "https://news.example/a"}) == "link_not_fetched"
    assert (
        rejection({"type": "picture", "pubstatus": "usable", "headline": "A wall", "body_text": TEXT})
        == "not_an_article"
    )
    assert rejection({"title": "Harbour wall", "text": "See us."}) in ("body_too_short", "empty_body")


def test_a_table_of_results_is_kept_unchanged() -> None:
    made = draft(
        {"title": "Results", "text": "Northport 2 Southport 1\nEastport 0 Westport 0\nPierville 3 Quayton 3"}
    )
    assert made.text == "Northport 2 Southport 1\n\nEastport 0 Westport 0\n\nPierville 3 Quayton 3"


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_no_record_makes_it_fail(value: dict[str, Any]) -> None:
    made = clean(RawDocument(json.dumps(value).encode(), "application/json", Origin("test")))
    assert isinstance(made, Cleaned | Rejected)


def test_the_fetch_bounds_the_date_found_in_the_text_of_a_record() -> None:
    text = "NORTHPORT, May 14, 2024 (WireLine) -- " + TEXT
    for field, body in (("text", text), ("html", f"<p>{text}</p>")):
        raw = json.dumps({"title": "Wall", field: body}).encode()
        for day, stated in ((20, 14), (1, None)):
            origin = Origin("x", fetched_at=datetime(2024, 5, day, tzinfo=UTC))
            draft = clean_record(RawDocument(raw, "application/json", origin), PublisherContext())
            assert isinstance(draft, Draft)
            at = draft.facts.published_at
            assert (at.day if at else None) == stated
