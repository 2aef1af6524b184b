"""Articles and pages of our own writing, with what must be found in them: the gold that needs no data folder."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from string import Template
from typing import Any

from tests.quality.data_folder import HERE

_HEADER = re.compile(r"<!-- articles: (.*?); paragraph: (.*?) -->\n")
_WORDS_OF_A_PAGE = {
    "de": {
        "masthead": "Grünbacher Anzeiger", "section_1": "Region", "section_2": "Wirtschaft", "more": "Mehr zum Thema",
        "promo": "Jetzt den Newsletter abonnieren und nichts aus der Region verpassen.",
        "headline_1": "Gemeinderat streitet über das neue Parkhaus am Bahnhof", "headline_2": "Freibad öffnet im Mai",
        "legal": "Alle Rechte vorbehalten. Impressum und Datenschutz.",
    },
    "es": {
        "masthead": "El Faro de Valdemora", "section_1": "Local", "section_2": "Economía", "more": "Más noticias",
        "promo": "Suscríbete a nuestro boletín y recibe las noticias del día en tu correo.",
        "headline_1": "El mercado central abrirá también los domingos", "headline_2": "Un verano sin socorristas",
        "legal": "Todos los derechos reservados. Aviso legal y política de cookies.",
    },
}  # fmt: skip


@dataclass(frozen=True)
class OwnArticle:
    """One written article; times are expressions in reading order with their TIMEX3 values."""

    id: str
    title: str
    authors: list[str]
    published_at: str
    text: str
    language: str = "en"
    names: list[tuple[str, str]] = field(default_factory=list)
    quotes: list[tuple[str, str]] = field(default_factory=list)
    times: list[tuple[str, str]] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.published_at)


@dataclass(frozen=True)
class OwnPage:
    """An article as the page of an invented outlet."""

    layout: str
    url: str
    markup: str
    article: OwnArticle


def own_articles() -> list[OwnArticle]:
    """All articles, in the order of the file."""
    rows = tomllib.loads((HERE / "data" / "articles.toml").read_text("utf-8"))["article"]
    return [OwnArticle(**row | {"text": row["text"].strip()}) for row in rows]


def own_pages() -> list[OwnPage]:
    """Each article in the layout that names it."""
    articles = {article.id: article for article in own_articles()}
    pages = []
    for path in sorted((HERE / "data" / "layouts").glob("*.html")):
        source = path.read_text("utf-8")
        header = _HEADER.match(source)
        assert header is not None, path
        for name in header[1].split():
            markup = _filled(source[header.end() :], header[2], articles[name])
            pages.append(
                OwnPage(path.stem, f"https://www.{path.stem}.example/news/{name}", markup, articles[name])
            )
    assert {page.article.id for page in pages} == set(articles)
    return pages


def _filled(layout: str, paragraph: str, article: OwnArticle) -> str:
    paragraphs = [paragraph % text for text in article.text.split("\n\n")]
    authors = " and ".join(article.authors)
    by = {"de": "Von", "es": "Por"}.get(article.language, "By")
    return Template(layout).substitute(
        _WORDS_OF_A_PAGE.get(article.language, {}),
        id=article.id, title=article.title, language=article.language, iso=article.published_at,
        day=f"{article.at:%B} {article.at.day}, {article.at.year}",
        authors=authors, by=f"{by} {authors}" if authors else "",
        authors_json=json.dumps([{"@type": "Person", "name": name} for name in article.authors]),
        first="\n".join(paragraphs[:2]), rest="\n".join(paragraphs[2:]),
    )  # fmt: skip


def f1(found: Iterable[Any], gold: Iterable[Any]) -> float:
    """F1 of two multisets."""
    ours, theirs = Counter(found), Counter(gold)
    both = (ours & theirs).total()
    return 2 * both / max(ours.total() + theirs.total(), 1)


def below(reached: dict[str, float], floors: dict[str, float]) -> dict[str, float]:
    """The figures that miss their floor; each floor must have a figure."""
    assert set(reached) == set(floors)
    return {name: value for name, value in reached.items() if value < floors[name]}
