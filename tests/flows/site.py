"""A news site on the loopback interface: 2,000 articles, feeds, sitemaps, and every way to misbehave."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from typing import Any

import brotli
from aiohttp import web

ARTICLES = 2000
SITEMAPS = 4
_PLACES = ("Marlow Quay", "Esker", "Port Dunmore", "Tallow Bridge", "Wren Harbour", "Old Sallow", "Kelp Bay")
_PEOPLE = ("Ines Calloway", "Tomas Brandt", "Oona Whitlock", "Rafe Ellery", "Mina Osgood")
_BODIES = ("the harbour council", "the ferry board", "the school trust", "the river authority")
_SENTENCES = (
    "{person} told {body} on {day} that the {n}-metre wall in {place} would be finished before winter.",
    "Residents of {place} had asked for a second survey after the storm damaged {n} boats.",
    "“We shall count every stone,” {person} said after the vote, which passed by {n} to 3.",
    "The costs, put at {n},400 crowns a year, are shared with {body} under an agreement of last spring.",
    "A ferry between {place} and the islands will not run while the crane stands on the quay.",
    "Critics in {place} call the plan too small, and want {body} to publish the letters it received.",
)
EPOCH = datetime(2024, 3, 1, 6, tzinfo=UTC)


def published_at(number: int) -> datetime:
    """Article `number` appeared so many half hours after the first."""
    return EPOCH + timedelta(minutes=30 * number)


def title(number: int) -> str:
    return f"{_PLACES[number % len(_PLACES)]} vote {number} on the harbour wall & ferry"


def body(number: int, edition: int = 0) -> str:
    """Six paragraphs of invented news, the same at each call; another edition changes one."""
    words = {
        "place": _PLACES[number % len(_PLACES)],
        "person": _PEOPLE[number % len(_PEOPLE)],
        "body": _BODIES[number % len(_BODIES)],
        "day": published_at(number).strftime("%A"),
    }
    lines = [line.format(n=number + 7 * i, **words) for i, line in enumerate(_SENTENCES)]
    if edition:
        lines.append(f"This article was corrected: the wall has {edition} gates.")
    return "".join(f"<p>{escape(line, quote=False)} {escape(lines[0], quote=False)}</p>" for line in lines)


@dataclass(slots=True)
class Hit:
    """One request as the server saw it; times by time.monotonic()."""

    host: str
    path: str
    headers: dict[str, str]
    began: float
    ended: float = 0.0
    status: int = 0


@dataclass
class Site:
    """A running site. `editions`, `robots` and `replies` may be changed while it runs; `hits` is its log.

    `replies` are status and HTML of paths that answer otherwise than they do by themselves.
    """

    name: str = "news.example"
    port: int = 0
    robots: str = "User-agent: *\nDisallow: /private/\n"
    robots_status: int = 200
    article_delay: float = 0.0
    replies: dict[str, tuple[int, str]] = field(default_factory=dict)
    editions: dict[int, int] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        """Address of the site under its name (resolved to the loopback by `FetchPolicy.resolve`)."""
        return f"http://{self.name}"

    def resolve(self, *names: str) -> dict[str, str]:
        return dict.fromkeys((self.name, *names), f"127.0.0.1:{self.port}")

    def paths(self, status: int | None = None) -> list[str]:
        return [hit.path for hit in self.hits if status is None or hit.status == status]

    def articles(self, numbers: Iterator[int] | range, host: str) -> list[str]:
        return [f"http://{host}/articles/{number}.html" for number in numbers]


@contextmanager
def running(site: Site) -> Iterator[Site]:
    """Serve the site from a thread while inside."""
    ready, stop, loop = threading.Event(), asyncio.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        runner = web.AppRunner(_application(site), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        listener = web.TCPSite(runner, "127.0.0.1", 0)
        await listener.start()
        site.port = runner.addresses[0][1]
        ready.set()
        await stop.wait()
        await runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


def _application(site: Site) -> web.Application:
    @web.middleware
    async def logged(request: web.Request, handler: Callable[..., Any]) -> web.StreamResponse:
        hit = Hit(request.host, request.path_qs, dict(request.headers), time.monotonic())
        site.hits.append(hit)
        try:
            if request.path in site.replies:
                hit.status, text = site.replies[request.path]
                return web.Response(status=hit.status, text=text, content_type="text/html")
            response: web.StreamResponse = await handler(request)
            hit.status = response.status
            return response
        except web.HTTPException as error:
            hit.status = error.status
            raise
        finally:
            hit.ended = time.monotonic()

    application = web.Application(middlewares=[logged])
    pages = {
        "/robots.txt": _robots, "/feed.xml": _rss, "/atom.xml": _atom, "/links.txt": _links, "/opml.xml": _opml,
        "/sitemap.xml": _sitemap_index, "/sitemap-{part:\\d+}.xml": _sitemap,
        "/articles/{number:\\d+}.html": _article, "/private/{name}": _article_like,
        "/page/{name}": _article_like, "/status/{code:\\d+}": _status, "/flaky/{times:\\d+}": _flaky,
        "/slow": _slow, "/never": _never, "/to": _redirect, "/encoded/{coding}": _encoded,
        "/bomb/{coding}": _bomb, "/endless": _endless, "/announced": _announced, "/short": _short,
        "/round/{name}.xml": _round_sitemap, "/evil.xml": _evil_feed, "/cookie": _cookie,
    }  # fmt: skip
    for path, handler in pages.items():
        application.router.add_get(path, _with(site, handler))
    return application


def _with(site: Site, handler: Callable[..., Any]) -> Callable[[web.Request], Any]:
    async def handle(request: web.Request) -> web.StreamResponse:
        response: web.StreamResponse = await handler(site, request)
        return response

    return handle


def _text(text: str | bytes, kind: str = "text/html", **headers: str) -> web.Response:
    data = text.encode() if isinstance(text, str) else text
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(body=data, headers={"Content-Type": f"{kind}; charset=utf-8", **named})


def _validated(request: web.Request, response: web.Response, *, modified_at: datetime | None) -> web.Response:
    """Answer 304 where the client has this body already."""
    assert isinstance(response.body, bytes)
    etag = f'"{hashlib.sha256(response.body).hexdigest()[:16]}"'
    modified = format_datetime(modified_at, usegmt=True) if modified_at else ""
    response.headers.update({"ETag": etag} | ({"Last-Modified": modified} if modified else {}))
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return response


def page(number: int, edition: int = 0, host: str = "news.example") -> str:
    facts = {
        "@type": "NewsArticle",
        "headline": title(number),
        "datePublished": published_at(number).isoformat(),
        "author": {"@type": "Person", "name": _PEOPLE[number % len(_PEOPLE)]},
    }
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(title(number))}</title>"
        f'<link rel=canonical href="http://{host}/articles/{number}.html">'
        f'<script type="application/ld+json">{json.dumps(facts)}</script></head><body><nav><a href="/">Home</a>'
        f"</nav><article><h1>{escape(title(number))}</h1>{body(number, edition)}</article></body></html>"
    )


async def _article(site: Site, request: web.Request) -> web.StreamResponse:
    number = int(request.match_info["number"])
    if number >= ARTICLES:
        raise web.HTTPNotFound
    if site.article_delay:
        await asyncio.sleep(site.article_delay)
    response = _text(page(number, site.editions.get(number, 0), request.host))
    if number % 10 == 0:  # a server that knows no validators
        return response
    return _validated(request, response, modified_at=published_at(number))


async def _article_like(site: Site, request: web.Request) -> web.StreamResponse:
    return _text(page(hash(request.match_info["name"]) % ARTICLES))


async def _robots(site: Site, request: web.Request) -> web.StreamResponse:
    if site.robots_status != 200:
        return web.Response(status=site.robots_status)
    return _text(site.robots, "text/plain")


async def _rss(site: Site, request: web.Request) -> web.StreamResponse:
    items = "".join(
        f"<item><title>{escape(title(n))}</title><link>http://{request.host}/articles/{n}.html</link>"
        f"<guid isPermaLink='false'>tag:{n}</guid><pubDate>{format_datetime(published_at(n))}</pubDate></item>"
        for n in reversed(range(ARTICLES - 30, ARTICLES))
    )
    feed = f"<rss version='2.0'><channel><title>Harbour Daily</title>{items}</channel></rss>"
    return _validated(request, _text(feed, "application/rss+xml"), modified_at=published_at(ARTICLES))


async def _atom(site: Site, request: web.Request) -> web.StreamResponse:
    """Entries with their text."""
    entries = "".join(
        f"<entry><title>{escape(title(n))}</title><id>tag:{n}</id>"
        f"<link href='http://{request.host}/articles/{n}.html'/><updated>{published_at(n).isoformat()}</updated>"
        f"<published>{published_at(n).isoformat()}</published>"
        f"<content type='html'>{escape(body(n))}</content></entry>"
        for n in range(5)
    )
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Harbour Daily</title>{entries}</feed>"
    return _validated(request, _text(feed, "application/atom+xml"), modified_at=None)


async def _links(site: Site, request: web.Request) -> web.StreamResponse:
    lines = "".join(f"{url}\n" for url in site.articles(range(5), request.host))
    return _text(f"# pages\n{lines}", "text/plain")


async def _opml(site: Site, request: web.Request) -> web.StreamResponse:
    outlines = "".join(
        f"<outline text='{n}' xmlUrl='http://{request.host}/{n}.xml'/>" for n in ("feed", "atom")
    )
    return _text(f"<opml version='2.0'><head/><body>{outlines}</body></opml>", "text/x-opml")


async def _sitemap_index(site: Site, request: web.Request) -> web.StreamResponse:
    entries = "".join(
        f"<sitemap><loc>http://{request.host}/sitemap-{part}.xml</loc></sitemap>" for part in range(SITEMAPS)
    )
    return _validated(
        request, _text(_sitemap_of("sitemapindex", entries), "application/xml"), modified_at=EPOCH
    )


async def _sitemap(site: Site, request: web.Request) -> web.StreamResponse:
    size = ARTICLES // SITEMAPS
    first = int(request.match_info["part"]) * size
    entries = "".join(
        f"<url><loc>http://{request.host}/articles/{n}.html</loc>"
        "<news:news><news:publication><news:name>Harbour Daily</news:name><news:language>en</news:language>"
        f"</news:publication><news:publication_date>{published_at(n).isoformat()}</news:publication_date>"
        f"<news:title>{escape(title(n))}</news:title></news:news></url>"
        for n in range(first, first + size)
    )
    return _validated(request, _text(_sitemap_of("urlset", entries), "application/xml"), modified_at=EPOCH)


def _sitemap_of(kind: str, entries: str) -> str:
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><{kind} {spaces}>{entries}</{kind}>'


async def _round_sitemap(site: Site, request: web.Request) -> web.StreamResponse:
    """Indexes a and b that name each other, and one article."""
    other = "b" if request.match_info["name"] == "a" else "a"
    entries = f"<sitemap><loc>http://{request.host}/round/{other}.xml</loc></sitemap>"
    return _text(_sitemap_of("sitemapindex", entries), "application/xml")


async def _evil_feed(site: Site, request: web.Request) -> web.StreamResponse:
    """Links that look harmless, and lead to what must not be fetched."""
    targets = ("inside.example/admin", f"{request.host}/to?http://127.0.0.1:{site.port}/page/redirected")
    items = "".join(f"<item><title>T</title><link>http://{t}</link><guid>{t}</guid></item>" for t in targets)
    return _text(f"<rss version='2.0'><channel><title>E</title>{items}</channel></rss>", "application/rss+xml")


async def _status(site: Site, request: web.Request) -> web.StreamResponse:
    code = int(request.match_info["code"])
    headers = {"Retry-After": request.query["after"]} if "after" in request.query else {}
    return web.Response(status=code, text="no" if code >= 400 else None, headers=headers)


async def _flaky(site: Site, request: web.Request) -> web.StreamResponse:
    """Fail so many times with the status and Retry-After of the query, then answer."""
    site.counts[request.path_qs] += 1
    if site.counts[request.path_qs] > int(request.match_info["times"]):
        return _text(page(1))
    headers = {"Retry-After": request.query["after"]} if "after" in request.query else {}
    return web.Response(status=int(request.query.get("code", "503")), headers=headers)


async def _slow(site: Site, request: web.Request) -> web.StreamResponse:
    """One byte now and then: each is in time, the whole never is."""
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    for _ in range(1000):
        await response.write(b" ")
        await asyncio.sleep(0.05)
    return response


async def _never(site: Site, request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return _text("late")


async def _redirect(site: Site, request: web.Request) -> web.StreamResponse:
    """Redirect to the whole query as it stands; without one, to itself."""
    target = request.query_string or "/to"
    return web.Response(status=302, headers={"Location": target})


async def _encoded(site: Site, request: web.Request) -> web.StreamResponse:
    plain = page(3).encode()
    raw = zlib.compressobj(wbits=-15)
    bodies = {
        "gzip": ("gzip", gzip.compress(plain)),
        "two": ("gzip", gzip.compress(plain[:700]) + gzip.compress(plain[700:])),
        "padded": ("gzip", gzip.compress(plain) + b"\0" * 100),
        "x-gzip": ("x-gzip", gzip.compress(plain)),
        "deflate": ("deflate", zlib.compress(plain)),
        "raw": ("deflate", raw.compress(plain) + raw.flush()),
        "identity": ("identity", plain),
        "cut": ("gzip", gzip.compress(plain)[:-200]),
        "broken": ("gzip", gzip.compress(plain)[:200] + b"\xff" * 300),
        "lie": ("gzip", plain),
        "unasked": ("zstd", plain),
    }
    coding, data = bodies[request.match_info["coding"]]
    response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Encoding": coding})
    await response.prepare(request)
    for start in range(0, len(data), 97):  # in small chunks, so that decoding meets every seam
        await response.write(data[start : start + 97])
    return response


async def _bomb(site: Site, request: web.Request) -> web.StreamResponse:
    coding = request.match_info["coding"]
    data = _zeros(coding, int(request.query["mb"]))
    return web.Response(body=data, headers={"Content-Type": "text/html", "Content-Encoding": coding})


@cache
def _zeros(coding: str, megabytes: int) -> bytes:
    if coding == "br":
        packer = brotli.Compressor(quality=5)
        return bytes(b"".join(packer.process(bytes(1 << 20)) for _ in range(megabytes)) + packer.finish())
    opener = zlib.compressobj(5, wbits=31)
    return b"".join(opener.compress(bytes(1 << 20)) for _ in range(megabytes)) + opener.flush()


async def _endless(site: Site, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    for _ in range(1000):
        await response.write(b"<p>more</p>" * 6000)
    return response


async def _announced(site: Site, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Length": str(1 << 40)})
    await response.prepare(request)
    await response.write(b"<p>")
    await asyncio.sleep(5)
    return response


async def _short(site: Site, request: web.Request) -> web.StreamResponse:
    """Close the connection before all that was announced has been sent."""
    response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Length": "5000"})
    await response.prepare(request)
    await response.write(b"<p>half</p>")
    assert request.transport is not None
    request.transport.close()
    return response


async def _cookie(site: Site, request: web.Request) -> web.StreamResponse:
    return _text(page(2), Set_Cookie="id=1; Path=/")
