"""Calls to readers: lines that ask for a subscription, a follow, a tip, or speak of the outlet itself.

A line is judged by sentence: in news nobody speaks to readers in the imperative but the outlet. Verbs, objects
and notices are data (`transforms/data/lines/calls.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache
from typing import Any, NamedTuple, cast

from transforms.contract.article import SegmentKind
from transforms.text.wordlists import toml

_SENTENCES = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[^\sa-z])|\s*[|•·]\s*|\s+(?=»)")
_EDGES = " \t*_()[]{}"
_QUOTED = ("“", '"', "‘", "'", "«", "„")
_LEADS = 3
_STEM = 4


class Call(NamedTuple):
    """Kind of a call and the name of the rule that found it; `is_certain`: also against the line model."""

    name: str
    kind: SegmentKind
    is_certain: bool


class _Imperative(NamedTuple):
    call: Call
    verbs: re.Pattern[str]
    objects: re.Pattern[str]
    unless: re.Pattern[str] | None


class _Notice(NamedTuple):
    call: Call
    cues: Set[str]
    pattern: re.Pattern[str]


class _Calls(NamedTuple):
    cues: Set[str]
    most_words: int
    lead: re.Pattern[str]
    verbs: re.Pattern[str]  # of any imperative
    imperatives: Sequence[_Imperative]
    notices: Sequence[_Notice]
    hook: re.Pattern[str]
    aside: re.Pattern[str]
    aside_words: int
    no_aside: re.Pattern[str]


def call_to_readers(line: str, stems: Set[str]) -> Call | None:
    """The call or notice that a whole line consists of, or None.

    `stems` are the first four letters of its words in lower case.
    """
    calls = _calls()
    if stems.isdisjoint(calls.cues) or line.count(" ") >= calls.most_words or line.startswith(_QUOTED):
        return None
    sentences = [part for sentence in _SENTENCES.split(line) if (part := sentence.strip(_EDGES))]
    notices = [notice for notice in calls.notices if not stems.isdisjoint(notice.cues)]
    found = [_call(sentence, calls, notices) for sentence in sentences]
    first = next((call for call in found if call is not None), None)
    if first is None:
        return None
    others = (sentence for sentence, call in zip(sentences, found, strict=True) if call is None)
    return first if all(_is_beside(sentence, calls) for sentence in others) else None


def _call(sentence: str, calls: _Calls, notices: Sequence[_Notice]) -> Call | None:
    for call, _, pattern in notices:
        if pattern.match(sentence):
            return call
    rest = sentence
    for _ in range(_LEADS + 1):
        if calls.verbs.match(rest):
            for call, verbs, objects, unless in calls.imperatives:
                if verbs.match(rest) and objects.search(rest) and not (unless and unless.search(rest)):
                    return call
        lead = calls.lead.match(rest)
        if lead is None:
            return None
        rest = rest[lead.end() :].lstrip()
    return None


def _is_beside(sentence: str, calls: _Calls) -> bool:
    """Whether a sentence may stand beside a call: a question, "It's free.", ornaments."""
    if calls.hook.fullmatch(sentence) or not any(map(str.isalnum, sentence)):
        return True
    return (
        sentence.count(" ") < calls.aside_words
        and calls.aside.search(sentence) is not None
        and calls.no_aside.search(sentence) is None
    )


@cache
def _calls() -> _Calls:
    data = toml("lines/calls.toml")
    words = {**toml("lines/rules.toml")["words"], **data["words"]}
    filling = {name: f"(?:{'|'.join(alternatives)})" for name, alternatives in words.items()}
    return _Calls(
        frozenset(cue[:_STEM] for cue in data["gate"]["cues"]),
        data["gate"]["most_words"],
        _compiled(data["lead"]["patterns"], filling),
        _verbs(verb for entry in data["call"] for verb in entry["verbs"]),
        [
            _Imperative(
                _named(entry),
                _verbs(entry["verbs"]),
                _compiled(entry["objects"], filling),
                _compiled(entry["unless"], filling) if "unless" in entry else None,
            )
            for entry in data["call"]
        ],
        [
            _Notice(_named(entry), frozenset(entry["cues"]), _compiled(entry["patterns"], filling))
            for entry in data["notice"]
        ],
        _compiled(data["hook"]["patterns"], filling),
        _compiled(data["aside"]["patterns"], filling),
        data["aside"]["most_words"],
        _compiled(data["aside"]["unless"], filling),
    )


def _verbs(verbs: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(dict.fromkeys(verbs))})(?!\w)", re.IGNORECASE)


def _named(entry: Mapping[str, Any]) -> Call:
    return Call(entry["name"], cast("SegmentKind", entry["kind"]), entry.get("is_certain", True))


def _compiled(patterns: Sequence[str], filling: Mapping[str, str]) -> re.Pattern[str]:
    joined = "|".join(patterns)
    for _ in range(2):  # lists may name other lists
        for name, alternatives in filling.items():
            joined = joined.replace(f"{{{name}}}", alternatives)
    return re.compile(joined, re.IGNORECASE)
