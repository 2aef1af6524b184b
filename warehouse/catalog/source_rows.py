"""The rows that remember sources: each address that is fetched, and how each source does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from transforms.contract.columns import Count, Share

Alarm = Literal["failing", "silent", "shape_changed"]


@dataclass(slots=True)
class FetchState:
    """One address that was fetched or waits to be: a row of raw.fetch_state, replaced by `url`."""

    url: Annotated[str, "the address as it is asked for"]
    source_id: Annotated[str, "the source whose runs ask for it"]
    kind: Annotated[Literal["listing", "page"], "listing: a feed or sitemap, which names other addresses"]
    depth: Annotated[Count, "links from the address in the settings, which has 0"]
    hints: Annotated[dict[str, str], "what the listing says of it: published, title ..."]
    discovered_at: Annotated[datetime, "when it was first named, UTC"]
    final_url: Annotated[str | None, "where redirects led; null: never answered"] = None
    etag: Annotated[str | None, "ETag of the last body"] = None
    last_modified: Annotated[str | None, "Last-Modified of the last body, as sent"] = None
    body_sha256: Annotated[str | None, "hash of the last body"] = None
    status: Annotated[int | None, "HTTP status of the last answer; null: there was none"] = None
    problem: Annotated[
        str | None, "why the last fetch gave nothing (transforms.contract.reasons.Reason); null: it did"
    ] = None
    fetched_at: Annotated[datetime | None, "when it was last asked for, UTC; null: not yet"] = None
    changed_at: Annotated[datetime | None, "when its body was last found new, UTC"] = None
    interval_seconds: Annotated[Count, "present time between two fetches, adapted to how often it changes"] = 0
    next_due_at: Annotated[datetime | None, "when it is to be asked for again, UTC; null: never"] = None
    consecutive_failures: Annotated[Count, "failures since it was last answered"] = 0
    retry_after_until: Annotated[datetime | None, "until when the server wants to be left alone, UTC"] = None
    robots_sha256: Annotated[str | None, "hash of the robots.txt that allowed the last fetch"] = None


@dataclass(slots=True)
class SourceHealth:
    """One source after its latest run: a row of ops.source_health, replaced by `source_id`."""

    source_id: Annotated[str, "the configured source"]
    checked_at: Annotated[datetime, "end of the run that this row speaks of, UTC"]
    first_seen_at: Annotated[datetime, "when the source was first run, UTC"]
    last_success_at: Annotated[datetime | None, "when something of it was last answered, UTC"] = None
    last_new_at: Annotated[datetime | None, "when it last gave a new article, UTC"] = None
    failures_in_row: Annotated[Count, "runs since then in which nothing was answered"] = 0
    problem: Annotated[str | None, "reason of most failures of the latest run; null: there were none"] = None
    new_articles: Annotated[Count, "new articles of the latest run"] = 0
    recent_articles: Annotated[float, "new articles, each counting less as weeks pass (1/e after four)"] = 0.0
    articles_per_day: Annotated[float, "rate that recent_articles stand for"] = 0.0
    alarm: Annotated[Alarm | None, "what is wrong; null: nothing is"] = None
    alarm_detail: Annotated[str | None, "the alarm in words"] = None
    usual_articles: Annotated[float, "articles that the usual shape rests on"] = 0.0
    usual_accepted: Annotated[Share | None, "usual share of documents that became articles"] = None
    usual_titled: Annotated[Share | None, "usual share of articles with a title"] = None
    usual_dated: Annotated[Share | None, "usual share of articles with a publication date"] = None
    usual_words: Annotated[float | None, "usual median of words of an article"] = None
