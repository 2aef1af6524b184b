"""`dateline explain`: one article, its lines by kind, and the evidence for each value."""

from __future__ import annotations

from contextlib import closing

from flows.show.screen import grid, screen
from warehouse import connect
from warehouse.ask.article import find_article

_SHOWN = (
    "article_id", "version_no", "title", "subtitle", "authors", "publisher", "section", "language", "published_at",
    "published_precision", "published_basis", "url", "canonical_url", "id_basis", "extraction_method",
    "extraction_confidence", "word_count", "flags", "repairs", "raw_id", "first_seen_at",
)  # fmt: skip


def print_article(lake: str, wanted: str) -> None:
    """Print the newest version of the article with this id, start of an id, or address."""
    with closing(connect(lake)) as connection:
        found = find_article(connection, wanted)
    out = screen()
    for name in _SHOWN:
        value = getattr(found.article, name)
        if value not in (None, [], ""):
            out.print(f"{name:<22} {', '.join(value) if isinstance(value, list) else value}")
    segments = grid("kind", "basis", "confidence", "text", title="Segments in reading order")
    for segment in found.segments:
        segments.add_row(segment.kind, segment.basis, f"{segment.confidence:.2f}", segment.text)
    out.print(segments)
    evidence = grid("value of", "", "value", "method", "confidence", "clue", title="Evidence")
    for row in found.evidence:
        chosen, confidence = "chosen" if row.is_chosen else "", f"{row.confidence:.2f}"
        evidence.add_row(row.attribute, chosen, row.value, row.method, confidence, row.clue)
    out.print(evidence)
    if source := found.source:
        member = f", member {source.member_path}" if source.member_path else ""
        out.print(
            f"From {source.container_uri or source.url}{member}, item {source.item_no}: "
            f"{source.byte_count:,} bytes of {source.media_type}, sha256 {found.article.raw_id}."
        )
