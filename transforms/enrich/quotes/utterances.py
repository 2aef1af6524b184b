"""Utterances of one text: quoted spans matched with their attributions, the parts of one utterance numbered alike."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from transforms.enrich.quotes.attributions import Attribution
from transforms.enrich.quotes.cue_sources import PRONOUNS, AttributionMethod, CueSource, by_order, noun_phrase
from transforms.enrich.quotes.quoted_spans import QuotedSpan
from transforms.nlp.dependencies import Tree
from transforms.text.sentences import SENTENCE_END

_PAUSES = (",", "?", "!", "—", "–", "-", "…")
_FEWEST_WORDS = 4
_SHORT_SENTENCE = 60
# Code points before a gap that may contain the source of its cue: "Reyes, who ..., said" around a quotation.
_SOURCE_REACH = 250
_SIGNATURE = re.compile(r"\s*[―—–-]{1,2}\s*(?=[A-Z])([^\n.:;“”\"]{3,60})(?=\n|$)")
_LABEL = re.compile(r"([A-Z@][^\n:.!?“”\"]{2,80}):\s*$")
_OWN_ATTRIBUTION = frozenset({"subject", "inverted", "agent", "according_to", "colon", "signature"})


@dataclass(frozen=True, slots=True)
class Utterance:
    """One part of an utterance: its quoted span, and its own attribution or that of another part."""

    span: QuotedSpan
    attribution: Attribution | None = None
    method: AttributionMethod | None = None
    number: int = 0


class QuoteContext:
    """The text before and after each quoted span; offsets are code points."""

    def __init__(self, tree: Tree, spans: Sequence[QuotedSpan], attributions: Sequence[Attribution]) -> None:
        self.tree, self.text, self.spans = tree, tree.text, spans
        self._starts = [span.outer_start for span in spans]
        self._attributions = [a for a in attributions if not self.is_quoted(tree.starts[a.cue])]
        self._cue_starts = [tree.starts[a.cue] for a in self._attributions]

    def is_quoted(self, at: int) -> bool:
        """Whether a code point is inside quotation marks."""
        i = bisect.bisect_right(self._starts, at) - 1
        return i >= 0 and at < self.spans[i].outer_end

    def quoted_text(self, i: int) -> str:
        """The text inside the marks."""
        return self.text[self.spans[i].start : self.spans[i].end].rstrip()

    def first_token(self, i: int) -> int:
        """The first token inside the marks."""
        return min(self.tree.token_at(self.spans[i].start), len(self.tree) - 1)

    def paragraph(self, at: int) -> tuple[int, int]:
        """The paragraph of a code point."""
        end = self.text.find("\n", at)
        return self.text.rfind("\n", 0, at) + 1, end if end >= 0 else len(self.text)

    def before(self, i: int) -> tuple[int, int]:
        """From the start of the sentence, or the end of the last quotation of several words, to the opening mark."""
        start, end = self.paragraph(self.spans[i].outer_start)[0], self.spans[i].outer_start
        for j in range(i - 1, -1, -1):
            if self.spans[j].outer_end <= start:
                break
            if len(self.quoted_text(j).split()) >= _FEWEST_WORDS:
                start = self.spans[j].outer_end
                break
        for match in SENTENCE_END.finditer(self.text, start, end):
            start = match.end()
        return start, end

    def after(self, i: int) -> tuple[int, int]:
        """From the closing mark to the end of the sentence or to the next quotation."""
        start = self.spans[i].outer_end
        end = self.paragraph(start)[1] if start < len(self.text) else start
        if i + 1 < len(self.spans):
            end = max(start, min(end, self.spans[i + 1].outer_start))
        match = SENTENCE_END.search(self.text, start, end)
        return start, match.start() + 1 if match else end

    def has_words_before(self, i: int) -> bool:
        """Whether the sentence began before the quotation."""
        start, end = self.before(i)
        return any(c.isalnum() for c in self.text[start:end])

    def cues(self, start: int, end: int) -> list[Attribution]:
        """Attributions with a cue between two code points and outside quotations."""
        first, last = (bisect.bisect_left(self._cue_starts, at) for at in (start, end))
        return self._attributions[first:last]

    def last_speech_attribution(self, i: int) -> Attribution | None:
        """The last attribution of speech before a quotation, in its paragraph or the one before."""
        start, end = self.paragraph(self.spans[i].outer_start)[0], self.spans[i].outer_start
        found = self._last_speech(start, end)
        if found is None and start:
            before = self.text[:start].rstrip()
            found = self._last_speech(self.paragraph(len(before) - 1)[0] if before else 0, start)
        return found

    def follows_cue(self, span: QuotedSpan, attribution: Attribution) -> bool:
        """Whether a quotation comes after the cue."""
        return span.outer_start > self.tree.starts[attribution.cue]

    def is_near_previous(self, i: int) -> bool:
        """Whether the previous quotation is in the same paragraph or the one before."""
        between = self.text[self.spans[i - 1].outer_end : self.spans[i].outer_start]
        return len(re.findall(r"\n+", between)) <= 1

    def _last_speech(self, start: int, end: int) -> Attribution | None:
        for found in reversed(self.cues(start, end)):
            if found.kind == "speech" and found.source and not self.is_quoted(self._start(found.source)):
                return found
        return None

    def located(self, found: Attribution, start: int, end: int) -> Attribution | None:
        """The attribution with a source outside quotations: the tree's, else one by word order in the gap."""
        source = found.source
        if source and not self.is_quoted(at := self._start(source)) and start - _SOURCE_REACH <= at < end:
            return found
        first, last = self.tree.token_at(start), self.tree.token_at(end)
        source = by_order(self.tree, found.cue, first, last) if first <= found.cue < last else None
        return found.with_source(source) if source else None

    def _start(self, source: CueSource) -> int:
        return self.tree.starts[source.start]


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
            found = located.setdefault(found.cue, found)  # one source per cue
        parts.append(Utterance(span, found, found.source.method if found and found.source else None))
    context = QuoteContext(tree, spans, [located.get(a.cue, a) for a in attributions])
    parts = _from_context(context, _carry_back(context, _carry_over(context, parts)))
    return _numbered([part for part in parts if _is_utterance(tree.text, part)])


