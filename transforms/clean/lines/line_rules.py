"""Rules for lines recognised by their words: captions, credits, bylines, promos, widgets, legal notes.

The rules are data (`transforms/data/lines/rules.toml`); this module reads them and applies them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from functools import cache, lru_cache
from typing import NamedTuple, cast

from transforms.clean.lines.calls import call_to_readers
from transforms.clean.lines.credits import known_credit, shaped_credit
from transforms.clean.lines.tails import is_said_twice, line_tail
from transforms.contract.article import SegmentKind
from transforms.text.sentences import CLOSERS, MARKS
from transforms.text.wordlists import toml

_LABEL = re.compile(r"(?:file )?(?:photos?|image|picture|file photo|foto|bild|caption)\s*:\s*", re.IGNORECASE)
# Labels for screen readers before a picture's credit and its caption.
_CONTROL = (
    r"(?:media playback [^.]{0,50}?\bdevice\s+)?(?:{credit_label}\s*[,:]?\s+(?P<credit>\S.{0,60}?)\s+)?"
    r"{caption_label}\s*[,:]?\s+(?=\S)"
)
_CREDIT_LABEL = r"{credit_label}\s*[,:]?\s+(?=\S)"
_STEM = re.compile(r"\b\w{1,4}")
_SENTENCE = re.compile(rf"[{MARKS}][{CLOSERS}]*(?:\s|$)")
_TAILED_WORDS = 30
_DIGIT = re.compile(r"\d")


class KnownLine(NamedTuple):
    """Kind of a line and the name of the rule that found it; `is_certain`: also against the line model."""

    name: str
    kind: SegmentKind
    is_certain: bool = False


class LineRule(NamedTuple):
    """One rule: the lines it matches, and what they are."""

    known: KnownLine
    max_words: int
    cues: tuple[str, ...]
    pattern: re.Pattern[str]
    is_doubtful: bool


class CaptionParts(NamedTuple):
    """Offsets of caption and credit in a caption line.

    `start` is after a label like PHOTO:; between caption and credit are only labels. The credit may come
    first.
    """

    start: int
    end: int
    credit_start: int
    credit_end: int


class _Rules(NamedTuple):
    rules: tuple[LineRule, ...]
    by_cue: Mapping[str, Set[int]]  # numbers of the rules, by the stems of their cues
    signs: Sequence[str]  # cues that are not words
    doubtful: Sequence[int]
    max_words: int
    marker: LineRule
    credit: re.Pattern[str]
    control: re.Pattern[str]
    credit_label: re.Pattern[str]


@lru_cache(maxsize=4096)  # the lines of one document are asked about by several rules
def known_line(line: str, *, is_doubtful: bool = False) -> KnownLine | None:
    """What the words of a line say it is, by the first rule that matches, or None.

    Some rules apply only to lines that are doubtful anyway.
    """
    spaces = line.count(" ")
    rules = _rules()
    if spaces >= rules.max_words:
        return None
    stems = frozenset(_STEM.findall(line.lower()))
    if (call := call_to_readers(line, stems)) is not None:
        return KnownLine(*call)
    if spaces < _TAILED_WORDS and (tail := line_tail(line)) and not _SENTENCE.search(line, 0, tail.start):
        return KnownLine(tail.name, tail.kind, is_certain=True)
    numbers = set(rules.doubtful) if is_doubtful else set()
    for stem in stems & rules.by_cue.keys():
        numbers |= rules.by_cue[stem]
    for sign in rules.signs:
        if sign in line:
            numbers |= rules.by_cue[sign]
    if _DIGIT.search(line):
        numbers |= rules.by_cue["0"]
    for number in sorted(numbers):
        rule = rules.rules[number]
        if spaces < rule.max_words and rule.pattern.match(line):
            return rule.known
    if is_said_twice(line):
        return KnownLine("said_twice", "promo", is_certain=True)
    return None


def is_marker(line: str) -> bool:
    """Whether a line is only an advertisement marker."""
    return len(line) <= 100 and _rules().marker.pattern.match(line) is not None


def split_credit(caption: str) -> tuple[str, str | None]:
    """A caption without label and player button, and its credit as printed (None: it has none)."""
    parts = caption_parts(caption)
    credit = caption[parts.credit_start : parts.credit_end]
    return caption[parts.start : parts.end], credit or None


def caption_parts(line: str) -> CaptionParts:
    """Offsets of caption and credit in a caption line, also without a space between them."""
    stop = len(line.rstrip())
    if control := _rules().control.match(line):
        credit = control.span("credit") if control["credit"] else (stop, stop)
        return CaptionParts(control.end(), stop, *credit)
    label = _LABEL.match(line)
    start = label.end() if label else 0
    match = _rules().credit.search(line, start)
    if match is None or match.start() == start:
        shaped = shaped_credit(line, start) or (stop, stop, stop)
        return CaptionParts(start, len(line[: shaped[0]].rstrip()), *shaped[1:])
    group = next(name for name, text in match.groupdict().items() if text is not None)
    credit_start, credit_end = match.span(group)
    return CaptionParts(start, len(line[: match.start()].rstrip()), credit_start, credit_end)


def credit_start(line: str) -> int:
    """Offset of the credit after a label such as "Image source,"; 0 without a label."""
    label = _rules().credit_label.match(line)
    return label.end() if label else 0


@cache
def _rules() -> _Rules:
    data = toml("lines/rules.toml")
    words = {name: "|".join(alternatives) for name, alternatives in data["words"].items()}
    rules = tuple(
        LineRule(
            KnownLine(entry["name"], cast("SegmentKind", entry["kind"]), entry.get("is_certain", False)),
            max_words=entry["max_words"],
            cues=tuple(entry.get("cues", ())),
            pattern=re.compile(_filled(entry["pattern"], words), re.IGNORECASE),
            is_doubtful=entry.get("is_doubtful", False),
        )
        for entry in data["rule"]
    )
    marker = next(rule for rule in rules if rule.known.name == "advertisement")
    by_cue = _by_cue(rules, data["words"]["agency"])
    return _Rules(
        rules,
        by_cue,
        [cue for cue in by_cue if not cue[0].isalnum()],
        [number for number, rule in enumerate(rules) if rule.is_doubtful],
        max(rule.max_words for rule in rules),
        marker,
        known_credit(words["agency"]),
        re.compile(_filled(_CONTROL, words), re.IGNORECASE),
        re.compile(_filled(_CREDIT_LABEL, words), re.IGNORECASE),
    )


def _by_cue(rules: Sequence[LineRule], agencies: Sequence[str]) -> dict[str, Set[int]]:
    """Numbers of the rules for all lines by their cues' keys: a stem, a sign, "0"."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for number, rule in enumerate(rules):
        for cue in () if rule.is_doubtful else rule.cues:
            for text in map(_longest_word, agencies) if cue == "{agency}" else [cue]:
                stems = _STEM.findall(text.lower())
                numbers[stems[0] if stems else cue].add(number)
    return dict(numbers)


def _longest_word(agency: str) -> str:
    """The longest word in the required part of an agency's pattern."""
    return max(re.split(r"[(\[?]", agency)[0].split(), key=len)


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    for name, alternatives in words.items():
        pattern = pattern.replace(f"{{{name}}}", f"(?:{alternatives})")
    return pattern
