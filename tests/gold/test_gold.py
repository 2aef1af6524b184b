"""Gold cases: a folder each, with one document and what must come out of it. Every folder is a case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from transforms import extract
from transforms.contract.article import Article
from transforms.contract.documents import Cleaned, Rejected
from transforms.enrich import enrich
from transforms.nlp.resources import Resources

CASES = sorted(
    folder for folder in Path(__file__).parent.iterdir() if folder.is_dir() and folder.name[0] != "_"
)


def test_there_are_cases() -> None:
    assert len(CASES) >= 5


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    expect: dict[str, Any] = json.loads((case / "expect.json").read_text(encoding="utf-8"))
    (document,) = (file for file in case.iterdir() if file.name != "expect.json")
    (found,) = extract(document.read_bytes())
    if expect["status"] == "quarantined":
        assert isinstance(found, Rejected)
        assert found.reason == expect["reason"]
        return
    assert isinstance(found, Cleaned), found
    _check_article(found.article, expect)
    ((_, rows),) = enrich([found.article], Resources())
    assert isinstance(rows, dict), rows
    for table in ("quotes", "times", "mentions"):
        for wanted in expect.get(table, ()):
            near = [row for row in rows[table] if wanted["text"] in row.text]
            assert any(all(getattr(row, k) == v for k, v in wanted.items() if k != "text") for row in near), (
                wanted,
                [row.text for row in rows[table]],
                near,
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
