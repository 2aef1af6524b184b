"""Values of any JSON type made into what a field holds; what cannot be is left out, what had to be is noted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from transforms.contract.reasons import Repair
from transforms.read.records.record import Caption, Record

_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_CODE = 200
_LEAST_DIGITS = 7


def sound(text: str, record: Record) -> str:
    """Text that can be stored: half a surrogate pair becomes the replacement character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        record.note(Repair.INVALID_SURROGATE)
        text = _SURROGATE.sub("\ufffd", text)
    return text.strip()


def as_text(held: Any, record: Record) -> str | None:
    """A line of text; an object by language or role, or a list, gives its first one."""
    if isinstance(held, str):
        return sound(held, record)
    if isinstance(held, bool) or held is None:
        return None
    if isinstance(held, list) and held and all(isinstance(h, dict) and "value" in h for h in held):
        return as_text(held[0]["value"], record)  # ninjs 2 and 3: one text for each role, the main one first
    record.note(Repair.TYPE_COERCED)
    if isinstance(held, int | float):
        return str(held)
    if isinstance(held, dict):
        values = [held[k] for k in ("value", "name", "main", "en", "text") if k in held] or list(held.values())
        return next((sound(v, record) for v in values if isinstance(v, str) and v.strip()), None)
    return next((t for h in held if (t := as_text(h, record))), None)


def as_body(held: Any, record: Record) -> str | None:
    """A text; a list of paragraphs is joined, of ninjs bodies the one in full is taken."""
    if not isinstance(held, list) or not held:
        return as_text(held, record)
    if all(isinstance(h, dict) and "value" in h for h in held):
        best = max(
            held,
            key=lambda h: ("html" in str(h.get("contenttype", h.get("contentType", ""))), len(str(h["value"]))),
        )
        return as_text(best["value"], record)
    record.note(Repair.TYPE_COERCED)
    return "\n\n".join(t for h in held if (t := as_text(h, record))) or None


def as_name(held: Any, record: Record) -> str | None:
    """A name: as it stands, the `name` of an object, or the first of a list."""
    if isinstance(held, list):
        return next((n for h in held if (n := as_name(h, record))), None)
    if isinstance(held, dict):
        held = held.get("name") or held.get("title")
    return sound(held, record) or None if isinstance(held, str) else None


def as_list(held: Any, record: Record) -> list[str]:
    """Names: of one value or a list of them; empty when there are none."""
    if isinstance(held, list):
        if any(not isinstance(h, str | dict) for h in held):
            record.note(Repair.TYPE_COERCED)
        return [n for h in held if (n := as_name(h, record))]
    name = as_name(held, record)
    return [name] if name else []


def as_code(held: Any, record: Record) -> str | None:
    """An identifier, exactly as written."""
    if isinstance(held, bool) or not isinstance(held, str | int | float):
        return None
    return sound(str(held), record)[:_LONGEST_CODE] or None


def as_guid(held: Any, record: Record) -> str | None:
    """An identifier that no other file has: short numbers count rows, and each file counts from 1."""
    code = as_code(held, record)
    return None if code and code.isdecimal() and len(code) < _LEAST_DIGITS else code


def as_url(held: Any, record: Record) -> str | None:
    """An absolute http(s) address; one without a scheme gets http, as the sets that leave it out mean."""
    if isinstance(held, list):
        return next((u for h in held if (u := as_url(h, record))), None)
    if isinstance(held, dict):
        held = held.get("href") or held.get("url")
    if not isinstance(held, str):
        return None
    text = sound(held, record)
    if re.match(r"https?://[^\s/]", text, re.IGNORECASE):
        return text
    if re.match(r"(?:[\w-]+\.)+[a-z]{2,}/\S+$", text, re.IGNORECASE):
        record.note(Repair.TYPE_COERCED)
        return f"http://{text}"
    return None


def as_urls(held: Any, record: Record) -> list[str]:
    """Absolute addresses, of one value or a list of them."""
    items = held if isinstance(held, list) else [held]
    return [u for item in items if (u := as_url(item, record)) and urlsplit(u).netloc]


def as_moment(held: Any, record: Record) -> str | None:
    """A date as given; numbers are seconds since 1970, or thousands of them."""
    if isinstance(held, bool):
        return None
    if isinstance(held, int | float):
        if held > 1e14:
            held /= 1000
        return str(int(held / 1000 if held > 1e11 else held)) if held > 1e8 else str(held)
    if isinstance(held, dict):
        held = next((h for k, h in held.items() if k.casefold() in ("$date", "value", "date")), None)
    return sound(held, record) or None if isinstance(held, str) else None


def as_picture(held: Mapping[str, Any], record: Record) -> Caption:
    """A picture that ninjs calls an association: its first rendition, description and byline."""
    renditions = held.get("renditions")
    items = (
        renditions.values()
        if isinstance(renditions, dict)
        else renditions
        if isinstance(renditions, list)
        else ()
    )
    url = next((str(i["href"]) for i in items if isinstance(i, dict) and i.get("href")), None)
    names = ("description_text", "body_text", "descriptions", "headline")
    text = next((t for n in names if n in held and (t := as_text(held[n], record))), None)
    credit = held.get("byline") or held.get("by") or held.get("creditline")
    return Caption(url, text, credit if isinstance(credit, str) else None)
