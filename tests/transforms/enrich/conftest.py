"""Articles for the tests of the enrichment steps."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from tests.parsers import DEFAULT_PARSER
from transforms.contract.article import Article
from transforms.contract.documents import Rejected
from transforms.enrich import enrich
from transforms.nlp.resources import Resources


@pytest.fixture(scope="session")
def make_article() -> Callable[..., Article]:
    def make(
        text: str, *, title: str | None = None, captions: str = "", language: str | None = "en", **more: Any
    ) -> Article:
        values: dict[str, Any] = {field.name: None for field in dataclasses.fields(Article)}
        values |= {
            "article_id": "a1",
            "version_no": 1,
            "raw_id": "r1",
            "source_id": "tests",
            "id_basis": "text",
        }
        values |= {
            "authors": [],
            "flags": [],
            "repairs": [],
            "is_latest": True,
            "word_count": len(text.split()),
        }
        return Article(
            **values | {"text": text, "title": title, "captions": captions, "language": language} | more
        )

    return make


@pytest.fixture(scope="session")
def rows_of(make_article: Callable[..., Article]) -> Callable[..., list[Any]]:
    """Rows of one table for a text, by the default parser unless another is named."""

    def rows(table: str, text: str, *, parser: str = DEFAULT_PARSER, **more: Any) -> list[Any]:
        [(_, found)] = enrich([make_article(text, **more)], Resources({"parser": parser}), tables=[table])
        assert not isinstance(found, Rejected), found.detail
        return found[table]

    return rows


@pytest.fixture(scope="session")
def sample() -> str:
    return (
        "Norland President Ana Reyes arrived in Northport on Monday for the first time in ten years.\n\n"
        "“No one from outside should tell us how to fish,” Reyes said at a meeting with harbour officials, "
        "as shown on Norland state television. “That is for us to decide.”\n\n"
        "The Harbour Workers Union, HWU, insists that the port is safe. Ministers deny that it will close, "
        "according to a spokesman for the ministry."
    )
