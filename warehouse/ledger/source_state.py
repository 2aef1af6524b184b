"""Sources in the lake: the state of each address, the health of each source, the shape of a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import pyarrow as pa

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


class SourceSchedule(NamedTuple):
    """The number of due addresses of a source, and the earliest time when one is due."""

    due: int = 0
    next_due_at: datetime | None = None


class FailingPages(NamedTuple):
    """The pages of a source that have failed since one answered; `url` is that of the latest."""

    source_id: str
    page_count: int
    problem: str
    since: datetime
    has_answered: bool
    url: str


_PAGES = 10  # as many in a row are not chance where some pages answer and some do not
_FIRST_PAGES = 3  # where none ever answered
# Lists that name other lists; an address that was never fetched is known by what named it.
_LISTS = "('sitemapindex', 'opml', 'robots')"
# The condition of flows.sources.polling.is_due.
_NOT_PAUSED = "(retry_after_until IS NULL OR retry_after_until <= $now)"
_IS_DUE = f"{_NOT_PAUSED} AND next_due_at <= $now"
_IS_MODIFIED = f"{_NOT_PAUSED} AND fetched_at < modified_at AND modified_at <= $now"


class StoredStates:
    """Fetch states in a lake, found by due time or by address."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def due(
        self, source_ids: Collection[str], now: datetime, *, listings_only: bool = False
    ) -> list[FetchState]:
        """Due addresses that listings of these sources named, the longest overdue first."""
        return self._states(
            f"WHERE depth > 0 AND {_IS_DUE} AND list_contains($source_ids, source_id) "
            "AND (kind = 'listing' OR NOT $listings_only) ORDER BY next_due_at, url",
            {"source_ids": list(source_ids), "now": now, "listings_only": listings_only},
        )

    def paused(self, now: datetime) -> dict[str, datetime]:
        """Ends of the pauses that servers asked for, by address; only those after `now`."""
        found = self._lake.rows(
            f"SELECT url, retry_after_until FROM {CATALOG}.raw.fetch_state WHERE retry_after_until > ?", [now]
        )
        return dict(found)

    def of(self, urls: Collection[str]) -> dict[str, FetchState]:
        """States of these addresses, by address, as far as they are known."""
        if not urls:
            return {}
        with self._lake.keys(urls):
            return {row.url: row for row in self._states("WHERE url IN (SELECT id FROM asked)")}

    def listed(self, modified: Mapping[str, datetime | None], now: datetime) -> dict[str, FetchState | None]:
        """Addresses that a listing names and that are known, each with its state if it is due.

        `modified` are the addresses with the times at which the listing calls them modified, which make
        them due earlier. Whole rows are read only of due addresses.
        """
        times = pa.array(list(modified.values()), pa.timestamp("us", tz="UTC"))
        asked = pa.table({"id": pa.array(list(modified), pa.string()), "modified_at": times})
        with self._lake.registered("asked", asked):
            rows = self._lake.rows(
                f"SELECT url, coalesce({_IS_DUE}, false) OR coalesce({_IS_MODIFIED}, false) "
                f"FROM {CATALOG}.raw.fetch_state JOIN asked ON url = id",
                {"now": now},
            )
        due = self.of([url for url, is_due in rows if is_due])
        return {url: due.get(url) for url, _ in rows}

    def failing_listings(self, source_ids: Collection[str]) -> list[FetchState]:
        """Feeds and sitemaps that other listings named and whose last fetch failed, the longest first.

        Without the sitemaps that worked once and are gone: a site replaces the parts of an index.
        """
        return self._states(
            "WHERE depth > 0 AND problem IS NOT NULL AND list_contains($source_ids, source_id) "
            f"AND (kind = 'listing' OR hints['envelope'] IN {_LISTS}) "
            "AND NOT coalesce(hints['envelope'] = 'sitemapindex' AND changed_at IS NOT NULL "
            "AND status IN (404, 410), false) ORDER BY failed_since, url",
            {"source_ids": list(source_ids)},
        )

    def failing_pages(self, source_ids: Collection[str]) -> list[FailingPages]:
        """Sources of which no page answers: all new ones have failed since the last answer.

        Without the pages that worked once and are gone. What fails again counts once.
        """
        found = self._lake.rows(
            "WITH last AS (SELECT source_id, max(fetched_at) FILTER (problem IS NULL) AS answered_at "
            f"FROM {CATALOG}.raw.fetch_state WHERE kind = 'page' AND depth > 0 "
            "AND list_contains($source_ids, source_id) GROUP BY ALL) "
            "SELECT source_id, count(*) AS pages, mode(problem), min(failed_since), "
            "answered_at IS NOT NULL AS has_answered, arg_max(url, failed_since) "
            f"FROM {CATALOG}.raw.fetch_state JOIN last USING (source_id) WHERE kind = 'page' AND depth > 0 "
            "AND problem IS NOT NULL AND failed_since > coalesce(answered_at, '-infinity') "
            "AND NOT coalesce(changed_at IS NOT NULL AND status IN (404, 410), false) "
            "GROUP BY source_id, answered_at HAVING pages >= if(has_answered, $enough, $enough_at_first)",
            {"source_ids": list(source_ids), "enough": _PAGES, "enough_at_first": _FIRST_PAGES},
        )
        return [FailingPages(*row) for row in found]

    def schedules(self, now: datetime) -> dict[str, SourceSchedule]:
        """When the addresses of each source are due, by source_id."""
        found = self._lake.rows(
            f"SELECT source_id, count(*) FILTER ({_IS_DUE}), min(next_due_at) "
            f"FROM {CATALOG}.raw.fetch_state GROUP BY ALL",
            {"now": now},
        )
        return {id: SourceSchedule(due, earliest) for id, due, earliest in found}

    def _states(self, condition: str, parameters: Mapping[str, Any] | None = None) -> list[FetchState]:
        query = f"FROM {CATALOG}.raw.fetch_state {condition}"
        return decode(FetchState, self._lake.arrow(query, parameters or ()))


def reasons_of_failures(lake: Lake, urls: Collection[str]) -> dict[str, str]:
    """The detail of the open quarantine item of each address that could not be fetched, by address."""
    if not urls:
        return {}
    with lake.keys(urls):
        found = lake.rows(
            f"SELECT url, arg_max(detail, run_id) FROM {CATALOG}.raw.quarantine WHERE status = 'open' "
            "AND container_uri IS NULL AND subject_id IS NULL AND url IN (SELECT id FROM asked) GROUP BY ALL"
        )
    return dict(found)


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


def stated_fields_of(lake: Lake, observations: Mapping[str, int]) -> list[tuple[str, int, int, int, int]]:
    """Counts by source_id for the articles of observations (observation_id -> seq).

    All of them, those with a title, with a date, and records with only a description as their text.
    """
    with lake.keys(observations):
        found = lake.rows(
            f"""
            SELECT source_id, count(*), count(title), count(published_at),
                count(*) FILTER (form = 'record' AND list_contains(flags, 'teaser'))
            FROM {CATALOG}.news.articles
            WHERE seq BETWEEN ? AND ? AND observation_id IN (SELECT id FROM asked) GROUP BY ALL
            """,
            [min(observations.values(), default=0), max(observations.values(), default=0)],
        )
    return [(id, *counts) for id, *counts in found]
