"""Direct and indirect quotes with their speakers: one row per part of a quotation or reported clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from transforms.contract.article import Article
from transforms.contract.columns import ArticleId, Field, FieldName, Offset, Ordinal, VersionNo
from transforms.contract.documents import Parse
from transforms.contract.steps import enrichment
from transforms.enrich.names.entities import Entity
from transforms.enrich.names.mentions import Mention
from transforms.enrich.quotes.attributions import Attribution, find_attributions
from transforms.enrich.quotes.cue_sources import AttributionMethod, CueSource, noun_phrase
from transforms.enrich.quotes.quoted_spans import QuotedSpan, find_quoted_spans
from transforms.enrich.quotes.speakers import Cast
from transforms.enrich.quotes.turns import find_turns
from transforms.enrich.quotes.utterances import Utterance, find_utterances
from transforms.nlp.cue_verbs import CueClass
from transforms.nlp.dependencies import Tree, tree_of
from transforms.text.wordlists import word_set, words

_MOSTLY = 0.5
_PRONOUNS = word_set("personal_pronoun") | {"his", "her"}
_VENUE_PREPOSITIONS = word_set("speech_preposition")
_OBJECTS = frozenset({"dobj", "dative", "iobj"})
_RELAYED = re.compile(
    r"\bas\s+(?:shown|seen|heard|broadcast|aired|reported|quoted|cited|relayed|carried)\s+(?:on|by|in)\s+"
    r"|\b(?:quoted|cited)\s+(?:as\s+saying\s+)?by\s+|\bin\s+(?:remarks|comments)\s+(?:carried|published|broadcast)\s+by\s+",
    re.IGNORECASE,
)
_Span = tuple[int, int] | tuple[None, None]


@dataclass(slots=True)
class Quote:
    """One part of an utterance.

    A direct quote is the text inside the quotation marks, including punctuation; an indirect quote is
    the clause attributed by the cue, without "that".
    """

    article_id: ArticleId
    version_no: VersionNo
    quote_no: Ordinal
    utterance_no: Annotated[
        int, "parts of one utterance share it: a split quotation, a clause and the words quoted in it"
    ]
    kind: Annotated[Literal["direct", "indirect"], "in quotation marks, or reported in the writer's words"]
    field: Field
    start: Annotated[Offset, "first code point inside the marks, or of the clause"]
    end: Annotated[Offset, "code point after the last"]
    text: Annotated[str, "the quoted or reported words as printed"]
    speaker: Annotated[
        str | None,
        "name of the speaker's entity, else the source as printed; null: unknown or an unresolved pronoun",
    ]
    speaker_entity_id: Annotated[
        str | None, "the speaker's entity (news.entities); null for an unnamed source (a ministry spokesman)"
    ]
    speaker_start: Annotated[Offset | None, "first code point of the printed source in the same field"]
    speaker_end: Annotated[Offset | None, "code point after the printed source"]
    cue: Annotated[str | None, "the attributing words: a verb's lemma, `according to`, or a colon or dash"]
    cue_start: Annotated[Offset | None, "first code point of the cue"]
    cue_end: Annotated[Offset | None, "code point after the cue"]
    attitude: Annotated[CueClass | None, "attitude expressed by the cue"]
    is_negated: Annotated[bool, "whether the source denies it or does not say it"]
    is_hedged: Annotated[bool, "whether the writer hedges the attribution: seems to, reportedly"]
    addressee: Annotated[str | None, "the person or body addressed, as printed"]
    venue: Annotated[str | None, "occasion or medium, as printed: in a statement, during the talks"]
    relay: Annotated[str | None, "the outlet that relayed it, as printed"]
    method: Annotated[AttributionMethod | None, "method that found the source; null without a source"]


@enrichment(
    table="quotes",
    row=Quote,
    key=("article_id", "version_no", "quote_no"),
    version="3",
    needs=("parse", "mentions", "entities"),
)
def find_quotes(
    article: Article, parse: Parse, mentions: Sequence[Mention], entities: Sequence[Entity]
) -> Iterator[Quote]:
    """Quotes in reading order, numbered consecutively through title, body and captions."""
    texts = dict(article.fields())
    cast = Cast(entities, mentions, texts)
    quote_no = utterances = 0
    for field, doc in parse.items():
        tree = tree_of(doc, texts[field])
        parts = _parts(tree, article.authors)
        for part in parts:
            yield _row(article, quote_no, utterances, field, tree, part, cast)
            quote_no += 1
        utterances += 1 + max((part.number for part in parts), default=-1)


@dataclass(frozen=True, slots=True)
class _Part:
    kind: Literal["direct", "indirect"]
    start: int
    end: int
    number: int
    attribution: Attribution | None
    method: AttributionMethod | None


def _parts(tree: Tree, authors: Sequence[str]) -> list[_Part]:
    attributions = find_attributions(tree)
    turns = find_turns(tree, authors)
    answers = [turn.span for turn in turns]
    spans = [
        s for s in find_quoted_spans(tree.text) if not any(s.start < a.end and a.start < s.end for a in answers)
    ]
    direct = find_utterances(tree, spans, attributions)
    first = 1 + max((u.number for u in direct), default=-1)
    direct += [replace(turn, number=first + turn.number) for turn in turns]
    spans += answers
    parts = [_Part("direct", u.span.start, u.span.end, u.number, u.attribution, u.method) for u in direct]
    shared = {
        u.attribution.cue: (u.number, u.attribution) for u in direct if u.attribution and u.method != "context"
    }
    for numbered in enumerate(attributions, start=1 + max((u.number for u in direct), default=-1)):
        number, attribution = shared.get(numbered[1].cue, numbered)
        method = attribution.source.method if attribution.source else None
        reported = _reported(tree, attribution, spans, direct)
        parts += [_Part("indirect", *content, number, attribution, method) for content in reported]
    return _in_order(parts)


def _in_order(parts: Sequence[_Part]) -> list[_Part]:
    """Parts by position, their utterances numbered in that order."""
    ordered = sorted(parts, key=lambda part: (part.start, part.end, part.kind))
    numbers: dict[int, int] = {}
    return [replace(part, number=numbers.setdefault(part.number, len(numbers))) for part in ordered]


def _reported(
    tree: Tree, attribution: Attribution, spans: Sequence[QuotedSpan], direct: Sequence[Utterance]
) -> Iterator[tuple[int, int]]:
    """The attributed clauses in the writer's own words: at most half of the clause is quoted."""
    at, source = tree.starts[attribution.cue], attribution.source
    speaker = tree.starts[source.start] if source else -1
    if any(q.outer_start <= at < q.outer_end for q in spans):
        return
    for start, end in attribution.contents:
        if start <= speaker < end:  # “...,” said Ana Reyes, an engineer who built it, “...”
            continue
        if any(q.outer_start <= start and end <= q.outer_end for q in spans):  # the title of a book
            continue
        quoted = sum(max(0, min(end, u.span.outer_end) - max(start, u.span.outer_start)) for u in direct)
        if quoted <= _MOSTLY * (end - start):
            yield start, end


