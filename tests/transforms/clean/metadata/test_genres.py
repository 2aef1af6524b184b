import json

import pytest

from transforms.clean import clean
from transforms.contract.documents import Cleaned, Origin, RawDocument

PARAGRAPH = "The harbour board met for three hours on Tuesday, and nobody left before the vote was counted. "


def of_page(
    head: str = "", above: str = "", title: str = "Harbour vote splits town", path: str = "/harbour-vote"
) -> Cleaned:
    body = "".join(f"<p>{PARAGRAPH}{number}.</p>" for number in range(5))
    article = f"<article>{above}<h1>{title}</h1>{body}</article>"
    markup = f"<html><head><title>{title}</title>{head}</head><body>{article}</body></html>"
    return finished(
        RawDocument(markup.encode(), "text/html", Origin("t", url=f"https://courier.example{path}"))
    )


def of_text(text: str) -> Cleaned:
    return finished(RawDocument(text.encode(), "text/plain", Origin("t")))


def of_record(**fields: str) -> Cleaned:
    record = {"title": "Harbour vote splits town", "text": PARAGRAPH * 3, **fields}
    return finished(RawDocument(json.dumps(record).encode(), "application/json", Origin("t")))


def finished(raw: RawDocument) -> Cleaned:
    found = clean(raw)
    assert isinstance(found, Cleaned)
    return found


def test_without_evidence_the_genre_is_null() -> None:
    found = of_page(
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Harbour vote"}</script>'
    )
    assert found.article.genre is None
    assert not [row for row in found.evidence if row.attribute == "genre"]


@pytest.mark.parametrize(
    ("kind", "genre"),
    [("OpinionNewsArticle", "opinion"), ("AnalysisNewsArticle", "analysis"), ("ReviewNewsArticle", "review"),
     ("ReportageNewsArticle", "news"), ("SatiricalArticle", "other")],
)  # fmt: skip
def test_the_type_of_json_ld_is_the_strongest_evidence(kind: str, genre: str) -> None:
    node = json.dumps({"@type": kind, "headline": "Harbour vote splits town"})
    found = of_page(f'<script type="application/ld+json">{node}</script>', path="/live/harbour-vote")
    assert found.article.genre == genre
    assert [row.method for row in found.evidence if row.attribute == "genre"] == ["json_ld:@type", "url:path"]


@pytest.mark.parametrize(
    ("above", "genre"),
    [
        ('<a href="/opinion">Opinion</a>', "opinion"),
        ("<span>ANALYSIS</span>", "analysis"),
        ("<div>Book review</div><div>14 May</div>", "review"),
        ("<p>Live</p>", "live"),
        ("<span>Nachruf</span>", "obituary"),
        ("<nav><a>Live</a></nav><span>Harbour</span>", None),
        ("<span>The opinion of the harbour board</span>", None),
    ],
)
def test_a_label_above_the_headline_states_the_genre(above: str, genre: str | None) -> None:
    assert of_page(above=above).article.genre == genre


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("Review: a quiet night at the opera", "review"),
        ("Opinion | The harbour needs a wall", "opinion"),
        ("Harbour vote – as it happened", "live"),
        ("Interview: the woman who counts gulls", "interview"),
        ("Harbour board to review: fares and tides", None),
        ("News: harbour vote splits town", None),
    ],
)
def test_a_label_at_either_end_of_the_title_states_the_genre(title: str, genre: str | None) -> None:
    assert of_page(title=title).article.genre == genre


@pytest.mark.parametrize(
    ("path", "genre"),
    [("/commentisfree/2024/may/15/wall", "opinion"), ("/sport/live/2024/wall", "live"), ("/obituaries/a-b", "obituary"),
     ("/press-releases/wall", "press_release"), ("/news/wall", "news"), ("/sport/review", None)],
)  # fmt: skip
def test_the_address_states_the_genre(path: str, genre: str | None) -> None:
    assert of_page(path=path).article.genre == genre


def test_a_stated_section_is_evidence() -> None:
    found = of_page('<meta property="article:section" content="Editorials">', path="/news/wall")
    assert found.article.genre == "opinion"


def test_the_label_of_a_scrape_states_the_genre() -> None:
    text = f"OPINION\nHarbour vote splits town\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n"
    assert of_text(text).article.genre == "opinion"


def test_the_first_words_of_a_press_release_state_the_genre() -> None:
    text = f"Harbour Lines reports results\n\nPORT, May 14, 2024 /PRNewswire/ -- {PARAGRAPH}\n\n{PARAGRAPH}\n"
    assert of_text(text).article.genre == "press_release"


def test_a_record_states_its_genre() -> None:
    found = of_record(type_of_material="Op-Ed")
    assert found.article.genre == "opinion"
    (row,) = [row for row in found.evidence if row.attribute == "genre"]
    assert (row.method, row.clue) == ("record:type_of_material", "Op-Ed")
