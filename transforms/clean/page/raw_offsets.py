"""Offsets of a page's texts in its decoded markup, found in reading order."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from html import unescape

_UNREAD = re.compile(r"<(?:script|SCRIPT|style|STYLE)\b[^<]*+(?:<(?!/(?:script|SCRIPT|style|STYLE))[^<]*+)*+")
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9A-Fa-f]+|\w+);")
_LEAD = 40
# The beginning of a piece that markup writes as it is; it must be long enough to be distinctive.
_PLAIN = re.compile(r"[\w ,.:-]{15,}(?=[^\w ,.:-])", re.ASCII)
# A short piece found this far on belongs to another text.
_LONG, _FAR = 20, 20_000


class RawPlaces:
    """Finds texts one after the other in markup with scripts and styles blanked."""

    def __init__(self, markup: str) -> None:
        self._markup = _UNREAD.sub(lambda match: " " * len(match[0]), markup)
        body = self._markup.find("<body")
        self._cursor = max(body, 0)
        # The cursor before the short or distant matches made since the last certain match.
        self._anchor: int | None = None

    def find(self, lead: str, text: str, *, anywhere: bool = False) -> tuple[int, int] | None:
        """Offsets of a text whose first piece is `lead`; None when the markup does not contain it.

        Searches from the last text found, or `anywhere` in the page.
        """
        piece = lead[:_LEAD].rstrip()
        place = self._search(piece, 0, len(self._markup)) if anywhere else self._next(piece)
        return None if place is None else (place[0], self._end(text, place))

    def _next(self, piece: str) -> tuple[int, int] | None:
        """The next place of a piece, or one before the doubtful places that others were given since."""
        is_long = len(piece) >= _LONG
        place = self._search(piece, self._cursor, len(self._markup))
        if place is not None and not is_long and place[0] - self._cursor > _FAR:
            place = None
        if place is None and self._anchor is not None:
            place = self._search(piece, self._anchor, self._cursor)
            self._cursor, self._anchor = (self._cursor, self._anchor) if place is None else (self._anchor, None)
        if place is None:
            return None
        if is_long and place[0] - self._cursor <= _FAR:
            self._anchor = None
        elif self._anchor is None:
            self._anchor = self._cursor
        self._cursor = place[1]  # not after the text: the next one may begin with its last word
        return place

    def _end(self, text: str, lead: tuple[int, int]) -> int:
        """End of the text's last word, within the length that its markup may have."""
        start, lead_end = lead
        word = text.split()[-1]
        room = start + 12 * len(text) + 400
        last = self._search(word, max(start, start + len(text) - len(word)), room)
        return max(last[1] if last else 0, lead_end)

    def _search(self, piece: str, start: int, stop: int) -> tuple[int, int] | None:
        """The first place of a piece: verbatim, or with references and other white space."""
        if not piece:
            return None
        if (found := self._markup.find(piece, start, stop)) >= 0:
            return found, found + len(piece)
        if (plain := _PLAIN.match(piece)) and (found := self._markup.find(plain[0], start, stop)) >= 0:
            return found, found + plain.end()
        view = self._view
        match = _as_written(piece).search(view.text, view.offset(start), view.offset(stop))
        return (view.markup_offset(match.start()), view.markup_offset(match.end())) if match else None

    @cached_property
    def _view(self) -> _Resolved:
        return _Resolved(self._markup)


class _Resolved:
    """Markup with its character references resolved, as `text`, and the offsets of both in each other."""

    def __init__(self, markup: str) -> None:
        pieces: list[str] = []
        # Of each reference: the offset behind its character in the text, and behind it in the markup.
        self._behind: list[int] = [0]
        self._behind_markup: list[int] = [0]
        length, end = 0, 0
        for match in _REFERENCE.finditer(markup):
            character = unescape(match[0])
            if len(character) != 1:
                continue
            pieces += (markup[end : match.start()], " " if character == "\xa0" else character)
            length += match.start() - end + 1
            end = match.end()
            self._behind.append(length)
            self._behind_markup.append(end)
        self.text = "".join((*pieces, markup[end:]))

    def offset(self, markup_offset: int) -> int:
        """The offset in the text; one within a reference is behind its character."""
        number = bisect_right(self._behind_markup, markup_offset) - 1
        offset = self._behind[number] + markup_offset - self._behind_markup[number]
        following = self._behind[number + 1] if number + 1 < len(self._behind) else offset
        return min(offset, following)

    def markup_offset(self, offset: int) -> int:
        """The offset in the markup: of the character at `offset`, and behind the one before it."""
        number = bisect_right(self._behind, offset) - 1
        return self._behind_markup[number] + offset - self._behind[number]


def _as_written(text: str) -> re.Pattern[str]:
    """A text with white space and tags of any kind between its words."""
    return re.compile(r"(?:\s|<[^<>]*>)+".join(map(re.escape, text.split())))
