"""Rows about sources: the state of each address, and the health of each source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from transforms.contract.columns import Count, Share

Alarm = Literal["failing", "silent", "shape_changed"]


@dataclass(slots=True)
class FetchState:
    """One address, fetched or to be fetched: a row of raw.fetch_state, replaced by `url`."""

    url: Annotated[str, "the address as it is requested"]
    source_id: Annotated[str, "the source whose runs request it"]
    kind: Annotated[Literal["listing", "page"], "listing: a feed or sitemap, which names other addresses"]
    depth: Annotated[Count, "links from the address in the settings, which has 0"]
    hints: Annotated[dict[str, str], "facts stated by the listing: published, title ..."]
    discovered_at: Annotated[datetime, "when it was first listed, UTC"]
    final_url: Annotated[str | None, "end of the redirects; null: never answered"] = None
    etag: Annotated[str | None, "ETag of the last body"] = None
    last_modified: Annotated[str | None, "Last-Modified of the last body, as sent"] = None
    body_sha256: Annotated[str | None, "hash of the last body"] = None
    status: Annotated[int | None, "HTTP status of the last response; null: there was none"] = None
    problem: Annotated[
        str | None, "why the last fetch failed (transforms.contract.reasons.Reason); null: it did not"
    ] = None
    fetched_at: Annotated[datetime | None, "when it was last requested, UTC; null: never"] = None
    changed_at: Annotated[datetime | None, "when its body was last found changed, UTC"] = None
    interval_seconds: Annotated[Count, "time between two fetches, adapted to how often it changes"] = 0
    next_due_at: Annotated[datetime | None, "when it is due again, UTC; null: never"] = None
    consecutive_failures: Annotated[Count, "failures since the last success"] = 0
    failed_since: Annotated[
        datetime | None, "first of the consecutive failures, UTC; null: the last fetch succeeded"
    ] = None
    retry_after_until: Annotated[
        datetime | None, "end of the pause that the server asked for (Retry-After), UTC"
    ] = None
    robots_sha256: Annotated[str | None, "hash of the robots.txt that allowed the last fetch"] = None


@dataclass(slots=True)
class SourceHealth:
    """One source after its latest run: a row of ops.source_health, replaced by `source_id`."""

    source_id: Annotated[str, "the configured source"]
    checked_at: Annotated[datetime, "end of the latest run, UTC"]
    first_seen_at: Annotated[datetime, "when the source was first run, UTC"]
    last_success_at: Annotated[
        datetime | None,
        "end of its last run without an address, feed or sitemap that fails, nor all pages, UTC",
    ] = None
    last_new_at: Annotated[datetime | None, "when it last had a new article, UTC"] = None
    failures_in_row: Annotated[
        Count, "runs since last_success_at: an address, feed or sitemap fails, or all pages do"
    ] = 0
    problem: Annotated[
        str | None, "most frequent reason of the failures of the latest run; null: there were none"
    ] = None
    new_articles: Annotated[Count, "new articles of the latest run"] = 0
    recent_articles: Annotated[float, "new articles, each weighted down with age (1/e after four weeks)"] = 0.0
    articles_per_day: Annotated[float, "rate estimated from recent_articles"] = 0.0
    alarm: Annotated[Alarm | None, "kind of problem; null: there is none"] = None
    alarm_detail: Annotated[str | None, "the alarm in words"] = None
    alarm_address: Annotated[
        str | None, "the address, feed, sitemap or path that fails, else the source's first"
    ] = None
    alarm_since: Annotated[datetime | None, "first failure, last new article, or when the alarm began, UTC"] = (
        None
    )
    usual_articles: Annotated[float, "number of articles behind the usual shares below"] = 0.0
    usual_accepted: Annotated[Share | None, "usual share of documents that became articles"] = None
    usual_titled: Annotated[Share | None, "usual share of articles with a title"] = None
    usual_dated: Annotated[Share | None, "usual share of articles with a publication date"] = None
    usual_words: Annotated[float | None, "usual median of words of an article"] = None
