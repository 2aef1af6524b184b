from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import spacy
from spacy.tokens import Span

from tests.parsers import DEFAULT_PARSER
from transforms.enrich.names.aliases import entity_id
from transforms.enrich.names.name import Name
from transforms.enrich.names.names import find_names, is_name

Rows = Callable[..., list[Any]]


def named(rows: list[Any]) -> list[tuple[str, str]]:
    return [(row.text, row.kind) for row in rows]


def test_a_name_excludes_titles_articles_and_possessives(rows_of: Rows) -> None:
    rows = rows_of(
        "mentions",
        "President Laura Benson’s plan for the United Nations was praised by Germany's Dr. Karl Weber.",
    )
    assert named(rows) == [
        ("Laura Benson", "person"),
        ("United Nations", "organisation"),
        ("Germany", "place"),
        ("Karl Weber", "person"),
    ]


def test_a_surname_is_the_person_it_was_introduced_with(rows_of: Rows) -> None:
    rows = rows_of(
        "mentions",
        "Laura Benson won the vote. Benson’s rivals left. Mr. Weber, of the harbour board, met Benson.",
    )
    benson = [row for row in rows if "Benson" in row.text]
    assert [row.text for row in benson] == ["Laura Benson", "Benson", "Benson"]
    assert {row.kind for row in benson} == {"person"}
    assert {row.entity_id for row in benson} == {entity_id("person", "Laura Benson")}


def test_a_form_of_address_distinguishes_namesakes(rows_of: Rows) -> None:
    rows = rows_of(
        "mentions", "Karl Weber and his wife Laura Weber sold the farm. Mr. Weber cried. Mrs. Weber did not."
    )
    ids = {row.text: row.entity_id for row in rows}
    last = [row.entity_id for row in rows if row.text == "Weber"]
    assert last == [ids["Karl Weber"], ids["Laura Weber"]]


def test_entities_are_the_same_across_articles(rows_of: Rows) -> None:
    first = rows_of("mentions", "Laura J. Benson flew to the U.S. on Monday.")
    second = rows_of("mentions", "On Friday Laura Benson left the United States.")
    assert {row.entity_id for row in first} == {row.entity_id for row in second}


@pytest.mark.parametrize("parser", [DEFAULT_PARSER, "dateline-accurate", "lexicon"])
def test_an_acronym_behind_a_name_is_the_same_organisation(rows_of: Rows, parser: str) -> None:
    text = "The Northern Harbour Workers Union (NHWU) met on Monday. The NHWU wants more pay."
    rows = rows_of("mentions", text, parser=parser)
    ids = {row.text.removeprefix("The "): row.entity_id for row in rows}
    assert ids["NHWU"] == ids["Northern Harbour Workers Union"]


def test_a_surname_in_the_title_is_the_person_of_the_body(rows_of: Rows) -> None:
    rows = rows_of(
        "mentions",
        "Laura Benson opened the harbour.",
        title="Benson opens harbour",
        captions="Benson at the quay",
    )
    assert [row.field for row in rows if row.text.endswith("Benson")] == ["title", "body", "caption"]
    assert len({row.entity_id for row in rows if row.text.endswith("Benson")}) == 1


def test_the_lexicon_parser_states_the_source_of_a_name(rows_of: Rows) -> None:
    rows = rows_of("mentions", "In France, the Harbour Council of Brest heard Laura Benson.", parser="lexicon")
    assert {(row.text, row.kind, row.source) for row in rows} == {
        ("France", "place", "gazetteer"),
        ("Harbour Council of Brest", "organisation", "rule"),
        ("Laura Benson", "person", "gazetteer"),
    }


def test_mentions_do_not_overlap(rows_of: Rows, sample: str) -> None:
    rows = [row for row in rows_of("mentions", sample) if row.field == "body"]
    assert all(a.end <= b.start for a, b in pairwise(rows))
    assert rows


@pytest.mark.parametrize("text", ["Capt", "Capt.", "Gen", "Mayor"])
def test_a_word_of_a_title_alone_is_not_a_name(text: str) -> None:
    assert not is_name(Name("body", 0, len(text), text, "person", "model"))
    assert is_name(Name("body", 0, len(text) + 5, f"{text} Vane", "person", "model"))


def test_a_group_with_words_in_front_is_a_group() -> None:
    nlp = spacy.blank("en")
    doc = nlp("Republicans left. House Republicans and Friends of Republicans stayed at the Acme Works.")
    spans = [(0, 1, "GROUP"), (3, 5, "ORG"), (6, 9, "ORG"), (12, 14, "ORG")]
    doc.set_ents([Span(doc, start, end, label) for start, end, label in spans])
    found = {name.text: name.kind for name in find_names({"body": doc}, {"body": doc.text})}
    assert found == {
        "Republicans": "group",
        "House Republicans": "group",
        "Friends of Republicans": "organisation",
        "Acme Works": "organisation",
    }
