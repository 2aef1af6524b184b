"""One article with its segments, the evidence for its values, and the document that it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import duckdb

from transforms.contract.article import Article, Evidence, Segment
from transforms.contract.columns import decode
from transforms.contract.errors import UsageError
from transforms.text.page_keys import page_key
from transforms.text.urls import canonical

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ArticleSource:
    """The place, type and size of the document of an article."""

    container_uri: str | None
    member_path: str | None
    item_no: int
    url: str | None
    media_type: str
    byte_count: int


@dataclass(frozen=True, slots=True)
class ExplainedArticle:
    """The newest version of an article, with the origin of each of its parts."""

    article: Article
    segments: list[Segment]
    evidence: list[Evidence]
    source: ArticleSource | None


def find_article(connection: duckdb.DuckDBPyConnection, wanted: str) -> ExplainedArticle:
    """The article with this id, start of an id, or address; UsageError when there is none, or several."""
    found = _rows(
        connection,
        Article,
        "SELECT * FROM news.articles WHERE is_latest AND (starts_with(article_id, ?) OR url = ? OR article_id IN "
        "(SELECT article_id FROM news.aliases WHERE value IN (?, ?, ?))) ORDER BY article_id LIMIT 2",
        [wanted, wanted, wanted, canonical(wanted) or wanted, page_key(wanted) or wanted],
    )
    if not found:
        raise UsageError(f"no article {wanted!r}: give an article_id, the start of one, or an address")
    if len(found) > 1 and found[0].article_id != wanted:
        raise UsageError(f"{wanted!r} fits several articles: {', '.join(f.article_id for f in found)} ...")
    article = found[0]
    key = [article.article_id, article.version_no]
    where = "WHERE article_id = ? AND version_no = ? ORDER BY"
    sources = connection.execute(
        "SELECT o.container_uri, o.member_path, o.item_no, o.url, d.media_type, d.byte_count "
        "FROM raw.observations o JOIN raw.documents d USING (raw_id) WHERE o.observation_id = ?",
        [article.observation_id],
    ).fetchall()
    return ExplainedArticle(
        article,
        _rows(connection, Segment, f"FROM news.segments {where} segment_no", key),
        _rows(connection, Evidence, f"FROM news.evidence {where} attribute, evidence_no", key),
        ArticleSource(*sources[0]) if sources else None,
    )


def _rows(connection: duckdb.DuckDBPyConnection, row: type[R], query: str, parameters: list[Any]) -> list[R]:
    return decode(row, connection.execute(query, parameters).to_arrow_table())
