"""The three functions of the package: `extract`, `annotate`, and `to_arrow` for their rows."""

from __future__ import annotations

import pytest

import transforms
from transforms.contract.columns import arrow_schema
from transforms.contract.documents import Cleaned
from transforms.contract.errors import SchemaError
from transforms.enrich.times.times import Time

BODY = (
    "<p>The café on the quay will close in June, its owner said on Monday, after forty years of trade.</p>"
    "<p>Zoë Müller, who has run it since 1998, blamed the rent. “We can’t pay it,” she said on Tuesday.</p>"
    "<p>The harbour office did not answer questions about the rent, which has doubled in three years.</p>"
)
HEAD = "<head>%s<title>Café closes</title></head>"
PAGE = f"<html>{HEAD}<body><article><h1>Café closes</h1>{BODY}</article></body></html>"


@pytest.mark.parametrize(
    "declared", ["", '<meta charset="iso-8859-1">', '<meta charset="utf-16">', '<meta charset="windows-1251">']
)
def test_a_page_may_be_a_string_whatever_charset_it_declares(declared: str) -> None:
    (found,) = transforms.extract(PAGE % declared, url="https://gazette.example/cafe")
    assert isinstance(found, Cleaned)
    assert found.article.title == "Café closes"
    assert "Zoë Müller" in found.article.text
    assert found.article.url == "https://gazette.example/cafe"


def test_a_string_and_its_bytes_are_one_article() -> None:
    texts = []
    for page in (PAGE % "", (PAGE % '<meta charset="utf-8">').encode()):
        (found,) = transforms.extract(page)
        assert isinstance(found, Cleaned)
        texts.append(found.article.text)
    assert texts[0] == texts[1]


def test_rows_become_tables_with_the_columns_of_the_lake() -> None:
    rows = transforms.annotate(
        "It rained on Monday.", published_at="2024-03-05", tables=["times"], parser="lexicon"
    )
    assert set(rows) == {"times"}
    tables = transforms.to_arrow(rows)
    assert tables["times"].schema.names == arrow_schema(Time).names
    assert tables["times"].column("text").to_pylist() == ["Monday"]
    assert transforms.to_arrow(rows["times"]) == tables["times"]
    assert transforms.to_arrow({"times": []})["times"].schema == tables["times"].schema
    assert transforms.to_arrow([]).num_rows == 0


def test_rows_of_two_classes_are_not_one_table() -> None:
    (found,) = transforms.extract(PAGE % "")
    assert isinstance(found, Cleaned)
    assert transforms.to_arrow([found.article]).num_rows == 1
    with pytest.raises(SchemaError, match="rows of several classes: Article, Segment"):
        transforms.to_arrow([found.article, found.segments[0]])
