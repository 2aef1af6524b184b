"""Roles, employers and places beside a name in a byline: recognised as a part of their own, or cut off a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache

from transforms.text import wordlists
from transforms.text.folding import fold
from transforms.text.wordlists import words_of_kind

_EDGES = " \t\n.,:;–—-|/•·"
_CAPITALISED = re.compile(r"[^\W\d_a-z][\w.’'-]*")
_SITE = re.compile(r"\S+\.(?:com|org|net|co|news|[a-z]{2})\b", re.IGNORECASE)
# A last syllable that makes a role of a compound word ("Wirtschaftsredakteurin"): roles of at least this length.
_LONG_ROLE = 7
_MOST_ROLE_WORDS = 9


@lru_cache(maxsize=1024)
def key_of(name: str) -> str:
    """The characters by which names are compared."""
    return "".join(c for c in fold(name) if c.isalnum())


def byline_words(kind: str) -> frozenset[str]:
    """The words of one kind in byline_words.tsv."""
    return words_of_kind("byline_words.tsv", kind)


def is_affiliation(part: str, *, after: str, outlets: Collection[str], is_listed: bool) -> bool:
    """Whether a part of a byline after a name is a role, an employer or a place rather than a second name.

    `after` is the name, `outlets` keys of the publisher's names; `is_listed`: only a comma precedes the part.
    Agencies, desks and the publisher itself are not affiliations: they sign, too.
    """
    words = part.split()
    if not words or is_agency(part) or key_of(part) in outlets or fold(part) in byline_words("desk"):
        return False
    if _is_two_names(part):
        return False
    if is_role(part) or is_organisation(part):
        return True
    if not is_full_name(after):
        return False
    if len(words) == 1 and any(map(str.isupper, part[1:])) and any(map(str.islower, part)):
        return True  # "WireLine"
    is_cased = any(map(str.islower, part)) or part.isupper()
    if words[0][0].islower() and words[0] not in byline_words("particle") and not after[0].islower():
        return True
    if fold(words[0]) in byline_words("place opener") and len(words) == 2:
        return is_listed
    # "Jane Doe, Northport": one word after a whole name is where or for whom it was written.
    return is_listed and is_cased and len(words) == 1 and part.isascii()


def without_affiliation(name: str, outlets: Collection[str]) -> str:
    """A name without a role before or after it, an employer or a place, where a full name is left."""
    return _without_role(_without_outlet(_without_office(name), outlets))


def is_agency(name: str) -> bool:
    """Whether a name is a news agency's."""
    return fold(name).rstrip(".") in byline_words("agency")


def is_full_name(name: str) -> bool:
    """Whether a text looks like a whole personal name: two to five words, capitals where there are any."""
    words = [word for word in name.split() if len(word) > 1 or word.isupper()]
    if not name.isascii() and len(words) == 1:
        return 2 <= len(name) <= 5 and not any(c.isupper() or c.islower() for c in name)
    if words and words[0][0].islower() and words[0] not in byline_words("particle"):
        return False
    capitalised = sum(
        1 for word in words if _CAPITALISED.match(word) or not (word[0].islower() or word[0].isdigit())
    )
    return 2 <= len(words) <= 5 and capitalised >= 2 and not any(c.isdigit() for c in name)


def is_given_name(word: str) -> bool:
    """Whether a word is a common given name, in any case."""
    return word.title() in wordlists.words("first_names.tsv")


def has_given_name(name: str) -> bool:
    """Whether a name is a common given name, initials, and one word more."""
    words = name.split()
    initials = [word for word in words[1:-1] if len(word.rstrip(".")) == 1]
    return words[0] in wordlists.words("first_names.tsv") and len(words) - len(initials) == 2


def is_role(text: str) -> bool:
    """Whether a text is what someone does: "Chief Political Reporter", "Health Correspondent for the Courier"."""
    words = [word.strip(_EDGES) for word in fold(text).split()]
    if not words or len(words) > _MOST_ROLE_WORDS:
        return False
    end = next((n for n, word in enumerate(words) if n and word in byline_words("office")), len(words))
    if " ".join(words[:end]) in byline_words("role") or words[end - 1] in byline_words("role"):
        return True
    # Many nouns of roles are surnames, too: "Jo Bishop".
    is_surname = end == 2 and words[0] not in byline_words("beat") | wordlists.word_set("role_modifier")
    if _is_role_noun(words[end - 1]) and not (is_surname and text.split()[1][0].isupper()):
        return True
    # In Romance languages the role comes first: "journaliste au service politique".
    return _is_role_noun(words[0]) and len(words) > 1 and text.split()[1][0].islower()


