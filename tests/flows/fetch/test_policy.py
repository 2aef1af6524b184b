"""The settings of fetching, and that we say who we are."""

import tomllib

import pytest

from flows.fetch.policy import Bounds, FetchPolicy, fetch_policy_of
from transforms.contract.errors import ConfigError


def test_all_settings() -> None:
    table = tomllib.loads("""
        contact = "https://archive.example/bot"
        allowed = ["cms.example:8080"]
        ports = [80, 443, 8443]
        resolve = { "news.example" = "127.0.0.1:8080", "six.example" = "[::1]:8080" }
        delay = 3
        patience = 10.5
        attempts = 2
        bounds = { total_seconds = 60, wire_bytes = 1000 }
    """)
    assert fetch_policy_of(table) == FetchPolicy(
        contact="https://archive.example/bot",
        allowed=frozenset({"cms.example:8080"}),
        ports=frozenset({80, 443, 8443}),
        resolve={"news.example": "127.0.0.1:8080", "six.example": "[::1]:8080"},
        delay=3.0,
        patience=10.5,
        attempts=2,
        bounds=Bounds(total_seconds=60.0, wire_bytes=1000),
    )
    assert fetch_policy_of({}) == FetchPolicy()


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"dely": 1}, "fetch.dely"),
        ({"bounds": {"wire": 1}}, "fetch.bounds.wire"),
        ({"bounds": 5}, "fetch.bounds"),
        ({"delay": "1s"}, "fetch.delay"),
        ({"delay": -1}, "fetch.delay"),
        ({"attempts": 0}, "fetch.attempts"),
        ({"ports": ["http"]}, "fetch.ports"),
        (5, "fetch"),
        ({"resolve": {"news.example": "127.0.0.1"}}, "fetch.resolve.news.example"),
        ({"resolve": {"news.example": "other.example:80"}}, "fetch.resolve.news.example"),
    ],
)
def test_what_cannot_be_followed_is_named(table: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        fetch_policy_of(table)
    assert caught.value.key == key


def test_the_defaults_are_polite_and_say_who_we_are() -> None:
    policy = FetchPolicy()
    assert (policy.delay, policy.redirects, policy.ports) == (1.0, 5, frozenset({80, 443}))
    assert (policy.bounds.total_seconds, policy.bounds.connect_seconds) == (30, 5)
    assert (policy.bounds.wire_bytes, policy.bounds.decoded_bytes) == (10 << 20, 20 << 20)
    assert policy.user_agent.startswith("dateline")
    assert FetchPolicy(contact="me@desk.example").user_agent.endswith("(+me@desk.example)")
