"""A record from an object with any source's field names, by the aliases in transforms/data/fields.toml."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from transforms.contract.reasons import Repair
from transforms.read.records.escapes import printed, unescaped_markup
from transforms.read.records.packed import unpacked
from transforms.read.records.record import Picture, Record
from transforms.text.absent import is_absent
from transforms.text.urls import resolve
from transforms.text.wordlists import toml

_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_CODE = 200
_LEAST_DIGITS = 7
_LARGEST_MOMENT = 1e18
# RFC 822 has the name of a person in a comment behind the address; RSS requires that form.
_NAME_OF_ADDRESS = re.compile(r"[^\s@(),;<>]{1,100}@[^\s@(),;<>]{1,100}\s*\(([^()]*)\)")
_ADDRESS_OF_NAME = re.compile(r"(?<=\w)\"?\s*<[^\s@<>]{1,100}@[^\s@<>]{1,100}>")
_IN_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
# Keys of an object that is one text, or one person.
_TEXT_KEYS = ("value", "name", "main", "en", "text", "rendered", "#text", "_", "$t")
_NAME_KEYS = ("name", "title", "full_name", "fullName", "display_name", "displayName", "value", "#text")
# MongoDB writes long integers as text.
_LONG = re.compile(r"-?[0-9]{9,18}")
_MOMENT_KEYS = ("$date", "value", "date", "iso", "seconds", "_seconds", "$numberlong")


def storable(text: str, record: Record) -> str:
    """Text that can be stored: half a surrogate pair becomes the replacement character, "nan" and the like ""."""
    try:
        text.encode()
    except UnicodeEncodeError:
        record.note(Repair.INVALID_SURROGATE)
        text = _SURROGATE.sub("\ufffd", text)
    text = text.strip()
    if text and is_absent(text):
        record.note(Repair.TYPE_COERCED)
        return ""
    return text


def as_text(item: Any, record: Record) -> str | None:
    """One text; of a list or an object by language or role, the first."""
    if isinstance(item, str):
        return storable(item, record) or None
    if item is None:
        return None
    if isinstance(item, list) and item and all(isinstance(h, dict) and "value" in h for h in item):
        return as_text(item[0]["value"], record)  # ninjs 2 and 3: one text for each role, the main one first
    record.note(Repair.TYPE_COERCED)
    if isinstance(item, bool):
        return None
    if isinstance(item, int | float):
        return storable(str(item), record) or None
    if isinstance(item, dict):
        values = [item[k] for k in _TEXT_KEYS if k in item] or list(item.values())
        return next((t for v in values if isinstance(v, str) and (t := storable(v, record))), None)
    return next((one for h in item if (one := as_text(h, record))), None)


def as_title(item: Any, record: Record) -> str | None:
    """A text as printed: without markup and escapes."""
    text = as_text(item, record) or ""
    plain = printed(text)
    if plain != text:
        record.note(Repair.DOUBLE_ESCAPED)
    return plain or None


def as_body(item: Any, record: Record) -> str | None:
    """A text; a list of paragraphs is joined, of several ninjs bodies the fullest is taken."""
    if not isinstance(item, list) or not item:
        return as_text(item, record)
    if all(isinstance(h, dict) and "value" in h for h in item):
        best = max(
            item,
            key=lambda h: ("html" in str(h.get("contenttype", h.get("contentType", ""))), len(str(h["value"]))),
        )
        return as_text(best["value"], record)
    record.note(Repair.TYPE_COERCED)
    return "\n\n".join(t for h in item if (t := as_text(h, record))) or None


def as_name(item: Any, record: Record) -> str | None:
    """A name: as it stands, the `name` of an object, or the first of a list."""
    if isinstance(item, list):
        return next((n for h in item if (n := as_name(h, record))), None)
    if isinstance(item, dict):
        names = (item[k] for k in _NAME_KEYS if isinstance(item.get(k), str | list))
        return next((n for name in names if (n := as_name(name, record))), None)
    if isinstance(item, str):
        return storable(item, record) or None
    if item is not None:
        record.note(Repair.TYPE_COERCED)
    return None


def as_list(item: Any, record: Record) -> list[str]:
    """The names in one value or a list of them; empty when there are none."""
    items = item if isinstance(item, list) else [item]
    return [n for h in items if (n := as_name(h, record))]


def as_authors(item: Any, record: Record) -> list[str]:
    """The signers; of "mail@host (Name)" and "Name <mail@host>" the name, of a list without quotes its inside."""
    stated = (_NAME_OF_ADDRESS.sub(r"\1", name) for name in as_list(item, record))
    names = [_ADDRESS_OF_NAME.sub("", name).strip(' "') for name in stated]
    return [inside[1] if (inside := _IN_BRACKETS.fullmatch(name)) else name for name in names if name]


def as_code(item: Any, record: Record) -> str | None:
    """An identifier, exactly as written."""
    if isinstance(item, bool) or not isinstance(item, str | int | float):
        if item is not None:
            record.note(Repair.TYPE_COERCED)
        return None
    return storable(str(item), record)[:_LONGEST_CODE] or None


def as_guid(item: Any, record: Record) -> str | None:
    """A unique identifier; None for short numbers, which count the rows of one file."""
    code = as_code(item, record)
    return None if code and code.isdecimal() and len(code) < _LEAST_DIGITS else code


def as_url(item: Any, record: Record) -> str | None:
    """An absolute http(s) address; one without a scheme gets http, which datasets that omit it mean."""
    if isinstance(item, list):
        return next((u for h in item if (u := as_url(h, record))), None)
    if isinstance(item, dict):
        item = item.get("href") or item.get("url")
    if not isinstance(item, str):
        if item is not None:
            record.note(Repair.TYPE_COERCED)
        return None
    text = storable(item, record)
    if re.match(r"https?://[^\s/]", text, re.IGNORECASE):
        return text
    if re.match(r"(?:[\w-]+\.)+[a-z]{2,}/\S+$", text, re.IGNORECASE):
        record.note(Repair.TYPE_COERCED)
        return f"http://{text}"
    return None


def as_urls(item: Any, record: Record) -> list[str]:
    """Absolute addresses, of one value or a list of them."""
    items = item if isinstance(item, list) else [item]
    return [u for item in items if (u := as_url(item, record)) and resolve(None, u)]


def as_moment(item: Any, record: Record) -> str | None:
    """A date as stated; numbers in seconds, milliseconds or microseconds become seconds since 1970."""
    if isinstance(item, list):
        return next((m for h in item if (m := as_moment(h, record))), None)
    if isinstance(item, dict):
        record.note(Repair.TYPE_COERCED)
        keyed = {str(key).casefold(): value for key, value in item.items()}
        if day := [n for name in ("year", "month", "day") if isinstance(n := keyed.get(name), int)]:
            return "-".join(f"{number:02d}" for number in day)
        values = (keyed[k] for k in _MOMENT_KEYS if k in keyed)
        numbers = (int(v) if isinstance(v, str) and _LONG.fullmatch(v) else v for v in values)
        return next((m for v in numbers if (m := as_moment(v, record))), None)
    if isinstance(item, bool):
        record.note(Repair.TYPE_COERCED)
        return None
    if isinstance(item, int | float):
        if not math.isfinite(item) or abs(item) > _LARGEST_MOMENT:
            record.note(Repair.NUMBER_OUT_OF_RANGE)
            return None
        if item > 1e14:
            item /= 1000
        return str(int(item / 1000 if item > 1e11 else item)) if item > 1e8 else str(item)
    return storable(item, record) or None if isinstance(item, str) else None


def as_picture(item: Mapping[str, Any], record: Record) -> Picture:
    """A picture that ninjs calls an association: its first rendition, description and byline."""
    renditions = item.get("renditions")
    items = (
        renditions.values()
        if isinstance(renditions, dict)
        else renditions
        if isinstance(renditions, list)
        else ()
    )
    url = next((str(i["href"]) for i in items if isinstance(i, dict) and i.get("href")), None)
    names = ("description_text", "body_text", "descriptions", "headline")
    text = next((t for n in names if n in item and (t := as_text(item[n], record))), None)
    credit = item.get("byline") or item.get("by") or item.get("creditline")
    return Picture(url, text, storable(credit, record) or None if isinstance(credit, str) else None)


_CONFIG = toml("fields.toml")
CONTAINERS: tuple[str, ...] = tuple(_CONFIG["containers"]["names"])
_SEPARATORS = re.compile(r"[\s_-]+")
_MARKUP = re.compile(
    r"</?(?:p|div|br|a|span|b|i|em|strong|ul|ol|li|h[1-6]|img|figure|blockquote|table|hl2|section)\b[^<>]*>"
)
_REFERENCE = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});", re.IGNORECASE)
# Bodies and headlines that ninjs keeps as lists by role.
_LISTS = frozenset({"bodies", "headlines", "paragraphs"})


def is_record(value: Mapping[str, Any]) -> bool:
    """Whether an object has an article's own text or headline, so that it is not an envelope."""
    for name, item in value.items():
        is_filled = item.strip() if isinstance(item, str) else item and _normalised(name) in _LISTS
        if is_filled and _normalised(name) in _own():
            return True
    return False


