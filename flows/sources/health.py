"""Source health: failures in a row, silence, and articles of unusual shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp, sqrt

from warehouse.catalog.source_rows import Alarm, SourceHealth


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure that stops a source: of a configured address or path, of a listing, or of all its pages."""

    address: str
    detail: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceRun:
    """The counts of one run for one source.

    `address` is the first of the source, `failure` lasts until it works again, whether this run asked or
    not. `answered` and `failed` count addresses; `new_articles` articles not known before; the shape is
    that of all documents cleaned in the run: how many became articles, and of those how many have a
    title, a date, and how long they are.
    """

    ended_at: datetime
    address: str | None = None
    failure: Failure | None = None
    answered: int = 0
    failed: int = 0
    problem: str | None = None
    new_articles: int = 0
    documents: int = 0
    accepted: int = 0
    titled: int = 0
    dated: int = 0
    median_words: float | None = None


_MEMORY = timedelta(days=28)
_SHORTEST_SILENCE = timedelta(days=3)  # many desks rest at weekends
_LONGEST_SILENCE = timedelta(days=30)
_CHANCE = 6.9  # a Poisson source is silent for 6.9 mean intervals once in a thousand
_ENOUGH = 10  # articles that a shape needs to be compared
_SIGNIFICANT = 4.0  # standard errors
_KEPT_ARTICLES = 500.0  # number of last articles that make the usual shape


def after_run(old: SourceHealth | None, run: SourceRun, *, source_id: str) -> SourceHealth:
    """Health after a run, with the alarm if there is one."""
    before = old or SourceHealth(source_id, run.ended_at, run.ended_at)
    # Neither what answered nor what failed in this run: old pages answer long after the feed that named
    # them is dead, and an idle run may ask a dead link alone.
    is_success = run.failure is None
    passed = (run.ended_at - before.checked_at) / _MEMORY
    health = replace(
        before,
        checked_at=run.ended_at,
        last_success_at=run.ended_at if is_success else before.last_success_at,
        last_new_at=run.ended_at if run.new_articles else before.last_new_at,
        failures_in_row=0 if is_success else before.failures_in_row + 1,
        problem=run.problem if run.failed else None,
        new_articles=run.new_articles,
        # The first run fetches a backlog, which is not a rate.
        recent_articles=before.recent_articles * exp(-passed) + (run.new_articles if old else 0),
    )
    age = (run.ended_at - health.first_seen_at) / _MEMORY
    health.articles_per_day = health.recent_articles / _MEMORY.days / (1 - exp(-age)) if age > 0 else 0.0
    deviation = shape_change(before, run)
    if deviation is None:
        _learn(health, run)
    elif run.documents >= _ENOUGH:
        health.usual_articles /= 2  # a lasting change becomes the usual
    _set_alarm(health, before, run, deviation)
    return health


def alarm_line(health: SourceHealth) -> str:
    """The alarm of a source in one line: kind, name, address, reason, beginning."""
    where = f" ({health.alarm_address})" if health.alarm_address not in (None, health.source_id) else ""
    since = f", since {health.alarm_since:%Y-%m-%d %H:%M} UTC" if health.alarm_since else ""
    kind = (health.alarm or "well").replace("_", " ")
    return f"{kind}: {health.source_id}{where}: {health.alarm_detail}{since}"


def fetched_by(fetched: Mapping[tuple[str, str | None], int], *, ended_at: datetime) -> dict[str, SourceRun]:
    """Sum up fetched addresses by source; their numbers come by source_id and problem (None: answered)."""
    by_source: dict[str, Counter[str | None]] = {}
    for (source_id, problem), count in fetched.items():
        by_source.setdefault(source_id, Counter())[problem] += count
    runs = {}
    for source_id, counts in by_source.items():
        answered = counts.pop(None, 0)
        problem = counts.most_common(1)[0][0] if counts else None
        runs[source_id] = SourceRun(ended_at, answered=answered, failed=counts.total(), problem=problem)
    return runs


