"""Kinds of blocks beside the body of a page; decks and ledes are distinguished."""

from __future__ import annotations

import pytest

from tests.transforms.clean.sample_pages import CAPTION, PARAGRAPHS, news_page
from transforms import extract
from transforms.clean.assemble.block_kinds import kind_of
from transforms.clean.page.blocks import page_blocks, squeeze
from transforms.clean.page.parse import Page, parse_page
from transforms.clean.page_article import clean_page
from transforms.contract.article import Draft
from transforms.contract.documents import Cleaned, Origin, PublisherContext, RawDocument

URL = "https://www.courier.example/2024/harbour-wall"
DECK = "Two years of dispute end with a vote on a Tuesday night"


def cleaned(markup: str) -> Draft:
    found = clean_page(RawDocument(markup.encode(), "text/html", Origin("test", url=URL)), PublisherContext())
    assert isinstance(found, Draft)
    return found


def paged(*paragraphs: str, **options: str) -> str:
    return news_page((*PARAGRAPHS[:3], *paragraphs, *PARAGRAPHS[3:]), **options)


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<h2>Harbour wall vote</h2>", "title"),
        ("<p>Ana Okafor March 5, 2024</p>", "byline"),
        ("<p>Written by:</p>", "byline"),
        ("<p>March 5, 2024 1:55 am(Updated 4:30 am)</p>", "dateline"),
        ("<p><a href='/b'>Ferry company orders two new ships</a></p>", "promo"),
        ("<p><a href='/s'>Sport</a></p>", "navigation"),
        ("<p>Ferry company orders two new ships</p>", "other"),
        ("<figure><img src='/w.jpg'><p>© Mila Orlov The wall at night</p></figure>", "credit"),
    ],
)
def test_kinds_of_blocks_beside_the_body(markup: str, kind: str) -> None:
    page = parse_page(markup)
    assert isinstance(page, Page)
    (block,) = page_blocks(page)
    found = kind_of(block, title=squeeze("Harbour wall vote"), authors={squeeze("Ana Okafor")})
    assert found == kind


def test_an_element_named_like_a_deck_is_the_subtitle() -> None:
    draft = cleaned(news_page(before=f'<h2 class="sub-headline">{DECK}</h2>'))
    assert draft.facts.subtitle == DECK
    (row,) = [e for e in draft.evidence.rows() if e.attribute == "subtitle" and e.is_chosen]
    assert (row.value, row.method) == (DECK, "visible:deck")
    assert [s.text for s in draft.segments if s.kind == "subtitle"] in ([DECK], [])


@pytest.mark.parametrize("description", [PARAGRAPHS[0], PARAGRAPHS[0] + " " + PARAGRAPHS[1][:30] + "..."])
def test_a_description_that_repeats_the_lede_is_not_a_subtitle(description: str) -> None:
    draft = cleaned(news_page(head=f"<meta property='og:description' content='{description}'>"))
    assert draft.facts.subtitle is None
    assert PARAGRAPHS[0] in draft.text
    assert not any(e.is_chosen for e in draft.evidence.rows() if e.attribute == "subtitle")
    assert all(s.kind != "subtitle" for s in draft.segments)


def test_linked_promotion_and_contributor_notes_are_removed() -> None:
    more = '<a href="/ferry">Read more: Ferry company orders two new ships</a>'
    shout = '<a href="/ferry">FERRY COMPANY ORDERS TWO NEW SHIPS AFTER STORM</a>'
    note = "Ben Okoro contributed to this report."
    draft = cleaned(paged(more, shout, note))
    assert draft.text == "\n\n".join(PARAGRAPHS)


def test_a_heading_without_text_below_is_not_a_paragraph() -> None:
    markup = news_page().replace(
        f"<p>{PARAGRAPHS[-1]}</p>", f"<p>{PARAGRAPHS[-1]}</p><h3>What readers say</h3>"
    )
    assert cleaned(markup).text == "\n\n".join(PARAGRAPHS)


def test_the_cells_of_a_table_row_are_one_paragraph() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>Northport Rowers</td><td>{90 - n}</td></tr>" for n in range(1, 9))
    page = news_page().replace(f"<p>{PARAGRAPHS[3]}</p>", f"<p>{PARAGRAPHS[3]}</p><table>{rows}</table>")
    text = cleaned(page).text
    assert "1 Northport Rowers 89\n\n2 Northport Rowers 88" in text


def test_a_post_in_a_figure_is_not_a_caption() -> None:
    post = "<figure><blockquote><p>I said that the wall would fall, and it did fall.</p></blockquote></figure>"
    assert cleaned(news_page(before=post)).captions == CAPTION


def test_an_image_in_several_sizes_is_one_image() -> None:
    sizes = ", ".join(
        f'"https://img.courier.example/{n}/northport-harbour-wall.jpg"' for n in ("16x9", "4x3", "1x1")
    )
    head = f'<script type="application/ld+json">{{"@type": "NewsArticle", "image": [{sizes}]}}</script>'
    urls = [image.url for image in cleaned(news_page(head=head)).images]
    assert urls == [
        "https://www.courier.example/wall.jpg",
        "https://img.courier.example/16x9/northport-harbour-wall.jpg",
    ]


def test_a_credit_without_a_caption_belongs_to_its_own_image() -> None:
    second = '<figure><img src="/second.jpg"><figcaption>Mila Orlov/Reuters</figcaption></figure>'
    markup = (
        news_page()
        .replace(" Ben Okoro/AP Photo", "")
        .replace(f"<p>{PARAGRAPHS[3]}</p>", f"{second}<p>{PARAGRAPHS[3]}</p>")
    )
    credits = {image.url: image.credit for image in cleaned(markup).images}
    assert credits["https://www.courier.example/wall.jpg"] is None
    assert credits["https://www.courier.example/second.jpg"] == "Mila Orlov/Reuters"


def test_words_separated_only_by_style_get_a_space() -> None:
    markup = news_page().replace(PARAGRAPHS[0], f"<b>NORTHPORT (XYZ)</b>{PARAGRAPHS[0]}")
    assert cleaned(markup).text.startswith(f"NORTHPORT (XYZ) {PARAGRAPHS[0]}")


def test_the_first_address_of_a_srcset_is_taken() -> None:
    markup = news_page().replace('src="/wall.jpg"', 'srcset="/wall-320.jpg 320w, /wall-640.jpg 640w"')
    assert cleaned(markup).images[0].url == "https://www.courier.example/wall-320.jpg"


def test_the_language_comes_from_paragraphs_not_from_names_in_tables() -> None:
    prose = "O conselho da cidade decidiu na noite de terça-feira reconstruir o muro do porto, após anos de disputa."
    names = "\n\n".join(f"{n} Kevin Okafor Rowing Team Top {n}" for n in range(1, 60))
    (found,) = extract(f"O muro do porto\n\n{prose}\n\n{prose.replace('terça', 'sexta')}\n\n{names}".encode())
    assert isinstance(found, Cleaned)
    assert found.article.language == "pt"