def is_weak(kind: str, name: str) -> bool:
    """Whether a source's field of this name often holds something else, such as the time of the crawl."""
    return _normalised(name) in {_normalised(weak) for weak in _CONFIG["weak"].get(kind, ())}


def fill(
    record: Record,
    value: Mapping[str, Any],
    renamed: Mapping[str, str] | None = None,
    *,
    is_entry: bool = False,
) -> None:
    """Fill a record from an object with any source's field names.

    Without a text the description is the text: of a feed entry always, of a row when it also has a
    title or an address.
    """
    found = _Found(value, renamed or {}, record)
    record.url = found.first("url", as_url)
    record.guid = found.first("guid", as_guid)
    record.title = found.first("title", as_title)
    record.subtitle = found.first("subtitle", as_title)
    record.teaser = found.first("teaser", as_text)
    record.text = found.first("text", as_body)
    record.html = found.first("html", as_body)
    record.authors = found.first("authors", as_authors) or []
    record.publisher = found.first("publisher", as_name)
    record.published = found.first("published", as_moment)
    record.modified = found.first("modified", as_moment)
    record.language = found.first("language", as_code)
    record.section = found.first("section", as_name)
    record.genre = found.first("genre", as_name)
    record.version = found.first("version", as_code)
    record.keywords = found.first("keywords", as_list) or []
    record.captions = found.captions()
    record.names = found.names
    _unescape_bodies(record)
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


