"""The settings of fetching: who we are, how gently we ask, what we take at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address
from typing import Any

import msgspec

from transforms.contract.errors import ConfigError

AGENT = "dateline"
"""Our product token: the name that robots.txt rules address."""
_MB = 1 << 20

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is taken from a server at most. Times in seconds, sizes in bytes."""

    connections: int = 64
    connect_seconds: float = 5.0
    total_seconds: float = 30.0
    wire_bytes: int = 10 * _MB
    decoded_bytes: int = 20 * _MB
    ratio: int = 200
    links: int = 200_000  # addresses that one source may name in one run
    ratio_floor: int = _MB  # the ratio is judged from here on: small pages of blanks compress well


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """How we behave towards servers. Times in seconds.

    `contact` is an address or page at which a site's operator reaches whoever runs this; it is part
    of the User-Agent. `ports` and `allowed` are what the guard lets through, `resolve` gives names a
    fixed address; `delay` and `patience` are those of flows.fetch.hosts.
    """

    contact: str | None = None
    allowed: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset({80, 443})
    resolve: Mapping[str, str] = field(default_factory=dict)
    delay: float = 1.0
    patience: float = 300.0
    redirects: int = 5
    attempts: int = 3
    backoff: float = 2.0  # before the second attempt; doubled at each further one, with jitter
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def user_agent(self) -> str:
        """Who we are."""
        try:
            name = f"{AGENT}/{version('dateline')}"
        except PackageNotFoundError:
            name = AGENT
        return f"{name} (+{self.contact})" if self.contact else name


def fixed_addresses(resolve: Mapping[str, str]) -> dict[str, Address]:
    """Read {"news.example": "127.0.0.1:8080"}, as curl's --resolve; ConfigError names a wrong entry."""
    found: dict[str, Address] = {}
    for host, address in resolve.items():
        ip, _, port = address.rpartition(":")
        try:
            found[host.lower()] = (str(ip_address(ip.strip("[]"))), int(port))
        except ValueError as error:
            detail = f"fetch.resolve: {address!r} for {host} is not an IP address with a port"
            raise ConfigError(detail, key=f"fetch.resolve.{host}") from error
    return found


def fetch_policy_of(table: Mapping[str, Any]) -> FetchPolicy:
    """Read the table `[fetch]` of dateline.toml; ConfigError names the key that cannot be followed."""
    for name, kind, given in (("fetch", FetchPolicy, table), ("fetch.bounds", Bounds, table.get("bounds", {}))):
        if not isinstance(given, Mapping):
            raise ConfigError(f"{name}: not a table", key=name)
        if unknown := sorted(set(given) - {each.name for each in fields(kind)}):
            raise ConfigError(f"{name}: unknown setting {unknown[0]!r}", key=f"{name}.{unknown[0]}")
    try:
        manners = msgspec.convert(table, FetchPolicy)
    except msgspec.ValidationError as error:
        raise ConfigError(f"fetch: {error}", key="fetch") from error
    if manners.attempts < 1 or min(manners.delay, manners.patience, manners.backoff, manners.redirects) < 0:
        raise ConfigError("fetch: attempts is 1 or more, delays are not negative", key="fetch")
    fixed_addresses(manners.resolve)
    return manners
