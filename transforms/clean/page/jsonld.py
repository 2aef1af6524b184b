"""JSON-LD of a page as plain nodes, repaired where malformed, and the article nodes among them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from transforms.text.absent import is_absent

Node = Mapping[str, Any]

_LONGEST = 1 << 20
_DEEPEST = 12
_OPENING = re.compile(r"(?:<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?|/\*.*?\*/|\s|\ufeff)+", re.DOTALL)
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_MISSING_COMMA = re.compile(r'(["}\]0-9]|true|false|null)(\s*\n\s*)(?=["{])')
_DOUBLED_COMMA = re.compile(r",(\s*,)+")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_ARTICLE = re.compile(r"(?:^|[/:])(?:\w*Article|BlogPosting|LiveBlogPosting|Report|Review|SocialMediaPosting)$")


def read_nodes(scripts: Iterable[str]) -> list[Node]:
    """All objects at the top of the scripts, in a @graph, or the main entity of another.

    `follow` resolves objects that are only a reference ({"@id": ...}). A script that cannot be repaired
    counts as absent.
    """
    nodes: list[Node] = []
    for script in scripts:
        for value in _parse(script[:_LONGEST]):
            nodes.extend(_top_nodes(value, 0))
    return nodes


def article_nodes(nodes: Iterable[Node]) -> list[Node]:
    """The nodes of article types, in order."""
    return [node for node in nodes if any(_ARTICLE.search(name) for name in types(node))]


def types(node: Node) -> list[str]:
    """The names in a node's @type."""
    return [name for name in as_list(node.get("@type")) if isinstance(name, str)]


def follow(value: Any, nodes: Iterable[Node]) -> Any:
    """The node that a bare reference names by its @id; any other value itself."""
    if isinstance(value, dict) and set(value) <= {"@id", "@type"} and "@id" in value:
        return next(
            (node for node in nodes if node.get("@id") == value["@id"] and len(node) > len(value)), value
        )
    return value


def as_list(value: Any) -> list[Any]:
    """A list, a single value or None as a list."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def as_text(value: Any) -> str | None:
    """The words of a value: a string, or the @value, name or headline of an object, or the first of a list."""
    for _ in range(_DEEPEST):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = next((value[key] for key in ("@value", "name", "headline", "url") if value.get(key)), None)
        else:
            break
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = " ".join(unescape(str(value)).split())
    return None if is_absent(text) else text


def _top_nodes(value: Any, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _top_nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(value.get(key), list | dict):
                yield from _top_nodes(value[key], depth + 1)


def _parse(script: str) -> Iterator[Any]:
    """The values of a script; some hold several objects one after another."""
    opening = _OPENING.match(script)
    text = (script[opening.end() :] if opening else script).rstrip()
    for closing in ("-->", "*/", "]]>", "//", "/*", ";"):
        text = text.removesuffix(closing).rstrip()
    if not text:
        return
    for repaired in (
        lambda t: t,
        _repair_commas,
        lambda t: _repair_commas(_BAD_ESCAPE.sub(r"\\\\", t)),
        unescape,
    ):
        values, is_whole = _decode_all(repaired(text))
        if is_whole:
            break
    yield from values


def _decode_all(text: str) -> tuple[list[Any], bool]:
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    position = 0
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return values, False
        values.append(value)
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1
    return values, True


def _repair_commas(text: str) -> str:
    text = _COMMENT.sub("", text)
    text = _DOUBLED_COMMA.sub(",", text)
    return _TRAILING_COMMA.sub("", _MISSING_COMMA.sub(r"\1,\2", text))
