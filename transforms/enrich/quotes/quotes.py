"""What people are reported to have said: one row a part of a quotation or an indirect statement, with its speaker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from transforms.contract.article import Article
from transforms.contract.columns import ArticleId, Field, FieldName, Offset, Ordinal, VersionNo
from transforms.contract.documents import Parse
from transforms.contract.steps import enrichment
from transforms.enrich.names.entities import Entity
from transforms.enrich.names.mentions import Mention
from transforms.enrich.quotes.attribution import Utterance, attribute
from transforms.enrich.quotes.cue_sources import Method, Source
from transforms.enrich.quotes.quotation import Quotation, find_quotations
from transforms.enrich.quotes.speakers import Cast
from transforms.enrich.quotes.speech_setting import addressee, relay, venue
from transforms.enrich.quotes.statements import Attribution, find_attributions
from transforms.nlp.cue_verbs import CueClass
from transforms.nlp.dependencies import Tree, tree_of
from transforms.text.wordlists import word_set

_MOSTLY = 0.5
_PRONOUNS = word_set("personal_pronoun")
_Span = tuple[int, int] | tuple[None, None]


@dataclass(slots=True)
class Quote:
    """One part of what somebody said.

    A direct one is the text inside the quotation marks, punctuation included; an indirect one is
    the clause that the cue attributes, without "that".
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
    text: Annotated[str, "what was said, as printed"]
    speaker: Annotated[
        str | None,
        "name of the speaker's entity, else the source as printed; null: unknown or a pronoun left open",
    ]
    speaker_entity_id: Annotated[
        str | None, "the speaker's entity; null when the source is not named (a ministry spokesman)"
    ]
    speaker_start: Annotated[Offset | None, "first code point of the printed source in the same field"]
    speaker_end: Annotated[Offset | None, "code point after the printed source"]
    cue: Annotated[str | None, "what attributes it: a verb's lemma, `according to`"]
    cue_start: Annotated[Offset | None, "first code point of the cue"]
    cue_end: Annotated[Offset | None, "code point after the cue"]
    attitude: Annotated[
        CueClass | None,
        "what the cue makes of it: said, believed, intended, found out, denied",
    ]
    is_negated: Annotated[bool, "whether the source is said not to have said it, or to deny it"]
    is_hedged: Annotated[bool, "whether the writer is unsure that it was said: seems to, reportedly"]
    addressee: Annotated[str | None, "whom it was said to, as printed"]
    venue: Annotated[str | None, "where or in what it was said, as printed: in a statement, during the talks"]
    relay: Annotated[str | None, "the outlet that passed it on, as printed"]
    method: Annotated[Method | None, "how the source was found; null when there is none"]


@enrichment(
    table="quotes",
    row=Quote,
    key=("article_id", "version_no", "quote_no"),
    version="1",
    needs=("parse", "mentions", "entities"),
)
def find_quotes(
    article: Article, parse: Parse, mentions: Sequence[Mention], entities: Sequence[Entity]
) -> Iterator[Quote]:
    """Quotes in reading order, numbered through the three texts."""
    texts = dict(article.fields())
    cast = Cast(entities, mentions, texts)
    quote_no = utterances = 0
    for field, doc in parse.items():
        tree = tree_of(doc, texts[field])
        parts = _parts(tree)
        for part in parts:
            yield _row(article, quote_no, utterances, field, tree, part, cast)
            quote_no += 1
        utterances += 1 + max((part.number for part in parts), default=-1)


@dataclass(slots=True)
class _Part:
    kind: Literal["direct", "indirect"]
    start: int
    end: int
    number: int
    attribution: Attribution | None
    method: Method | None


def _parts(tree: Tree) -> list[_Part]:
    attributions = find_attributions(tree)
    quotations = find_quotations(tree.text)
    direct = attribute(tree, quotations, attributions)
    parts = [
        _Part("direct", u.quotation.start, u.quotation.end, u.number, u.attribution, u.method) for u in direct
    ]
    numbers = {id(u.attribution): u.number for u in direct if u.attribution}
    number = 1 + max((u.number for u in direct), default=-1)
    for attribution in attributions:
        method = attribution.source.method if attribution.source else None
        for content in _reported(tree, attribution, quotations, direct):
            if id(attribution) not in numbers:
                numbers[id(attribution)] = number
                number += 1
            parts.append(_Part("indirect", *content, numbers[id(attribution)], attribution, method))
    return _in_order(parts)


def _in_order(parts: list[_Part]) -> list[_Part]:
    """Parts by position, their utterances numbered in that order."""
    parts.sort(key=lambda part: (part.start, part.end, part.kind))
    numbers: dict[int, int] = {}
    for part in parts:
        part.number = numbers.setdefault(part.number, len(numbers))
    return parts


def _reported(
    tree: Tree, attribution: Attribution, quotations: Sequence[Quotation], direct: Sequence[Utterance]
) -> Iterator[tuple[int, int]]:
    """The attributed clauses that are in the writer's words: not in a quotation, nor nearly all of one."""
    at = tree.starts[attribution.cue]
    if any(q.outer_start <= at < q.outer_end for q in quotations):
        return
    for start, end in attribution.contents:
        quoted = sum(
            max(0, min(end, u.quotation.outer_end) - max(start, u.quotation.outer_start)) for u in direct
        )
        if quoted <= _MOSTLY * (end - start):
            yield start, end


def _row(
    article: Article, quote_no: int, base: int, field: FieldName, tree: Tree, part: _Part, cast: Cast
) -> Quote:
    found = part.attribution
    source = found.source if found else None
    speaker, entity_id = _speaker(field, tree, source, cast)
    spoken: _Span = tree.chars(source.start, source.end) if source else (None, None)
    cue: _Span = tree.chars(found.cue, found.cue_end) if found else (None, None)
    return Quote(
        article.article_id, article.version_no, quote_no, base + part.number, part.kind, field,
        part.start, part.end, tree.text[part.start : part.end], speaker, entity_id, spoken[0], spoken[1],
        cue=found.lemma if found else None,
        cue_start=cue[0],
        cue_end=cue[1],
        attitude=found.kind if found else None,
        is_negated=bool(found and found.is_negated),
        is_hedged=bool(found and found.is_hedged),
        addressee=addressee(tree, found) if found else None,
        venue=venue(tree, found) if found else None,
        relay=relay(tree, found) if found else None,
        method=part.method,
    )  # fmt: skip


def _speaker(field: FieldName, tree: Tree, source: Source | None, cast: Cast) -> tuple[str | None, str | None]:
    if source is None:
        return None, None
    entity = cast.resolve(field, tree, source)
    if entity:
        return entity.name, entity.entity_id
    if source.end - source.start == 1 and tree.words[source.start] in _PRONOUNS:
        return None, None
    start, end = tree.chars(source.start, source.end)
    return tree.text[start:end], None
