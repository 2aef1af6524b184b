"""Which quotation belongs to which attribution, and which quotations are parts of one utterance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from transforms.enrich.quotes.cue_sources import PRONOUNS, Method, Source, by_order, noun_phrase
from transforms.enrich.quotes.quotation import Quotation
from transforms.enrich.quotes.quote_context import Gaps
from transforms.enrich.quotes.statements import Attribution
from transforms.nlp.dependencies import Tree

_PAUSES = (",", "?", "!", "—", "–", "-", "…")
_FEWEST_WORDS = 4
_SHORT_SENTENCE = 60
_SIGNATURE = re.compile(r"\s*[―—–-]{1,2}\s*(?=[A-Z])([^\n.:;“”\"]{3,60})(?=\n|$)")
_LABEL = re.compile(r"([A-Z@][^\n:.!?“”\"]{2,80}):\s*$")
_OWN_WORDS = frozenset({"subject", "inverted", "agent", "according_to", "colon", "signature"})


@dataclass(slots=True)
class Utterance:
    """One part of an utterance: its quotation, and the attribution it has itself or takes from another part."""

    quotation: Quotation
    attribution: Attribution | None = None
    method: Method | None = None
    number: int = 0


def attribute(
    tree: Tree, quotations: Sequence[Quotation], attributions: Sequence[Attribution]
) -> list[Utterance]:
    """The quotations that are utterances, in order; marks around a word or a title are left out."""
    gaps = Gaps(tree, quotations, attributions)
    parts = []
    for i, quotation in enumerate(quotations):
        found = _own(gaps, i)
        parts.append(Utterance(quotation, found, found.source.method if found and found.source else None))
    _carry_over(gaps, parts)
    _carry_back(gaps, parts)
    _from_context(gaps, parts)
    return _numbered([part for part in parts if _is_utterance(tree.text, part)])


def _own(gaps: Gaps, i: int) -> Attribution | None:
    """The attribution in the quotation's own sentence: behind it after a comma, else before it, else behind it."""
    said = gaps.said(i)
    behind = _behind(gaps, i)
    if behind and said.endswith(_PAUSES):
        return behind
    return _ahead(gaps, i) or behind or _signed(gaps, i) or _labelled(gaps, i)


def _behind(gaps: Gaps, i: int) -> Attribution | None:
    start, end = gaps.after(i)
    following = gaps.text[start:end].strip()
    said = gaps.said(i)
    for found in gaps.cues(start, end):
        located = _located(gaps, found, start, end)
        if located is None:
            continue
        if said.endswith(_PAUSES) or following[:1].islower() or following[:1] in (",", "—", "–", "-"):
            return located
        # “It is done.” Reyes said to cheers.
        is_bare = not found.contents and len(following) < _SHORT_SENTENCE
        return located if is_bare and said.endswith(".") else None
    return None


def _ahead(gaps: Gaps, i: int) -> Attribution | None:
    start, end = gaps.before(i)
    cues = [c for c in (_located(gaps, a, start, end) for a in gaps.cues(start, end)) if c]
    if not cues:
        return None
    above = set(gaps.tree.ancestors(gaps.first_token(i))) if gaps.tree.has_tree else set()
    pool = [c for c in cues if c.cue in above] or cues
    telling = [c for c in pool if c.kind in ("speech", "denial") and not _is_it(gaps.tree, c.source)]
    return (telling or pool)[-1]


def _located(gaps: Gaps, found: Attribution, start: int, end: int) -> Attribution | None:
    """The attribution with a source outside quotations; by the order of words when the tree has none there."""
    tree, source = gaps.tree, found.source
    if (
        source
        and not gaps.is_quoted(tree.starts[source.start])
        and start - gaps.REACH <= tree.starts[source.start] < end
    ):
        return found
    first, last = tree.token_at(start), tree.token_at(end)
    if not first <= found.cue < last:
        return None
    source = by_order(tree, found.cue, first, last)
    if source is None:
        return None
    found.source = source
    found.is_negated, found.is_hedged = (
        found.is_negated or source.is_negated,
        found.is_hedged or source.is_hedged,
    )
    return found