def shape_change(usual: SourceHealth, run: SourceRun) -> str | None:
    """How the documents of a run differ from the usual ones of the source; None within chance."""
    if run.documents < _ENOUGH or usual.usual_articles < _ENOUGH:
        return None
    for name, share, of, usually in (
        ("became articles", run.accepted, run.documents, usual.usual_accepted),
        ("have a title", run.titled, run.accepted, usual.usual_titled),
        ("have a date", run.dated, run.accepted, usual.usual_dated),
    ):
        if usually is not None and of and _is_far(share / of, of, usually, usual.usual_articles):
            return f"{share} of {of} {name}, usually {usually:.0%}"
    words, usual_words = run.median_words, usual.usual_words
    if words is not None and usual_words and run.accepted >= _ENOUGH and not 1 / 3 < words / usual_words < 3:
        return f"half of the articles have {words:.0f} words or fewer, usually {usual_words:.0f}"
    return None


def longest_silence(articles_per_day: float) -> timedelta:
    """Time without a new article that is still usual at this rate."""
    if articles_per_day <= 0:
        return _LONGEST_SILENCE
    expected = timedelta(days=min(_CHANCE / articles_per_day, _LONGEST_SILENCE.days))
    return max(expected, _SHORTEST_SILENCE)


def _set_alarm(health: SourceHealth, before: SourceHealth, run: SourceRun, deviation: str | None) -> None:
    health.alarm, health.alarm_detail = _alarm(health, run, deviation)
    health.alarm_address = health.alarm_since = None
    if health.alarm is None:
        return
    began = before.alarm_since if health.alarm == before.alarm else None
    health.alarm_address = run.failure.address if run.failure else run.address
    if health.alarm == "silent":
        health.alarm_since = health.last_new_at
    elif run.failure is not None and run.failure.since is not None:
        health.alarm_since = run.failure.since
    else:
        health.alarm_since = began or run.ended_at


def _alarm(health: SourceHealth, run: SourceRun, deviation: str | None) -> tuple[Alarm | None, str | None]:
    if run.failure is not None:
        return "failing", run.failure.detail
    if deviation is not None:
        return "shape_changed", deviation
    if health.last_new_at is not None:
        quiet = health.checked_at - health.last_new_at
        rate = health.articles_per_day * exp(quiet / _MEMORY)  # as it was before the silence
        if quiet > longest_silence(rate):
            return "silent", f"no new article for {quiet.days} days, usually {rate:.1f} a day"
    return None, None


def _is_far(share: float, count: int, usual: float, usual_count: float) -> bool:
    """Whether two shares differ beyond chance (two-proportion z-test), and by more than a tenth."""
    pooled = (share * count + usual * usual_count) / (count + usual_count)
    error = sqrt(max(pooled * (1 - pooled), 1e-9) * (1 / count + 1 / usual_count))
    return abs(share - usual) > max(_SIGNIFICANT * error, 0.1)


def _learn(health: SourceHealth, run: SourceRun) -> None:
    """Average a run into the usual shape, weighted by its articles against those before."""
    weight = health.usual_articles / (health.usual_articles + run.accepted) if run.accepted else 1.0

    def mixed(usual: float | None, seen: float) -> float:
        return seen if usual is None else usual * weight + seen * (1 - weight)

    if run.documents:
        health.usual_accepted = mixed(health.usual_accepted, run.accepted / run.documents)
    if run.accepted:
        health.usual_titled = mixed(health.usual_titled, run.titled / run.accepted)
        health.usual_dated = mixed(health.usual_dated, run.dated / run.accepted)
    if run.accepted and run.median_words is not None:
        health.usual_words = mixed(health.usual_words, run.median_words)
    health.usual_articles = min(health.usual_articles + run.accepted, _KEPT_ARTICLES)
