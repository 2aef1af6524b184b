"""URLs: canonical form, registrable domain, link targets."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from transforms.text.wordlists import words

if TYPE_CHECKING:
    import tldextract

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Not escaped, as in browsers, besides letters and digits; existing escapes stay.
_SAFE = "!#$%&'()*+,-./:;=?@[]_~|"
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_SPACE = re.compile(r"[\t\r\n]+")
# A fragment that a script reads as the address of a page: "#!/story/5"
_ROUTE = re.compile(r"!?/.")
_HOME = re.compile(r"/?(?:(?:index|default|home)\.(?:html?|php|aspx?|jsp))?", re.IGNORECASE)


@lru_cache(maxsize=4096)
def canonical(url: str) -> str | None:
    """The canonical URL that identifies an article; None: malformed, or not http(s).

    Scheme and host are lower-cased; the default port, the fragment (except a script's route, "/#!/story/5")
    and tracking parameters are dropped; the rest of the query is sorted. Nothing is guessed: path case,
    unknown parameters, `www.` and the scheme stay (`page_key` drops more). Not courlan's: it keeps fragments
    and Unicode hosts, and drops `ref` and empty parameters.
    """
    parts = _split(url)
    if parts is None:
        return None
    host = _host(parts)
    if host is None:
        return None
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    pairs = (_escaped(pair) for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    query = "&".join(sorted(pairs))
    route = f"#{_escaped(parts.fragment)}" if _is_home(parts) and _ROUTE.match(parts.fragment) else ""
    return f"{parts.scheme}://{host}{port}{_escaped(parts.path) or '/'}{'?' if query else ''}{query}{route}"


@lru_cache(maxsize=4096)
def registrable_domain(url: str) -> str | None:
    """The registered domain (`news.co.uk` of `www.news.co.uk`), or the IP address or bare name of a host."""
    parts = _split(url)
    host = _host(parts) if parts else None
    if host is None:
        return None
    found = _suffixes()(host)
    if registered := found.top_domain_under_public_suffix:
        return registered
    # Unlisted top-level domains have the rule "*"; an IP address or a bare name is its own domain.
    return host if _is_ip(host) else ".".join(host.split(".")[-2:])


def resolve(base: str | None, href: str) -> str | None:
    """The absolute http(s) URL of a link on the page `base`; None for other links."""
    href = _SPACE.sub("", href).strip()
    try:
        target = urljoin(base or "", href)
    except ValueError:
        return None
    return target if href and _split(target) is not None else None


def is_home(url: str) -> bool:
    """Whether a URL is a site's home page, which cannot be an article's."""
    parts = _split(url)
    return parts is not None and _is_home(parts) and not _ROUTE.match(parts.fragment)


def _is_home(parts: SplitResult) -> bool:
    return not parts.query and _HOME.fullmatch(parts.path) is not None


def is_same_site(url: str, other: str) -> bool:
    """Whether two addresses belong to one registrable domain."""
    domain = registrable_domain(url)
    return domain is not None and domain == registrable_domain(other)


@cache
def _suffixes() -> tldextract.TLDExtract:
    """The public suffix list that ships with the package: no network, no cache on disk.

    Hosts of many publishers (blogs under one domain) differ in the private part of the list.
    """
    import tldextract  # late: with it come an HTTP client and a charset detector

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(_SPACE.sub("", url).strip())
        _ = parts.port  # raises when it is not a number
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts


def _host(parts: SplitResult) -> str | None:
    """Host in lower case and ASCII, without a final dot; None: not a valid host name."""
    name = (parts.hostname or "").rstrip(".")
    if ":" in name:
        return f"[{name}]" if _is_ip(name) else None
    try:
        host = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return host if re.fullmatch(r"[a-z0-9_.-]+", host) else None


def _is_ip(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _escaped(text: str) -> str:
    """Percent-escaped as browsers do, escapes in capitals; idempotent."""
    quoted = quote(_BAD_ESCAPE.sub("%25", text), safe=_SAFE)
    return _ESCAPE.sub(lambda match: match[0].upper(), quoted)


def _is_tracking(pair: str) -> bool:
    name = unquote(pair.partition("=")[0]).casefold()
    names, prefixes = _tracking()
    return name in names or name.startswith(prefixes)


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    names = sorted(words("tracking_parameters.txt"))
    return frozenset(names), tuple(name[:-1] for name in names if name.endswith("*"))
