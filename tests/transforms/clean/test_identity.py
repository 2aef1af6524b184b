from __future__ import annotations

import json
from typing import Any

import pytest

from transforms.clean import clean
from transforms.contract.documents import Cleaned, Origin, PublisherContext, RawDocument

TEXT = "The council in Northport voted on Tuesday to rebuild the harbour wall before the winter. " * 4
URL = "https://news.example/2024/wall"


def cleaned(value: dict[str, Any], *, shared: str = "", source: str = "feed") -> Cleaned:
    origin = Origin(source, hints={"envelope": "feed", "shared": shared} if shared else {})
    body = json.dumps({"title": "Wall to be rebuilt", "text": TEXT, **value}).encode()
    made = clean(RawDocument(body, "application/json", origin), PublisherContext())
    assert isinstance(made, Cleaned)
    return made


def names(made: Cleaned) -> set[tuple[str, str]]:
    return {(alias.kind, alias.value) for alias in made.aliases}


@pytest.mark.parametrize("other", [
    "http://news.example/2024/wall", "https://www.news.example/2024/wall/", "https://m.news.example/2024/wall",
    "https://amp.news.example/2024/wall", "https://news.example/2024/wall?amp=1&utm_source=x",
])  # fmt: skip
def test_addresses_of_one_page_are_one_article(other: str) -> None:
    one, two = cleaned({"url": URL}), cleaned({"url": other})
    assert one.article.article_id == two.article.article_id
    assert names(one) & names(two)


def test_a_changed_link_with_the_same_guid_has_a_common_name() -> None:
    one, two = cleaned({"url": URL, "id": "tag:wall"}), cleaned({"url": f"{URL}-rebuilt", "id": "tag:wall"})
    assert {kind for kind, _ in names(one) & names(two)} == {"guid"}


def test_a_guid_is_a_name_in_its_own_source_only() -> None:
    one, two = (
        cleaned({"url": URL, "id": "tag:wall"}),
        cleaned({"url": f"{URL}-2", "id": "tag:wall"}, source="b"),
    )
    assert not names(one) & names(two)


@pytest.mark.parametrize(("shared", "kinds"), [
    ("guid", {"url", "page"}), ("url", {"guid"}), ("guid url", set()), ("", {"url", "page", "guid"}),
])  # fmt: skip
def test_shared_names_are_not_names(shared: str, kinds: set[str]) -> None:
    made = cleaned({"url": URL, "id": "tag:wall"}, shared=shared)
    assert {kind for kind, _ in names(made)} == kinds


def test_items_that_share_all_names_are_articles_of_their_own() -> None:
    stated = {"url": URL, "id": "tag:live", "date": "2024-05-14", "publisher": "Harbour Daily"}
    made = [cleaned({**stated, "title": f"Wall {n}"}, shared="guid url").article for n in range(2)]
    assert made[0].article_id != made[1].article_id
    assert {article.url for article in made} == {URL}


def test_the_home_page_names_no_record() -> None:
    assert cleaned({"url": "https://news.example/", "id": "tag:wall"}).article.id_basis == "guid"
