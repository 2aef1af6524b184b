"""The settings of fetching: user agent, rate limits, retries and size limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address
from typing import Annotated, TypeVar

import msgspec

from transforms.contract.errors import ConfigError

AGENT = "dateline"
"""Our product token: the name that robots.txt rules address."""
_MB = 1 << 20

_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")

Address = tuple[str, int]
T = TypeVar("T")
NotNegative = Annotated[float, msgspec.Meta(ge=0, lt=1e9)]


class Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most that is accepted from a server. Times in seconds, sizes in bytes."""

    connections: int = 64
    connect_seconds: float = 5.0
    total_seconds: float = 30.0
    wire_bytes: int = 10 * _MB
    decoded_bytes: int = 20 * _MB
    ratio: int = 200
    links: int = 200_000  # addresses that one source may list in one run
    ratio_floor: int = _MB  # smaller bodies may have any ratio: pages of blanks compress well


class FetchPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table `[fetch]` of dateline.toml. Times in seconds.

    `contact` is an address or page at which a site's operator reaches whoever runs this; it is part
    of the User-Agent. `ports` and `allowed` are exceptions for the address guard, `resolve` maps names to
    fixed addresses; for `delay` and `patience` see flows.fetch.hosts.
    """

    contact: str | None = None
    allowed: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset({80, 443})
    resolve: dict[str, str] = {}
    delay: NotNegative = 1.0
    patience: NotNegative = 300.0
    redirects: Annotated[int, msgspec.Meta(ge=0)] = 5
    attempts: Annotated[int, msgspec.Meta(ge=1)] = 3
    backoff: NotNegative = 2.0  # before the second attempt; doubled at each further one, with jitter
    bounds: Bounds = Bounds()

    @property
    def user_agent(self) -> str:
        """The User-Agent header."""
        try:
            name = f"{AGENT}/{version('dateline')}"
        except PackageNotFoundError:
            name = AGENT
        return f"{name} (+{self.contact})" if self.contact else name


def fixed_addresses(resolve: Mapping[str, str]) -> dict[str, Address]:
    """Read {"news.example": "127.0.0.1:8080"}, like curl's --resolve; ConfigError names a wrong entry."""
    found: dict[str, Address] = {}
    for host, address in resolve.items():
        ip, _, port = address.rpartition(":")
        try:
            found[host.lower()] = (str(ip_address(ip.strip("[]"))), int(port))
        except ValueError as error:
            detail = f"fetch.resolve: {address!r} for {host} is not an IP address with a port"
            raise ConfigError(detail, key=f"fetch.resolve.{host}") from error
    return found


def fetch_policy_of(table: object) -> FetchPolicy:
    """The fetch policy of the table `[fetch]`; ConfigError names the key that is wrong."""
    policy = read_table(table, FetchPolicy, key="fetch")
    fixed_addresses(policy.resolve)
    return policy


def read_table(table: object, kind: type[T], *, key: str) -> T:
    """A table of dateline.toml as a struct; ConfigError names the key below `key` that is wrong."""
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        key += place.rstrip("`").partition("[")[0]
        if unknown := _UNKNOWN.fullmatch(message):
            raise ConfigError(f"{key}: unknown setting {unknown[1]!r}", key=f"{key}.{unknown[1]}") from error
        raise ConfigError(f"{key}: {message}", key=key) from error
