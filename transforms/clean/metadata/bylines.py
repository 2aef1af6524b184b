"""Persons in bylines, without roles, dates, addresses and agencies, in the order printed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from transforms.clean.metadata.text_dates import date_cue
from transforms.text import wordlists
from transforms.text.dates import month_of
from transforms.text.folding import fold
from transforms.text.wordlists import words_of_kind

_SPLIT = re.compile(
    r"\s*(?:[;|•·\n\t]|\s/\s|\s&\s|(?<=\w)&(?=\s)|\s[-–—]\s|,?\s(?:and|und|et|y|og|och|en|oraz|with|mit|avec|con)\s)\s*",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s*[,،、]\s*")
_ADDRESS = re.compile(r"\(?\bhttps?://\S+|\bwww\.\S+|\S+@\S+\.\w+\)?", re.IGNORECASE)
_HANDLE = re.compile(r"(?:^|(?<=\s))\(?@\w+\)?")
_BRACKETS = re.compile(r"\s*[(\[<][^)\]>]*[)\]>]?")
# "Analysis by" ends the words before the names; _BEHIND begins those after them.
_ANNOUNCED = re.compile(
    r"^(?:|[^\n|]{0,40}?(?<!reviewed)(?<!edited)(?<!checked)(?<!verified)(?<!photo)(?<!photos)\s)by\b:?(?=\s)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\b(?:(?:medically |expertly |fact[- ])?(?:reviewed|checked|edited|editing|verified) (?:by|on)"
    r"|(?:stand|editor|photos?|fotos?|video|redaktur)\s*:|\d+\s?min(?:ute)?s?\b|\d{1,2}:\d\d|read time\b"
    r"|(?:photo(?:s|graph(?:s|y))?|illustrat(?:ed|ions?)) by\b|\bon \w+day\b"
    r"|reported from\b)",
    re.IGNORECASE,
)
# Contributors do not sign: cut the words after a name, or the whole clause.
_MAY_HELP = re.compile(r"contribut|reporting|\bwith\b", re.IGNORECASE)
_HELP = re.compile(
    r",?\s+with\s+(?:\w+\s+)?(?:contributions?|reporting|research|material|files)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_HELPED = re.compile(
    r"(?:^|(?<=\w\w)[.;|]\s+)(?:[^.;|]|\.(?=\w|\s[A-Z]\.))*?\b(?:contributed|contributions|additional reporting)\b.*",
    re.IGNORECASE | re.DOTALL,
)
# "XYZ's Jane Doe", "The Agency writers Jane Doe": the employer is not part of the name.
_EMPLOYER = re.compile(
    r"^(?:[A-Z][\w.&-]*\s){0,3}(?:[A-Z][\w.&-]*(?:['’]s|['’])|(?:staff\s)?(?:writers?|reporters?|producers?|correspondents?))"
    r"\s+(?=[A-Z]\S*\s\S*[A-Z])"
)
_JOINED = re.compile(r"\s(?:and|und|et|y|&)\s")
_PLACE = re.compile(r"\s+(?:in|from)\s+[A-Z].*$")
_MONTH = re.compile(r"(?P<day>\d{1,2}(?:st|nd|rd|th|\.)?\s+)?(?P<name>[^\W\d_]{3,9})\b(?P<then>\.?(?=\s+\d))?")
_NUMERIC_DATE = re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b(?:19|20)\d\d\b|[年月日]")
_SPACES = re.compile(r"\s+")
_EDGES = ' \t\n.,:;–—-|/•·"“”„*+_'
_POSTNOMINAL = re.compile(
    r"[A-Z]{2,}(?:[-/. ]?[A-Z0-9]+)*|(?:[A-Z]\.){2,}|[Pp]h\.?\s?[Dd]\.?|[JS]r\.?|I{2,3}|IV"
)
_CAPITALISED = re.compile(r"[^\W\d_a-z][\w.’'-]*")
_LONGEST = 80
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Byline:
    """The names that sign: persons in order, and collectives (agencies, desks, the outlet)."""

    persons: tuple[str, ...]
    collectives: tuple[str, ...] = ()


def read_byline(
    values: Iterable[str], *, outlets: Collection[str] = (), collective: Collection[str] = ()
) -> Byline:
    """Names in bylines or author fields.

    `outlets` are names and domains of the publisher, `collective` values marked up as organisations:
    neither are persons.
    """
    keys = {_key(name) for name in outlets}
    called = {_key(name) for name in collective}
    persons: dict[str, str] = {}
    collectives: dict[str, str] = {}
    for name in (name for value in values for name in split_names(value, outlets=keys)):
        key = _key(name)
        place = collectives if key in called or _is_outlet(name, keys) or is_collective(name) else persons
        place.setdefault(key, name)
    return Byline(tuple(persons.values()), tuple(collectives.values()))


def split_names(text: str, *, outlets: Collection[str] = ()) -> list[str]:
    """The names in one byline, without other words; `outlets` are cut where they trail a name."""
    if len(text) > 500:
        return []
    if _MAY_HELP.search(text):
        text = _HELPED.sub("", _HELP.sub("", text))
    text = _EMPLOYER.sub("", _HANDLE.sub(" ", _ADDRESS.sub(" ", text)).replace("\u200b", ""))
    text = _before(_BEHIND, _before(date_cue(), _ANNOUNCED.sub("", text)))
    text = _without_dates(text)
    names: list[str] = []
    for part in _SPLIT.split(_BRACKETS.sub(" ", _without_lead(text))):
        for piece in _comma_parts(_without_lead(part)):
            name = _without_place(_without_role(_without_outlet(_without_lead(piece), outlets)))
            if name and _is_name(name):
                names.append(name)
    return names


def is_collective(name: str) -> bool:
    """Whether a name is an agency's or a desk's rather than a person's."""
    key = fold(name).rstrip(".")
    words = key.split()
    if key in _words("agency") or key in _words("desk"):
        return True
    tails = (" ".join(words[-n:]) for n in (1, 2))
    return len(words) > 1 and (any(tail in _words("desk") for tail in tails) or words[0] in _words("agency"))


