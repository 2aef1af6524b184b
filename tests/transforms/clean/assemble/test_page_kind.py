import pytest

from tests.transforms.clean.sample_pages import PARAGRAPHS, news_page
from transforms.clean.page_article import clean_page
from transforms.contract.article import Draft
from transforms.contract.documents import Origin, PublisherContext, RawDocument, Rejected
from transforms.contract.reasons import Reason


def cleaned(markup: str, url: str = "https://www.courier.example/2024/harbour-wall") -> Draft | Rejected:
    return clean_page(RawDocument(markup.encode(), "text/html", Origin("test", url=url)), PublisherContext())


def bare(title: str, body: str) -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


HEADLINES = "".join(
    f'<div class="card"><h3><a href="/{n}">Headline number {n} of this long and busy day</a></h3></div>'
    for n in range(40)
)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (bare("Page not found", "<p>Sorry, the page you asked for does not exist.</p>"), Reason.NOT_AN_ARTICLE),
        (bare("Log in", "<form><p>Enter your email and password.</p></form>"), Reason.NOT_AN_ARTICLE),
        (bare("Before you continue", "<p>We and our partners use cookies.</p>"), Reason.NOT_AN_ARTICLE),
        (bare("Sport", HEADLINES), Reason.NOT_AN_ARTICLE),
        (bare("Harbour wall vote", ""), Reason.EMPTY_BODY),
        (bare("", ""), Reason.EMPTY_BODY),
        (
            bare("Harbour wall vote", "<article><p>Subscribe to continue reading.</p></article>"),
            Reason.BODY_TOO_SHORT,
        ),
    ],
)
def test_pages_without_an_article_are_rejected(markup: str, reason: str) -> None:
    found = cleaned(markup)
    assert isinstance(found, Rejected)
    assert found.reason is reason


def test_a_front_page_is_not_an_article() -> None:
    found = cleaned(
        bare("The Northport Courier", HEADLINES + f"<p>{PARAGRAPHS[0]}</p>"), url="https://www.courier.example/"
    )
    assert isinstance(found, Rejected)
    assert found.reason is Reason.NOT_AN_ARTICLE


@pytest.mark.parametrize(
    "title",
    [
        "Minister denied access to archive",
        "Lost page found in library",
        "Cookie factory to close",
        "404 cars recalled by maker",
    ],
)
def test_an_article_with_such_words_in_its_title_is_kept(title: str) -> None:
    found = cleaned(news_page(title=title))
    assert isinstance(found, Draft)
    assert found.flags == []


def test_kinds_of_pages_are_flagged() -> None:
    walled = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    )
    found = cleaned(news_page(PARAGRAPHS[:3], head=walled))
    assert isinstance(found, Draft)
    assert found.flags == ["paywalled", "stub"]
    live = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Storm"}</script>'
    found = cleaned(news_page(head=live))
    assert isinstance(found, Draft)
    assert found.flags == ["live"]
