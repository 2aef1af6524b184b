"""Language of each text of an article: one row per field long enough for detection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from transforms.contract.article import Article
from transforms.contract.columns import ArticleId, Field, Share, VersionNo
from transforms.contract.steps import enrichment
from transforms.text.language import detect


@dataclass(slots=True)
class FieldLanguage:
    """The language of one text of the article."""

    article_id: ArticleId
    version_no: VersionNo
    field: Field
    language: Annotated[str, "ISO 639-1 code; ISO 639-3 for a language that has none"]
    confidence: Annotated[Share, "the model's confidence, between 0 and 1"]


@enrichment(
    table="languages",
    row=FieldLanguage,
    key=("article_id", "version_no", "field"),
    version="2",
    languages=None,
)
def find_languages(article: Article) -> Iterator[FieldLanguage]:
    """One row per field; none for a text too short for detection.

    Titles and captions are short: what they seem to be is weighed against the language of the body.
    """
    body = detect(article.text)
    known = body[0] if body else article.language
    for field, text in article.fields():
        found = body if field == "body" else detect(text, beside=known)
        if found:
            yield FieldLanguage(article.article_id, article.version_no, field, *found)
