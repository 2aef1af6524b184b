"""Offices and professions printed beside a person's name, with their country or organisation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from transforms.nlp.countries import country_or_people
from transforms.nlp.cue_verbs import cue_of
from transforms.nlp.dependencies import Tree
from transforms.text.wordlists import table, word_set, words

_MODIFIERS = word_set("role_modifier")
_ARTICLES = word_set("article")
_OF = word_set("role_of")
_POSSESSIVE = frozenset({"'s", "’s", "'", "’"})
_NO_OWNER = word_set("not_owner")
_STOP = word_set("role_stop")
_AGE = re.compile(r"\d{1,3}$")
_FARTHEST = 7
_LONGEST_OWNER = 9


@dataclass(frozen=True, slots=True)
class Role:
    """A role as printed and its stated country, organisation or place; `start` and `end` span both."""

    role: str
    of: str | None
    start: int
    end: int


def role_before(tree: Tree, start: int) -> Role | None:
    """The role printed before the name whose first token is `start`: "Norland's Foreign Minister", "Acme CEO"."""
    first = _reach_left(tree, start)
    while first < start and table("person_titles.txt").get(tree.words[first], "").startswith("address"):
        first += 1
    if first == start:
        return None
    left, right = _owner_before(tree, first)
    begin, end = tree.chars(first, _role_end(tree, first, start))
    owner = _text(tree, left, right) if left < right else None
    return Role(tree.text[begin:end], owner, tree.starts[left] if owner else begin, end)


def role_after(tree: Tree, end: int) -> Role | None:
    """The role in apposition to the name that ends before token `end`: ", 42, mayor of Northport,"."""
    if end + 1 >= len(tree) or tree.words[end] not in (",", "(", "is", "was"):
        return None
    first = _skip_age_and_article(tree, end + 1)
    head = _role_noun(tree, first)
    if head is None:
        return None
    owner, begin = _owner_inside(tree, first, head)
    last = head + 1
    if last < len(tree) and tree.words[last] in _OF:
        stop = _reach_right(tree, last + 1)
        if stop > last + 1:
            owner, last = _text(tree, last + 1, stop), stop
    return Role(_text(tree, begin, head + 1), owner, tree.starts[first], tree.chars(first, last)[1])


def is_role_noun(word: str) -> bool:
    """Whether a lower-case word, singular or plural, is an office or a profession."""
    return word in _role_nouns()


@cache
def _role_nouns() -> frozenset[str]:
    """Role nouns with their plurals, lower case."""
    singular = words("role_nouns.txt")
    plural = {
        re.sub(r"man$", "men", w) if w.endswith("man") else re.sub(r"y$", "ie", w) + "s" for w in singular
    }
    return frozenset(singular | plural)


def _reach_left(tree: Tree, start: int) -> int:
    """First token of the run of titles, role nouns and their modifiers that ends before `start`."""
    i, first = start, tree.sentence(start)[0] if start < len(tree) else 0
    titles = words("person_titles.txt")
    while i > first:
        word = tree.words[i - 1]
        if i - 2 >= first and f"{tree.words[i - 2]} {word}" in titles:
            i -= 2
        elif word in titles or is_role_noun(word) or (i < start and word in _MODIFIERS):
            i -= 1
        else:
            break
    return i


def _role_end(tree: Tree, first: int, start: int) -> int:
    """Token after the role, where another title may begin: "Supreme Leader" + "Ayatollah"."""
    titles = words("person_titles.txt")
    for end in range(start - 1, first, -1):
        if " ".join(tree.words[first:end]) in titles and " ".join(tree.words[end:start]) in titles:
            return end
    return start


def _owner_before(tree: Tree, first: int) -> tuple[int, int]:
    """Tokens of the capitalised words before a role, without their possessive: "Norland's", "Norlandic", "Acme"."""
    sentence = tree.sentence(first)[0]
    right = first - 1 if first > sentence and tree.words[first - 1] in _POSSESSIVE else first
    left = right
    while left > sentence and _is_capital(tree, left - 1) and tree.words[left - 1] not in _NO_OWNER:
        left -= 1
    is_named = right < first or left >= right or _text(tree, left, left + 1) in country_or_people()
    if left == sentence and not is_named:
        left += 1  # capitalised as the first word of the sentence
    return left, right


def _skip_age_and_article(tree: Tree, i: int) -> int:
    if i + 1 < len(tree) and _AGE.match(tree.words[i]) and tree.words[i + 1] == ",":
        i += 2
    while i < len(tree) and tree.words[i] in _ARTICLES:
        i += 1
    return i


def _role_noun(tree: Tree, first: int) -> int | None:
    """The last role noun of the first run of role nouns; None if a stop word comes first."""
    for i in range(first, min(first + _FARTHEST, len(tree))):
        if is_role_noun(tree.words[i]):
            while i + 1 < len(tree) and is_role_noun(tree.words[i + 1]):
                i += 1
            return i
        if tree.words[i] in _STOP or tree.words[i].isspace() or tree.starts_sentence(i):
            return None
    return None


def _owner_inside(tree: Tree, first: int, head: int) -> tuple[str | None, int]:
    """The owner inside an apposition ("the ministry's chief economist"), and the first token of the role."""
    for i in range(head - 1, first, -1):
        if tree.words[i] in _POSSESSIVE:
            return _text(tree, first, i), i + 1
    i = first
    while i < head and _is_capital(tree, i) and tree.words[i] not in _MODIFIERS:
        i += 1
    return (_text(tree, first, i), i) if i > first else (None, first)


def _reach_right(tree: Tree, i: int) -> int:
    """End of the noun phrase that starts at token `i`: before a comma, a cue verb or a relative clause."""
    stop = i
    while stop < len(tree) and stop - i < _LONGEST_OWNER:
        word = tree.words[stop]
        if word in _STOP or word.isspace() or (stop > i and tree.starts_sentence(stop)):
            break
        if (
            stop > i
            and cue_of(word)
            and not _is_capital(tree, stop)
            and tree.words[stop - 1] not in ("the", "of")
        ):
            break
        stop += 1
    return stop


def _is_capital(tree: Tree, i: int) -> bool:
    return tree.text[tree.starts[i]].isupper()


def _text(tree: Tree, first: int, last: int) -> str:
    start, end = tree.chars(first, last)
    return tree.text[start:end]
