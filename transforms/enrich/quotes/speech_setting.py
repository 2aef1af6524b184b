"""To whom, where and through whom something was said, as far as the words around the cue print it."""

from __future__ import annotations

import re

from transforms.enrich.quotes.cue_sources import noun_phrase
from transforms.enrich.quotes.statements import Attribution
from transforms.nlp.dependencies import Tree
from transforms.text.wordlists import word_set, words

_PLACES_OF_SPEECH = word_set("speech_preposition")
_TELLS = frozenset({"dobj", "dative", "iobj"})
_RELAYED = re.compile(
    r"\bas\s+(?:shown|seen|heard|broadcast|aired|reported|quoted|cited|relayed|carried)\s+(?:on|by|in)\s+"
    r"|\b(?:quoted|cited)\s+(?:as\s+saying\s+)?by\s+|\bin\s+(?:remarks|comments)\s+(?:carried|published|broadcast)\s+by\s+",
    re.IGNORECASE,
)


def addressee(tree: Tree, attribution: Attribution) -> str | None:
    """Whom the source told: "told reporters", "wrote to the council"."""
    if not tree.has_tree:
        return None
    for child in tree.children[attribution.cue]:
        if child <= attribution.cue:
            continue
        if tree.deps[child] in _TELLS and attribution.lemma in words("told_verbs.txt"):
            return _phrase(tree, child)
        if tree.words[child] == "to" and tree.deps[child] in ("prep", "dative"):
            named = tree.child(child, "pobj")
            return None if named is None else _phrase(tree, named)
    return None


def venue(tree: Tree, attribution: Attribution) -> str | None:
    """The occasion or medium with its preposition: "in a statement", "during the talks in Northport"."""
    if not tree.has_tree:
        return None
    for child in tree.children[attribution.cue]:
        if tree.deps[child] != "prep" or tree.words[child] not in _PLACES_OF_SPEECH:
            continue
        head = tree.child(child, "pobj")
        if head is None or not _is_venue(tree, head):
            continue
        start, end = tree.chars(child, noun_phrase(tree, head, "subject").end)
        return tree.text[start:end]
    return None


def relay(tree: Tree, attribution: Attribution) -> str | None:
    """The outlet that passed it on, in the sentence of the cue: "as shown on Norland state television"."""
    last = tree.sentence(attribution.cue)[1]
    start, end = tree.chars(attribution.cue, last)
    match = _RELAYED.search(tree.text, start, end)
    if not match:
        return None
    rest = re.match(r"[^,.;:()“”\"\n]{2,60}", tree.text[match.end() : end])
    return rest.group().strip() if rest else None


def _is_venue(tree: Tree, head: int) -> bool:
    return tree.words[head] in words("venue_nouns.txt")


def _phrase(tree: Tree, head: int) -> str:
    found = noun_phrase(tree, head, "subject")
    start, end = tree.chars(found.start, found.end)
    return tree.text[start:end]
