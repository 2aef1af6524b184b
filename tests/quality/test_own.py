"""Pages and articles of our own writing against their gold; these floors hold without the data folder."""

from __future__ import annotations

import re
from statistics import mean
from typing import Any

import pytest

from tests.parsers import DEFAULT_PARSER
from tests.quality.data_folder import FLOORS
from tests.quality.own import OwnArticle, OwnPage, below, f1, own_articles, own_pages
from transforms.clean.page_article import clean_page
from transforms.contract.article import Draft
from transforms.contract.documents import Origin, PublisherContext, RawDocument, Rejected
from transforms.enrich import enrich
from transforms.enrich.given_text import plain_article
from transforms.nlp.resources import Resources

KINDS = ("person", "organisation", "place")
PARSERS = [DEFAULT_PARSER, "dateline-accurate", "lexicon"]


def draft_of(page: OwnPage) -> Draft:
    raw = RawDocument(page.markup.encode(), "text/html", Origin("own", url=page.url))
    draft = clean_page(raw, PublisherContext())
    assert isinstance(draft, Draft), page.layout
    return draft


def shingles(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return [tuple(words[n : n + 4]) for n in range(max(1, len(words) - 3))]


def test_pages() -> None:
    pages = own_pages()
    drafts = [draft_of(page) for page in pages]
    pairs = [(draft, page.article) for draft, page in zip(drafts, pages, strict=True)]
    reached = {
        "body_f1": mean(f1(shingles(draft.text), shingles(gold.text)) for draft, gold in pairs),
        "body_exact": mean(draft.text == gold.text for draft, gold in pairs),
        "title_exact": mean(draft.facts.title == gold.title for draft, gold in pairs),
        "author_sets": mean(set(draft.facts.authors) == set(gold.authors) for draft, gold in pairs),
        "date_exact": mean(
            draft.facts.published_at is not None and draft.facts.published_at.date() == gold.at.date()
            for draft, gold in pairs
        ),
    }
    assert below(reached, FLOORS["own"]["pages"]) == {}, [
        (
            page.layout,
            draft.facts.title,
            draft.facts.authors,
            draft.facts.published_at,
            draft.text[:60],
            draft.text[-60:],
        )
        for draft, page in zip(drafts, pages, strict=True)
        if draft.text != page.article.text or draft.facts.title != page.article.title
    ]


@pytest.fixture(scope="module")
def annotated() -> list[OwnArticle]:
    return [article for article in own_articles() if article.names]


@pytest.mark.parametrize("parser", PARSERS)
def test_articles(parser: str, annotated: list[OwnArticle]) -> None:
    articles = [plain_article(gold.id, gold.text, published_at=gold.at, language="en") for gold in annotated]
    found: dict[str, list[Any]] = {"names": [], "quotes": [], "speakers": [], "times": []}
    wanted: dict[str, list[Any]] = {"names": [], "quotes": [], "speakers": [], "times": []}
    for gold, (_, rows) in zip(annotated, enrich(articles, Resources({"parser": parser})), strict=True):
        assert not isinstance(rows, Rejected), rows.detail
        direct = [quote for quote in rows["quotes"] if quote.kind == "direct"]
        found["names"] += [(gold.id, row.name, row.kind) for row in rows["entities"] if row.kind in KINDS]
        found["quotes"] += [(gold.id, quote.text) for quote in direct]
        found["speakers"] += [(gold.id, quote.text, quote.speaker) for quote in direct]
        found["times"] += [(gold.id, time.value) for time in rows["times"]]
        wanted["names"] += [(gold.id, name, kind) for name, kind in gold.names if kind in KINDS]
        wanted["quotes"] += [(gold.id, text) for text, _ in gold.quotes]
        wanted["speakers"] += [(gold.id, text, speaker) for text, speaker in gold.quotes]
        wanted["times"] += [(gold.id, value) for _, value in gold.times]
    reached = {kind: f1(found[kind], wanted[kind]) for kind in found}
    assert below(reached, FLOORS["own"][parser]) == {}
