"""The article in the text of a mail, apart from its signature and from the mail that forwards it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from transforms.text.offsets import Edit, MappedText
from transforms.text.wordlists import toml

Header = Literal["from", "date", "subject"]

_SIGNATURE = re.compile(r"^(?:--[ \t\u00a0]?|_{10,})[ \t]*$", re.MULTILINE)
_SIGNATURE_LINES, _SIGNATURE_WIDTH = 12, 100
# With blank lines between its lines.
_SIGNATURE_LENGTH = 2 * _SIGNATURE_LINES * _SIGNATURE_WIDTH
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_QUOTED_SHARE = 0.8
# A rule that some programs print above the header of the message they forward.
_RULE = re.compile(r"[_-]{5,}")
_MOST_FORWARDS = 3
_MOST_HEADERS = 12
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|hr|p|div)\b[^<>]*>", re.IGNORECASE)
_HIDDEN = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_TEXT_REFERENCE = re.compile(r"&(?:nbsp|lt|gt|amp|quot|#\d{1,6});")
_REFERENCES = {"&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
_LINE = re.compile(r"[^\n]*")


@dataclass(frozen=True, slots=True)
class MailText:
    """The parts of a mail's text: lines before the article, the article, lines of the signature.

    `headers` are those of the message that the mail forwards, empty when it forwards none.
    """

    article: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    headers: dict[Header, str] = field(default_factory=dict)


def split_plain(text: str, *, is_reply: bool = False) -> MailText:
    """The parts of a plain text; the quote marks of a forwarded message are removed from it."""
    start, headers = (0, {}) if is_reply else _forwarded(text)
    before, article = text[:start], text[start:]
    if headers and _is_quoted(article):
        article = _QUOTE.sub("", article)
    end = _signature(article)
    return MailText(article[:end].strip("\n"), _filled(before), _filled(article[end:]), headers)


def split_markup(markup: str, *, is_reply: bool = False) -> MailText:
    """The parts of an HTML body; `article` is markup, too."""
    printed = _printed(markup)
    start, headers = (0, {}) if is_reply else _forwarded(printed.text)
    end = start + _signature(printed.text[start:])
    first = _raw(printed, start, markup) if headers else 0
    last = _raw(printed, end, markup)
    return MailText(markup[first:last], _filled(printed.text[:start]), _filled(printed.text[end:]), headers)


def without_prefix(subject: str) -> str:
    """A subject without the "Fwd:" of the mail program that forwards the message."""
    return _prefix().sub("", subject)


def unflowed(text: str, *, is_space_deleted: bool) -> str:
    """Text of `format=flowed` (RFC 3676) with one line per paragraph; the signature's mark ends one."""
    lines: list[str] = []
    is_open = False
    for line in text.replace("\r\n", "\n").split("\n"):
        quote = _QUOTE.match(line)
        depth = quote[0].count(">") if quote and line.startswith(">") else 0
        content = line[len(quote[0]) :] if depth and quote else line.removeprefix(" ")
        is_mark = content == "-- "
        flows = content.endswith(" ") and not is_mark
        content = content[:-1] if flows and is_space_deleted else content
        if is_open and not is_mark and not depth and content.strip():
            lines[-1] += content
        else:
            lines.append("> " * depth + content)
        is_open = flows and not depth
    return "\n".join(line if line == "-- " else line.rstrip() for line in lines)


def _forwarded(text: str) -> tuple[int, dict[Header, str]]:
    """Where the forwarded message's own text starts, and its headers; the innermost of nested ones."""
    start, headers = 0, dict[Header, str]()
    for _ in range(_MOST_FORWARDS):
        found = _next_forwarded(text, start, is_first=not headers)
        if found is None:
            break
        start, headers = found
    return start, headers


def _next_forwarded(text: str, start: int, *, is_first: bool) -> tuple[int, dict[Header, str]] | None:
    position, is_announced, is_header = start, False, False
    while position <= len(text):
        match = _LINE.match(text, position)
        line = _QUOTE.sub("", match[0] if match else "").strip(" \t*\u00a0")
        begin, position = position, (match.end() if match else position) + 1
        was_header, is_header = is_header, _header().match(line) is not None
        if not line:
            continue
        if is_announced or not _is_announcement(line):
            least = 2 if is_announced else 3
            if is_header and not was_header and (found := _headers(text, begin, least=least)):
                return found if len(text[:begin].split()) <= len(text[found[0] :].split()) else None
            if not is_first:
                return None  # a message inside a message follows its header at once
            is_announced = is_announced and _RULE.fullmatch(line) is not None
        else:
            is_announced = True
    return None


