"""Values of any type in any known field are read or left out, and never break a record."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.read.reading import read, record, records
from transforms.clean import clean
from transforms.contract.documents import Cleaned, PublisherContext, Rejected
from transforms.read.records.record import Record
from transforms.text.wordlists import toml

TEXT = "The council in Northport voted on Tuesday to rebuild the harbour wall before the winter. " * 4
KNOWN = sorted({name for names in toml("fields.toml")["aliases"].values() for name in names})
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["nan", "['A B', 'C D']", '{"name": "A"}', "[", "{'", "<p>", "&amp;lt;", "a@b (C)", "\ud800"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "value", "$date", "url", "href", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(KNOWN), ODD, max_size=6))
def test_no_value_in_a_known_field_breaks_a_record(values: dict[str, Any]) -> None:
    documents, rejected = read(json.dumps({"text": TEXT, **values}).encode(), "a.json")
    assert len(documents) + len(rejected) >= 1
    for document in documents:
        assert isinstance(clean(document, PublisherContext()), Cleaned | Rejected)


@pytest.mark.parametrize("value", [7, True, [], {"a": {"b": [1]}}, [["A"]], [{"name": 1}], 10**400])
def test_each_known_field_has_values_of_each_type(value: Any) -> None:
    for name in KNOWN:
        documents, _ = read(json.dumps({"title": "Wall", "text": TEXT, name: value}).encode(), "a.json")
        for document in documents:
            assert isinstance(clean(document, PublisherContext()), Cleaned | Rejected)


@pytest.mark.parametrize(("field", "value", "expected"), [
    ("title", ["Wall falls"], "Wall falls"),
    ("title", 1984, "1984"),
    ("title", {"rendered": "Wall &#8211; pier"}, "Wall – pier"),
    ("title", True, None), ("title", ["", "Wall"], "Wall"), ("title", {"en": "Wall", "de": "Mauer"}, "Wall"),
    ("author", 17, []),
    ("author", {"name": "Ana Reyes"}, ["Ana Reyes"]),
    ("author", [{"name": "Ana Reyes"}, 3], ["Ana Reyes"]),
    ("author", {"name": ["Ana Reyes"]}, ["Ana Reyes"]),
    ("author", [["Ana Reyes"], ["Tom Lind"]], ["Ana Reyes", "Tom Lind"]),
    ("date", {"$date": "2024-05-14T09:00:00Z"}, "2024-05-14T09:00:00Z"), ("date", ["2024-05-14"], "2024-05-14"),
    ("date", {"$date": {"$numberLong": "1715677200000"}}, "1715677200"),
    ("date", {"year": 2024, "month": 5, "day": 14}, "2024-05-14"),
    ("date", {"seconds": 1715677200, "nanoseconds": 0}, "1715677200"), ("date", False, None),
    ("publisher", {"name": "Harbour Daily"}, "Harbour Daily"), ("section", ["Local"], "Local"),
    ("language", {"code": "en"}, None), ("url", ["https://news.example/a"], "https://news.example/a"),
])  # fmt: skip
def test_a_value_of_another_type_is_read_or_left_out_with_a_repair(
    field: str, value: Any, expected: Any
) -> None:
    name = {"author": "authors", "date": "published"}.get(field, field)
    one = record({"text": TEXT, field: value})
    assert getattr(one, name) == expected
    assert one.text == TEXT.strip()
    is_usual = isinstance(value, list) or (isinstance(value, dict) and "name" in value)
    assert "type_coerced" in one.repairs or is_usual


@pytest.mark.parametrize(
    "nothing", ["nan", "NaN", "None", "null", "N/A", "NULL", " none ", "#N/A", "-", "<NA>", "[]", "NaT"]
)
def test_a_word_for_nothing_is_no_value(nothing: str) -> None:
    names = (
        "title",
        "subtitle",
        "author",
        "publisher",
        "date",
        "language",
        "section",
        "url",
        "id",
        "keywords",
        "image",
    )
    one = record({"text": TEXT, **dict.fromkeys(names, nothing)})
    assert (one.title, one.subtitle, one.authors, one.publisher, one.published) == (None, None, [], None, None)
    assert (one.language, one.section, one.url, one.guid, one.keywords, one.captions) == (
        None,
        None,
        None,
        None,
        [],
        [],
    )
    assert "type_coerced" in one.repairs


@pytest.mark.parametrize("nothing", ["nan", "None", "null", "N/A"])
def test_a_body_that_is_a_word_for_nothing_is_read_from_the_next_field(nothing: str) -> None:
    assert record({"title": "Wall", "text": nothing, "content": TEXT}).text == TEXT.strip()
    assert record({"title": "Wall", "author": [nothing, "Ana Reyes"], "text": TEXT}).authors == ["Ana Reyes"]


@pytest.mark.parametrize(("field", "value"), [
    ("title", "None of the above"),
    ("title", "Nil-nil at the harbour"),
    ("author", "Nan Goldin"),
    ("author", "Na Li"),
    ("publisher", "Null Magazine"), ("section", "N"),
])  # fmt: skip
def test_words_that_begin_like_nothing_are_values(field: str, value: str) -> None:
    found = getattr(record({"text": TEXT, field: value}), "authors" if field == "author" else field)
    assert found in (value, [value])


@pytest.mark.parametrize("written", [
    "['Ana Reyes', 'Tom Lind']", '["Ana Reyes", "Tom Lind"]', "('Ana Reyes', 'Tom Lind')", "{'Ana Reyes', 'Tom Lind'}",
    "['Ana Reyes' 'Tom Lind']", '{"Ana Reyes","Tom Lind"}', "[{'name': 'Ana Reyes'}, {'name': 'Tom Lind'}]",
    "[u'Ana Reyes', u'Tom Lind']", "array(['Ana Reyes', 'Tom Lind'], dtype=object)", "['Ana Reyes', nan, 'Tom Lind']",
    '[{"name": "Ana Reyes"}, {"name": "Tom Lind"}]',
])  # fmt: skip
def test_a_list_written_as_text_is_a_list(written: str) -> None:
    one = record({"text": TEXT, "authors": written})
    assert one.authors == ["Ana Reyes", "Tom Lind"]
    assert "type_coerced" in one.repairs


@pytest.mark.parametrize(
    "written", ["[Update] Wall falls", "(Wall falls)", "[Wall falls]", "{Wall}", "Wall ['A', 'B']", "['Wall"]
)
def test_a_title_in_brackets_is_a_text(written: str) -> None:
    assert record({"text": TEXT, "title": written}).title == written


def test_an_apostrophe_in_a_list_written_as_text() -> None:
    one = record({"text": TEXT, "authors": "[\"Sean O'Brien\", 'Ana Reyes']", "tags": "['a \\'b\\'', 'c']"})
    assert one.authors == ["Sean O'Brien", "Ana Reyes"]
    assert one.keywords == ["a 'b'", "c"]


@pytest.mark.parametrize(("stated", "authors"), [
    ("desk@news.example (Ana Reyes)", ["Ana Reyes"]), ("ana.reyes@news.example (Reyes, Ana)", ["Reyes, Ana"]),
    ("noreply@news.example (Ana Reyes and Tom Lind)", ["Ana Reyes and Tom Lind"]),
])  # fmt: skip
def test_the_author_of_an_rss_item_is_the_name_behind_the_address(stated: str, authors: list[str]) -> None:
    feed = (
        '<rss version="2.0"><channel><title>N</title><item><title>Wall</title><link>https://news.example/a</link>'
        f"<author>{stated}</author><description>{TEXT}</description></item></channel></rss>"
    )
    (one,) = records(feed.encode())
    assert one.authors == authors
    assert record({"text": TEXT, "author": stated}).authors == authors


def test_not_a_number_in_json_is_no_value() -> None:
    values = {"title": "Wall", "author": math.nan, "date": math.inf, "section": -math.inf, "text": TEXT}
    line = json.dumps(values)
    assert "NaN" in line
    (one,) = records(line.encode(), "a.jsonl")
    assert (one.title, one.authors, one.published, one.section) == ("Wall", [], None, None)
    (one,) = records(f"[{line}]".encode(), "a.json")
    assert one.title == "Wall"


@pytest.mark.parametrize("between", ["", " ", ",", ", ", "\n", "\t", "\r\n\r\n"])
@pytest.mark.parametrize("path", ["a.jsonl", "a.json", None])
def test_objects_without_newlines_are_records(between: str, path: str | None) -> None:
    objects = [
        json.dumps({"title": f"Wall {n}", "text": f'A brace }}{{ in a text {n}. "{TEXT}"'}) for n in range(3)
    ]
    found: list[Record] = records(between.join(objects).encode(), path)
    assert [one.title for one in found] == ["Wall 0", "Wall 1", "Wall 2"]


@pytest.mark.parametrize("stated", ["Ana Reyes <ana@news.example>", '"Ana Reyes" <ana@news.example>'])
def test_the_author_is_the_name_before_an_address(stated: str) -> None:
    assert record({"text": TEXT, "author": stated}).authors == ["Ana Reyes"]
