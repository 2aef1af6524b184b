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
    """The table `[fetch.bounds]`: the most that is accepted from a server. Times in seconds, sizes in bytes."""

    connections: Annotated[int, msgspec.Meta(description="connections at once")] = 64
    connect_seconds: Annotated[float, msgspec.Meta(description="seconds until a connection is open")] = 5.0
    total_seconds: Annotated[float, msgspec.Meta(description="seconds for one exchange")] = 30.0
    wire_bytes: Annotated[int, msgspec.Meta(description="bytes of one response as sent")] = 10 * _MB
    decoded_bytes: Annotated[int, msgspec.Meta(description="bytes of one response when decompressed")] = (
        20 * _MB
    )
    ratio: Annotated[int, msgspec.Meta(description="decompressed bytes for each byte that was sent")] = 200
    links: Annotated[int, msgspec.Meta(description="addresses that one source may list in one run")] = 200_000
    # Pages of blanks compress well.
    ratio_floor: Annotated[int, msgspec.Meta(description="smaller responses may have any ratio")] = _MB


class FetchPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table `[fetch]` of dateline.toml: how the web is fetched. Times in seconds."""

    contact: Annotated[
        str | None,
        msgspec.Meta(
            description="address or page at which a site's operator reaches you; part of the User-Agent",
            examples=["https://example.org/our-crawler"],
        ),
    ] = None
    allowed: Annotated[
        frozenset[str],
        msgspec.Meta(
            description="hosts (or host:port) that may be fetched in spite of a private address or another port",
            examples=[["127.0.0.1:8080"]],
        ),
    ] = frozenset()
    ports: Annotated[frozenset[int], msgspec.Meta(description="ports that may be fetched from")] = frozenset(
        {80, 443}
    )
    resolve: Annotated[
        dict[str, str],
        msgspec.Meta(
            description="fixed IP addresses and ports for host names, like curl --resolve",
            examples=[{"news.example": "127.0.0.1:8080"}],
        ),
    ] = {}
    delay: Annotated[NotNegative, msgspec.Meta(description="seconds between two requests to one host")] = 1.0
    patience: Annotated[
        NotNegative,
        msgspec.Meta(description="longest wait in seconds for a host; its pages are left to the next run"),
    ] = 300.0
    redirects: Annotated[int, msgspec.Meta(ge=0, description="redirects that one request follows")] = 5
    attempts: Annotated[int, msgspec.Meta(ge=1, description="attempts at one address in one run")] = 3
    backoff: Annotated[
        NotNegative, msgspec.Meta(description="seconds before the second attempt, doubled at each further one")
    ] = 2.0
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
