"""Utterances of one text: quoted spans matched with their attributions, the parts of one utterance numbered alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from transforms.enrich.quotes.attributions import Attribution
from transforms.enrich.quotes.cue_sources import PRONOUNS, AttributionMethod, CueSource, noun_phrase
from transforms.enrich.quotes.marked_words import is_governed, is_speech
from transforms.enrich.quotes.open_cues import (
    author_of,
    by_beat,
    by_introduction,
    by_label,
    by_open_verb,
    by_signature,
)
from transforms.enrich.quotes.quote_context import QuoteContext
from transforms.enrich.quotes.quoted_spans import QuotedSpan
from transforms.nlp.cue_verbs import cue_of
from transforms.nlp.dependencies import Tree

_PAUSES = (",", "?", "!", "—", "–", "-", "…")
_SHORT_SENTENCE = 60
_COORDINATED = re.compile(r"\s*,?\s*(?:(?:and|or|but)(?: then| also| even)?)?,?\s*", re.IGNORECASE)
_OWN_ATTRIBUTION = frozenset({"subject", "inverted", "agent", "according_to", "colon", "signature"})


@dataclass(frozen=True, slots=True)
class Utterance:
    """One part of an utterance: its quoted span, and its own attribution or that of another part."""

    span: QuotedSpan
    attribution: Attribution | None = None
    method: AttributionMethod | None = None
    number: int = 0


def find_utterances(
    tree: Tree, spans: Sequence[QuotedSpan], attributions: Sequence[Attribution]
) -> list[Utterance]:
    """Utterances among the quoted spans, in order; marks around a word or a title are left out."""
    context = QuoteContext(tree, spans, attributions)
    located: dict[int, Attribution] = {}
    parts = []
    for i, span in enumerate(spans):
        found = _own(context, i)
        if found:
            found = located.setdefault(found.cue, author_of(tree, found))  # one source per cue
        parts.append(Utterance(span, found, found.source.method if found and found.source else None))
    context = QuoteContext(tree, spans, [located.get(a.cue, a) for a in attributions])
    parts = _carry_back(context, _carry_over(context, _coordinated(context, parts)))
    parts = _from_context(context, parts)
    spoken = [
        part
        for i, part in enumerate(parts)
        if is_speech(context, i, part.attribution, is_own=part.method in _OWN_ATTRIBUTION)
    ]
    return _numbered(spoken)


def _own(context: QuoteContext, i: int) -> Attribution | None:
    """The attribution in the quotation's sentence: the one directly behind it if it ends with a comma, else the one
    whose clause or object it is, else the one before it.
    """
    behind = _behind(context, i)
    is_paused = context.ending(i).endswith(_PAUSES)
    if behind and is_paused and context.follows_directly(i, behind):
        return behind
    if context.is_embedded(i) and (governing := _governing(context, i)):
        return governing
    if behind and is_paused:
        return behind
    return (
        _ahead(context, i)
        or behind
        or by_open_verb(context, i)
        or by_signature(context, i)
        or by_introduction(context, i)
        or by_label(context, i)
    )


def _governing(context: QuoteContext, i: int) -> Attribution | None:
    """The innermost attribution in the sentence whose clause the quotation is in, or whose object it is."""
    (start, end), (behind, stop) = context.before(i), context.after(i)
    found = [
        located
        for a in (*context.cues(start, end), *context.cues(behind, stop))
        if is_governed(context, i, a) and (located := context.located(a, start, stop))
    ]
    return min(found, key=lambda a: (a.kind not in ("speech", "denial"), _reach(a)), default=None)


def _reach(found: Attribution) -> int:
    return sum(end - start for start, end in found.contents)


def _behind(context: QuoteContext, i: int) -> Attribution | None:
    start, end = context.after(i)
    following = context.text[start:end].strip()
    quoted = context.ending(i)
    for found in context.cues(start, end):
        located = context.located(found, start, end)
        if located is None:
            continue
        if quoted.endswith(_PAUSES) or following[:1].islower() or following[:1] in (",", "—", "–", "-"):
            return located
        # “It is done.” Reyes said to cheers.
        is_bare = not found.contents and len(following) < _SHORT_SENTENCE
        return located if is_bare and quoted.endswith(".") else None
    return None


def _ahead(context: QuoteContext, i: int) -> Attribution | None:
    start, end = context.before(i)
    cues = [c for c in (context.located(a, start, end) for a in context.cues(start, end)) if c]
    if not cues:
        return None
    above = set(context.tree.ancestors(context.first_token(i))) if context.tree.has_tree else set()
    pool = [c for c in cues if c.cue in above] or cues
    speech = [c for c in pool if c.kind in ("speech", "denial") and not _is_it(context.tree, c.source)]
    return (speech or pool)[-1]


def _is_it(tree: Tree, source: CueSource | None) -> bool:
    return (
        source is not None
        and source.end - source.start == 1
        and tree.words[source.start] in ("it", "this", "that")
    )


def _coordinated(context: QuoteContext, parts: Sequence[Utterance]) -> list[Utterance]:
    """A part without attribution takes that of a part that only "and" or a comma parts from it."""
    joined = list(parts)
    places = range(1, len(parts))
    for i, other in [(i, i - 1) for i in places] + [(i - 1, i) for i in reversed(places)]:
        gap = context.gap(max(i, other))
        if joined[i].attribution is None and gap.strip() and _COORDINATED.fullmatch(gap):
            joined[i] = replace(joined[i], attribution=joined[other].attribution, method=joined[other].method)
    return joined


def _carry_over(context: QuoteContext, parts: Sequence[Utterance]) -> list[Utterance]:
    """A part without attribution takes the last one before it: in its sentence, its paragraph or the one before."""
    carried: list[Utterance] = []
    for i, part in enumerate(parts):
        if part.attribution is None and (not context.has_words_before(i) or _goes_on(context, i)):
            last = carried[-1] if carried and carried[-1].attribution else None
            found = context.last_speech_attribution(i)
            if last and last.attribution and (found is None or context.follows_cue(last.span, found)):
                found = last.attribution if context.is_near_previous(i) else None
            if found:
                part = replace(part, attribution=found, method="carry_over")
        elif part.attribution is None and carried and carried[-1].attribution and context.shares_sentence(i):
            part = replace(part, attribution=carried[-1].attribution, method="carry_over")
        carried.append(part)
    return carried


def _goes_on(context: QuoteContext, i: int) -> bool:
    """Whether only a participle goes before: Adding, “...”."""
    start, end = context.before(i)
    before = context.text[start:end].strip(" ,:\n").lower()
    return before.endswith("ing") and cue_of(before) is not None


def _carry_back(context: QuoteContext, parts: Sequence[Utterance]) -> list[Utterance]:
    """A part without attribution takes that of the next part if only white space is between them."""
    carried = list(parts)
    for i in range(len(parts) - 2, -1, -1):
        part, following = carried[i], carried[i + 1]
        is_adjacent = not context.text[part.span.outer_end : following.span.outer_start].strip()
        if is_adjacent and part.attribution is None and following.method in _OWN_ATTRIBUTION:
            carried[i] = replace(part, attribution=following.attribution, method="carry_over")
    return carried


def _from_context(context: QuoteContext, parts: Sequence[Utterance]) -> list[Utterance]:
    """A quotation within a sentence without a cue takes the nearest subject above it that can speak."""
    return [
        part
        if part.attribution or not (found := _subject_above(context, i) or by_beat(context, i))
        else replace(part, attribution=found, method="context")
        for i, part in enumerate(parts)
    ]


def _subject_above(context: QuoteContext, i: int) -> Attribution | None:
    tree = context.tree
    if not tree.has_tree or not context.has_words_before(i):
        return None
    for verb in tree.ancestors(context.first_token(i)):
        subject = tree.child(verb, "nsubj")
        if subject is None or context.is_quoted(tree.starts[subject]):
            continue
        if tree.starts[subject] < context.before(i)[0]:
            continue
        is_speaker = tree.doc[subject].ent_type_ in ("PERSON", "PER", "ORG", "NORP")
        if is_speaker or tree.words[subject] in PRONOUNS - {"it"}:
            source = noun_phrase(tree, subject, "context")
            return Attribution(verb, verb + 1, tree.words[verb], "speech", source)
    return None


def _numbered(parts: Sequence[Utterance]) -> list[Utterance]:
    """Consecutive parts with the same attribution are one utterance."""
    numbered: list[Utterance] = []
    for part in parts:
        last = numbered[-1] if numbered else None
        is_own = part.attribution is not None and part.method != "context"
        is_same = last and is_own and part.attribution == last.attribution
        numbered.append(replace(part, number=(last.number + (not is_same)) if last else 0))
    return numbered
