"""The source of a cue verb: the tokens that name the speaker, by the dependency tree or by word order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from transforms.nlp.cue_verbs import AUXILIARIES, HEDGES, NEGATIONS, cue_of
from transforms.nlp.dependencies import Tree
from transforms.text.wordlists import word_set

AttributionMethod = Literal[
    "subject", "inverted", "agent", "according_to", "colon", "signature", "carry_over", "context"
]  # fmt: skip

_SUBJECTS = ("nsubj", "csubj")
_PASSIVE = ("nsubjpass", "csubjpass")
_CONTINUES = frozenset({"prep", "conj", "cc", "case", "flat", "nummod"})
_RELATIVE = word_set("relative")
_UPWARDS = frozenset({"xcomp", "conj", "advcl", "acl", "relcl", "pcomp", "prep", "ccomp", "dep"})
_REFUSING = frozenset({"decline", "refuse", "deny"})
_BREAKS = word_set("source_break")
_STOPS = word_set("source_stop") | _BREAKS
_LONGEST = 10
_DETERMINERS = word_set("determiner")
PRONOUNS = word_set("pronoun")


@dataclass(frozen=True, slots=True)
class CueSource:
    """Tokens `start` to `end` (exclusive) name the source, `head` is their head; the flags qualify the cue."""

    start: int
    end: int
    head: int
    method: AttributionMethod
    is_negated: bool = False
    is_hedged: bool = False


def by_tree(tree: Tree, cue: int) -> CueSource | None:
    """The subject of a cue verb or of the verb that governs it; for a relative pronoun its antecedent."""
    verb, is_negated, is_hedged = cue, False, False
    for _ in range(4):
        is_negated = is_negated or _negates(tree, verb, is_own=verb == cue)
        is_hedged = is_hedged or _hedges(tree, verb, is_own=verb == cue)
        found = _own(tree, verb, cue)
        dep, head = tree.deps[verb], tree.heads[verb]
        if found is None and dep in ("acl", "relcl") and head < verb:
            if dep == "relcl" or tree.deps[head] not in ("dobj", "pobj"):
                found = noun_phrase(tree, head, "subject")
            else:  # "issued a statement saying": the subject of "issued"
                verb = tree.heads[head] if tree.deps[head] == "dobj" else tree.heads[tree.heads[head]]
                continue
        if found:
            return replace(found, is_negated=is_negated, is_hedged=is_hedged)
        if dep not in _UPWARDS or (dep == "ccomp" and head > verb):
            return None
        verb = head
    return None


def is_passive(tree: Tree, verb: int) -> bool:
    """Whether the verb is in the passive, by its auxiliary or its subject."""
    return tree.has(verb, "auxpass", "nsubjpass")


def noun_phrase(tree: Tree, head: int, method: AttributionMethod) -> CueSource:
    """The phrase around a head without its dependent clauses and appositions."""
    start, end = tree.left(head), head + 1
    for child in tree.children[head]:
        if child > head:
            if tree.deps[child] not in _CONTINUES or tree.left(child) > end:
                break
            end = tree.right(child)
    for i in range(head + 1, end):
        if is_break(tree, i) or tree.deps[i] in ("relcl", "acl", "appos"):
            end = i
            break
    while start < head and (tree.deps[start] in ("mark", "cc", "punct") or tree.words[start].isspace()):
        start += 1
    return CueSource(start, end, head, method)


def is_break(tree: Tree, i: int) -> bool:
    """Whether token `i` is white space or punctuation that ends a phrase."""
    return tree.words[i] in _BREAKS or tree.words[i] == "." or tree.words[i].isspace()


def by_order(tree: Tree, cue: int, first: int, last: int) -> CueSource | None:
    """The words between a stop word and the cue, else the words after the cue, within tokens `first` to `last`."""
    words, end = tree.words, cue
    while end > first and (words[end - 1] in AUXILIARIES or words[end - 1].endswith("ly")):
        end -= 1
    between = words[end:cue]
    is_negated, is_hedged = not NEGATIONS.isdisjoint(between), not HEDGES.isdisjoint(between)
    start = end
    if start > first and words[start - 1] == ",":  # "Ana Reyes, the mayor of Northport, said"
        start, end = _before_apposition(tree, first, start - 1)
    else:
        while start > first and not _is_stop(tree, start - 1):
            start -= 1
    if _can_be_source(tree, start, end):
        return CueSource(start, end, end - 1, "subject", is_negated, is_hedged)
    start = end = cue + 1
    while end < last and not _is_stop(tree, end) and end - start < _LONGEST:
        end += 1
    if _can_be_source(tree, start, end):
        return CueSource(start, end, end - 1, "inverted", is_negated, is_hedged)
    return None


def _before_apposition(tree: Tree, first: int, last: int) -> tuple[int, int]:
    while first < last and _is_stop(tree, first):
        first += 1
    end = first
    while end < last and not _is_stop(tree, end):
        end += 1
    return first, end


def _is_stop(tree: Tree, i: int) -> bool:
    return tree.words[i] in _STOPS or tree.words[i].isspace()


def _own(tree: Tree, verb: int, cue: int) -> CueSource | None:
    subject = tree.child(verb, *_SUBJECTS)
    head = tree.heads[verb]
    if subject is not None:
        if tree.words[subject] in _RELATIVE and tree.deps[verb] in ("relcl", "ccomp") and head < verb:
            return noun_phrase(tree, head, "subject")
        return noun_phrase(tree, subject, "subject" if subject < verb else "inverted")
    passive, agent = tree.child(verb, *_PASSIVE), tree.child(verb, "agent")
    if passive is not None and cue > verb:  # "was quoted as saying"
        return noun_phrase(tree, passive, "subject")
    if agent is not None and tree.children[agent] and (passive is not None or verb == cue):
        return noun_phrase(tree, tree.children[agent][0], "agent")
    return None


def _negates(tree: Tree, verb: int, *, is_own: bool) -> bool:
    if any(
        tree.deps[c] == "neg" or tree.words[c] in ("never", "neither") for c in tree.children[verb] if c < verb
    ):
        return True
    cue = cue_of(tree.words[verb])
    return not is_own and cue is not None and cue.lemma in _REFUSING


def _hedges(tree: Tree, verb: int, *, is_own: bool) -> bool:
    if not is_own and tree.words[verb] in HEDGES:
        return True
    return any(tree.words[c] in HEDGES for c in tree.children[verb] if c < verb)


def _can_be_source(tree: Tree, start: int, end: int) -> bool:
    if start >= end:
        return False
    word = tree.words[start]
    if end - start == 1 and word in PRONOUNS:
        return True
    if word in _DETERMINERS or tree.words[end - 1].endswith("s"):
        return True
    return any(tree.text[tree.starts[i]].isupper() for i in range(start, end))
