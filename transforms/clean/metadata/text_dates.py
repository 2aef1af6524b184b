"""Publication dates inferred from an article's text: date lines, datelines, captions, weekdays, tense."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Literal

from transforms.clean.metadata.datelines import read_dateline
from transforms.text.dates import FoundDate, ParsedDate, find_dates, parse_date
from transforms.text.wordlists import words_of_kind

Line = tuple[str, int | None]
Label = Literal["published", "updated"]

_CLUE_WIDTH = 40
# Confidence of the day of a picture: mostly long before the story, unless the story mentions the same day.
_PICTURED = 0.45
_DATED_MONTH = 0.55
# News refers to events within this time by their weekday.
_SHORTLY = timedelta(days=6)
_DAY = timedelta(days=1)
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY_AND_MONTH = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|\.)?\s+[^\W\d_]{3,}\.?|[^\W\d_]{3,}\.?\s+\d{1,2}(?:st|nd|rd|th)?\b"
)
# A dated line that is the attribution of a quotation or of a post.
_ATTRIBUTED = re.compile(r"\s*[—–]|.*(?:@\w|https?://)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TextDate:
    """One date supported by the text, with its words and its confidence."""

    date: ParsedDate
    basis: Literal["visible", "caption", "text"]
    method: str
    clue: str
    raw_start: int | None
    raw_end: int | None
    confidence: float


@dataclass(frozen=True, slots=True)
class _Mention:
    """A word or date inside a line."""

    line: Line
    start: int
    end: int

    @property
    def clue(self) -> str:
        """The mention with a few words on either side."""
        text = self.line[0]
        return text[max(0, self.start - _CLUE_WIDTH) : self.end + _CLUE_WIDTH].strip()

    def raw(self) -> tuple[int | None, int | None]:
        """The span of the mention in the raw text."""
        offset = self.line[1]
        return (None, None) if offset is None else (offset + self.start, offset + self.end)


def text_dates(
    title: str | None,
    paragraphs: Sequence[Line],
    captions: Sequence[Line] = (),
    *,
    lines: Sequence[Line] = (),
    language: str | None = None,
) -> list[TextDate]:
    """Dates supported by an article's texts, best first; confidence below .5 means a hint only."""
    stated = [*_undisputed(list(_date_lines(lines, language))), *dateline_dates(paragraphs[:2], language)]
    pictured = list(_captions(captions, language))
    story: list[Line] = [*([(title, None)] if title else []), *paragraphs]
    bound = _latest_past(story, language)
    days = [_in_story(d, bound) for d in stated + pictured]
    supports = [s for d in days if d.date.value is not None for s in _supports(d.date.value, story)]
    named = {match[0].casefold() for line in story for match in _pattern("weekday").finditer(line[0])}
    weighed = [w for d in days for w in _weighed(d, supports, is_sole=len(named) == 1)]
    if bound is not None and bound.method == "weekday_date":
        bound = _as_month(bound)
    hints = [*_distinct(supports), *([bound] if bound else [])]
    return sorted([*weighed, *hints], key=lambda d: -d.confidence)


def date_label(text: str) -> Label | None:
    """The kind of a date by its words; None: no label."""
    cues = date_cue().findall(text)
    if not cues:
        return None
    return _label(cues[-1])


@lru_cache(maxsize=512)
def labelled_parts(text: str) -> tuple[tuple[Label | None, str], ...]:
    """A text with several dates cut into parts, each with its label: "Updated 15 May | Published 14 May 2024".

    A label stands before its date, or after the first one ("15 May 2024, updated"). A day without a year has
    the year of the others.
    """
    if not _DIGIT.search(text):
        return ()
    cues = list(date_cue().finditer(text))
    starts = [match.start() for match in cues]
    edges = [0, *starts, len(text)]
    parts: list[tuple[Label | None, str]] = [(None, text[: edges[1]])]
    parts += [(_label(cue[0]), text[cue.end() : end]) for cue, end in zip(cues, edges[2:], strict=True)]
    dated = [(label, part) for label, part in parts if _DIGIT.search(part)]
    if len(dated) == 1 and dated[0][0] is None and cues:
        return ((_label(cues[0][0]), dated[0][1]),)
    years = {match[0] for _, part in dated for match in _YEAR.finditer(part)}
    year = years.pop() if len(years) == 1 else None
    return tuple(
        (label, part if year is None or _YEAR.search(part) else _with_year(part, year)) for label, part in dated
    )


def _with_year(part: str, year: str) -> str:
    """A part of which the first day and month have the year of another part."""
    return _DAY_AND_MONTH.sub(rf"\g<0> {year}", part, count=1)


def _label(cue: str) -> Label:
    return "published" if cue.casefold() in _cues("published") else "updated"


def is_archived(text: str) -> bool:
    """Whether words mark a picture as older than its story."""
    return _pattern("file").search(text) is not None


