"""A configured source: where to look, what to take, and how gently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, cast, get_args
from urllib.parse import urlsplit

from transforms.contract.errors import ConfigError

Kind = Literal["files", "feed", "sitemap", "pages"]
Take = Literal["entry", "page", "both"]
_RECHECK_DAYS = 32
_KEYS = {
    "kind",
    "url",
    "urls",
    "path",
    "paths",
    "take",
    "delay",
    "limit",
    "since",
    "recheck_days",
    "fields",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One `[sources.<source_id>]` of dateline.toml.

    `addresses` are paths, globs and object-store addresses for `files`, web addresses for the rest.
    What an address holds is told by its content: `kind` says what to expect of it. For the root of a
    site as a `sitemap`, its robots.txt is asked which sitemaps there are. `take` says
    whether the entries of a feed are taken as documents, the pages they link to, or both. `delay`
    is in seconds between two requests to a host; `limit` the most documents (files) or new pages
    of one run; what a listing dates before `since` is left alone. Pages are seen again with growing
    intervals for `recheck_days` days, 0: never.
    """

    source_id: str
    kind: Kind
    addresses: tuple[str, ...]
    take: Take = "both"
    delay: float | None = None
    limit: int | None = None
    since: date | None = None
    recheck_days: int = _RECHECK_DAYS
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_web(self) -> bool:
        """Whether it is fetched from web servers."""
        return self.kind != "files"


def is_web_address(target: str) -> bool:
    """Whether a path or address is one that the fetcher takes."""
    return target.lower().startswith(("http://", "https://"))


def named_source(target: str, *, limit: int | None = None, since: date | None = None) -> Source:
    """Source for a path or address given on the command line; its id is the target itself."""
    kind: Kind = "pages" if is_web_address(target) else "files"
    return Source(target, kind, (target,), limit=limit, since=since)


def source_of(source_id: str, table: Mapping[str, Any]) -> Source:
    """Source from its table in dateline.toml; ConfigError names the key that cannot be followed."""
    key = f"sources.{source_id}"
    if unknown := sorted(set(table) - _KEYS):
        raise ConfigError(f"{key}: unknown setting {unknown[0]!r}", key=f"{key}.{unknown[0]}")
    addresses = _addresses(key, table)
    is_web = is_web_address(addresses[0])
    kind = _choice(key, "kind", table.get("kind", "pages" if is_web else "files"), get_args(Kind))
    if any(is_web_address(a) != (kind != "files") for a in addresses):
        wrong = "a web address" if kind == "files" else "not a web address"
        raise ConfigError(f"{key}: kind is {kind!r}, but one of its addresses is {wrong}", key=f"{key}.kind")
    return Source(
        source_id,
        cast("Kind", kind),
        tuple(map(_sitemaps, addresses)) if kind == "sitemap" else addresses,
        take=cast("Take", _choice(key, "take", table.get("take", "both"), get_args(Take))),
        delay=_number(key, "delay", table.get("delay")),
        limit=_count(key, "limit", table.get("limit")),
        since=_day(key, table.get("since")),
        recheck_days=_count(key, "recheck_days", table.get("recheck_days", _RECHECK_DAYS)) or 0,
        fields=_fields(key, table.get("fields", {})),
    )


def _addresses(key: str, table: Mapping[str, Any]) -> tuple[str, ...]:
    given = [value for name in ("url", "urls", "path", "paths") if (value := table.get(name)) is not None]
    flat = [each for value in given for each in (value if isinstance(value, list) else [value])]
    if not flat or not all(isinstance(each, str) and each.strip() for each in flat):
        raise ConfigError(f"{key}: give `url`, `urls`, `path` or `paths`", key=f"{key}.url")
    return tuple(each.strip() for each in flat)


def _sitemaps(address: str) -> str:
    parts = urlsplit(address)
    return address if parts.path.strip("/") or parts.query else f"{parts.scheme}://{parts.netloc}/robots.txt"


def _choice(key: str, name: str, value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise ConfigError(f"{key}.{name}: {value!r} is none of {', '.join(choices)}", key=f"{key}.{name}")
    return str(value)


def _number(key: str, name: str, value: Any) -> float | None:
    if value is None:
        return None
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value < 1e9:
        raise ConfigError(f"{key}.{name}: {value!r} is not a number from 0", key=f"{key}.{name}")
    return float(value)


def _count(key: str, name: str, value: Any) -> int | None:
    number = _number(key, name, value)
    if number is not None and number != int(number):
        raise ConfigError(f"{key}.{name}: {value!r} is not a whole number", key=f"{key}.{name}")
    return None if number is None else int(number)


def _day(key: str, value: Any) -> date | None:
    try:
        value = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        value = 0
    if isinstance(value, datetime):
        return value.date()
    if value is not None and not isinstance(value, date):
        raise ConfigError(f"{key}.since: not a date like 2024-03-05", key=f"{key}.since")
    return value


def _fields(key: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise ConfigError(f"{key}.fields: map our names to the source's names", key=f"{key}.fields")
    return dict(value)