def _row(
    article: Article, quote_no: int, base: int, field: FieldName, tree: Tree, part: _Part, cast: Cast
) -> Quote:
    found = part.attribution
    source = found.source if found else None
    speaker, entity_id = _speaker(field, tree, source, cast)
    printed: _Span = tree.chars(source.start, source.end) if source else (None, None)
    cue: _Span = tree.chars(found.cue, found.cue_end) if found else (None, None)
    return Quote(
        article.article_id, article.version_no, quote_no, base + part.number, part.kind, field,
        part.start, part.end, tree.text[part.start : part.end], speaker, entity_id, printed[0], printed[1],
        cue=found.lemma if found else None,
        cue_start=cue[0],
        cue_end=cue[1],
        attitude=found.kind if found else None,
        is_negated=bool(found and found.is_negated),
        is_hedged=bool(found and found.is_hedged),
        addressee=_addressee(tree, found) if found else None,
        venue=_venue(tree, found) if found else None,
        relay=_relay(tree, found) if found else None,
        method=part.method,
    )  # fmt: skip


def _speaker(
    field: FieldName, tree: Tree, source: CueSource | None, cast: Cast
) -> tuple[str | None, str | None]:
    if source is None:
        return None, None
    entity = cast.resolve(field, tree, source)
    if entity:
        return entity.name, entity.entity_id
    if source.end - source.start == 1 and tree.words[source.start] in _PRONOUNS:
        return None, None
    start, end = tree.chars(source.start, source.end)
    return tree.text[start:end], None


def _addressee(tree: Tree, attribution: Attribution) -> str | None:
    """The object of the cue: "told reporters", "wrote to the council"."""
    if not tree.has_tree:
        return None
    for child in tree.children[attribution.cue]:
        if child <= attribution.cue:
            continue
        if tree.deps[child] in _OBJECTS and attribution.lemma in words("addressee_verbs.txt"):
            return _phrase(tree, child)
        if tree.words[child] == "to" and tree.deps[child] in ("prep", "dative"):
            named = tree.child(child, "pobj")
            return None if named is None else _phrase(tree, named)
    return None


def _venue(tree: Tree, attribution: Attribution) -> str | None:
    """The occasion or medium with its preposition: "in a statement", "during the talks in Northport"."""
    if not tree.has_tree:
        return None
    for child in tree.children[attribution.cue]:
        if tree.deps[child] != "prep" or tree.words[child] not in _VENUE_PREPOSITIONS:
            continue
        head = tree.child(child, "pobj")
        if head is None or tree.words[head] not in words("venue_nouns.txt"):
            continue
        start, end = tree.chars(child, noun_phrase(tree, head, "subject").end)
        return tree.text[start:end]
    return None


def _relay(tree: Tree, attribution: Attribution) -> str | None:
    """The relaying outlet, in the sentence of the cue: "as shown on Norland state television"."""
    last = tree.sentence(attribution.cue)[1]
    start, end = tree.chars(attribution.cue, last)
    match = _RELAYED.search(tree.text, start, end)
    if not match:
        return None
    rest = re.match(r"[^,.;:()“”\"\n]{2,60}", tree.text[match.end() : end])
    return rest.group().strip() if rest else None


def _phrase(tree: Tree, head: int) -> str:
    found = noun_phrase(tree, head, "subject")
    start, end = tree.chars(found.start, found.end)
    return tree.text[start:end]
