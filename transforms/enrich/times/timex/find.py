"""Time expressions of a text in reading order.

Every expression consists of words of the grammar and figures, and has a head: a month, a unit, a weekday, a
year. The rules are tried only where a run of such words contains a head, so most of a text costs one look-up
per word. Neighbouring expressions are then joined into times and ranges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from transforms.enrich.times.timex import calendar_dates, clock_times, deictic, durations, words, years
from transforms.enrich.times.timex.context import PRECISION, Context
from transforms.enrich.times.timex.lists import event_eves, eves, listed
from transforms.enrich.times.timex.ranges import joined, since_events, spanned
from transforms.enrich.times.timex.rules import Found, Reading, RuleReader, TimexKind, TimexMethod, TimexRule
from transforms.enrich.times.timex.values import FINENESS, Period, shift

_RULES: list[TimexRule] = [
    *calendar_dates.RULES, *clock_times.RULES, *years.RULES, *deictic.RULES, *durations.RULES,
]  # fmt: skip
_PATTERNS = [re.compile(r.pattern, re.IGNORECASE) for r in _RULES]
_FIGURES = frozenset("0123456789")
_TOKEN = re.compile(r"\w+")
# Allowed between neighbouring words: punctuation or white space without a blank line.
_GAP = re.compile(r"(?!\s*\n\s*\n)(?:[.,'’/:(–—-]|\s){0,4}|(?!\s*\n\s*\n)\s{1,12}")
# An expression never starts with these words, nor inside an amount, an address or a run of figures.
_NEVER_FIRST = frozenset(("of", "and", "or", "to", "on", "by", "is"))
_NOT_BEFORE = re.compile(r"[\w$£€¥#@/&]|\d[.,:-]")
_WORD_END = re.compile(r"(?<!\w)|(?!\w)")
_STAMP = re.compile(r"\s*(?:[A-Z]{2,5}-)*[\d:\s]*(?:[ECMP][SD]T)?\s*")
# LAGOS, Nigeria, Nov. 23 (AP) --
_DATELINE = re.compile(
    r"\s*(?:[A-Z][A-Z.'’-]+[ ,]+){1,4}(?:[A-Z][\w.]+[ ,]+){0,3}(?P<month>[A-Z][a-z]{2,8})\.? (?P<day>\d\d?)"
    r"(?:, \d{4})?(?: \([A-Z][\w. ]+\))?\s?(?:--|—|–|-|:|_)"
)


@dataclass(frozen=True, slots=True)
class Timex:
    """One time expression: its span, its TIMEX3 value and the days it covers.

    `anchor_on` is the date it was resolved against, `method` the kind of that date.
    """

    start: int
    end: int
    text: str
    kind: TimexKind
    value: str
    begin_on: date | None
    end_on: date | None
    anchor_on: date | None
    is_vague: bool
    method: TimexMethod


@dataclass(frozen=True, slots=True)
class WordRun:
    """Neighbouring words of the grammar: where an expression may start, where the run ends, its heads."""

    starts: tuple[int, ...]
    end: int
    heads: frozenset[str]


def find_timexes(text: str, *, published_on: date | None, precision: str | None = "day") -> list[Timex]:
    """Time expressions in reading order; `precision` of `published_on` is as in `published_precision`.

    An expression that cannot be placed on the calendar has X for the unknown parts of its value, and no days.
    """
    context = _context(text, published_on, precision)
    found: list[Found] = []
    for run in _runs(text):
        position = 0
        for start in run.starts:
            best = _read(start, run, context) if start >= position and _may_start(text, start) else None
            if best is None:
                continue
            position, reading = best
            if _is_stamp(text, start, position, reading, context):
                continue
            found.append((start, position, reading))
            if reading.begin:
                period = Period(reading.value, reading.begin, reading.end, reading.unit)
                context.history.append((position, period, reading.method))
    found = list(eves(text, joined(text, listed(text, found, context))))
    found = sorted(
        [*found, *since_events(text, found, context), *event_eves(text, found)], key=lambda item: item[0]
    )
    return [_timex(text, *item) for item in spanned(text, found, context)]


def _context(text: str, published_on: date | None, precision: str | None) -> Context:
    fineness = PRECISION.get(precision or "", 0) if published_on else 0
    dateline = _DATELINE.match(text)
    if published_on and fineness == FINENESS["day"] and dateline:
        local = _local_day(dateline, published_on)
        if local and local != published_on:
            return Context(text, local, fineness, basis="relative:dateline")
    return Context(text, published_on, fineness)


def _local_day(dateline: re.Match[str], published_on: date) -> date | None:
    """The dateline's day if at most one day from the publication's (another time zone)."""
    for step in (-1, 0, 1):
        near = shift(published_on, "day", step)
        if (
            near
            and near.day == int(dateline["day"])
            and words.MONTHS.get(dateline["month"].lower()) == near.month
        ):
            return near
    return None


@cache
def _rules_for(heads: frozenset[str]) -> list[tuple[re.Pattern[str], RuleReader]]:
    """The rules that apply to runs with these heads."""
    return [(p, r.read) for p, r in zip(_PATTERNS, _RULES, strict=True) if r.heads & heads]


def _read(start: int, run: WordRun, context: Context) -> tuple[int, Reading] | None:
    """The longest reading at an offset; of equally long ones the first in the grammar."""
    best: tuple[int, Reading] | None = None
    text = context.text
    limit = run.end + text.startswith(".", run.end)  # `Nov.`, `p.m.`
    for pattern, read in _rules_for(run.heads):
        m = pattern.match(text, start)
        if m and m.end() > limit:
            m = pattern.match(text, start, limit)
        if m is None or (best and m.end() <= best[0]) or not _WORD_END.match(text, m.end()):
            continue
        reading = read(m, context)
        if reading:
            best = m.end(), reading
    return best


def _is_stamp(text: str, start: int, end: int, reading: Reading, context: Context) -> bool:
    """Whether a reading is a numeric date alone on its line: the document's stamp, not part of the article."""
    if not (reading.begin and context.published_on and text[start].isdigit()) or reading.method != "absolute":
        return False
    if abs((reading.begin - context.published_on).days) > 1:
        return False
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    return bool(_STAMP.fullmatch(before.rpartition("\n")[2] + after.partition("\n")[0]))