def _is_role_noun(word: str) -> bool:
    nouns = wordlists.words("role_nouns.txt")
    if word in nouns or word.removesuffix("s") in nouns or word in byline_words("role"):
        return True
    return any(word.endswith(role) for role in _long_roles())


@cache
def _long_roles() -> tuple[str, ...]:
    return tuple(role for role in byline_words("role") if len(role) >= _LONG_ROLE and " " not in role)


def _is_two_names(text: str) -> bool:
    words = text.split()
    return len(words) in (2, 3) and is_given_name(words[0])


def is_organisation(name: str) -> bool:
    """Whether a name is an organisation's by its last word or its first: "The River Post"."""
    words = name.split()
    if _SITE.fullmatch(words[-1]):
        return True
    if not all(word[0].isupper() or word[0].isdigit() or len(word) <= 3 for word in words):
        return False
    first, last = fold(words[0]), fold(words[-1])
    if len(words) > 1 and (first == "the" or (first in _organisation_words() and fold(words[1]) == "of")):
        return True
    is_acronym = len(words) > 1 and len(first) > 2 and words[0].isupper() and not words[-1].isupper()
    return is_acronym or last in _organisation_words() or last in byline_words("publication")


@cache
def _organisation_words() -> frozenset[str]:
    return frozenset(map(fold, wordlists.words("organisation_words.txt")))


def _without_outlet(name: str, outlets: Collection[str]) -> str:
    """A name without an outlet or agency printed after it: "Jane Doe The Courier"."""
    words = name.split()
    for start in range(2, len(words)):
        tail = " ".join(words[start:])
        is_named = fold(words[start]) == "the" and is_organisation(" ".join(words[start:]))
        if is_named or key_of(tail) in outlets or is_agency(tail):
            return " ".join(words[:start])
    return name


def _without_office(name: str) -> str:
    """A name without the words after a preposition: "Jane Doe in Northport", "Jane Doe for The Courier"."""
    match = _office().search(name)
    left = name[: match.start()].strip(_EDGES) if match else name
    return left if is_full_name(left) else name


@cache
def _office() -> re.Pattern[str]:
    words = sorted(byline_words("office"), key=len, reverse=True)
    return re.compile(rf"\s+(?i:{'|'.join(map(re.escape, words))})\s+(?:(?:[a-z]{{2,3}}\s)?[^\W_a-z])")


@lru_cache(maxsize=512)
def _without_role(name: str) -> str:
    """A name without a role before or after it, if a full name is left."""
    words = name.strip(_EDGES).split()
    after, before = words[: _role_start(words)], words[_role_end(words) :]
    for rest in (after, before):
        left = " ".join(rest).strip(_EDGES)
        if len(rest) < len(words) and is_full_name(left):
            return left
    return " ".join(words)


def _role_start(words: Sequence[str]) -> int:
    """The number of the first word of the role that ends a name, or of words."""
    for count in range(min(4, len(words) - 1), 0, -1):
        if _folded(" ".join(words[-count:])) in byline_words("role"):
            return _before_beats(words, len(words) - count)
    last = _folded(words[-1]) if words else ""
    if any(last.endswith(role) for role in _long_roles()):
        return _before_beats(words, len(words) - 1)
    return len(words)


def _before_beats(words: Sequence[str], start: int) -> int:
    while start > 2 and _folded(words[start - 1]) in byline_words("beat"):
        start -= 1
    return start


def _role_end(words: Sequence[str]) -> int:
    """The number of the first word after the role that opens a name: "Chief Political Reporter Jane Doe"."""
    beats = 0
    while beats < len(words) and _folded(words[beats]) in byline_words("beat"):
        beats += 1
    for start in {0, beats}:
        for count in range(min(4, len(words) - start), 0, -1):
            if _folded(" ".join(words[start : start + count])) in byline_words("role"):
                return start + count
    return 0


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return fold(text).strip(_EDGES)