def _unescape_bodies(record: Record) -> None:
    """Undo what was escaped once too often; a text whose tags were is markup."""
    for name in ("html", "text", "teaser"):
        body: str | None = getattr(record, name)
        if body is None or "&" not in body:
            continue
        plain = unescaped_markup(body)
        if name == "text" and not _MARKUP.search(plain) and _REFERENCE.search(plain):
            plain = html.unescape(plain)
        if plain != body:
            setattr(record, name, plain)
            record.note(Repair.DOUBLE_ESCAPED)


def _unwrap_nitf(record: Record) -> None:
    """Read a body that is itself NITF, as ninjs allows."""
    from transforms.read.agencies.nitf import fill_from_nitf
    from transforms.read.records.markup import parse

    root = parse(re.sub(r"^\s*<\?xml[^>]*\?>", "", record.text or ""), recover=True)
    if root is not None:
        record.text = None
        fill_from_nitf(record, root)


def field_names() -> tuple[str, ...]:
    """Our field names, which a source's mapping may name."""
    return tuple(_CONFIG["aliases"])


@dataclass(frozen=True, slots=True)
class FieldUse:
    """What became of the fields of one object.

    `used` maps our names to the source's name and value; `missing` are names of the mapping that the
    object does not have, or whose value does not fit, by our name; `unused` are the other top-level names.
    """

    used: Mapping[str, tuple[str, Any]]
    missing: Mapping[str, str]
    unused: tuple[str, ...]


def field_use(value: Mapping[str, Any], renamed: Mapping[str, str]) -> FieldUse:
    """What `fill` makes of the fields of an object under a source's mapping."""
    record = Record()
    fill(record, value, renamed)
    flat = _flat(value)
    used = {kind: (name, flat[_normalised(name)][1]) for kind, name in record.names.items()}
    taken = {_normalised(name) for name, _ in used.values()}
    taken |= {name for name in ("associations",) if record.captions}
    return FieldUse(
        used=used,
        missing={kind: name for kind, name in renamed.items() if kind not in used},
        unused=tuple(
            name
            for name in value
            if _normalised(name) not in taken
            and not any(key.startswith(f"{_normalised(name)}.") for key in taken)
        ),
    )


class _Found:
    """The values of an object by our names; each value is converted, or left out if it cannot be."""

    def __init__(self, value: Mapping[str, Any], renamed: Mapping[str, str], record: Record) -> None:
        self._values = _flat(value)
        self._renamed = renamed
        self._record = record
        self.names: dict[str, str] = {}

    def first(self, kind: str, convert: Callable[[Any, Record], Any]) -> Any:
        """The first value under the field's names that has the field's shape."""
        for alias in self._names(kind):
            if alias not in self._values:
                continue
            name, item = self._values[alias]
            value = convert(unpacked(item, self._record), self._record)
            if value:
                self.names[kind] = name
                return value
        return None

    def captions(self) -> list[Picture]:
        urls = self.first("images", as_urls) or []
        texts = self.first("captions", as_list) or []
        captions = [Picture(text=text) for text in texts]
        for place, url in enumerate(urls):
            if place < len(captions):
                captions[place].url = url
            else:
                captions.append(Picture(url=url))
        return [*captions, *(as_picture(item, self._record) for item in self._associated())]

    def _associated(self) -> Iterable[Mapping[str, Any]]:
        """Pictures that ninjs calls associations: an object by name, or a list since version 2."""
        item = self._values.get("associations", ("", None))[1]
        items = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        return [i for i in items if isinstance(i, dict) and i.get("type") in ("picture", "graphic")]

    def _names(self, kind: str) -> Iterable[str]:
        if kind in self._renamed:
            return (_normalised(self._renamed[kind]),)
        return _aliases()[kind]


def _flat(value: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    flat: dict[str, tuple[str, Any]] = {}
    for name, item in value.items():
        flat[_normalised(name)] = (name, item)
        if isinstance(item, dict):
            for inner, deep in item.items():
                flat.setdefault(f"{_normalised(name)}.{_normalised(inner)}", (f"{name}.{inner}", deep))
    return flat


@cache
def _aliases() -> Mapping[str, tuple[str, ...]]:
    return {kind: tuple(map(_normalised, names)) for kind, names in _CONFIG["aliases"].items()}


@cache
def _own() -> frozenset[str]:
    return frozenset((*_aliases()["text"], *_aliases()["html"], "headline", "headlines"))


@cache
def _normalised(name: str) -> str:
    return _SEPARATORS.sub("", name).casefold() or name
