"""Where the texts of a page stand in its markup: offsets into the decoded page, found in reading order."""

from __future__ import annotations

import html
import re

_UNREAD = re.compile(r"<(?:script|SCRIPT|style|STYLE)\b[^<]*+(?:<(?!/(?:script|SCRIPT|style|STYLE))[^<]*+)*+")
_LEAD = 40
_NAMED = {
    "\u2019": "&rsquo;", "\u2018": "&lsquo;", "\u201c": "&ldquo;", "\u201d": "&rdquo;",
    "\u2013": "&ndash;", "\u2014": "&mdash;", "\u00a0": "&nbsp;",
}  # fmt: skip


class RawPlaces:
    """Finds texts one after the other; scripts and comments are blanked, so that only what is read is found."""

    def __init__(self, markup: str) -> None:
        self._markup = _UNREAD.sub(lambda match: " " * len(match[0]), markup)
        body = self._markup.find("<body")
        self._cursor = max(body, 0)

    def find(self, lead: str, text: str, *, anywhere: bool = False) -> tuple[int, int] | None:
        """Offsets of a text whose first piece is `lead`; None when its words are not there as such.

        Searches from where the last one was found, or in the whole page.
        """
        start = self._first(_piece(lead), 0 if anywhere else self._cursor)
        if start < 0:
            return None
        end = self._end(text, start)
        if not anywhere:
            self._cursor = end
        return start, end

    def _end(self, text: str, start: int) -> int:
        """The text's last word, within the room that its markup may take."""
        word = text.split()[-1]
        room = start + 12 * len(text) + 400
        at = start + max(len(text) - len(word), 0)
        for shape in _shapes(word):
            if (found := self._markup.find(shape, at, room)) >= 0:
                return found + len(shape)
        closing = self._markup.find("<", start)
        return closing if closing > start else min(start + len(text), len(self._markup))

    def _first(self, piece: str, start: int) -> int:
        for shape in _shapes(piece):
            if shape and (found := self._markup.find(shape, start)) >= 0:
                return found
        return -1


def _piece(lead: str) -> str:
    """The first words of a piece, up to where white space may be of another kind than it seems."""
    return re.split(r"\n|\s{2}", lead, maxsplit=1)[0][:_LEAD]


def _shapes(text: str) -> list[str]:
    """A text as it may be written in markup: plain, or with its special characters as references."""
    shapes = [text]
    if "&" in text or "<" in text or ">" in text or '"' in text:
        shapes += [html.escape(text, quote=False), html.escape(text)]
    if not text.isascii():
        named = "".join(_NAMED.get(c, c) for c in html.escape(text, quote=False))
        numbered = "".join(c if c.isascii() else f"&#{ord(c)};" for c in html.escape(text, quote=False))
        hexed = "".join(c if c.isascii() else f"&#x{ord(c):x};" for c in html.escape(text, quote=False))
        shapes += [named, numbered, hexed]
    if "'" in text:
        shapes += [text.replace("'", "&#039;"), text.replace("'", "&#39;")]
    return shapes