def is_agency(name: str) -> bool:
    """Whether a name is a news agency's."""
    return fold(name).rstrip(".") in _words("agency")


def is_full_name(name: str) -> bool:
    """Whether a text looks like a whole personal name: two to five words, capitals where there are any."""
    words = [word for word in name.split() if len(word) > 1 or word.isupper()]
    if not name.isascii() and len(words) == 1:
        return 2 <= len(name) <= 5 and not any(c.isupper() or c.islower() for c in name)
    if words and words[0][0].islower() and words[0] not in _words("particle"):
        return False
    capitalised = sum(
        1 for word in words if _CAPITALISED.match(word) or not (word[0].islower() or word[0].isdigit())
    )
    return 2 <= len(words) <= 5 and capitalised >= 2 and not any(c.isdigit() for c in name)


def is_only_names(text: str, *, is_known: bool) -> bool:
    """Whether a line is personal names and nothing else.

    `is_known`: each must be two words (and an initial) that begin with a common given name.
    """
    names = split_names(text)
    joined = sum(len(name.split()) for name in names) + len(_JOINED.findall(text))
    if not names or joined != len(text.split()) or not all(map(is_full_name, names)):
        return False
    return not is_known or all(_has_given_name(name.split()) for name in names)


def _has_given_name(words: Sequence[str]) -> bool:
    first_names = wordlists.words("first_names.tsv")
    initials = [word for word in words[1:-1] if len(word.rstrip(".")) == 1]
    return words[0] in first_names and len(words) - len(initials) == 2


def has_lead(text: str) -> bool:
    """Whether a text begins like a byline: "By ...", "Written by ...", "Von ..."."""
    return _lead("lead").match(text) is not None


def _comma_parts(text: str) -> list[str]:
    """Names between commas; "Doe, Jane" is one name, degrees after a comma are dropped."""
    parts = [part for part in _COMMA.split(text) if part]
    if len(parts) == 2 and all(len(part.split()) == 1 and part.istitle() for part in parts):
        return [f"{parts[1]} {parts[0]}"]
    return [part for number, part in enumerate(parts) if number == 0 or not _POSTNOMINAL.fullmatch(part)]


def _without_lead(text: str) -> str:
    text = _without_edges(text)
    while match := _lead("lead", "label").match(text):
        text = _without_edges(text[match.end() :])
    return text


def _without_edges(text: str) -> str:
    return _SPACES.sub(" ", text).strip(_EDGES)


def _without_dates(text: str) -> str:
    def cut(match: re.Match[str]) -> str:
        is_date = (match["day"] or match["then"] is not None) and month_of(match["name"]) is not None
        return " | " if is_date else match[0]

    return _NUMERIC_DATE.sub(" | ", _MONTH.sub(cut, text))


def _without_outlet(name: str, outlets: Collection[str]) -> str:
    """A name without an outlet or agency printed after it: "Jane Doe The Courier"."""
    words = name.split()
    for start in range(2, len(words)):
        tail = " ".join(words[start:])
        if _key(tail) in outlets or is_agency(tail):
            return " ".join(words[:start])
    return name


def _without_role(name: str) -> str:
    """A name without a role before or after it, if a full name is left."""
    words = name.strip(_EDGES).split()
    for count in (3, 2, 1):
        for role, rest in ((words[-count:], words[:-count]), (words[:count], words[count:])):
            left = " ".join(rest).strip(_EDGES)
            if " ".join(role).casefold() in _words("role") and is_full_name(left):
                return left
    return " ".join(words)


def _without_place(name: str) -> str:
    """A name without its place: "Jane Doe in Northport"."""
    left = _PLACE.sub("", name)
    return left if is_full_name(left) else name


def _before(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return text if match is None else text[: match.start()]


def _is_outlet(name: str, keys: Collection[str]) -> bool:
    key = _key(name)
    first = _key(name.split()[0])
    return any(
        key == outlet or first == outlet or (len(outlet) > 4 and key.startswith(outlet)) for outlet in keys
    )


def _is_name(text: str) -> bool:
    key = fold(text).rstrip(".")
    if (
        key in _words("stray")
        or key in _words("lead") | _words("label")
        or (key in _words("role") and key not in _words("desk"))
    ):
        return False
    words = text.split()
    if not (1 < len(text) <= _LONGEST and len(words) <= _MOST_WORDS) or (
        len(words) > 2 and (words[0] in _words("inside") or key.startswith("special to "))
    ):
        return False
    return any(c.isalpha() for c in text) and not any(c in "{}<>=\\$#" for c in text)


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    return "".join(c for c in fold(name) if c.isalnum())


def _words(kind: str) -> frozenset[str]:
    return words_of_kind("byline_words.tsv", kind)


@cache
def _lead(*kinds: str) -> re.Pattern[str]:
    words = sorted((words for kind in kinds for words in _words(kind)), key=len, reverse=True)
    return re.compile(rf"[\s{re.escape(_EDGES)}]*+(?:{'|'.join(map(re.escape, words))})[ :]", re.IGNORECASE)
