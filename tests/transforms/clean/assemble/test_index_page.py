from collections.abc import Callable

import pytest

from transforms.clean.page_article import clean_page
from transforms.contract.documents import NO_CONTEXT, Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason

STORIES = [
    ("Ferry fares rise", "The harbour board raised the fares for the second time this year on Tuesday evening."),
    ("Chess club wins", "Four players of the town's club won the regional cup without losing a single game."),
    ("New bakery on Dock Road", "Two sisters opened a bakery in the old customs house, open from six in the morning."),
    ("Storm takes the pier", "A storm carried away the last thirty metres of the wooden pier during the night."),
    ("School choir tours", "The choir of the grammar school sings in eleven towns along the coast until June."),
    ("Mayor stays home", "The mayor cancelled her visit to the twin town because of a strike at the railway."),
]  # fmt: skip


def heading_card(number: int, title: str, teaser: str) -> str:
    day = f'<time datetime="2024-03-0{number + 1}">March</time>'
    return f'<article><h2><a href="/n/{number}">{title}</a></h2>{day}<p>{teaser}</p></article>'


def wholly_linked_card(number: int, title: str, teaser: str) -> str:
    return f'<a class="card" href="/n/{number}"><h3>{title}</h3><p>{teaser}</p></a>'


def list_item(number: int, title: str, teaser: str) -> str:
    return f'<li><a href="/n/{number}">{title}</a> {teaser}</li>'


def read_more(number: int, title: str, teaser: str) -> str:
    return f'<div><h4>{title}</h4><p>{teaser} <a href="/n/{number}">Continue reading</a></p></div>'


def table_row(number: int, title: str, teaser: str) -> str:
    return (
        f'<tr><td><div class="t"><a href="/n/{number}">{title}</a></div><div class="s">{teaser}</div></td></tr>'
    )


CARDS: list[Callable[[int, str, str], str]] = [
    heading_card,
    wholly_linked_card,
    list_item,
    read_more,
    table_row,
]


def page(title: str, body: str, head: str = "") -> RawDocument:
    markup = (
        f"<html lang='en'><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>"
    )
    return RawDocument(markup.encode(), "text/html", Origin("test", url="https://www.courier.example/x"))


def is_index(raw: RawDocument) -> bool:
    found = clean_page(raw, NO_CONTEXT)
    return isinstance(found, Rejected) and found.reason == Reason.NOT_AN_ARTICLE


def cards(card: Callable[[int, str, str], str], least: int = 6) -> str:
    return "".join(card(number, *story) for number, story in enumerate(STORIES[:least]))


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("title", ["Harbour", "Search results", "Posts by Ada Quist", "Tag: ferries"])
def test_a_list_of_teasers_is_not_an_article(card: Callable[[int, str, str], str], title: str) -> None:
    assert is_index(page(title, cards(card)))


def test_an_author_page_with_a_biography_is_not_an_article() -> None:
    biography = (
        "<p>Ada Quist writes about ferries, fares and the harbour board. She joined the paper in 2011.</p>"
    )
    assert is_index(page("Ada Quist", biography + cards(heading_card)))


def test_a_collection_page_needs_few_entries() -> None:
    kind = '<script type="application/ld+json">{"@type": "CollectionPage", "name": "Harbour"}</script>'
    assert is_index(page("Harbour", cards(heading_card, 3), kind))


TEXT = "".join(
    f"<p>{sentence} The harbour board met for three hours, and nobody left before the vote was counted twice.</p>"
    for _, sentence in STORIES
)


def test_an_article_above_teasers_of_others_is_an_article() -> None:
    assert not is_index(page("Ferry board raises fares", TEXT + cards(heading_card)))


def test_a_roundup_that_links_to_other_sites_is_an_article() -> None:
    links = cards(heading_card).replace('href="/', 'href="https://elsewhere.example/')
    assert not is_index(page("Six stories to read", links))


def test_a_page_that_states_to_be_an_article_is_one() -> None:
    kind = '<meta property="og:type" content="article">'
    assert not is_index(page("Six stories to read", cards(heading_card), kind))


def test_chapters_with_linked_headings_and_long_text_are_an_article() -> None:
    chapters = "".join(
        f'<h2><a href="/c/{n}">{title}</a></h2><p>{teaser}</p>{TEXT}'
        for n, (title, teaser) in enumerate(STORIES)
    )
    assert not is_index(page("The year at the harbour", chapters))
