"""Lines that can be recognised by their words: captions, credits, bylines, promos, widgets, legal notes.

The rules are data (`transforms/data/lines/rules.toml`); this module reads them and applies them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple, cast

from transforms.article import SegmentKind

_LABEL = re.compile(r"(?:file )?(?:photos?|image|picture|file photo|foto|bild|caption)\s*:\s*", re.IGNORECASE)
# Labels for those who cannot see a picture, which say where its credit and its caption begin.
_CONTROL = re.compile(
    r"(?:media playback [^.]{0,50}?\bdevice\s+)?(?:image (?:copyright|source),?\s+(?P<credit>\S.{0,60}?)\s+)?"
    r"(?:image|media) caption,?\s+(?=\S)",
    re.IGNORECASE,
)
_PLAYER = r"(?:Play(?: Video)?|Watch(?: Video)?|Enlarge(?: this image)?|Replay|Toggle caption|hide caption)"
_NAME = r"[^\W\d_a-z][\w.’'-]*(?: (?:(?:de|van|von|der|al|bin|el|la|le|di|da|du) )?[^\W\d_a-z][\w.’'-]*){0,3}"


class Rule(NamedTuple):
    """What a rule says of the lines it knows, and how it knows them."""

    name: str
    kind: SegmentKind
    max_words: int
    cues: tuple[str, ...]
    pattern: re.Pattern[str]
    is_doubtful: bool


class Caption(NamedTuple):
    """Offsets into a caption line: where its caption begins and ends, and its credit does.

    `start` is behind a label like PHOTO:; between caption and credit stand only labels. The credit may
    come first.
    """

    start: int
    end: int
    credit_start: int
    credit_end: int


class _Rules(NamedTuple):
    rules: tuple[Rule, ...]
    max_words: int
    marker: Rule
    credit: re.Pattern[str]


def known_line(line: str, *, is_doubtful: bool = False) -> Rule | None:
    """The first rule that knows the line; None when none does.

    Some rules are right only of lines that are doubtful anyway.
    """
    spaces = line.count(" ")
    rules = _rules().rules
    if spaces >= _rules().max_words:
        return None
    lowered = line.lower()
    for rule in rules:
        if spaces >= rule.max_words or (rule.is_doubtful and not is_doubtful):
            continue
        if (not rule.cues or any(cue in lowered for cue in rule.cues)) and rule.pattern.match(line):
            return rule
    return None


def is_marker(line: str) -> bool:
    """Whether a line only marks the place of an advertisement."""
    return len(line) <= 100 and _rules().marker.pattern.match(line) is not None


def split_credit(caption: str) -> tuple[str, str | None]:
    """A caption without label and player button, and its credit as printed (None: it has none)."""
    parts = caption_parts(caption)
    credit = caption[parts.credit_start : parts.credit_end]
    return caption[parts.start : parts.end], credit or None


def caption_parts(line: str) -> Caption:
    """Where caption and credit stand in a caption line, also when they are glued to each other."""
    stop = len(line.rstrip())
    if control := _CONTROL.match(line):
        credit = control.span("credit") if control["credit"] else (stop, stop)
        return Caption(control.end(), stop, *credit)
    label = _LABEL.match(line)
    start = label.end() if label else 0
    match = _rules().credit.search(line, start)
    if match is None or match.start() == start:
        return Caption(start, stop, stop, stop)
    group = next(name for name, text in match.groupdict().items() if text is not None)
    credit_start, credit_end = match.span(group)
    return Caption(start, len(line[: match.start()].rstrip()), credit_start, credit_end)


@cache
def _rules() -> _Rules:
    source = resources.files("transforms.data.lines").joinpath("rules.toml").read_text("utf-8")
    data = tomllib.loads(source)
    words = {name: "|".join(alternatives) for name, alternatives in data["words"].items()}
    rules = tuple(
        Rule(
            name=entry["name"],
            kind=cast("SegmentKind", entry["kind"]),
            max_words=entry["max_words"],
            cues=tuple(entry.get("cues", ())),
            pattern=re.compile(_filled(entry["pattern"], words), re.IGNORECASE),
            is_doubtful=entry.get("is_doubtful", False),
        )
        for entry in data["rule"]
    )
    marker = next(rule for rule in rules if rule.name == "advertisement")
    return _Rules(rules, max(rule.max_words for rule in rules), marker, _credit_pattern(words["agency"]))


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    for name, alternatives in words.items():
        pattern = pattern.replace(f"{{{name}}}", f"(?:{alternatives})")
    return pattern


def _credit_pattern(agency: str) -> re.Pattern[str]:
    """A credit at the end of a caption; which group matched tells where it stands."""
    agencies = f"(?:{agency})(?: (?:Photo|Images))?"
    filed = r"(?:(?:,|\s*/)\s*(?:[Ff]ile(?: [Pp]hoto)?|[Pp]ool))?"
    chain = rf"{agencies}(?:\s*(?:/|,|\||via)\s*{agencies})*(?:\s*/\s*{_NAME})?{filed}"
    whose = rf"(?:{_NAME}(?: and {_NAME})?\s*[/|,–—-]\s*)?{chain}"
    label = (
        r"(?:[Pp]hotos?|PHOTO|[Pp]hotographs?|[Ii]mages?|[Pp]ictures?|[Cc]redits?|CREDIT|[Cc]ourtesy|Foto|Bild)"
    )
    ended = r"(?<=[.!?”\"’')])\s*"
    return re.compile(
        rf"\s*\((?P<enclosed>{label}\b[^()]{{1,120}}|[^()]{{0,60}}?\b{agencies}\b[^()]{{0,60}})\)\s*$"
        rf"|{ended}{_PLAYER}\s*(?P<played>{whose})\s*$"
        rf"|{ended}(?P<glued>{whose})\s*$"
        rf"|\s*[|•–—]\s*(?P<barred>{whose})\s*$"
        rf"|{ended}(?P<labelled>{label}(?:\s+(?:credit|courtesy|by|of|via)\b|:)+\s*[^.]{{2,80}}\.?)\s*$"
        r"|\s+(?P<named>Credits?:\s*[^.:]{2,80})\s*$"
        r"|(?<=[.!?”\"’'])\s*\((?P<bracketed>[A-Z][^()]{2,80})\)\s*$"
        rf"|\s*(?P<marked>©\s*[^.©]{{2,60}})\s*$"
    )