def _headers(text: str, start: int, *, least: int) -> tuple[int, dict[Header, str]] | None:
    """The header lines from `start` on: the offset behind them, and From, Date and Subject."""
    headers: dict[Header, str] = {}
    position, count = start, 0
    while count < _MOST_HEADERS and (match := _LINE.match(text, position)) is not None:
        line = _QUOTE.sub("", match[0]).replace("*", "").replace("\u00a0", " ").strip()
        stated = _header().match(line)
        if stated is None:
            break
        name = next(kind for kind, part in stated.groupdict().items() if kind != "value" and part)
        if name in ("from", "date", "subject"):
            headers.setdefault(name, stated["value"].strip())  # type: ignore[arg-type]  # the name of a group
        count, position = count + 1, match.end() + 1
    is_message = "from" in headers and len(headers) >= least
    return (min(position, len(text)), headers) if is_message else None


def _is_announcement(line: str) -> bool:
    if len(line) > 100:
        return False
    words = line.strip("-–—_ :>").casefold().replace("’", "'")
    return words in _announcements() and (line.startswith(("-", "–", "—")) or line.endswith(":"))


def _signature(text: str) -> int:
    """Where the signature starts: its mark with few short lines behind it; the end when there is none."""
    for mark in _SIGNATURE.finditer(text, max(0, len(text) - _SIGNATURE_LENGTH)):
        lines = _filled(text[mark.end() :])
        if mark.start() == 0 or not lines:
            continue
        is_short = len(lines) <= _SIGNATURE_LINES and all(len(line) <= _SIGNATURE_WIDTH for line in lines)
        if is_short and sum(map(len, lines)) < mark.start():
            return mark.start()
    return len(text)


def _is_quoted(text: str) -> bool:
    lines = _filled(text)
    return sum(line.startswith(">") for line in lines) >= _QUOTED_SHARE * max(len(lines), 1)


def _filled(text: str) -> tuple[str, ...]:
    return tuple(line for part in text.split("\n") if (line := part.strip(" \t\r\u00a0")))


def _printed(markup: str) -> MappedText:
    """The text of HTML, a line for each break, mapped to the markup."""
    edits: dict[int, Edit] = {}
    for pattern, new in ((_HIDDEN, ""), (_BREAK, "\n"), (_TAG, "")):
        for match in pattern.finditer(markup):
            edits.setdefault(match.start(), Edit(*match.span(), new))
    for match in _TEXT_REFERENCE.finditer(markup):
        edits.setdefault(match.start(), Edit(*match.span(), _REFERENCES.get(match[0], " ")))
    for match in re.finditer(r"[\r\n]+", markup):
        edits.setdefault(match.start(), Edit(*match.span(), " "))
    ordered, done = [], 0
    for edit in sorted(edits.values()):
        if edit.start >= done:
            ordered.append(edit)
            done = edit.end
    return MappedText.of(markup).replace(ordered)


def _raw(printed: MappedText, offset: int, markup: str) -> int:
    span = printed.raw_span(offset, len(printed.text)) if offset < len(printed.text) else None
    return span[0] if span else len(markup)


@cache
def _announcements() -> frozenset[str]:
    return frozenset(toml("mail.toml")["forwarded"])


@cache
def _header() -> re.Pattern[str]:
    names = {kind: "|".join(map(re.escape, words)) for kind, words in toml("mail.toml")["headers"].items()}
    kinds = "|".join(f"(?P<{kind}>{alternatives})" for kind, alternatives in names.items())
    return re.compile(rf"(?:{kinds})[ \t]?[:：](?P<value>.*)$", re.IGNORECASE)


@cache
def _prefix() -> re.Pattern[str]:
    prefixes = "|".join(toml("mail.toml")["subject_prefixes"])
    return re.compile(rf"^(?:(?:{prefixes})\s*(?:\[\d+\])?:\s*)+", re.IGNORECASE)
