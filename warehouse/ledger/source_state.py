"""Sources in the lake: the state of each address, the health of each source, the shape of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.contract.columns import decode, encode
from warehouse.catalog.rows import Run
from warehouse.catalog.source_rows import FetchState, SourceHealth
from warehouse.catalog.tables import tables
from warehouse.lake.lake import CATALOG, Lake


@dataclass(frozen=True, slots=True)
class SourceShape:
    """Documents of one source that one run read, and the articles they became."""

    source_id: str
    documents: int
    accepted: int
    titled: int
    dated: int
    median_words: float | None
    new_articles: int


def fetch_states(lake: Lake) -> dict[str, FetchState]:
    """The state of every known address, by address."""
    return {row.url: row for row in decode(FetchState, lake.arrow(f"FROM {CATALOG}.raw.fetch_state"))}


def source_health(lake: Lake) -> dict[str, SourceHealth]:
    """The health of every source, by source_id."""
    rows = decode(SourceHealth, lake.arrow(f"FROM {CATALOG}.ops.source_health"))
    return {row.source_id: row for row in rows}


def store_health(lake: Lake, run: Run, health: Sequence[SourceHealth]) -> None:
    """Replace the rows of these sources, in a transaction of its own."""
    table, rows = tables()["ops.source_health"], encode(SourceHealth, health)
    with lake.transaction(f"run {run.run_id}: health of {len(health)} sources", is_data=False):
        lake.delete(table, rows.select(["source_id"]))
        lake.insert(table, rows)


def shapes_of_run(lake: Lake, run: Run) -> list[SourceShape]:
    """The shape of each source that the run read documents of."""
    found = lake.rows(
        f"""
        SELECT o.source_id, count(*), count(a.article_id), count(a.title), count(a.published_at),
            median(a.word_count), count(a.article_id) FILTER (a.version_no = 1)
        FROM {CATALOG}.raw.observations o
        LEFT JOIN {CATALOG}.news.articles a USING (observation_id)
        WHERE o.run_id = ? GROUP BY ALL
        """,
        [run.run_id],
    )
    return [SourceShape(*row) for row in found]
