"""Address checks before and while connecting: the public web, and exceptions in the settings."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import ip_address

from aiohttp import AddrInfoType
from yarl import URL

from flows.fetch.policy import Address
from transforms.contract.errors import PortableError
from transforms.read.listings import links


class Forbidden(PortableError, OSError):
    """An address that must not be connected to; its text says why."""


@dataclass(slots=True)
class _Visit:
    host: str
    blocked: list[str] = field(default_factory=list)


# socket_factory gets the address only; the host comes with the task's context.
_visit: ContextVar[_Visit | None] = ContextVar("visit", default=None)


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """Checks addresses before and while connecting.

    `ports` are those allowed everywhere; `allowed` are exceptions, "host" or "host:port", which may have
    private addresses; `fixed` maps names to the one address at which each is allowed. An exception holds
    for the host as the URL names it: another name that resolves to the same address stays forbidden.
    """

    allowed: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset({80, 443})
    fixed: Mapping[str, Address] = field(default_factory=dict)

    def check(self, url: str | URL) -> URL:
        """Parse an address; raise Forbidden when its form is not allowed."""
        parsed = url if isinstance(url, URL) else _parsed(url)
        if parsed.scheme not in ("http", "https"):
            raise Forbidden(f"not a web address: {parsed.scheme or 'no scheme'}")
        if not parsed.raw_host:
            raise Forbidden("no host")
        if parsed.raw_user is not None or parsed.raw_password is not None:
            raise Forbidden("user name or password in the address")
        if self._is_allowed(parsed.raw_host, parsed.port):
            return parsed
        if parsed.port not in self.ports:
            raise Forbidden(f"port {parsed.port} is not allowed{_setting(parsed)}")
        literal = links.literal_address(parsed.raw_host)
        if literal is not None and not is_public(str(literal)):
            raise Forbidden(f"not a public address: {parsed.raw_host}{_setting(parsed)}")
        return parsed

    def check_redirect(self, here: URL, location: str) -> URL:
        """Resolve and check the target of a redirect; raise Forbidden when it must not be followed."""
        try:
            target = self.check(here.join(URL(location)).with_fragment(None))
        except ValueError as error:
            raise Forbidden(f"not an address: {error}") from error
        if here.scheme == "https" and target.scheme == "http":
            raise Forbidden("from https to http")
        return target

    def socket(self, address: AddrInfoType) -> socket.socket:
        """Make the socket for an address that was resolved, or raise Forbidden (a `socket_factory`).

        This is the check that counts: it sees the address that is connected to, after DNS.
        """
        family, kind, protocol, _, target = address
        visit = _visit.get()
        ip, port = str(target[0]), int(target[1])
        is_excepted = visit is not None and (
            self._is_allowed(visit.host, port) or self.fixed.get(visit.host.lower()) == (ip, port)
        )
        if not is_excepted and not is_public(ip):
            if visit is not None:
                visit.blocked.append(ip)
            raise Forbidden(f"not a public address: {ip}")
        return socket.socket(family, kind, protocol)

    @contextmanager
    def visiting(self, url: URL) -> Iterator[None]:
        """Connect to the host of `url` inside this block; OSErrors after a forbidden address become Forbidden."""
        visit = _Visit(url.raw_host or "")
        token = _visit.set(visit)
        try:
            yield
        except OSError as error:
            if visit.blocked:
                detail = f"{url.raw_host} is at {visit.blocked[0]}, not a public address"
                raise Forbidden(f"{detail}{_setting(url)}") from error
            raise
        finally:
            _visit.reset(token)

    def _is_allowed(self, host: str, port: int | None) -> bool:
        shown = f"[{host}]" if ":" in host else host
        return f"{shown}:{port}" in self.allowed or (port in self.ports and shown in self.allowed)


def _setting(url: URL) -> str:
    """The setting that would allow an address, for the message that it is forbidden."""
    host = f"[{url.raw_host}]" if ":" in (url.raw_host or "") else url.raw_host
    return f'; [fetch] allowed = ["{host}:{url.port}"] in dateline.toml allows it'


def is_public(address: str) -> bool:
    """Whether this is an IP address of the public internet."""
    try:
        return links.is_public(ip_address(address.partition("%")[0]))
    except ValueError:
        return False


def _parsed(url: str) -> URL:
    if any(ord(char) < 32 or ord(char) == 127 for char in url.strip()):
        raise Forbidden("control characters in the address")
    try:
        return URL(url.strip()).with_fragment(None)
    except ValueError as error:  # UnicodeError of a bad host name is one too
        raise Forbidden(f"not an address: {error}") from error
