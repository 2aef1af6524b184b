"""Whether the words in quotation marks are speech, or a title, a name, a term or scare quotes."""

from __future__ import annotations

import re

from transforms.enrich.quotes.attributions import Attribution
from transforms.enrich.quotes.cue_sources import PRONOUNS
from transforms.enrich.quotes.quote_context import FEWEST_WORDS, QuoteContext
from transforms.nlp.dependencies import Tree
from transforms.text.wordlists import word_set

_ADJUNCT = frozenset({"relcl", "advcl", "acl", "nsubj", "nsubjpass", "conj", "ROOT"})
_MODIFIER = frozenset({"amod", "compound", "nmod", "poss", "det", "nummod"})
_VENUE_PREPOSITIONS = word_set("speech_preposition") | {"with"}
_NAMING = word_set("naming_verb")
_WORKS, _WORDS = word_set("work_noun"), word_set("word_noun")
_PERFORMING = word_set("performing_form")
_ARTICLES = frozenset({"a", "an", "the", ",", "("})
_FARTHEST_ARGUMENT = 4
_NEAR = 3
_LONGEST_NAME = 8
_MOSTLY = 0.8
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


def is_speech(context: QuoteContext, i: int, found: Attribution | None, *, is_own: bool) -> bool:
    """Whether quotation `i` is an utterance, by its shape and its tie to the cue."""
    few = len(context.quoted_text(i).split()) < FEWEST_WORDS
    if found is None or not is_own:
        if context.is_full_sentence(i):
            return not _is_named(context, i)
        return found is not None and not few and not _is_title(context, i)
    tied = context.follows_directly(i, found) or context.is_introduced(i, found)
    if _is_performed(context, i, found):
        return False
    if tied and (not context.is_embedded(i) or _is_object(context, i, found)):
        return True
    if _is_named(context, i) or _is_title(context, i):
        return False
    if few and _modifies(context, i):
        return False
    return not few or tied or is_governed(context, i, found)


def _is_object(context: QuoteContext, i: int, found: Attribution) -> bool:
    """Whether the marks come right after a cue that names nothing: they chanted “No Port”."""
    is_next = found.cue_end == context.tree.token_at(context.spans[i].outer_start)
    return is_next and context.tree.words[found.cue] not in _NAMING


def _is_performed(context: QuoteContext, i: int, found: Attribution) -> bool:
    """Whether someone reads or sings a work by its title: she read “The Old Harbour”, not a sign read “No Entry”."""
    tree, source = context.tree, found.source
    if source is None or tree.words[found.cue] not in _PERFORMING or not context.is_embedded(i):
        return False
    if not tree.words[found.cue].startswith("read"):
        return _is_title(context, i)
    is_person = tree.words[source.start] in PRONOUNS or tree.doc[source.head].ent_type_ in ("PERSON", "PER")
    return is_person and _is_title(context, i)


def is_governed(context: QuoteContext, i: int, found: Attribution) -> bool:
    """Whether the quotation is in the clause that a cue attributes, or is an argument of the cue."""
    span = context.spans[i]
    if any(start <= span.start and span.end <= end + 1 for start, end in found.contents):
        return True
    tree, cue = context.tree, found.cue
    if tree.starts[cue] > span.start:
        return False
    before = tree.token_at(span.outer_start) - 1
    apart = _VENUE_PREPOSITIONS if context.text[span.start].isupper() else frozenset()
    if before - cue <= _NEAR and tree.words[before] not in _VENUE_PREPOSITIONS:
        return True
    if not tree.has_tree:
        return False
    token = context.head_token(i)
    for _ in range(_FARTHEST_ARGUMENT):
        if token != context.head_token(i) and tree.words[token] in apart:
            return False
        if tree.heads[token] == cue:
            return tree.deps[token] not in _ADJUNCT
        if tree.deps[token] in _ADJUNCT - {"conj"}:
            return False
        token = tree.heads[token]
    return False


def _is_named(context: QuoteContext, i: int) -> bool:
    """Whether a word before the marks announces a name: called, so-called, known as, the film."""
    tree = context.tree
    at = tree.token_at(context.spans[i].outer_start) - 1
    while at >= 0 and tree.words[at] in _ARTICLES:
        at -= 1
    if at < 0 or not tree.text[tree.starts[at]].islower():
        return False
    word, before = tree.words[at], tree.words[max(at - 1, 0)]
    quoted = context.quoted_text(i)
    if word == "called" and before == "-":
        return True
    if word in _WORDS or (word in _WORKS and quoted[0].isupper()):
        return len(quoted.split()) <= _LONGEST_NAME
    if word == "as" and before in ("known", "billed", "styled", "branded"):
        return True
    if word == "called":
        is_short = len(quoted.split()) < FEWEST_WORDS or quoted[0].isupper()
        return is_short and not _has_subject(tree, at)
    return word in _NAMING


def _has_subject(tree: Tree, verb: int) -> bool:
    """Whether someone is said to call it so: "what officials called", not "a phenomenon called"."""
    if tree.has_tree:
        return tree.has(verb, "nsubj")
    return tree.words[verb - 1] not in ("was", "is", "are", "were", "been", "be", "a", "the", ",") and (
        tree.words[verb - 1] in ("he", "she", "they", "it", "i", "we")
        or tree.text[tree.starts[verb - 1]].isupper()
    )


def _is_title(context: QuoteContext, i: int) -> bool:
    """Whether the words are in title capitals and those around them are not."""
    inside = _WORD.findall(context.quoted_text(i))
    if not inside or not inside[0][0].isupper() or not _capitalised(inside):
        return False
    before, after = context.before(i), context.after(i)
    if context.text[slice(*before)].rstrip().endswith(":"):
        return False
    around = _WORD.findall(context.text[slice(*before)]) + _WORD.findall(context.text[slice(*after)])
    return not (len([w for w in around if len(w) > 3]) > 1 and _capitalised(around))


def _capitalised(words: list[str]) -> bool:
    long = [word for word in words if len(word) > 3] or words
    return sum(word[0].isupper() for word in long) >= (len(long) if len(long) < 5 else _MOSTLY * len(long))


def _modifies(context: QuoteContext, i: int) -> bool:
    """Whether few quoted words only qualify the noun behind them: a “smart” motor."""
    tree, end = context.tree, context.spans[i].outer_end
    behind = tree.token_at(end)
    if behind >= len(tree) or not tree.words[behind][0].isalpha() or context.quoted_text(i)[-1:] in ",.!?":
        return False
    if tree.has_tree:
        token = context.head_token(i)
        return tree.deps[token] in _MODIFIER and tree.heads[token] >= behind
    at = tree.token_at(context.spans[i].outer_start) - 1
    return at >= 0 and tree.words[at] in _ARTICLES