def _own(context: QuoteContext, i: int) -> Attribution | None:
    """The attribution in the quotation's sentence: after it if it ends with a comma, else before it, else after it."""
    behind = _behind(context, i)
    if behind and context.quoted_text(i).endswith(_PAUSES):
        return behind
    return _ahead(context, i) or behind or _signed(context, i) or _labelled(context, i)


def _behind(context: QuoteContext, i: int) -> Attribution | None:
    start, end = context.after(i)
    following = context.text[start:end].strip()
    quoted = context.quoted_text(i)
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


def _signed(context: QuoteContext, i: int) -> Attribution | None:
    """“...” — Ana Reyes"""
    match = _SIGNATURE.match(context.text, context.spans[i].outer_end)
    return _by_punctuation(context.tree, match, "—", "signature") if match else None


def _labelled(context: QuoteContext, i: int) -> Attribution | None:
    """Ana Reyes, Harbour News: “...”"""
    start, end = context.before(i)
    match = _LABEL.match(context.text[start:end].strip())
    if not match:
        return None
    at = context.text.index(match.group(1), start)
    located = re.compile(re.escape(match.group(1))).match(context.text, at)
    return _by_punctuation(context.tree, located, ":", "colon") if located else None


def _by_punctuation(
    tree: Tree, match: re.Match[str], cue: str, method: AttributionMethod
) -> Attribution | None:
    """An attribution whose source is the words before the first comma."""
    start, end = match.span(match.lastindex or 0)
    first, last = tree.token_at(start), tree.token_at(end)
    stop = next((i for i in range(first, last) if tree.words[i] == ","), last)
    if stop <= first:
        return None
    at = tree.token_at(match.start()) if method == "signature" else min(last, len(tree) - 1)
    return Attribution(at, at + 1, cue, "speech", CueSource(first, stop, stop - 1, method))


def _carry_over(context: QuoteContext, parts: Sequence[Utterance]) -> list[Utterance]:
    """A part without attribution takes the last one before it, in its paragraph or the paragraph before."""
    carried: list[Utterance] = []
    for i, part in enumerate(parts):
        if part.attribution is None and not context.has_words_before(i):
            last = carried[-1] if carried and carried[-1].attribution else None
            found = context.last_speech_attribution(i)
            if last and last.attribution and (found is None or context.follows_cue(last.span, found)):
                found = last.attribution if context.is_near_previous(i) else None
            if found:
                part = replace(part, attribution=found, method="carry_over")
        carried.append(part)
    return carried


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
        if part.attribution or not (found := _subject_above(context, i))
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


def _is_utterance(text: str, part: Utterance) -> bool:
    words = text[part.span.start : part.span.end].split()
    if part.attribution and part.method in _OWN_ATTRIBUTION:
        return True
    if len(words) < _FEWEST_WORDS:
        return False
    return any(word[0].islower() for word in words if len(word) > 3)


def _numbered(parts: Sequence[Utterance]) -> list[Utterance]:
    """Consecutive parts with the same attribution are one utterance."""
    numbered: list[Utterance] = []
    for part in parts:
        last = numbered[-1] if numbered else None
        is_own = part.attribution is not None and part.method != "context"
        is_same = last and is_own and part.attribution == last.attribution
        numbered.append(replace(part, number=(last.number + (not is_same)) if last else 0))
    return numbered
