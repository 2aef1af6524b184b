"""A record out of an object of any source's field names, by the aliases in transforms/data/fields.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from transforms.read.records.coerce import (
    as_body,
    as_code,
    as_guid,
    as_list,
    as_moment,
    as_name,
    as_picture,
    as_text,
    as_url,
    as_urls,
)
from transforms.read.records.record import Caption, Record
from transforms.text.wordlists import toml

_CONFIG = toml("fields.toml")
CONTAINERS: tuple[str, ...] = tuple(_CONFIG["containers"]["names"])
_UNNAMED = re.compile(r"[\s_-]+")
_MARKUP = re.compile(
    r"</?(?:p|div|br|a|span|b|i|em|strong|ul|ol|li|h[1-6]|img|figure|blockquote|table|hl2|section)\b[^<>]*>"
)
_REFERENCE = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});", re.IGNORECASE)
# Bodies and headlines that ninjs keeps as lists by role.
_LISTS = frozenset({"bodies", "headlines", "paragraphs"})


def is_record(value: Mapping[str, Any]) -> bool:
    """Whether an object has an article's own text or headline, and so is no envelope of others."""
    for name, held in value.items():
        is_filled = held.strip() if isinstance(held, str) else held and _unnamed(name) in _LISTS
        if is_filled and _unnamed(name) in _own():
            return True
    return False


def is_weak(kind: str, name: str) -> bool:
    """Whether a source's field of this name often holds something else, such as the time of the crawl."""
    return _unnamed(name) in {_unnamed(weak) for weak in _CONFIG["weak"].get(kind, ())}


def fill(
    record: Record,
    value: Mapping[str, Any],
    renamed: Mapping[str, str] | None = None,
    *,
    is_entry: bool = False,
) -> None:
    """Take a record's fields from an object of any source's names.

    A description is the text for want of another: of a feed's entry always, of a row when a title or
    an address shows that it is about an article.
    """
    found = _Found(value, renamed or {}, record)
    record.url = found.first("url", as_url)
    record.guid = found.first("guid", as_guid)
    record.title = found.first("title", as_text)
    record.subtitle = found.first("subtitle", as_text)
    record.teaser = found.first("teaser", as_text)
    record.text = found.first("text", as_body)
    record.html = found.first("html", as_body)
    record.authors = found.first("authors", as_list) or []
    record.publisher = found.first("publisher", as_name)
    record.published = found.first("published", as_moment)
    record.modified = found.first("modified", as_moment)
    record.language = found.first("language", as_code)
    record.section = found.first("section", as_name)
    record.version = found.first("version", as_code)
    record.keywords = found.first("keywords", as_list) or []
    record.captions = found.captions()
    record.names = found.names
    if record.text and "<nitf" in record.text[:2000]:
        _unwrap_nitf(record)
    if record.text and not record.html and len(_MARKUP.findall(record.text, 0, 20_000)) >= 2:
        record.text, record.html = None, record.text
    if not (record.text or record.html) and record.teaser and (is_entry or record.title or record.url):
        record.is_teaser = True
        if _MARKUP.search(record.teaser) or _REFERENCE.search(record.teaser):
            record.html = record.teaser
        else:
            record.text = record.teaser


def _unwrap_nitf(record: Record) -> None:
    """A body that is itself NITF, as ninjs allows."""
    from transforms.read.agencies.nitf import fill_from_nitf
    from transforms.read.records.markup import parse

    root = parse(re.sub(r"^\s*<\?xml[^>]*\?>", "", record.text or ""), recover=True)
    if root is not None:
        record.text = None
        fill_from_nitf(record, root)


class _Found:
    """The values of an object by our names; each value is coerced, what cannot be is left out."""

    def __init__(self, value: Mapping[str, Any], renamed: Mapping[str, str], record: Record) -> None:
        self._values = _flat(value)
        self._renamed = renamed
        self._record = record
        self.names: dict[str, str] = {}

    def first(self, kind: str, coerce: Callable[[Any, Record], Any]) -> Any:
        """The first value under the field's names that has the field's shape."""
        for alias in self._names(kind):
            if alias not in self._values:
                continue
            name, held = self._values[alias]
            value = coerce(held, self._record)
            if value:
                self.names[kind] = name
                return value
        return None

    def captions(self) -> list[Caption]:
        urls = self.first("images", as_urls) or []
        texts = self.first("captions", as_list) or []
        captions = [Caption(text=text) for text in texts]
        for place, url in enumerate(urls):
            if place < len(captions):
                captions[place].url = url
            else:
                captions.append(Caption(url=url))
        return [*captions, *(as_picture(held, self._record) for held in self._associated())]

    def _associated(self) -> Iterable[Mapping[str, Any]]:
        """Pictures that ninjs calls associations: an object by name, or a list since version 2."""
        held = self._values.get("associations", ("", None))[1]
        items = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
        return [i for i in items if isinstance(i, dict) and i.get("type") in ("picture", "graphic")]

    def _names(self, kind: str) -> Iterable[str]:
        if kind in self._renamed:
            return (_unnamed(self._renamed[kind]),)
        return _aliases()[kind]


def _flat(value: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    flat: dict[str, tuple[str, Any]] = {}
    for name, held in value.items():
        flat[_unnamed(name)] = (name, held)
        if isinstance(held, dict):
            for inner, deep in held.items():
                flat.setdefault(f"{_unnamed(name)}.{_unnamed(inner)}", (f"{name}.{inner}", deep))
    return flat


@cache
def _aliases() -> Mapping[str, tuple[str, ...]]:
    return {kind: tuple(map(_unnamed, names)) for kind, names in _CONFIG["aliases"].items()}


@cache
def _own() -> frozenset[str]:
    return frozenset((*_aliases()["text"], *_aliases()["html"], "headline", "headlines"))


@cache
def _unnamed(name: str) -> str:
    return _UNNAMED.sub("", name).casefold() or name
