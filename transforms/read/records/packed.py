"""Lists and objects that a program wrote as text, as values again."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from transforms.contract.reasons import Repair
from transforms.read.records.record import Record

# Longer texts are not lists of names or paragraphs.
_LONGEST = 1_000_000
_BRACKETS = (("[", "]"), ("(", ")"), ("{", "}"))
_LITERAL = r"""(?:'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")"""
_QUOTED = rf"(?:np\.str_\({_LITERAL}\)|[ub]?{_LITERAL})"
_MISSING = r"\b(?:None|null|nan|NaN|NULL)\b"
# Python's lists, tuples and sets, numpy's arrays (no commas) and PostgreSQL's arrays of quoted texts.
_QUOTED_LIST = re.compile(rf"[\[({{](?:[\s,]++|{_QUOTED}|{_MISSING})*+[\])}}]", re.DOTALL)
_ARRAY = re.compile(r"(?:np\.)?array\((?P<list>\[.*\])(?:,\s*dtype=[^()]*)?\)", re.DOTALL)
_ITEM = re.compile(_QUOTED, re.DOTALL)
_KEYS = frozenset(
    {"name", "value", "main", "en", "text", "rendered", "url", "href", "title", "$date", "seconds"}
)


def unpacked(item: Any, record: Record) -> Any:
    """The list or object that a text such as "['A', 'B']" or '{"name": "A"}' stands for; else the value itself."""
    if not isinstance(item, str) or not 2 <= len(item) <= _LONGEST:
        return item
    text = item.strip()
    if array := _ARRAY.fullmatch(text):
        text = array["list"]
    if (text[:1], text[-1:]) not in _BRACKETS:
        return item
    found = _parsed(text)
    if found is None:
        return item
    record.note(Repair.TYPE_COERCED)
    return found


def _parsed(text: str) -> list[Any] | dict[str, Any] | None:
    """The list of texts or objects, or the object of a known shape, in a text; None: it is only a text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if value is None and _QUOTED_LIST.fullmatch(text):
        return [_unquoted(match[0]) for match in _ITEM.finditer(text)]
    if value is None and ("{'" in text or '{"' in text):
        value = _python_value(text)
    if isinstance(value, list | tuple) and all(isinstance(one, str | dict | None) for one in value):
        return list(value)
    return value if isinstance(value, dict) and not _KEYS.isdisjoint(value) else None


def _unquoted(literal: str) -> str:
    literal = literal[literal.index(literal.rstrip(")")[-1]) :].rstrip(")")
    try:
        return str(ast.literal_eval(literal))
    except (ValueError, SyntaxError):
        return literal[1:-1]


def _python_value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
