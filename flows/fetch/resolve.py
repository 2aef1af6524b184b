"""Host names looked up in the settings first, then in DNS."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from flows.fetch.policy import Address


class FixedResolver(AbstractResolver):
    """Resolver for an aiohttp connector: fixed names go to their address and port, others to DNS."""

    def __init__(self, fixed: Mapping[str, Address]) -> None:
        self._fixed, self._dns = fixed, ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses to try for a host."""
        if host.lower() not in self._fixed:
            return await self._dns.resolve(host, port, family)
        ip, at = self._fixed[host.lower()]
        version = socket.AF_INET6 if ":" in ip else socket.AF_INET
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(
                hostname=host, host=ip, port=at, family=version, proto=socket.IPPROTO_TCP, flags=flags
            )
        ]

    async def close(self) -> None:
        """Close the resolver for DNS."""
        await self._dns.close()
