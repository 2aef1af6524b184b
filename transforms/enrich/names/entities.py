"""Entities of an article: one row per person, organisation, place or group, with printed role and salience."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from transforms.contract.article import Article
from transforms.contract.columns import ArticleId, Count, Field, FieldName, Offset, Share, VersionNo
from transforms.contract.documents import Parse
from transforms.contract.steps import enrichment
from transforms.enrich.names.aliases import fullest
from transforms.enrich.names.mentions import Mention
from transforms.enrich.names.name import NameKind
from transforms.enrich.names.roles import Role, role_after, role_before
from transforms.nlp.dependencies import Tree, tree_of


@dataclass(slots=True)
class Entity:
    """One person, organisation, place or group of the article, in all its printed forms."""

    article_id: ArticleId
    version_no: VersionNo
    entity_id: Annotated[str, "hash of kind and name, equal across articles"]
    name: Annotated[str, "the fullest form printed; a country's usual name"]
    kind: Annotated[NameKind, "person, organisation, place, group or other"]
    role: Annotated[str | None, "a person's office or profession as printed beside the name"]
    role_of: Annotated[str | None, "country, organisation or place of that role, as printed"]
    role_field: Annotated[Field | None, "the text that role_start and role_end point into"]
    role_start: Annotated[Offset | None, "first code point of the printed role, including an adjacent owner"]
    role_end: Annotated[Offset | None, "code point after the printed role"]
    aliases: Annotated[list[str], "other printed forms, most frequent first"]
    mention_count: Annotated[Count, "mentions in title, body and captions"]
    salience: Annotated[
        Share,
        "weight in the article: 0.5 × its mentions over those of the most mentioned entity + 0.3 × how early "
        "the body first names it + 0.2 if the title names it",
    ]


@enrichment(
    table="entities",
    row=Entity,
    key=("article_id", "version_no", "entity_id"),
    version="2",
    needs=("mentions", "parse"),
    languages=None,
)
def find_entities(article: Article, mentions: Sequence[Mention], parse: Parse) -> Iterator[Entity]:
    """Entities in order of their first mention."""
    grouped: dict[str, list[Mention]] = {}
    for mention in mentions:
        grouped.setdefault(mention.entity_id, []).append(mention)
    most = max(map(len, grouped.values()), default=1)
    length = len(article.text) or 1
    texts = dict(article.fields())
    trees = {field: tree_of(doc, texts[field]) for field, doc in parse.items()}
    for entity_id, named in grouped.items():
        kind = named[0].kind
        forms = Counter(mention.text for mention in named)
        name = fullest(kind, forms.elements())
        field, role = _role(named, trees) if kind == "person" else (None, None)
        yield Entity(
            article.article_id, article.version_no, entity_id, name, kind,
            role=role.role if role else None,
            role_of=role.of if role else None,
            role_field=field,
            role_start=role.start if role else None,
            role_end=role.end if role else None,
            aliases=[form for form, _ in forms.most_common() if form != name],
            mention_count=len(named),
            salience=_salience(named, most, length),
        )  # fmt: skip


def _role(named: Sequence[Mention], trees: Mapping[FieldName, Tree]) -> tuple[FieldName | None, Role | None]:
    """The first role printed with its owner, else the first role."""
    plain: tuple[FieldName | None, Role | None] = (None, None)
    for mention in named:
        tree = trees[mention.field]
        first, last = tree.token_at(mention.start), tree.token_at(mention.end)
        for role in (role_before(tree, first), role_after(tree, last)):
            if role and role.of:
                return mention.field, role
            if role and plain[1] is None:
                plain = mention.field, role
    return plain


def _salience(named: Sequence[Mention], most: int, length: int) -> float:
    first = min((mention.start for mention in named if mention.field == "body"), default=length)
    in_title = any(mention.field == "title" for mention in named)
    return round(0.5 * len(named) / most + 0.3 * (1 - first / length) + 0.2 * in_title, 4)
