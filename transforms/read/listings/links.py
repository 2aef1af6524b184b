"""Links in envelopes: whether they may be fetched, and the facts stated about their pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.read.bytes.limits import LIMITS

_PORTS = (None, 80, 443, 8080, 8443)
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "onion")
_HOST = re.compile(r"(?!-)[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\.?", re.IGNORECASE)
_NUMBER = re.compile(r"0x[0-9a-f]*|\d+", re.IGNORECASE)
# Special uses that Python's ipaddress calls global (3.11): RFC 6890, and the fixed addresses at which
# clouds answer their virtual machines.
_SPECIAL = tuple(
    ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "2001::/23", "3fff::/20", "fec0::/10")
)
# Ranges in which an IPv4 address is embedded in the last bits.
_NAT64 = IPv6Network("64:ff9b::/96")
_EMBEDDING = (IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))


@dataclass(frozen=True, slots=True)
class LinkToFetch:
    """A page (or, with envelope `sitemapindex`, another list) to fetch, with the facts its envelope states."""

    url: str
    hints: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        """Whether the address is of another list of links, not of an article."""
        return self.hints.get("envelope") in ("sitemapindex", "opml", "robots")


def why_forbidden(url: str, listed_at: str | None = None) -> str | None:
    """Why an address must not be fetched; None if its form is allowed.

    A list may name other pages of the host it was fetched from (`listed_at`), even a private one.
    The address that a name resolves to is checked again where the connection is made.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in ("http", "https"):
        return f"scheme {parts.scheme or 'missing'}"
    if len(url) > LIMITS.url_length:
        return "too long"
    if "@" in parts.netloc:
        return "user name in the address"
    if listed_at and parts[:2] == urlsplit(listed_at)[:2]:
        return None
    if port not in _PORTS:
        return f"port {port}"
    address = literal_address(host)
    if address is not None:
        return None if is_public(address) else f"not a public address: {address}"
    try:
        name = host.encode("idna").decode("ascii").rstrip(".").lower()
    except UnicodeError:
        return "no host has that name"
    if name.rpartition(".")[2] in _LOCAL_NAMES:
        return "a local name"
    return None if _HOST.fullmatch(name) else "no host has that name"


def literal_address(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that a host is written as, also in the forms of inet_aton (decimal, hex, octal, short)."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    parts = host.rstrip(".").split(".")
    if not 1 <= len(parts) <= 4 or not all(_NUMBER.fullmatch(p) for p in parts):
        return None
    try:
        numbers = [
            int(p, 16) if p[:2].lower() == "0x" else int(p, 8 if p[0] == "0" and len(p) > 1 else 10)
            for p in parts
        ]
        value = sum(n << (24 - 8 * place) for place, n in enumerate(numbers[:-1])) + numbers[-1]
        return IPv4Address(value)
    except ValueError:
        return IPv4Address(0)  # a number that no address has: not public either


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is on the open internet; IPv4 inside IPv6 (6to4, Teredo ...) must be too.

    Networks that speak IPv6 only reach IPv4 hosts by NAT64: there the IPv4 address is judged.
    """
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        for inner in _embedded(address):
            if not is_public(inner):
                return False
    is_special = any(address in network for network in _SPECIAL)
    return address.is_global and not (address.is_multicast or address.is_reserved or is_special)


def link_document(url: str, origin: Origin, item_no: int, hints: Mapping[str, str]) -> RawDocument | Rejected:
    """The document that stands for a page not fetched yet; or the rejection of a forbidden address."""
    inside = replace(origin, url=url, hints={**origin.hints, **{k: v for k, v in hints.items() if v}})
    if reason := why_forbidden(url, origin.url):
        return Rejected(Reason.URL_FORBIDDEN, reason, inside, item_no, sample=url.encode())
    return RawDocument(url.encode(), "text/uri-list", inside, item_no)


def link_of(raw: RawDocument) -> LinkToFetch | None:
    """The page to fetch for a document without text: a listed address, or a record with an address only."""
    if raw.media_type == "text/uri-list":
        return LinkToFetch(raw.body.decode(), raw.origin.hints)
    if raw.media_type != "application/json":
        return None
    from transforms.read.tables.json_record import json_record

    record = json_record(raw)
    if (
        isinstance(record, Rejected)
        or record.text
        or record.html
        or not record.url
        or why_forbidden(record.url)
    ):
        return None
    stated = {"title": record.title, "published": record.published, "publisher": record.publisher}
    return LinkToFetch(record.url, {**raw.origin.hints, **{k: v for k, v in stated.items() if v}})


def _embedded(address: IPv6Address) -> list[IPv4Address]:
    found = [a for a in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if a is not None]
    if any(address in network for network in _EMBEDDING):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return found
