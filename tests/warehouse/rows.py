"""Rows for tests of the warehouse: articles and documents with everything filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from transforms.contract.article import Article
from transforms.contract.documents import Origin, RawDocument
from transforms.contract.ids import digest

AT = datetime(2024, 3, 5, 12, tzinfo=UTC)


def article(article_id: str, text: str = "The wall fell.", **changes: Any) -> Article:
    """An article with this id and text; any other column can be given."""
    held: dict[str, Any] = {
        "article_id": article_id, "version_no": 1, "raw_id": "r", "source_id": "test", "url": None,
        "canonical_url": None, "id_basis": "text", "publisher": "Gazette", "publisher_basis": "metadata",
        "title": "Wall", "subtitle": None, "authors": [], "section": None, "language": "en",
        "language_confidence": 1.0, "published_at": AT, "published_precision": "day",
        "published_basis": "metadata", "modified_at": None, "text": text, "captions": "", "word_count": 3,
        "text_hash": digest(text), "input_hash": digest("in", text), "observation_id": f"o-{article_id}",
        "is_latest": True, "form": "text", "extraction_method": "test", "extraction_confidence": 1.0, "flags": [],
        "repairs": [], "first_seen_at": AT,
    }  # fmt: skip
    return Article(**{**held, **changes})


def document(text: str, *, container: str = "a.txt", url: str | None = None) -> RawDocument:
    """A plain text as it comes out of a file."""
    return RawDocument(text.encode(), "text/plain", Origin("test", container_uri=container, url=url))