def _is_it(tree: Tree, source: Source | None) -> bool:
    return (
        source is not None
        and source.end - source.start == 1
        and tree.words[source.start] in ("it", "this", "that")
    )


def _signed(gaps: Gaps, i: int) -> Attribution | None:
    """“...” — Ana Reyes"""
    match = _SIGNATURE.match(gaps.text, gaps.quotations[i].outer_end)
    return _made(gaps.tree, match, "—", "signature") if match else None


def _labelled(gaps: Gaps, i: int) -> Attribution | None:
    """Ana Reyes, Harbour News: “...”"""
    start, end = gaps.before(i)
    match = _LABEL.match(gaps.text[start:end].strip())
    if not match:
        return None
    at = gaps.text.index(match.group(1), start)
    located = re.compile(re.escape(match.group(1))).match(gaps.text, at)
    return _made(gaps.tree, located, ":", "colon") if located else None


def _made(tree: Tree, match: re.Match[str], cue: str, method: Method) -> Attribution | None:
    """An attribution by punctuation: the words before the first comma are the source."""
    start, end = match.span(match.lastindex or 0)
    first, last = tree.token_at(start), tree.token_at(end)
    stop = next((i for i in range(first, last) if tree.words[i] == ","), last)
    if stop <= first:
        return None
    at = tree.token_at(match.start()) if method == "signature" else min(last, len(tree) - 1)
    return Attribution(at, at + 1, cue, "speech", Source(first, stop, stop - 1, method))


def _carry_over(gaps: Gaps, parts: list[Utterance]) -> None:
    """A part without attribution takes the last one before it, in its paragraph or the paragraph before."""
    for i, part in enumerate(parts):
        if part.attribution is None and not gaps.has_words_before(i):
            last = parts[i - 1] if i and parts[i - 1].attribution else None
            found = gaps.last_told(i)
            if last and last.attribution and (found is None or gaps.is_later(last.quotation, found)):
                found = last.attribution if gaps.is_near(i) else None
            if found:
                parts[i] = replace(part, attribution=found, method="carry_over")


def _carry_back(gaps: Gaps, parts: list[Utterance]) -> None:
    """A part without attribution takes that of the part which follows it with nothing between."""
    for i in range(len(parts) - 2, -1, -1):
        this, then = parts[i], parts[i + 1]
        if this.attribution is None and then.attribution and then.method in _OWN_WORDS:
            between = gaps.text[this.quotation.outer_end : then.quotation.outer_start]
            if not between.strip():
                parts[i] = replace(this, attribution=then.attribution, method="carry_over")


def _from_context(gaps: Gaps, parts: list[Utterance]) -> None:
    """Words quoted within a sentence that has no cue: the nearest subject above them that can speak."""
    tree = gaps.tree
    for i, part in enumerate(parts):
        if part.attribution or not tree.has_tree or not gaps.has_words_before(i):
            continue
        for verb in tree.ancestors(gaps.first_token(i)):
            subject = tree.child(verb, "nsubj")
            if (
                subject is None
                or gaps.is_quoted(tree.starts[subject])
                or tree.starts[subject] < gaps.before(i)[0]
            ):
                continue
            if tree.doc[subject].ent_type_ in ("PERSON", "PER", "ORG", "NORP") or tree.words[
                subject
            ] in PRONOUNS - {"it"}:
                source = noun_phrase(tree, subject, "context")
                found = Attribution(verb, verb + 1, tree.words[verb], "speech", source)
                parts[i] = replace(part, attribution=found, method="context")
                break


def _is_utterance(text: str, part: Utterance) -> bool:
    words = text[part.quotation.start : part.quotation.end].split()
    if part.attribution and part.method in _OWN_WORDS:
        return True
    if len(words) < _FEWEST_WORDS:
        return False
    return any(word[0].islower() for word in words if len(word) > 3)


def _numbered(parts: list[Utterance]) -> list[Utterance]:
    """Parts that share an attribution are one utterance."""
    number = -1
    last: Attribution | None = None
    for part in parts:
        if part.attribution is None or part.attribution is not last:
            number += 1
        last = part.attribution
        part.number = number
    return parts
