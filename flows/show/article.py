"""One article on the screen: what each line was taken for and why, and the evidence for each value."""

from __future__ import annotations

from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table as Grid

from transforms.contract.errors import UsageError
from transforms.text.urls import canonical
from warehouse import connect

_SHOWN = (
    "article_id", "version_no", "title", "subtitle", "authors", "publisher", "section", "language", "published_at",
    "published_precision", "published_basis", "url", "canonical_url", "id_basis", "extraction_method",
    "extraction_confidence", "word_count", "flags", "repairs", "raw_id", "first_seen_at",
)  # fmt: skip


def print_article(lake: str, wanted: str) -> None:
    """Print the newest version of the article with this id, start of an id, or address."""
    out = Console(highlight=False, markup=False)
    connection = connect(lake)
    try:
        article = _find(connection, wanted)
        for name in _SHOWN:
            value = article[name]
            if value not in (None, [], ""):
                out.print(f"{name:<22} {', '.join(value) if isinstance(value, list) else value}")
        _print_segments(out, connection, article)
        _print_evidence(out, connection, article)
        _print_source(out, connection, article)
    finally:
        connection.close()


def _find(connection: duckdb.DuckDBPyConnection, wanted: str) -> dict[str, Any]:
    found = _records(
        connection,
        "SELECT * FROM news.articles WHERE is_latest AND (starts_with(article_id, ?) OR url = ? OR article_id IN "
        "(SELECT article_id FROM news.aliases WHERE value IN (?, ?))) ORDER BY article_id LIMIT 2",
        [wanted, wanted, wanted, canonical(wanted) or wanted],
    )
    if not found:
        raise UsageError(f"no article {wanted!r}: give an article_id, the start of one, or an address")
    if len(found) > 1 and found[0]["article_id"] != wanted:
        raise UsageError(f"{wanted!r} fits several articles: {', '.join(f['article_id'] for f in found)} ...")
    return found[0]


def _print_segments(out: Console, connection: duckdb.DuckDBPyConnection, article: dict[str, Any]) -> None:
    grid = Grid("kind", "basis", "sure", "text", title="Segments in reading order", title_justify="left")
    for row in _children(connection, "segments", "segment_no", article):
        grid.add_row(row["kind"], row["basis"], f"{row['confidence']:.2f}", row["text"])
    out.print(grid)


def _print_evidence(out: Console, connection: duckdb.DuckDBPyConnection, article: dict[str, Any]) -> None:
    grid = Grid("value of", "", "value", "method", "sure", "clue", title="Evidence", title_justify="left")
    for row in _children(connection, "evidence", "attribute, evidence_no", article):
        chosen = "chosen" if row["is_chosen"] else ""
        sure = f"{row['confidence']:.2f}"
        grid.add_row(row["attribute"], chosen, row["value"], row["method"], sure, row["clue"])
    out.print(grid)


def _print_source(out: Console, connection: duckdb.DuckDBPyConnection, article: dict[str, Any]) -> None:
    for row in _records(
        connection,
        "SELECT o.container_uri, o.member_path, o.item_no, o.url, d.media_type, d.byte_count "
        "FROM raw.observations o JOIN raw.documents d USING (raw_id) WHERE o.observation_id = ?",
        [article["observation_id"]],
    ):
        place = row["container_uri"] or row["url"]
        member = f", member {row['member_path']}" if row["member_path"] else ""
        out.print(
            f"From {place}{member}, item {row['item_no']}: {row['byte_count']:,} bytes of {row['media_type']}, "
            f"sha256 {article['raw_id']}."
        )


def _children(
    connection: duckdb.DuckDBPyConnection, table: str, order: str, article: dict[str, Any]
) -> list[dict[str, Any]]:
    return _records(
        connection,
        f"SELECT * FROM news.{table} WHERE article_id = ? AND version_no = ? ORDER BY {order}",
        [article["article_id"], article["version_no"]],
    )


def _records(connection: duckdb.DuckDBPyConnection, query: str, parameters: list[Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = connection.execute(query, parameters).to_arrow_table().to_pylist()
    return rows
