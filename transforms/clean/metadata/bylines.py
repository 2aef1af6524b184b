"""Persons in bylines, without roles, dates, addresses and agencies, in the order printed."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from transforms.clean.metadata.affiliations import (
    byline_words,
    has_given_name,
    is_affiliation,
    is_full_name,
    is_given_name,
    key_of,
    without_affiliation,
)
from transforms.clean.metadata.text_dates import date_cue
from transforms.text.dates import month_of
from transforms.text.folding import fold
from transforms.text.wordlists import words_of_kind

_SPLIT = re.compile(
    r"\s*(?:[;|•·\n\t]|(?<=\w)\s?/\s?(?=\w)|\s&\s|(?<=\w)&(?=\s)|\s[-–—]\s|,?\s(?:and|und|et|y|og|och|en|oraz|with|mit|avec|con)\s)\s*",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s*[,،、]\s*")
_ADDRESS = re.compile(r"\(?\bhttps?://\S+|\bwww\.\S+|\S+@\S+\.\w+\)?", re.IGNORECASE)
# RSS: "jane@paper.example (Jane Doe)"
_MAIL_OF = re.compile(r"\s*\S+@\S+\s*\((?P<name>[^()]+)\)\s*")
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
    r"|(?:produced|translated|presented|filmed|hosted) by\b|as told to\b|reported from\b)",
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
_MONTH = re.compile(r"(?P<day>\d{1,2}(?:st|nd|rd|th|\.)?\s+)?(?P<name>[^\W\d_]{3,9})\b(?P<then>\.?(?=\s+\d))?")
_NUMERIC_DATE = re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b(?:19|20)\d\d\b|[年月日]")
_SPACES = re.compile(r"\s+")
_EDGES = ' \t\n.,:;–—-|/•·"“”„*+_'
_POSTNOMINAL = re.compile(
    r"[A-Z]{2,}(?:[-/.]?[A-Z0-9]+)*|(?:[A-Z]\.){2,}|[Pp]h\.?\s?[Dd]\.?|[JS]r\.?|I{2,3}|IV"
)
# "the Rev. Jane Doe"
_TITLED = re.compile(r"^the\s+(?=(?:rev|hon|right|very|most)\b)", re.IGNORECASE)
_LISTED = re.compile(r"\s*\[.*\]\s*", re.DOTALL)
_LONGEST = 80
_MOST_WORDS, _FEW_WORDS = 6, 5


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
    keys = {key_of(name) for name in outlets}
    called = {key_of(name) for name in collective}
    persons: dict[str, str] = {}
    collectives: dict[str, str] = {}
    for name in (n for value in values for text in _listed(value) for n in split_names(text, outlets=keys)):
        key = key_of(name)
        place = collectives if key in called or _is_outlet(name, keys) or is_collective(name) else persons
        place.setdefault(key, name)
    return Byline(tuple(persons.values()), tuple(collectives.values()))


def split_names(text: str, *, outlets: Collection[str] = ()) -> list[str]:
    """The names in one byline, without other words; `outlets` are cut where they trail a name."""
    if len(text) > 500:
        return []
    if mail := _MAIL_OF.fullmatch(text):
        text = mail["name"]
    if _MAY_HELP.search(text):
        text = _HELPED.sub("", _HELP.sub("", text))
    text = _EMPLOYER.sub("", _HANDLE.sub(" ", _ADDRESS.sub(" ", text)).replace("\u200b", ""))
    text = _before(_BEHIND, _before(date_cue(), _ANNOUNCED.sub("", text)))
    text = _without_dates(text)
    names: list[str] = []
    is_beside = False
    for part in _SPLIT.split(_BRACKETS.sub(" ", _without_lead(text))):
        for number, piece in enumerate(_comma_parts(_without_lead(part))):
            bare = _without_edges(_without_lead(piece))
            is_listed = number > 0 or is_beside
            is_beside = bool(names) and is_affiliation(
                bare, after=names[0], outlets=outlets, is_listed=is_listed
            )
            if is_beside:
                continue
            name = without_affiliation(bare, outlets)
            if name and _is_name(name):
                names.append(name)
    return names


def _listed(value: str) -> Iterator[str]:
    """The strings of a list written as text, or the text itself."""
    if not _LISTED.fullmatch(value):
        yield value
        return
    try:
        items = ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        items = value.strip()[1:-1].split(",")
    for item in items if isinstance(items, list) else [items]:
        yield str(item).strip(" '\"")


def is_collective(name: str) -> bool:
    """Whether a name is an agency's or a desk's rather than a person's."""
    key = fold(name).rstrip(".")
    words = key.split()
    if key in byline_words("agency") or key in byline_words("desk"):
        return True
    tails = (" ".join(words[-n:]) for n in (1, 2))
    return len(words) > 1 and (
        any(tail in byline_words("desk") for tail in tails) or words[0] in byline_words("agency")
    )