@cache
def date_cue() -> re.Pattern[str]:
    """The words that label a date as one of publication or of change."""
    words = sorted((w for w in _cues("published") | _cues("updated") if len(w) > 1), key=len, reverse=True)
    # A capital after a small letter begins a word, too: "Jane DoePublished".
    start = r"(?:(?<!\w)|(?-i:(?<=[a-zß-öø-ÿ])(?=[A-Z])))"
    return re.compile(rf"{start}(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def _date_lines(lines: Sequence[Line], language: str | None) -> Iterator[TextDate]:
    """Lines with a date and little else: "Published Nov. 23, 2015, 10:31 pm"."""
    for line in lines:
        text = line[0]
        if len(text) > 120 or _ATTRIBUTED.match(text):
            continue
        for label, part in labelled_parts(text):
            found = next(find_dates(part, language=language), None)
            if found is None or len(part) - (found.end - found.start) > 80:
                continue
            confidence = {"published": 0.85, "updated": 0.45, None: 0.7}[label]
            date = parse_date(part, language=language) or found.date
            yield _text_date(
                date, "visible", f"line:{label or 'date'}", _Mention(line, 0, len(text)), confidence
            )


def _undisputed(found: Sequence[TextDate]) -> Iterator[TextDate]:
    """Date lines; unlabelled ones get low confidence where they state different days."""
    days = {f.date.value.date() for f in found if f.method == "line:date" and f.date.value is not None}
    for line in found:
        is_disputed = len(days) > 1 and line.method == "line:date"
        yield replace(line, confidence=min(line.confidence, _PICTURED)) if is_disputed else line


def dateline_dates(
    paragraphs: Sequence[Line], language: str | None, *, years: Collection[int] = ()
) -> Iterator[TextDate]:
    """Dates before the dash that opens an agency's report; `years` are those that others state."""
    for line in paragraphs:
        if opening := read_dateline(line[0], years=years, language=language):
            for found in opening.dates:
                yield _text_date(found.date, "text", "dateline", _mention(line, found), 0.85)


def _captions(captions: Sequence[Line], language: str | None) -> Iterator[TextDate]:
    for line in captions:
        for found in find_dates(line[0], language=language):
            if found.date.precision != "day":
                continue
            confidence = 0.2 if is_archived(line[0]) else _PICTURED
            yield _text_date(found.date, "caption", "caption", _mention(line, found), confidence)


def _latest_past(story: Sequence[Line], language: str | None) -> TextDate | None:
    """The latest full past date in the story: the story did not appear before it.

    A date printed with its weekday is mostly within days of publication.
    """
    latest: TextDate | None = None
    for line in story:
        for found in find_dates(line[0], language=language):
            before = line[0][max(0, found.start - _CLUE_WIDTH) : found.start]
            if found.date.precision != "day" or found.date.value is None or _is_apart(before):
                continue
            if latest is None or latest.date.value is None or found.date.value > latest.date.value:
                has_weekday = _pattern("weekday").search(before[-12:]) is not None
                method, trust = ("weekday_date", 0.55) if has_weekday else ("latest_date", 0.3)
                latest = _text_date(found.date, "text", method, _mention(line, found), trust)
    return latest


def _is_apart(before: str) -> bool:
    """Whether the words before a date place it in the future or in the archive."""
    return bool(_pattern("future").search(before)) or is_archived(before)


def _as_month(day: TextDate) -> TextDate:
    """The month of a day shortly before publication, unless publication may be in the next month."""
    if day.date.value is None or (day.date.value + _SHORTLY).month != day.date.value.month:
        return replace(day, confidence=min(day.confidence, _PICTURED))
    month = replace(day.date, value=day.date.value.replace(day=1), precision="month")
    return replace(day, date=month, confidence=_DATED_MONTH)


def _in_story(day: TextDate, bound: TextDate | None) -> TextDate:
    """A date, with low confidence if it is earlier than a past date in the story."""
    if bound is None or day.date.value is None or bound.date.value is None:
        return day
    return replace(day, confidence=0.2) if day.date.value + _DAY < bound.date.value else day


def _supports(day: datetime, story: Sequence[Line]) -> Iterator[TextDate]:
    """Words that support a day: its weekday's name, "today"."""
    weekday = calendar.day_name[day.weekday()].casefold()
    date = ParsedDate(day.replace(hour=0, minute=0, second=0), "day", has_zone=False)
    for line in story:
        for match in _pattern("weekday").finditer(line[0]):
            if match[0].casefold() == weekday:
                yield _text_date(date, "text", "weekday", _Mention(line, *match.span()), 0.35)
        for match in _pattern("today").finditer(line[0]):
            if match[0].isupper():  # a paper of that name
                continue
            yield _text_date(date, "text", "tense", _Mention(line, *match.span()), 0.3)


def _weighed(day: TextDate, supports: Sequence[TextDate], *, is_sole: bool) -> Iterator[TextDate]:
    """A candidate with its confidence raised by the words that support its day.

    A picture dates the story to the day if its weekday is the only one in the story; one of several
    weekdays dates it only to the month.
    """
    if day.confidence < (_PICTURED if day.basis == "caption" else 0.5) or day.date.value is None:
        yield day
        return
    fitting = {
        s.method for s in supports if s.date.value is not None and s.date.value.date() == day.date.value.date()
    }
    if day.basis == "caption" and not ("weekday" in fitting and is_sole):
        yield day
        if "weekday" in fitting:
            yield _as_month(day)
        return
    doubt = 1 - day.confidence
    for method in sorted(fitting):
        doubt *= 0.6 if method == "weekday" else 0.8
    yield replace(day, confidence=round(1 - doubt, 3))


def _distinct(supports: Sequence[TextDate]) -> list[TextDate]:
    """The first support of each kind for each day."""
    return list({(s.method, s.date.value): s for s in reversed(supports)}.values())


def _text_date(
    date: ParsedDate,
    basis: Literal["visible", "caption", "text"],
    method: str,
    mention: _Mention,
    confidence: float,
) -> TextDate:
    return TextDate(date, basis, method, mention.clue, *mention.raw(), confidence)


def _mention(line: Line, found: FoundDate) -> _Mention:
    return _Mention(line, found.start, found.end)


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    words = sorted(_cues(kind), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


def _cues(kind: str) -> frozenset[str]:
    return words_of_kind("date_cues.tsv", kind)