def _timex(text: str, start: int, end: int, reading: Reading) -> Timex:
    return Timex(
        start, end, text[start:end], reading.kind, reading.value, reading.begin, reading.end,
        reading.anchor, reading.is_vague, reading.method,
    )  # fmt: skip


@cache
def _vocabulary() -> dict[str, str]:
    """Every word of the grammar's patterns with its head, "" for a word that is not a head."""
    plain = re.sub(r"\\[a-z]|\(\?P<\w+>", " ", " ".join(rule.pattern for rule in _RULES))
    bare = {w.lower() for w in re.findall(r"[A-Za-z]+", plain)} | {"century", "a", "p"}
    zones = {f"{zone}{kind}t" for zone in "ecmp" for kind in ("", "s", "d")}
    return dict.fromkeys(bare | {w + "s" for w in bare} | zones | {"centuries"}, "") | words.HEADS


def _runs(text: str) -> Iterator[WordRun]:
    """The runs of words that contain a head, in reading order."""
    known = _vocabulary()
    starts: list[int] = []
    heads: set[str] = set()
    end = 0
    for token in _TOKEN.finditer(text):
        word = token.group().lower()
        head = known.get(word)
        if head is None and (word[0] in _FIGURES or word.startswith("fy")):
            head = _figure(word)
        if starts and (head is None or not _GAP.fullmatch(text, end, token.start())):
            if heads:
                yield WordRun(tuple(starts), end, frozenset(heads))
            starts, heads = [], set()
        if head is None:
            continue
        if starts or word not in _NEVER_FIRST:
            starts.append(token.start())
        end = token.end()
        if head:
            heads.add(head)
    if heads:
        yield WordRun(tuple(starts), end, frozenset(heads))


def _may_start(text: str, at: int) -> bool:
    """Whether the characters before a word allow an expression to start there."""
    return not (at and _NOT_BEFORE.fullmatch(text, at - 1, at)) and not (
        at > 1 and _NOT_BEFORE.fullmatch(text, at - 2, at)
    )


def _figure(word: str) -> str | None:
    """The kind of head of a word that begins with a figure, or of FY2015."""
    if word[0] == "f":
        return "fiscal" if word[2:].isdigit() else None
    if len(word) == 4 and word.isdigit():
        return "year"
    if word.endswith(("st", "nd", "rd", "th")):
        return "ordinal"
    return "decade" if word.endswith("s") else "clock" if word.endswith("m") else "figure"
