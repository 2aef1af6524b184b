"""A single request: address-checked and size-limited; redirects and retries are the caller's."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from flows.fetch.exchange import KEPT_HEADERS
from flows.fetch.guard import AddressGuard, Forbidden
from flows.fetch.policy import Address, Bounds
from transforms.contract.documents import SAMPLE_BYTES
from transforms.contract.errors import PortableError
from transforms.contract.reasons import Reason
from transforms.read.bytes.decoders import ENCODINGS, PIECE_BYTES, BodyDecoder
from transforms.read.bytes.streams import StreamDamaged


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


_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, application/json;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Reply:
    """A response; `headers` in lower case, `body` decoded from its content coding.

    Of an error page only the first bytes are read, as a sample.
    """

    url: URL
    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(eq=False)
class FetchFailed(PortableError):
    """Why a fetch failed; `is_transient`: another attempt may succeed."""

    reason: Reason
    detail: str
    url: URL
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    sample: bytes = b""
    is_transient: bool = False


class HttpClient:
    """An HTTP session, used in `async with`.

    Proxies of the environment, cookies and netrc are not used: a proxy would hide from the guard
    which address is connected to.
    """

    def __init__(self, guard: AddressGuard, bounds: Bounds, *, user_agent: str) -> None:
        self._guard, self._bounds = guard, bounds
        self._agent = user_agent
        # Not the connector's own limit: waiting for a slot must not use up the time of an exchange.
        self._slots = asyncio.Semaphore(bounds.connections)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        bounds = self._bounds
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=self._guard.socket,
                resolver=FixedResolver(self._guard.fixed),
                limit=0,
                limit_per_host=1,
            ),
            headers={
                "User-Agent": self._agent,
                "Accept": _ACCEPT,
                "Accept-Encoding": ", ".join(ENCODINGS),
            },
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=bounds.connect_seconds),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=16 * 1024,
            max_field_size=32 * 1024,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, url: URL, headers: Mapping[str, str]) -> Reply:
        """One request; a response of any status is a Reply, everything else raises FetchFailed."""
        assert self._session is not None, "a HttpClient is used in `async with`"
        try:
            with self._guard.visiting(url):
                async with (
                    self._slots,
                    asyncio.timeout(self._bounds.total_seconds),
                    self._session.get(url, headers=headers, allow_redirects=False) as response,
                ):
                    return await self._read_reply(url, response)
        except Forbidden as error:
            raise FetchFailed(Reason.URL_FORBIDDEN, str(error), url) from error
        except TimeoutError as error:
            raise FetchFailed(Reason.FETCH_FAILED, "took too long", url, is_transient=True) from error
        except aiohttp.ClientPayloadError as error:
            raise FetchFailed(Reason.TRUNCATED_STREAM, str(error), url, is_transient=True) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            detail = f"{type(error).__name__}: {error}"
            raise FetchFailed(Reason.FETCH_FAILED, detail, url, is_transient=True) from error

    async def _read_reply(self, url: URL, response: aiohttp.ClientResponse) -> Reply:
        headers = {n.lower(): v for n, v in response.headers.items() if n.lower() in KEPT_HEADERS}
        if not 200 <= response.status < 300:
            sample = await response.content.read(SAMPLE_BYTES) if response.status >= 400 else b""
            return Reply(url, response.status, headers, sample)
        try:
            body = await self._body(response, headers.get("content-encoding", ""))
        except _TooLarge as error:
            raise FetchFailed(error.reason, str(error), url, response.status, headers) from error
        except StreamDamaged as error:
            raise FetchFailed(Reason.TRUNCATED_STREAM, str(error), url, response.status, headers) from error
        except KeyError as error:
            detail = f"content coding {error} was not requested"
            raise FetchFailed(Reason.UNREADABLE, detail, url, response.status, headers) from error
        return Reply(url, response.status, headers, body)

    async def _body(self, response: aiohttp.ClientResponse, encoding: str) -> bytes:
        bounds, decoder = self._bounds, BodyDecoder(encoding)
        body, wire = bytearray(), 0
        if (response.content_length or 0) > bounds.wire_bytes:
            raise _TooLarge(Reason.TOO_LARGE, f"{response.content_length} bytes are announced")
        async for chunk in response.content.iter_chunked(PIECE_BYTES):
            wire += len(chunk)
            if wire > bounds.wire_bytes:
                raise _TooLarge(Reason.TOO_LARGE, f"more than {bounds.wire_bytes} bytes")
            for piece in decoder.feed(chunk):
                body += piece
                is_bomb = len(body) > max(bounds.ratio_floor, bounds.ratio * wire)
                if is_bomb or len(body) > bounds.decoded_bytes:
                    raise _TooLarge(Reason.DECOMPRESSED_TOO_LARGE, f"{wire} bytes become {len(body)} or more")
        decoder.finish()
        return bytes(body)


class _TooLarge(PortableError):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
