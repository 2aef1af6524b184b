"""Kind of a name by the words beside it: `the city of Ask` is a place, `the airline Ask` an organisation."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Literal

from transforms.text.wordlists import toml

_REACH = 48
CueKind = Literal["place", "organisation"]


def cues_of_kind(text: str, start: int, end: int) -> Counter[CueKind]:
    """How many cues of each kind stand beside the name from `start` to `end`."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    found: Counter[CueKind] = Counter()
    for kind, words_before, words_after in _patterns():
        if words_before.search(before) and words_after.match(after):
            found[kind] += 1
    if not text[:start].strip() and text[start:end].isupper() and _DATELINE.match(after):
        found["place"] += 1
    return found


def is_person_noun(word: str) -> bool:
    """Whether a lower-case word is what a person of a place is called: runner, residents."""
    return word in toml("name_cues.toml")["place"]["persons"].split()


_DATELINE = re.compile(r"(?:,\s[A-Z][\w., ]{2,40}?)?(?:\s\([A-Z][\w. ]{1,20}\))?\s(?:-|–|—|--)\s")


@cache
def _patterns() -> list[tuple[CueKind, re.Pattern[str], re.Pattern[str]]]:
    """Kind, pattern before the name, pattern after it; both match."""
    lists = {
        (kind, name): "|".join(words.split())
        for kind, named in toml("name_cues.toml").items()
        for name, words in named.items()
    }
    end = (
        r"(?=[,.;)]|\s(?:of|in|on|near|north|south|east|west|with|where|that|which|based|owned|behind|about|home"
        r"|for|from)\b)"
    )
    apposition = r",\s(?:an?|the|one\sof\sthe|its|their)\s(?:[\w'’-]+\s){0,3}?"
    organisation = lists["organisation", "nouns"]
    patterns: list[tuple[CueKind, str, str]] = [
        ("place", rf"\b(?:{lists['place', 'nouns']})\s(?:of|called|named)\s$", r"(?!\s[a-z]+\s(?:company|firm)\b)"),
        ("place", rf"\b(?:{lists['place', 'nouns']})\s$", r"(?=[,.;]|\s[a-z])"),
        ("place", rf"\b(?:{lists['place', 'of']})\s(?:of|from)\s$", ""),
        ("place", rf"(?i:\b(?:{lists['place', 'persons']})|\d-year-old)\s(?:in|from|near)\s$", ""),
        ("place", "", rf"{apposition}(?:{lists['place', 'nouns']}){end}"),
        ("place", "", rf"(?:['’]s)?\s(?:{lists['place', 'after']})\b"),
        ("organisation", rf"\b(?i:{organisation})\s$", ""),
        ("organisation", "", rf"{apposition}(?:{organisation}){end}"),
        ("organisation", "", rf"(?:['’]s?)?\s(?:{lists['organisation', 'after']})\b"),
        ("organisation", "", rf",\swhich\s(?:{lists['organisation', 'verbs']})\b"),
        (
            "organisation", "",
            r"\ssaid\s(?:(?:on\s)?[A-Z][a-z]+day\s)?(?:that\s)?it\s(?:had|has|would|will|planned|plans|expects|expected)\b",
        ),
        ("organisation", "", r"\s(?:(?:would|will|has|had|is|was)\s)?[a-z]+\s(?:(?:up|down|off|out)\s)?its\b"),
        ("organisation", "", rf"\s(?i:{lists['organisation', 'headline']})\s[A-Z]"),
    ]  # fmt: skip
    return [(kind, re.compile(before), re.compile(after)) for kind, before, after in patterns]
