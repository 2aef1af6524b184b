"""The key of a page: one for all addresses that are known to show the same page."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

from transforms.text.urls import canonical, registrable_domain
from transforms.text.wordlists import toml

_AMP_CACHE = re.compile(
    r"https?://(?:www\.google\.[a-z.]+/amp|[\w.-]+\.cdn\.ampproject\.org/[acvi])/(?P<secure>s/)?(?P<page>[^/]+\..+)"
)
_SESSION = re.compile(r";jsessionid=[^/?;]*", re.IGNORECASE)
_UNRESERVED = re.compile(r"%(?:2D|2E|3[0-9]|4[1-9A-F]|5[0-9A]|5F|6[1-9A-F]|7[0-9A]|7E)")
_AMP_ENDING = re.compile(r"(?<=[^/])\.amp(?=\.x?html?$|$)", re.IGNORECASE)
# The folder of a year, month or day: "amp" in it is the name of an article.
_DATED = re.compile(r"(?:/(?:19|20)\d\d)(?:/\d{1,2}){0,2}/?")
# The last segment of an article's path; "/music/amp" may be a page of its own.
_ARTICLE = re.compile(r"[\d._-]")
_BLOGGER = re.compile(r"/\d{4}/\d{2}/[^/]+\.html")


@lru_cache(maxsize=4096)
def page_key(url: str) -> str | None:
    """The address of a page without what never distinguishes two pages; None: malformed, or not http(s).

    Besides what `canonical` drops: scheme, `www.`, `m.` and `amp.` before the site's own domain, forms for
    AMP in path and query, default index files, a final slash, session ids, and escapes of characters that
    need none. Case and all other parameters stay.
    """
    if cached := _AMP_CACHE.match(url.strip()):
        url = f"{'https' if cached['secure'] else 'http'}://{cached['page']}"
    form = canonical(url)
    if form is None:
        return None
    parts = urlsplit(form)
    path = _page_path(parts.path)
    pairs = [pair for pair in parts.query.split("&") if pair and not _is_form(pair, path)]
    query = f"?{'&'.join(pairs)}" if pairs else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{_page_host(form, parts.netloc)}{path}{_unescaped(query)}{fragment}"


def _page_host(url: str, netloc: str) -> str:
    """The host without labels of other forms; the registrable domain, which may begin with one, stays whole."""
    domain = registrable_domain(url) or netloc
    host, colon, port = netloc.partition(":") if not netloc.startswith("[") else (netloc, "", "")
    if not host.endswith(f".{domain}"):
        return netloc
    labels = host.removesuffix(f".{domain}").split(".")
    while labels and labels[0] in _forms()[0]:
        del labels[0]
    # Wikipedia and others name the language first: en.m.wikipedia.org.
    labels = labels[:1] + [label for label in labels[1:] if label not in _forms()[0]]
    return ".".join([*labels, domain]) + colon + port


def _page_path(path: str) -> str:
    path = _unescaped(_SESSION.sub("", path))
    if not _DATED.fullmatch(path.rpartition("/")[0]):
        path = _AMP_ENDING.sub("", path)
    segments = path.split("/")
    if segments[-1].casefold() in _forms()[2]:
        segments[-1] = ""
    if not segments[-1]:
        segments.pop()
    if len(segments) > 2:
        segments = _without_amp(segments)
    return "/".join(segments) or "/"


def _without_amp(segments: list[str]) -> list[str]:
    rest = [segment for segment in segments if segment.casefold() != "amp"]
    is_article = _ARTICLE.search(rest[-1]) and not _DATED.fullmatch("/".join(rest))
    return rest if is_article else segments


def _is_form(pair: str, path: str) -> bool:
    plain = unquote(pair).casefold()
    return plain in _forms()[1] or (plain in ("m=0", "m=1") and _BLOGGER.fullmatch(path) is not None)


def _unescaped(text: str) -> str:
    return _UNRESERVED.sub(lambda escape: unquote(escape[0]), text)


@cache
def _forms() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Host labels, parameters and index files of `page_addresses.toml`."""
    data = toml("page_addresses.toml")
    return frozenset(data["hosts"]), frozenset(data["parameters"]), frozenset(data["index_files"])
