"""Mentions of persons, organisations, places and groups: one row per printed name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from transforms.contract.article import Article
from transforms.contract.columns import ArticleId, Field, FieldName, Offset, VersionNo
from transforms.contract.documents import Parse
from transforms.contract.steps import enrichment
from transforms.enrich.names.aliases import acronym_after, canonical_names, entity_id
from transforms.enrich.names.name import Name, NameKind, NameSource
from transforms.enrich.names.names import find_names


@dataclass(slots=True)
class Mention:
    """One printed name, without article, title and possessive; names do not overlap."""

    article_id: ArticleId
    version_no: VersionNo
    field: Field
    start: Annotated[Offset, "first code point of the name"]
    end: Annotated[Offset, "code point after the name"]
    text: Annotated[str, "the name as printed"]
    kind: Annotated[NameKind, "person, organisation, place, group (a people, a faith, a party) or other"]
    entity_id: Annotated[
        str, "entity named (news.entities): hash of kind and fullest printed name, equal across articles"
    ]
    source: Annotated[NameSource, "found by the model, a rule over the article, or a list of known names"]


@enrichment(
    table="mentions",
    row=Mention,
    key=("article_id", "version_no", "field", "start"),
    version="2",
    needs="parse",
    languages=None,
)
def find_mentions(article: Article, parse: Parse) -> Iterator[Mention]:
    """Mentions in reading order; those of one entity share its entity_id."""
    texts = dict(article.fields())
    names = list(_with_acronyms(find_names(parse, texts), texts))
    for name, canonical in zip(names, canonical_names(names, texts), strict=True):
        yield Mention(
            article.article_id, article.version_no, name.field, name.start, name.end, name.text, name.kind,
            entity_id(name.kind, canonical), name.source,
        )  # fmt: skip


def _with_acronyms(names: list[Name], texts: Mapping[FieldName, str]) -> Iterator[Name]:
    """The names and the acronyms printed after them, which are organisations."""
    full: Name | None = None
    span: tuple[int, int] | None = None
    for i, name in enumerate(names):
        if full and span and name.field == full.field and name.start < span[1] and span[0] < name.end:
            if (name.start, name.end) != span:
                continue
            name = replace(name, kind="organisation", source="rule")
        yield name
        full, span = name, None
        if name.kind in ("organisation", "other"):
            span = acronym_after(name, texts[name.field])
        if span:
            following = names[i + 1] if i + 1 < len(names) else None
            if not following or following.field != name.field or following.start >= span[1]:
                yield Name(name.field, *span, texts[name.field][span[0] : span[1]], "organisation", "rule")
