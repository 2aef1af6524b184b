"""Page shapes: text beside or below the article, and text missing from it."""

import json
from collections.abc import Sequence
from typing import Any, get_args

import pytest

from tests.transforms.clean.sample_pages import CAPTION, PARAGRAPHS, news_page
from transforms.clean.page_article import clean_page
from transforms.contract.article import Article, Draft, Flag
from transforms.contract.columns import columns
from transforms.contract.documents import Origin, PublisherContext, RawDocument

URL = "https://www.courier.example/2024/harbour-wall"
TEXT = "\n\n".join(PARAGRAPHS)
NEXT = (
    "The ferry company has ordered two ships for the crossing to the islands, which are to sail from next summer.",
    "They will carry four hundred passengers each, a third more than the ships that they are going to replace.",
    "Islanders had asked for a winter timetable first, since the last boat leaves the quay before the schools close.",
    "“We have heard them,” said Jonas Vik, who runs the company, and promised an answer before the end of the month.",
)
COMMENTS = (
    "I have sailed out of this harbour for thirty years and nobody has ever asked one of us about that wall at all.",
    "Nine votes to two is what they will say at the next election too, you mark my words, and I know how I will vote.",
)


def cleaned(markup: str, url: str = URL) -> Draft:
    found = clean_page(RawDocument(markup.encode(), "text/html", Origin("test", url=url)), PublisherContext())
    assert isinstance(found, Draft)
    return found


def paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def json_ld(**node: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def article(
    headline: str, texts: Sequence[str], *, signature: str = "<div class='byline'>By Lea Winter</div>"
) -> str:
    return (
        f"<article><h1>{headline}</h1>{signature}<div class='article-body'>{paragraphs(texts)}</div></article>"
    )


FOLLOWER = "Ferry company orders two ships"


@pytest.mark.parametrize(
    "after",
    [
        article(FOLLOWER, NEXT),
        article(FOLLOWER, NEXT, signature=""),
        f"<div class='more'><h1>{FOLLOWER}</h1><span>March 6, 2024</span><div>{paragraphs(NEXT)}</div></div>",
    ],
)
def test_the_text_ends_where_the_next_article_begins(after: str) -> None:
    draft = cleaned(news_page(after=after))
    assert draft.text == TEXT
    assert draft.facts.authors == ["Ana Okafor"]
    assert "followed" in draft.flags


def test_a_next_article_with_another_look_is_recognised_by_json_ld() -> None:
    head = json_ld(**{"@type": "NewsArticle", "headline": "Harbour wall vote", "url": URL})
    head += json_ld(**{"@type": "NewsArticle", "headline": FOLLOWER, "url": f"{URL}-2"})
    after = f"<section><h2>{FOLLOWER}</h2><p>By Lea Winter</p><div>{paragraphs(NEXT)}</div></section>"
    draft = cleaned(news_page(head=head, after=after))
    assert (draft.text, draft.flags) == (TEXT, ["followed"])


@pytest.mark.parametrize("tag", ["h1", "h2"])
def test_headings_inside_the_article_do_not_end_it(tag: str) -> None:
    inside = (*PARAGRAPHS, f"</p><{tag}>What it costs</{tag}><p>{NEXT[0]}", *NEXT[1:])
    draft = cleaned(news_page(inside))
    assert all(paragraph in draft.text for paragraph in (*PARAGRAPHS, *NEXT))
    assert "followed" not in draft.flags


def test_teasers_below_are_not_another_article() -> None:
    teasers = "".join(f"<article><h1>{FOLLOWER} {n}</h1><p>{text}</p></article>" for n, text in enumerate(NEXT))
    assert "followed" not in cleaned(news_page(after=teasers)).flags


LISTED = "".join(f"<li><p>{text}</p></li>" for text in COMMENTS)
BOXED = "".join(f"<div><b>seadog</b><p>{text}</p></div>" for text in COMMENTS)


@pytest.mark.parametrize(
    "after",
    [
        f"<section class='comments-area' id='comments'><ol>{LISTED}</ol></section>",
        f"<div><h3>2 Comments</h3>{BOXED}</div>",
        f"<div><div itemprop='comment'><b>seadog</b>{paragraphs(COMMENTS)}</div></div>",
    ],
)
def test_comments_are_flagged_and_left_out(after: str) -> None:
    draft = cleaned(news_page(after=after))
    assert (draft.text, draft.flags) == (TEXT, ["commented"])


def test_comments_inside_the_article_element_are_left_out_too() -> None:
    area = f"<div class='comment-list'>{paragraphs(COMMENTS)}</div>"
    draft = cleaned(news_page((*PARAGRAPHS, f"</p>{area}<p>")))
    assert (draft.text, draft.flags) == (TEXT, ["commented"])


def test_an_article_in_an_element_named_for_comments_is_kept() -> None:
    markup = news_page().replace("<article>", "<article class='comments'>")
    assert (cleaned(markup).text, cleaned(markup).flags) == (TEXT, [])


@pytest.mark.parametrize(
    ("url", "head", "after"),
    [
        (URL, f'<link rel="next" href="{URL}?page=2">', ""),
        (f"{URL}?page=2", f'<link rel="prev" href="{URL}">', ""),
        (f"{URL}?page=2", f'<link rel="next" href="{URL}?page=3">', ""),
        (URL, "", f'<p class="pager"><a href="{URL}/2">2</a> <a href="{URL}/3">3</a></p>'),
        (f"{URL}.html", "", f'<p><a href="{URL}-2.html">next page</a></p>'),
        (URL, "", "<p>Page 1 of 3</p>"),
    ],
)
def test_one_of_several_pages_is_flagged(url: str, head: str, after: str) -> None:
    assert cleaned(news_page(head=head, after=after), url).flags == ["multipart"]


@pytest.mark.parametrize(
    ("url", "head", "after"),
    [
        (URL, '<link rel="next" href="/2024/ferry-ships">', ""),
        (URL, "", '<p><a href="/2024/">2024</a> <a href="/news?page=2">older news</a></p>'),
        (URL, "", "<p>Page 1 of 1</p>"),
        ("https://www.courier.example/2024/11/20", "", '<p><a href="/2024/11/21">next day</a></p>'),
    ],
)
def test_other_articles_and_lists_are_not_further_pages(url: str, head: str, after: str) -> None:
    assert cleaned(news_page(head=head, after=after), url).flags == []


def test_entries_under_a_time_of_day_make_a_live_report() -> None:
    long = [text for text in PARAGRAPHS if len(text) > 80]
    entries = [f"</p><h4 class='stamp'>{10 + n}:0{n}</h4><p>{text}" for n, text in enumerate(long)]
    draft = cleaned(news_page((PARAGRAPHS[0], *entries)))
    assert draft.flags == ["live"]
    assert all(text in draft.text for text in long)


def test_pictures_that_outweigh_the_text_make_a_gallery() -> None:
    pictures = "".join(
        f"<figure><img src='/{n}.jpg'><figcaption>{n}. {CAPTION} {text}</figcaption></figure>"
        for n, text in enumerate(PARAGRAPHS)
    )
    assert cleaned(news_page(PARAGRAPHS[:3], before=pictures)).flags == ["gallery"]
    stated = json_ld(**{"@type": ["NewsArticle", "ImageGallery"], "headline": "Harbour wall vote"})
    assert cleaned(news_page(head=stated)).flags == ["gallery"]


PROMPT = "<div class='offer'><p>Subscribe now to continue reading this article.</p></div>"
LONG = tuple(f"{text} That was said in hearing {n}." for n in range(6) for text in (*PARAGRAPHS, *NEXT))


def closed(**more: Any) -> str:
    return json_ld(
        **{"@type": "NewsArticle", "headline": "Harbour wall vote", "isAccessibleForFree": "False"} | more
    )


CLOSED_PART = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".rest"}
PART = {"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".article-body"}}


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        (news_page(PARAGRAPHS[:3], head=closed()), ["paywalled", "stub"]),
        (news_page(PARAGRAPHS[:3], after=PROMPT), ["paywalled", "stub"]),
        (news_page((*PARAGRAPHS, *NEXT), head=closed(), after=PROMPT), ["paywalled"]),
        (news_page((*PARAGRAPHS, *NEXT), head=closed(wordCount=900)), ["paywalled"]),
        (news_page((*PARAGRAPHS, *NEXT[:3], NEXT[3][:70] + "…"), head=closed()), ["paywalled"]),
        (news_page(PARAGRAPHS[:4], head=closed(**PART)), ["paywalled", "stub"]),
        (news_page(PARAGRAPHS, head=closed(isAccessibleForFree=None, hasPart=[CLOSED_PART])), ["paywalled", "stub"]),
        (news_page((*PARAGRAPHS, *NEXT), after="<p>Nur für Abonnenten.</p>", head=closed()), ["paywalled"]),
        (news_page(LONG, head=closed(), after=PROMPT), ["paywalled"]),
        # The whole text is there: nothing is cut, whatever access the page states.
        (news_page(LONG, head=closed()), []),
        (news_page(LONG, head=closed(**PART), after=PROMPT), []),
        (news_page((*PARAGRAPHS, *NEXT), head=closed(**PART)), []),
        (news_page(PARAGRAPHS, head=closed(wordCount=115)), []),
        (news_page(PARAGRAPHS), []),
        (news_page(LONG, after=PROMPT), []),
        (news_page((*PARAGRAPHS, *NEXT), head=closed()), []),
    ],
)  # fmt: skip
def test_paywalled_means_that_the_text_is_cut(markup: str, found: list[str]) -> None:
    assert cleaned(markup).flags == found


def test_every_flag_is_explained_where_the_column_is_declared() -> None:
    (column,) = (c for c in columns(Article) if c.name == "flags")
    assert all(flag in column.doc for flag in get_args(Flag))
