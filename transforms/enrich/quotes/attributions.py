"""Attributions of one text: a cue, its source, and the attributed clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from transforms.enrich.names.roles import is_role_noun
from transforms.enrich.quotes.cue_sources import (
    AttributionMethod,
    CueSource,
    by_order,
    by_tree,
    is_break,
    is_passive,
    noun_phrase,
)
from transforms.nlp.cue_verbs import AUXILIARIES, Cue, CueClass, cues
from transforms.nlp.dependencies import Tree
from transforms.text.wordlists import word_set

_VERBAL = frozenset({"ROOT", "ccomp", "xcomp", "conj", "advcl", "relcl", "acl", "pcomp", "parataxis", "dep"})
_CLAUSES = frozenset({"ROOT", "conj", "ccomp", "advcl", "parataxis"})
_NOMINAL = ("det", "poss", "compound", "amod", "nummod", "case")
_ACCORDING = re.compile(r"\b[Aa]ccording to\b|\b[Ii]n the words of\b")
_TRAILING = " \t\n.,;:—–-"
_LEADING = word_set("clause_lead")
_RELATIVE = word_set("relative")
_PERCEIVING, _SEEING = word_set("perceiving_form"), word_set("seeing_form")
_SAYING = frozenset({"say", "says", "said"})
_NO_CLAUSE = word_set("source_stop") - {"the", "a", "that", "when"} | {"to", "so", "of"}
_BEFORE_NOUNS = word_set("before_noun")
_LONGEST_PHRASE = 10
_FEWEST_TOKENS = 3
_CONTINUING = AUXILIARIES | {"and", "but", "or", "so", "although", "though", "while"}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Attribution:
    """`cue` to `cue_end` are tokens; `contents` are spans of code points, empty without an attributed clause."""

    cue: int
    cue_end: int
    lemma: str
    kind: CueClass
    source: CueSource | None
    contents: tuple[Span, ...] = ()
    is_negated: bool = False
    is_hedged: bool = False

    def with_source(self, source: CueSource) -> Attribution:
        """The same cue with another source and its negation and hedge."""
        negated, hedged = self.is_negated or source.is_negated, self.is_hedged or source.is_hedged
        return replace(self, source=source, is_negated=negated, is_hedged=hedged)


def find_attributions(tree: Tree) -> list[Attribution]:
    """All attributions in the order of their cues, including those inside quotations."""
    found = list(_according(tree))
    known = cues()
    for i, word in enumerate(tree.words):
        if word in known:
            made = _of_verb(tree, i, known[word]) if tree.has_tree else _of_word(tree, i, known[word])
            if made:
                found.append(made)
    return sorted(found, key=lambda a: a.cue)


def _of_verb(tree: Tree, i: int, cue: Cue) -> Attribution | None:
    if tree.deps[i] not in _VERBAL:
        return None
    if tree.has(i, *_NOMINAL) and not tree.has(i, "nsubj", "nsubjpass", "ccomp"):
        return None
    source = by_tree(tree, i)
    passive = is_passive(tree, i)
    if passive and source and source.method == "subject":
        source = None
    contents = _around(tree, i, source) or _spans(_clause(tree, i, source, passive=passive))
    return Attribution(
        i, i + 1, cue.lemma, cue.kind, source, contents if cue.takes_clause else (),
        is_negated=cue.kind == "denial" or bool(source and source.is_negated),
        is_hedged=bool(source and source.is_hedged),
    )  # fmt: skip


def _around(tree: Tree, cue: int, source: CueSource | None) -> tuple[Span, ...]:
    """Both parts of a sentence around an inserted attribution: "Now, Reyes said on Friday, the port is open"."""
    if source is None or source.end > cue or not source.start or tree.words[source.start - 1] != ",":
        return ()
    first, last = tree.sentence(cue)
    comma = next((i for i in range(cue + 1, min(cue + 5, last)) if tree.words[i] == ","), None)
    if comma is None or source.start - 1 <= first or cue - source.end > 2 or last - comma < 4:
        return ()
    if any(tree.deps[c] == "ccomp" and c > comma for c in tree.children[cue]) and comma > cue + 1:
        return ()
    return _spans(span(tree, first, source.start - 1), span(tree, comma + 1, last))


def _clause(tree: Tree, cue: int, source: CueSource | None, *, passive: bool) -> Span | None:
    """The complement clause without leading "that" and trailing punctuation."""
    clauses = [c for c in tree.children[cue] if tree.deps[c] == "ccomp"]
    after = next((c for c in clauses if c > cue), None)
    if after is not None:
        # "saw his ratings rise" is no statement, "saw that they rose" is one
        if tree.words[cue] in _SEEING and not tree.has(after, "mark"):
            return None
        return span(tree, max(tree.left(after), cue + 1), tree.right(after))
    if clauses:
        end = min(tree.right(clauses[0]), cue)
        if source and clauses[0] <= source.start < cue:
            end = min(end, source.start)
        return span(tree, tree.left(clauses[0]), end)
    if tree.words[cue] in _PERCEIVING:
        return _after_that(tree, cue)
    return (
        _infinitive(tree, cue, passive=passive)
        or _of_noun(tree, cue)
        or _after_that(tree, cue)
        or _rest(tree, cue, source)
    )


def _infinitive(tree: Tree, cue: int, *, passive: bool) -> Span | None:
    """The infinitive or gerund of "vowed to stay", "denied knowing"; all of "the port is expected to close"."""
    for child in tree.children[cue]:
        if tree.deps[child] != "xcomp" or child < cue:
            continue
        if tree.words[child].endswith("ing") or any(tree.words[c] == "to" for c in tree.children[child]):
            first = tree.child(cue, "nsubjpass") if passive else child
            return None if first is None else span(tree, tree.left(first), tree.right(child))
    return None


def _of_noun(tree: Tree, cue: int) -> Span | None:
    """The clause that depends on the object: "expressed hope (that) the port would open"."""
    noun = tree.child(cue, "dobj")
    clause = None if noun is None else tree.child(noun, "acl", "ccomp")
    if noun is None or clause is None or clause < noun or not tree.has(clause, "nsubj", "nsubjpass"):
        return None
    return span(tree, max(tree.left(clause), noun + 1), tree.right(clause))


def _rest(tree: Tree, cue: int, source: CueSource | None) -> Span | None:
    """The rest of the sentence after "officials say" if the parser found no clause there but it has a subject."""
    if tree.words[cue] not in _SAYING or source is None or not cue - 3 <= source.end <= cue:
        return None
    end, first = tree.sentence(cue)[1], cue + 1
    if source.start and not tree.starts_sentence(source.start) and is_break(tree, source.start - 1):
        return None
    if end - first <= _FEWEST_TOKENS or not tree.words[first][0].isalpha() or tree.words[first] in _NO_CLAUSE:
        return None
    return span(tree, first, end) if any(tree.has(i, "nsubj", "nsubjpass") for i in range(first, end)) else None


def _spans(*found: Span | None) -> tuple[Span, ...]:
    return tuple(part for part in found if part)


def _after_that(tree: Tree, cue: int) -> Span | None:
    for i in range(cue + 1, min(cue + 6, len(tree))):
        if tree.words[i] == "that":
            end = tree.sentence(i)[1]
            return span(tree, i + 1, end) if end - i > 3 else None
        if tree.starts_sentence(i) or not tree.words[i][0].isalnum():
            return None
    return None


def _of_word(tree: Tree, i: int, cue: Cue) -> Attribution | None:
    """The attribution without a tree: "<source> <cue> that <clause>" or "<clause>, <source> <cue>"."""
    first, last = tree.sentence(i)
    if i > first and tree.words[i - 1] in _BEFORE_NOUNS:
        return None
    source = by_order(tree, i, first, last)
    if source is None:
        return None
    contents = _around(tree, i, source) or _spans(_after_that(tree, i))
    if not contents and source.start - 1 > first + 2 and tree.words[source.start - 1] == ",":
        contents = _spans(span(tree, first, source.start - 1))
    is_negated = source.is_negated or cue.kind == "denial"
    if not cue.takes_clause:
        contents = ()
    return Attribution(i, i + 1, cue.lemma, cue.kind, source, contents, is_negated, source.is_hedged)


def _according(tree: Tree) -> Iterator[Attribution]:
    for match in _ACCORDING.finditer(tree.text):
        cue, behind = tree.token_at(match.start()), tree.token_at(match.end())
        source = phrase_from(tree, behind, "according_to") if behind < len(tree) else None
        if source is None:
            continue
        first, last = tree.sentence(cue)
        before = span(tree, first, cue) if cue - first > 1 else None
        is_opening = before is None or (tree.has_tree and _root(tree, cue) >= source.end)
        rest = _behind_source(tree, source, last, is_opening=is_opening)
        yield Attribution(cue, behind, "according to", "speech", source, _spans(before, rest))


def _root(tree: Tree, i: int) -> int:
    return (tree.ancestors(i) or [i])[-1]


def _behind_source(tree: Tree, source: CueSource, last: int, *, is_opening: bool) -> Span | None:
    """The statement behind "according to X,": not the apposition of X, "chief economist at the chamber"."""
    start = _behind_apposition(tree, source, last)
    if is_opening:
        return span(tree, start if last - start > _FEWEST_TOKENS else source.end, last)
    if start >= last or tree.words[start] != "," or last - start <= _FEWEST_TOKENS:
        return None
    opens = next((i for i in range(start, last) if tree.words[i][0].isalnum()), last)
    if opens < last and (tree.words[opens] in _CONTINUING or tree.deps[opens] in ("aux", "auxpass", "ROOT")):
        return span(tree, start, last)
    has_clause = any(
        tree.has(verb, "nsubj", "nsubjpass") and tree.left(verb) <= opens and tree.deps[verb] in _CLAUSES
        for verb in range(opens + 1, last)
    )
    return span(tree, start, last) if has_clause else None


def _behind_apposition(tree: Tree, source: CueSource, last: int) -> int:
    """The token behind the phrase that describes a source; by its role noun if there is no tree."""
    end = min(tree.right(source.head), last - 1) if tree.has_tree else source.end
    while end > source.end and tree.words[end - 1] == ",":  # the comma behind an apposition belongs to it
        end -= 1
    if end > source.end and tree.words[end] in (",", "."):
        return end
    comma = next((i for i in range(source.end + 1, last) if tree.words[i] == ","), last)
    is_described = any(is_role_noun(tree.words[i]) for i in range(source.end, comma))
    has_verb = not AUXILIARIES.isdisjoint(tree.words[source.end : comma])
    return comma if is_described and not has_verb and comma < last else source.end


def phrase_from(tree: Tree, start: int, method: AttributionMethod) -> CueSource | None:
    """The noun phrase from token `start`; None if that token is a break."""
    if start >= len(tree) or is_break(tree, start):
        return None
    if tree.has_tree:
        head = start
        while tree.heads[head] >= start and tree.heads[head] != head and tree.deps[head] in (*_NOMINAL, "nmod"):
            head = tree.heads[head]
        end = noun_phrase(tree, head, method).end
        if end - 1 > head and tree.words[end - 1] in _RELATIVE:
            end -= 1
        return CueSource(start, max(end, start + 1), head, method)
    end = start
    while end < len(tree) and end - start < _LONGEST_PHRASE and not is_break(tree, end):
        if end > start and tree.starts_sentence(end):
            break
        end += 1
    return CueSource(start, end, end - 1, method)


def span(tree: Tree, first: int, last: int) -> Span | None:
    """Code points of tokens `first` to `last`, trimmed of "that" and punctuation; None if nothing is left."""
    while first < last and (tree.words[first] in _LEADING or tree.words[first].isspace()):
        first += 1
    if first >= last:
        return None
    start, end = tree.chars(first, last)
    text = tree.text[start:end]
    end -= len(text) - len(text.rstrip(_TRAILING))
    return (start, end) if end - start > 1 else None
