"""When an address is due again, after each kind of outcome."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.fetch.exchange import Fetched, FetchRequest, NotModified, retry_after
from flows.sources.polling import LISTINGS, PAGES, Polling, after, discovered, is_due, request
from transforms.contract.columns import arrow_schema, columns, encode
from transforms.contract.documents import Origin, Rejected
from transforms.contract.reasons import Reason
from warehouse.catalog.source_rows import FetchState

NOW = datetime(2024, 3, 5, 10, tzinfo=UTC)
URL = "https://news.example/a"
NEW = discovered(URL, source_id="harbour", at=NOW, hints={"published": "2024-03-05"})


def got(body: bytes = b"<p>news</p>", **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched(FetchRequest(URL, "harbour"), URL, 200, named, body, NOW, "r0b0")


def same(**headers: str) -> NotModified:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return NotModified(FetchRequest(URL, "harbour"), URL, 304, named, NOW)


def refused(reason: Reason = Reason.HTTP_ERROR, status: int | None = 503, **headers: str) -> Rejected:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Rejected(reason, "", Origin("harbour", url=URL, http_status=status, http_headers=named))


def interval(state: FetchState) -> timedelta:
    assert state.next_due_at
    assert state.fetched_at
    return state.next_due_at - state.fetched_at


def test_rows_can_be_stored_and_are_documented() -> None:
    assert encode(FetchState, [NEW, after(NEW, got(), polling=PAGES, at=NOW)]).num_rows == 2
    assert all(column.doc for column in columns(FetchState))
    assert "robots_sha256" in arrow_schema(FetchState).names


def test_a_new_address_is_due_at_once_and_asked_for_without_conditions() -> None:
    assert is_due(NEW, NOW)
    asked = request(NEW)
    assert (asked.url, asked.etag, asked.last_modified, asked.body_sha256) == (URL, None, None, None)
    assert asked.hints == {"published": "2024-03-05"}


def test_what_was_answered_makes_the_next_request_conditional() -> None:
    state = after(NEW, got(etag='"x"', last_modified="Tue"), polling=PAGES, at=NOW)
    asked = request(state)
    assert (asked.etag, asked.last_modified, asked.body_sha256) == ('"x"', "Tue", got().body_sha256)
    assert (state.status, state.problem, state.robots_sha256) == (200, None, "r0b0")
    kept = after(state, same(), polling=PAGES, at=NOW)
    assert (kept.etag, kept.last_modified, kept.body_sha256) == ('"x"', "Tue", state.body_sha256)
    assert kept.changed_at == state.changed_at == NOW
    other = after(state, got(b"other"), polling=PAGES, at=NOW)
    assert (other.etag, other.last_modified) == (None, None)
    assert other.body_sha256 != state.body_sha256


def test_a_listing_that_changes_is_polled_more_often() -> None:
    state = after(NEW, got(), polling=LISTINGS, at=NOW)
    lengths = [interval(state)]
    for outcome in (
        same(),
        same(),
        same(),
        same(),
        same(),
        got(b"1"),
        got(b"2"),
        got(b"3"),
        got(b"4"),
        got(b"5"),
    ):
        state = after(state, outcome, polling=LISTINGS, at=NOW)
        lengths.append(interval(state))
    assert lengths[:6] == sorted(lengths[:6])
    assert lengths[5:] == sorted(lengths[5:], reverse=True)
    assert (max(lengths), min(lengths)) == (LISTINGS.longest, LISTINGS.shortest)


def test_an_hourly_run_finds_due_what_the_last_one_fetched() -> None:
    state = after(NEW, got(), polling=LISTINGS, at=NOW + timedelta(minutes=2))
    assert is_due(state, NOW + timedelta(hours=1))
    page = after(NEW, got(), polling=PAGES, at=NOW + timedelta(minutes=30))
    assert is_due(page, NOW + timedelta(days=1))
    assert not is_due(page, NOW + timedelta(hours=12))


def test_pages_are_seen_again_a_few_times_and_then_left() -> None:
    state, at, count = after(NEW, got(), polling=PAGES, at=NOW), NOW, 1
    while state.next_due_at is not None:
        at, count = state.next_due_at, count + 1
        state = after(state, got(str(count).encode()), polling=PAGES, at=at)
    assert 5 <= count <= 7
    assert at < NOW + timedelta(days=32)
    assert not is_due(state, NOW + timedelta(days=999))


def test_pages_that_are_not_to_be_seen_again() -> None:
    polling = replace(PAGES, lifetime=timedelta(0))
    assert after(NEW, got(), polling=polling, at=NOW).next_due_at is None


def test_a_page_that_its_listing_calls_modified_is_due() -> None:
    state = after(NEW, got(), polling=PAGES, at=NOW)
    later = NOW + timedelta(hours=1)
    assert not is_due(state, later)
    assert is_due(state, later, modified_at=NOW + timedelta(minutes=5))
    assert not is_due(state, later, modified_at=NOW - timedelta(minutes=5))
    assert not is_due(state, later, modified_at=NOW + timedelta(days=5))


def test_failures_are_waited_for_longer_and_longer() -> None:
    state, lengths = NEW, []
    for _ in range(12):
        state = after(state, refused(), polling=LISTINGS, at=NOW)
        lengths.append(interval(state))
    assert lengths == sorted(lengths)
    assert (lengths[0], lengths[-1]) == (timedelta(minutes=15), timedelta(days=1))
    assert (state.consecutive_failures, state.problem, state.status) == (12, "http_error", 503)
    well = after(state, got(), polling=LISTINGS, at=NOW)
    assert (well.consecutive_failures, well.problem, well.retry_after_until) == (0, None, None)


@pytest.mark.parametrize(
    ("outcome", "polling", "is_over"),
    [
        (refused(status=410), PAGES, True),
        (refused(Reason.URL_FORBIDDEN, None), PAGES, True),
        (refused(status=404), PAGES, False),
        (refused(status=410), LISTINGS, False),
        (refused(Reason.URL_FORBIDDEN, None), LISTINGS, False),
    ],
)
def test_deleted_pages_are_not_polled_again(outcome: Rejected, polling: Polling, is_over: bool) -> None:
    assert (after(NEW, outcome, polling=polling, at=NOW).next_due_at is None) is is_over


def test_a_page_is_given_up_after_some_failures() -> None:
    state = NEW
    for _ in range(5):
        assert state.next_due_at is not None
        state = after(state, refused(status=404), polling=PAGES, at=NOW)
    assert state.next_due_at is None


def test_retry_after_holds_even_against_the_listing() -> None:
    state = after(NEW, refused(retry_after="7200"), polling=PAGES, at=NOW)
    assert state.retry_after_until == NOW + timedelta(hours=2) == state.next_due_at
    assert not is_due(state, NOW + timedelta(hours=1), modified_at=NOW + timedelta(minutes=1))
    assert is_due(state, NOW + timedelta(hours=2))


def test_a_server_may_ask_for_less_polling() -> None:
    state = after(NEW, got(cache_control="public, max-age=7200"), polling=LISTINGS, at=NOW)
    assert interval(state) == timedelta(hours=2)
    state = after(NEW, got(cache_control="max-age=99999999"), polling=LISTINGS, at=NOW)
    assert interval(state) == timedelta(days=1)
    state = after(NEW, got(cache_control="s-maxage=7200"), polling=LISTINGS, at=NOW)
    assert interval(state) == LISTINGS.first


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120), ("0", 0), ("Tue, 05 Mar 2024 10:01:00 GMT", 60), ("Tue, 05 Mar 2024 09:00:00 GMT", 0),
        ("99999999999999999999", 7 * 86400), ("soon", None), ("", None), ("-5", None), ("١٢", None),
    ],
)  # fmt: skip
def test_retry_after_as_servers_write_it(value: str, seconds: int | None) -> None:
    found = retry_after({"retry-after": value}, NOW)
    assert found == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(max_size=40))
def test_no_header_is_too_odd(value: str) -> None:
    found = retry_after({"retry-after": value}, NOW)
    assert found is None or timedelta(0) <= found <= timedelta(days=7)
    assert after(NEW, got(cache_control=value), polling=PAGES, at=NOW).next_due_at
