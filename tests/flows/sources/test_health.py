"""Alarms: a source that fails, falls silent, or whose articles come out in another shape."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.sources.health import Failure, SourceRun, after_run, fetched_by, longest_silence
from transforms.contract.columns import columns, encode
from warehouse.catalog.source_rows import SourceHealth

START = datetime(2024, 3, 1, 6, tzinfo=UTC)


def run(day: float, **seen: Any) -> SourceRun:
    usual: dict[str, Any] = {
        "answered": 5, "new_articles": 20, "documents": 20, "accepted": 20, "titled": 20, "dated": 20,
        "median_words": 500.0,
    }  # fmt: skip
    return SourceRun(START + timedelta(days=day), **(usual | seen))


QUIET = {"new_articles": 0, "documents": 0, "accepted": 0, "titled": 0, "dated": 0, "median_words": None}
DEAD = Failure("https://news.example/feed.xml", "http_error (answered 404)")
DOWN = QUIET | {"answered": 0, "failed": 5, "problem": "http_error", "failure": DEAD}


def after_days(days: int, *, per_day: int = 20) -> SourceHealth:
    health = None
    for day in range(days):
        seen = dict.fromkeys(("new_articles", "documents", "accepted", "titled", "dated"), per_day)
        health = after_run(health, run(day, **seen), source_id="harbour")
    assert health is not None
    return health


def test_rows_can_be_stored_and_are_documented() -> None:
    assert encode(SourceHealth, [after_days(1), after_days(3)]).num_rows == 2
    assert all(column.doc for column in columns(SourceHealth))


def test_a_source_that_is_well() -> None:
    health = after_days(30)
    assert (health.alarm, health.failures_in_row, health.new_articles) == (None, 0, 20)
    assert health.articles_per_day == pytest.approx(20, rel=0.1)
    assert health.last_success_at == health.last_new_at == health.checked_at
    assert health.usual_words == pytest.approx(500)


def test_what_a_run_fetched_is_counted_by_source() -> None:
    fetched = {
        ("harbour", None): 1,
        ("gazette", None): 1,
        ("harbour", "robots_denied"): 1,
        ("harbour", "http_error"): 2,
    }
    assert fetched_by(fetched, ended_at=START) == {
        "harbour": SourceRun(START, answered=1, failed=3, problem="http_error"),
        "gazette": SourceRun(START, answered=1),
    }


def test_the_first_run_says_nothing_of_the_rate() -> None:
    health = after_run(None, run(0, new_articles=5000), source_id="harbour")
    health = after_run(health, run(1), source_id="harbour")
    assert health.articles_per_day == pytest.approx(20, rel=0.1)


def test_a_source_that_fails() -> None:
    health = after_days(5)
    alarms = []
    for day in (5, 6, 7):
        health = after_run(health, run(day, **DOWN), source_id="harbour")
        alarms.append(health.alarm)
    assert alarms == ["failing"] * 3
    assert health.alarm_since == START + timedelta(days=5)
    assert (health.failures_in_row, health.problem) == (3, "http_error")
    assert health.last_success_at == START + timedelta(days=4)
    assert after_run(health, run(8), source_id="harbour").alarm is None


def test_some_failures_among_answers_are_none_of_the_source() -> None:
    health = after_days(5)
    for day in range(5, 15):
        answered = day % 2  # in between only the dead links are due
        seen = run(day, answered=answered, failed=3, problem="http_error")
        health = after_run(health, seen, source_id="harbour")
        assert (health.alarm, health.problem) == (None, "http_error")


@pytest.mark.parametrize(("per_day", "quiet_days", "loud_days"), [(20, 2, 4), (1, 5, 8)])
def test_a_source_that_falls_silent(per_day: int, quiet_days: int, loud_days: int) -> None:
    health = after_days(40, per_day=per_day)
    alarms = {}
    for day in range(1, loud_days + 1):
        health = after_run(health, run(39 + day, **QUIET), source_id="harbour")
        alarms[day] = health.alarm
    assert alarms[quiet_days] is None
    assert alarms[loud_days] == "silent"


def test_silence_that_is_usual() -> None:
    assert longest_silence(0) == longest_silence(0.01) == timedelta(days=30)
    assert longest_silence(1000) == timedelta(days=3)
    assert timedelta(days=6) < longest_silence(1) < timedelta(days=8)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({"accepted": 4, "titled": 4, "dated": 4}, "4 of 20 became articles"),
        ({"titled": 0}, "0 of 20 have a title"),
        ({"dated": 3}, "3 of 20 have a date"),
        ({"median_words": 40.0}, "40 words"),
        ({"median_words": 5000.0}, "5000 words"),
    ],
)
def test_articles_that_come_out_in_another_shape(seen: dict[str, object], words: str) -> None:
    health = after_run(after_days(20), run(20, **seen), source_id="harbour")
    assert health.alarm == "shape_changed"
    assert words in (health.alarm_detail or "")


@pytest.mark.parametrize(
    "seen",
    [
        {"accepted": 19, "titled": 19, "dated": 19},
        {"median_words": 300.0},
        {"documents": 5, "accepted": 0, "titled": 0, "dated": 0},
    ],
)
def test_deviations_within_chance_raise_no_alarm(seen: dict[str, object]) -> None:
    assert after_run(after_days(20), run(20, **seen), source_id="harbour").alarm is None


def test_a_shape_that_stays_becomes_the_usual_one() -> None:
    health, alarms = after_days(20), []
    for day in range(20, 40):
        health = after_run(health, run(day, dated=0), source_id="harbour")
        alarms.append(health.alarm)
    assert alarms[0] == alarms[3] == "shape_changed"
    assert alarms[-1] is None
