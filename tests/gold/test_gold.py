"""Gold cases: a folder each, with one document and what must come out of it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from transforms import extract
from transforms.clean import load_cleaners
from transforms.contract.article import Article
from transforms.contract.documents import Cleaned, Origin, RawDocument, Rejected
from transforms.contract.steps import registered_cleaners, registered_steps
from transforms.enrich import enrich
from transforms.nlp.resources import Resources
from transforms.read import read_documents

GOLD = Path(__file__).parent
# Each repair of a wrong reading comes with a case of its own: its folder here, its name in this list.
CASES = [
    "anpa_wire_copy",
    "newsletter_by_mail",
    "newsml_g2_item",
    "nitf_of_an_agency",
    "page_with_json_ld",
    "pdf_of_a_statement",
    "record_of_an_agency",
    "scrape_with_widget_in_the_lead",
    "sign_in_page",
    "text_without_any_date",
]
# An address alone is no article, and XHTML is cleaned like HTML.
NO_DOCUMENTS = {"text/uri-list", "application/xhtml+xml"}


def expected(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLD / case / "expect.json").read_text(encoding="utf-8"))
    return found


def document(case: str) -> bytes:
    (path,) = (file for file in (GOLD / case).iterdir() if file.name != "expect.json")
    return path.read_bytes()


def test_every_folder_is_a_case() -> None:
    assert sorted(folder.name for folder in GOLD.iterdir() if (folder / "expect.json").exists()) == CASES


def test_every_kind_of_document_has_a_case() -> None:
    load_cleaners()
    read = [item for case in CASES for item in read_documents(io.BytesIO(document(case)), Origin("gold"))]
    kinds = {item.media_type for item in read if isinstance(item, RawDocument)}
    assert set(registered_cleaners()) - NO_DOCUMENTS <= kinds


def test_every_enrichment_has_a_case() -> None:
    assert set(registered_steps()) <= {table for case in CASES for table in expected(case)}


@pytest.mark.parametrize("case", CASES)
def test_case(case: str) -> None:
    expect = expected(case)
    (found,) = extract(document(case))
    if expect["status"] == "quarantined":
        assert isinstance(found, Rejected)
        assert found.reason == expect["reason"]
        return
    assert isinstance(found, Cleaned), found
    _check_article(found.article, expect)
    ((_, rows),) = enrich([found.article], Resources())
    assert isinstance(rows, dict), rows
    for table in registered_steps():
        for wanted in expect.get(table, ()):
            # The text of a row contains the wanted one, all other columns are equal.
            near = [row for row in rows[table] if wanted.get("text", "") in getattr(row, "text", "")]
            equal = {name: value for name, value in wanted.items() if name != "text"}
            assert any(all(getattr(row, k) == v for k, v in equal.items()) for row in near), (
                wanted,
                rows[table],
            )


def _check_article(article: Article, expect: dict[str, Any]) -> None:
    assert ("repaired" if article.repairs else "accepted") == expect["status"], article.repairs
    for name in ("title", "publisher", "authors", "published_precision"):
        if name in expect:
            assert getattr(article, name) == expect[name]
    if "published_at" in expect:
        at = article.published_at
        assert (at is None) == (expect["published_at"] is None)
        assert at is None or at.isoformat().startswith(expect["published_at"])
    assert len(article.text.split("\n\n")) == expect["paragraphs"], article.text
    assert [bad for bad in expect.get("text_lacks", ()) if bad in article.text] == []
    assert [part for part in expect.get("captions_contain", ()) if part not in article.captions] == []