def is_only_names(text: str, *, is_known: bool) -> bool:
    """Whether a line is personal names and nothing else.

    `is_known`: each must be two words (and an initial) that begin with a common given name.
    """
    names = split_names(text)
    joined = sum(len(name.split()) for name in names) + len(_JOINED.findall(text))
    if not names or joined != len(text.split()) or not all(map(is_full_name, names)):
        return False
    return not is_known or all(map(has_given_name, names))


def is_printed_name(name: str) -> bool:
    """Whether words of a visible text are a whole name and not the beginning of a sentence."""
    words = name.split()
    is_cased = words[-1][0].isupper() or not words[-1][0].islower()
    is_day = fold(words[0]) in words_of_kind("date_cues.tsv", "weekday")
    return is_full_name(name) and is_cased and not is_day and not name.endswith(("’s", "'s"))


def announces(text: str) -> bool:
    """Whether a text begins like a byline and is not a sentence: "By noon, the tugs had failed."."""
    is_sentence = text.rstrip().endswith((".", "?", "!", ":", ",")) and len(text.split()) > _FEW_WORDS
    return has_lead(text) and not is_sentence


def has_lead(text: str) -> bool:
    """Whether a text begins like a byline: "By ...", "Written by ...", "Von ..."."""
    return _lead("lead").match(text) is not None


def _comma_parts(text: str) -> list[str]:
    """Names between commas; "Doe, Jane" is one name, degrees after a comma are dropped."""
    parts = [part for part in _COMMA.split(text) if part]
    if len(parts) == 2 and _is_reversed(*parts):
        return [f"{parts[1]} {parts[0]}"]
    return [part for number, part in enumerate(parts) if number == 0 or not _is_degree(part, after=parts[0])]


def _is_reversed(surname: str, given: str) -> bool:
    """Whether two parts are a surname and a given name: "Doe, Jane", "DOE, JANE"."""
    if " " in given or " " in surname:
        return False
    return (surname.istitle() and given.istitle()) or (surname.isupper() and is_given_name(given))


def _is_degree(part: str, *, after: str) -> bool:
    """Whether a part after a name is a degree or a title; among names in capitals only one that is known."""
    if all(word.strip(".").casefold() in byline_words("degree") for word in re.split(r"[\s/-]+", part)):
        return True
    return not after.isupper() and _POSTNOMINAL.fullmatch(part) is not None


def _without_lead(text: str) -> str:
    text = _without_edges(text)
    while match := _lead("lead", "label").match(text):
        text = _without_edges(text[match.end() :])
    return _TITLED.sub("", text)


def _without_edges(text: str) -> str:
    return _SPACES.sub(" ", text).strip(_EDGES)


def _without_dates(text: str) -> str:
    def cut(match: re.Match[str]) -> str:
        is_date = (match["day"] or match["then"] is not None) and month_of(match["name"]) is not None
        return " | " if is_date else match[0]

    return _NUMERIC_DATE.sub(" | ", _MONTH.sub(cut, text))


def _before(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return text if match is None else text[: match.start()]


def _is_outlet(name: str, keys: Collection[str]) -> bool:
    key = key_of(name)
    first = key_of(name.split()[0])
    return any(
        key == outlet or first == outlet or (len(outlet) > 4 and key.startswith(outlet)) for outlet in keys
    )


def _is_name(text: str) -> bool:
    key = fold(text).rstrip(".")
    if (
        key in byline_words("stray")
        or key in byline_words("lead") | byline_words("label")
        or (key in byline_words("role") and key not in byline_words("desk"))
    ):
        return False
    words = text.split()
    if not (1 < len(text) <= _LONGEST and len(words) <= _MOST_WORDS):
        return False
    if len(words) > 1 and (words[-1].casefold() in byline_words("inside") or key.startswith("special to ")):
        return False
    # "In July Of", but "The Courier", "An Nguyen Tran", "A Doe".
    is_phrase = words[0] in byline_words("inside") or words[0].casefold() in byline_words("office")
    if len(words) > 2 and is_phrase:
        return False
    return any(c.isalpha() for c in text) and not any(c in "{}<>=\\$#" for c in text)


@cache
def _lead(*kinds: str) -> re.Pattern[str]:
    words = sorted((words for kind in kinds for words in byline_words(kind)), key=len, reverse=True)
    return re.compile(rf"[\s{re.escape(_EDGES)}]*+(?:{'|'.join(map(re.escape, words))})[ :]", re.IGNORECASE)
