"""Configured sources: addresses, which documents to take, rate limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import structs

from flows.fetch.policy import NotNegative, read_table
from transforms.contract.errors import ConfigError, UsageError
from transforms.read.records.fields import field_names

Kind = Literal["files", "feed", "sitemap", "pages"]
Take = Literal["entry", "page", "both"]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[sources.<source_id>]` of dateline.toml.

    `addresses` are paths, globs and object-store addresses for `files`, web addresses for the rest.
    Formats are recognised by content; `kind` only says what to expect. For the root of a site as a
    `sitemap`, its robots.txt names the sitemaps.
    """

    source_id: str
    kind: Annotated[
        Kind, msgspec.Meta(description="type of the addresses; default: pages for web addresses, else files")
    ]
    addresses: tuple[str, ...]
    take: Annotated[
        Take, msgspec.Meta(description="the entries' own text, the pages that they link to, or both")
    ] = "both"
    delay: Annotated[
        NotNegative | None,
        msgspec.Meta(
            description="seconds between two requests to one host; if not set, that of [fetch]", examples=[2.0]
        ),
    ] = None
    limit: Annotated[
        Annotated[int, msgspec.Meta(ge=0)] | None,
        msgspec.Meta(description="most documents (files) or new pages of one run", examples=[1000]),
    ] = None
    since: Annotated[
        date | None,
        msgspec.Meta(description="entries dated before this day are skipped", examples=[date(2024, 1, 1)]),
    ] = None
    recheck_days: Annotated[
        int,
        msgspec.Meta(
            ge=0, description="pages are fetched again at growing intervals for so many days; 0: never"
        ),
    ] = 32
    fields: Annotated[
        dict[str, str],
        msgspec.Meta(
            description="names of this source that dateline does not know, with a dot before one within an object; "
            f"for {', '.join(field_names())}; `dateline sources check` shows one record",
            examples=[{"text": "story_body", "title": "head"}],
        ),
    ] = {}

    @property
    def is_web(self) -> bool:
        """Whether it is fetched from web servers."""
        return self.kind != "files"

    @property
    def urls(self) -> list[str]:
        """Its web addresses as they are requested (`FetchState.url`)."""
        return [request_url(address) for address in self.addresses] if self.is_web else []


def request_url(address: str) -> str:
    """An address without its fragment, in the form in which it is requested."""
    from yarl import URL  # late: files do not need it

    try:
        return str(URL(address.strip()).with_fragment(None))
    except ValueError:  # the fetcher reports it
        return address.strip()


def is_web_address(target: str) -> bool:
    """Whether a target is fetched from the web."""
    return target.lower().startswith(("http://", "https://"))


def named_source(
    target: str,
    *,
    limit: int | None = None,
    since: date | None = None,
    fields: Mapping[str, str] | None = None,
) -> Source:
    """Source for a path or address on the command line; its id is the target itself."""
    kind: Kind = "pages" if is_web_address(target) else "files"
    return Source(target, kind, (target,), limit=limit, since=since, fields=dict(fields or {}))


def stated_fields(pairs: Sequence[str]) -> dict[str, str]:
    """The mapping in pairs NAME=THEIRS, as the command line states them; UsageError names a wrong one."""
    fields: dict[str, str] = {}
    for pair in pairs:
        ours, equals, theirs = (part.strip() for part in pair.partition("="))
        if not equals:
            raise UsageError(f"--field {pair}: not NAME=NAME_IN_THE_SOURCE")
        if ours in fields:
            raise UsageError(f"--field {pair}: {ours} is stated twice")
        fields[ours] = theirs
    try:
        check_fields(fields, key="--field")
    except ConfigError as error:
        raise UsageError(str(error)) from error
    return fields


def check_fields(fields: Mapping[str, str], *, key: str) -> None:
    """ConfigError when a mapping names a field that articles do not have, or nothing for one of them."""
    for ours, theirs in fields.items():
        if ours not in field_names():
            valid = ", ".join(field_names())
            raise ConfigError(f"{key}: unknown field {ours!r}; there are {valid}", key=f"{key}.{ours}")
        if not theirs.strip():
            raise ConfigError(f"{key}: no name for the field {ours!r}", key=f"{key}.{ours}")


def source_of(source_id: str, table: Mapping[str, Any]) -> Source:
    """Source from its table in dateline.toml; ConfigError names the key that is wrong."""
    key, stated = f"sources.{source_id}", dict(table)
    for name in ("source_id", "addresses"):  # ours, not settings
        if name in stated:
            raise ConfigError(f"{key}: unknown setting {name!r}", key=f"{key}.{name}")
    addresses = _addresses(key, [stated.pop(name, None) for name in ("url", "urls", "path", "paths")])
    if isinstance(stated.get("since"), datetime):
        stated["since"] = stated["since"].date()
    is_web = is_web_address(addresses[0])
    named = {"kind": "pages" if is_web else "files", **stated, "source_id": source_id, "addresses": addresses}
    source = read_table(named, Source, key=key)
    check_fields(source.fields, key=f"{key}.fields")
    if any(is_web_address(address) != source.is_web for address in addresses):
        wrong = "not a web address" if source.is_web else "a web address"
        raise ConfigError(
            f"{key}: kind is {source.kind!r}, but one of its addresses is {wrong}", key=f"{key}.kind"
        )
    if source.kind == "sitemap":
        return structs.replace(source, addresses=tuple(map(_sitemaps, addresses)))
    return source


def _addresses(key: str, values: list[Any]) -> tuple[str, ...]:
    flat = [
        each
        for value in values
        if value is not None
        for each in (value if isinstance(value, list) else [value])
    ]
    if not flat or not all(isinstance(each, str) and each.strip() for each in flat):
        raise ConfigError(f"{key}: set `url`, `urls`, `path` or `paths`", key=f"{key}.url")
    return tuple(each.strip() for each in flat)


def _sitemaps(address: str) -> str:
    parts = urlsplit(address)
    return address if parts.path.strip("/") or parts.query else f"{parts.scheme}://{parts.netloc}/robots.txt"
