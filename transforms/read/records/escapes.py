"""Texts in which markup or its escapes would show, as their authors meant them."""

from __future__ import annotations

import html
import re
from functools import cache

from transforms.text.wordlists import toml

_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
# A reference whose ampersand is escaped: "isn&amp;#8217;t".
_ESCAPED_REFERENCE = re.compile(
    r"&(?:amp|#38|#x26);(?=(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});)", re.IGNORECASE
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_SPACES = re.compile(r"\s+")
# Escapes inside escapes; feeds escape a text twice, few three times.
_DEEPEST = 3
# Escaped tags that make a text markup; one inside a sentence may be its subject.
_LEAST_TAGS = 2
_SAMPLE = 20_000
# Longer texts are not titles.
_LONGEST_TITLE = 1000


def printed(title: str) -> str:
    """A title as printed: references resolved, markup and its white space removed.

    A tag is markup if its pair follows, if it needs none, or if it has attributes: "The <table> tag
    explained" and "Less < more" stay.
    """
    text = title
    for _ in range(_DEEPEST):
        before = text
        if "<" in text and len(text) <= _LONGEST_TITLE:
            text = _without_tags(_CDATA.sub(r"\1", text))
        if _REFERENCE.search(text):
            text = html.unescape(text)
        if text == before:
            break
    return title if text == title else _SPACES.sub(" ", text).strip()


def unescaped_markup(text: str) -> str:
    """HTML whose tags, or whose references, are escaped once more than they should be; else the text.

    An article about markup has its escapes in `code` or `pre`, or has more tags than escaped ones.
    """
    for _ in range(_DEEPEST):
        sample = text[:_SAMPLE]
        if _code().search(sample):
            return text
        before = text
        if _is_escaped(sample):
            text = html.unescape(text)
        text = _ESCAPED_REFERENCE.sub("&", text)
        if text == before:
            break
    return text


def _is_escaped(markup: str) -> bool:
    if "&" not in markup or not (escaped := len(_escaped_tag().findall(markup))):
        return False
    is_at_edge = _escaped_tag().match(markup.lstrip()) is not None or markup.rstrip().endswith("&gt;")
    least = 1 if is_at_edge else _LEAST_TAGS
    return escaped >= least and escaped > len(_tag().findall(markup))


def _without_tags(text: str) -> str:
    while (shorter := _paired().sub(_inside, text)) != text:
        text = shorter
    return _single().sub(" ", text)


def _inside(pair: re.Match[str]) -> str:
    return f" {pair['inside']} " if pair["name"].casefold() in _names("block").split("|") else pair["inside"]


@cache
def _names(kind: str) -> str:
    return "|".join(toml("markup_elements.toml")[kind])


@cache
def _single() -> re.Pattern[str]:
    """Tags that have no pair or have attributes, and comments."""
    either = f"{_names('void')}|{_names('inline')}|{_names('block')}"
    return re.compile(
        rf"<(?:{_names('void')})\s*/?>|<(?:{either})\s+[a-z:-]+\s*=[^<>]*>|<!--.*?-->",
        re.IGNORECASE | re.DOTALL,
    )


@cache
def _paired() -> re.Pattern[str]:
    return re.compile(
        rf"<(?P<name>{_names('inline')}|{_names('block')})(?:\s+[a-z:-]+\s*=[^<>]*)?\s*>(?P<inside>[^<]*(?:<(?!/?(?P=name)\b)[^<]*)*)</(?P=name)\s*>",
        re.IGNORECASE,
    )


@cache
def _tag() -> re.Pattern[str]:
    return re.compile(rf"</?(?:{_names('block')}|{_names('void')}|{_names('inline')})\b[^<>]*>", re.IGNORECASE)


@cache
def _escaped_tag() -> re.Pattern[str]:
    return re.compile(
        rf"&(?:lt|#60|#x3c);/?(?:{_names('block')}|{_names('void')}|a|img|em|strong)(?:\s(?:[^<>&]|&(?!gt;|#62;)){{0,400}})?/?&(?:gt|#62|#x3e);",
        re.IGNORECASE,
    )


@cache
def _code() -> re.Pattern[str]:
    return re.compile(r"<(?:code|pre|kbd|samp|textarea)\b", re.IGNORECASE)
