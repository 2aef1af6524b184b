from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.clean.sample_pages import CAPTION, CREDIT, PARAGRAPHS, PROMO, news_page
from transforms.clean import clean
from transforms.clean.page_article import clean_fragment, clean_page
from transforms.contract.article import Draft
from transforms.contract.documents import Cleaned, Origin, PublisherContext, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair

URL = "https://www.courier.example/2024/harbour-wall"


def cleaned(markup: str | bytes, **origin: Any) -> Draft | Rejected:
    body = markup if isinstance(markup, bytes) else markup.encode()
    return clean_page(
        RawDocument(body, "text/html", Origin("test", **{"url": URL} | origin)), PublisherContext()
    )


@pytest.fixture(scope="module")
def draft() -> Draft:
    found = cleaned(news_page())
    assert isinstance(found, Draft)
    return found


def test_rows_are_numbered_and_have_the_id_of_their_article() -> None:
    found = clean(RawDocument(news_page().encode(), "text/html", Origin("test", url=URL)))
    assert isinstance(found, Cleaned)
    assert [s.segment_no for s in found.segments] == list(range(len(found.segments)))
    assert [i.image_no for i in found.images] == list(range(len(found.images)))
    numbers = [(e.attribute, e.evidence_no) for e in found.evidence]
    assert len(set(numbers)) == len(numbers)
    rows = (*found.segments, *found.evidence, *found.images, *found.links)
    assert {row.article_id for row in rows} == {found.article.article_id}


def test_a_page_becomes_a_draft(draft: Draft) -> None:
    assert draft.facts.title == "Harbour wall vote"
    assert draft.text == "\n\n".join(PARAGRAPHS)
    assert draft.captions == CAPTION
    assert draft.facts.authors == ["Ana Okafor"]
    assert (draft.extraction_method, draft.repairs, draft.flags) == (draft.extraction_method, [], [])
    image = next(i for i in draft.images if i.caption)
    assert (image.url, image.caption, image.credit) == ("https://www.courier.example/wall.jpg", CAPTION, CREDIT)
    assert image.segment_no is not None
    assert draft.segments[image.segment_no].text == CAPTION


def test_segments_point_into_the_texts_and_into_the_page(draft: Draft) -> None:
    markup = news_page()
    texts = {"title": draft.facts.title or "", "body": draft.text, "caption": draft.captions}
    for segment in draft.segments:
        if segment.field is not None:
            assert texts[segment.field][segment.start : segment.end] == segment.text
        else:
            assert segment.start is segment.end is None
        assert markup[segment.raw_start : segment.raw_end] == segment.text
    assert [s.text for s in draft.segments if s.kind == "body"] == list(PARAGRAPHS)
    assert [s.text for s in draft.segments if s.kind == "credit"] == [CREDIT]


def test_promotion_removed_from_the_body_is_kept_as_a_segment(draft: Draft) -> None:
    removed = {s.text: s.kind for s in draft.segments if s.field is None}
    assert removed.get(PROMO) in ("promo", "widget", None)
    assert PROMO not in draft.text


def test_raw_offsets_see_through_markup_and_references() -> None:
    marked = (
        "The <b>mayor&#8217;s</b> plan for caf&eacute;s &amp; bars was <a href='/x'>passed</a> by nine to two."
    )
    markup = news_page().replace(PARAGRAPHS[1], marked)
    found = cleaned(markup)
    assert isinstance(found, Draft)
    segment = next(s for s in found.segments if "mayor’s plan" in s.text)
    assert segment.text == "The mayor’s plan for cafés & bars was passed by nine to two."
    assert markup[segment.raw_start : segment.raw_end] == marked
    assert [(k.url, k.anchor, k.is_external) for k in found.links] == [
        ("https://www.courier.example/x", "passed", False)
    ]


def test_repairs_are_listed() -> None:
    found = cleaned(
        f"<html><body><article>{''.join(f'<p>{p}</p>' for p in PARAGRAPHS)}</article></body></html>"
    )
    assert isinstance(found, Draft)
    assert Repair.TITLE_MISSING in found.repairs
    found = cleaned(news_page().replace("eighteen", "eight\u200been"))
    assert isinstance(found, Draft)
    assert found.repairs == [Repair.INVISIBLE_CHARS_REMOVED]
    assert "eighteen" in found.text


def test_a_fragment_is_body_as_a_whole() -> None:
    html = f"<p>{PARAGRAPHS[0]}</p><figure><img src='/w.jpg'><figcaption>{CAPTION}</figcaption></figure><p>Short.</p>"
    found = clean_fragment(html, title="Harbour wall vote", url=URL)
    assert isinstance(found, Draft)
    assert (found.facts.title, found.text, found.captions) == (
        "Harbour wall vote",
        f"{PARAGRAPHS[0]}\n\nShort.",
        CAPTION,
    )
    assert all(
        html[s.raw_start : s.raw_end] == s.text for s in found.segments if s.field in ("body", "caption")
    )
    empty = clean_fragment("<p> </p>")
    assert isinstance(empty, Rejected)
    assert empty.reason is Reason.EMPTY_BODY


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=80), max_size=6),
    st.sampled_from(("p", "div", "li", "b")),
)
def test_no_page_makes_it_raise_and_offsets_always_hold(lines: list[str], tag: str) -> None:
    found = cleaned("<body><article>" + "".join(f"<{tag}>{line}</{tag}>" for line in (*lines, *PARAGRAPHS)))
    if isinstance(found, Rejected):
        return
    texts = {"title": found.facts.title or "", "body": found.text, "caption": found.captions}
    for segment in found.segments:
        if segment.field is not None:
            assert texts[segment.field][segment.start : segment.end] == segment.text
        if segment.raw_start is not None:
            assert segment.raw_start < (segment.raw_end or 0)


@pytest.mark.parametrize("line", ["By Marit Solberg", "By <b>Marit Solberg</b> | 14 May 2024"])
def test_a_byline_among_the_paragraphs_is_a_segment_and_not_body(line: str) -> None:
    story = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    found = cleaned(f"<h1>Harbour wall vote</h1><article><p>{line}</p>{story}</article>")
    assert isinstance(found, Draft)
    assert found.facts.authors == ["Marit Solberg"]
    assert "Solberg" not in found.text
    assert [s.kind for s in found.segments if "Solberg" in s.text] == ["byline"]


def test_a_paragraph_that_opens_like_a_byline_stays() -> None:
    opening = "By noon on Tuesday the tugs had failed."
    story = "".join(f"<p>{paragraph}</p>" for paragraph in (opening, *PARAGRAPHS))
    found = cleaned(f"<h1>Harbour wall vote</h1><article>{story}</article>")
    assert isinstance(found, Draft)
    assert opening in found.text
    assert found.facts.authors == []


def test_byline_and_dateline_of_a_fragment_are_read() -> None:
    story = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    found = clean_fragment(
        f"<p>By Marit Solberg</p><p>NORTHPORT, May 14, 2024 (WireLine) -- A ship sank.</p>{story}"
    )
    assert isinstance(found, Draft)
    assert found.facts.authors == ["Marit Solberg"]
    assert f"{found.facts.published_at:%Y-%m-%d}" == "2024-05-14"
    assert not found.text.startswith("By ")


def test_a_fragment_loses_its_frame_and_its_tail() -> None:
    markup = "".join(
        [
            "<p>Having trouble viewing this email? <a href='/v'>View it in your browser</a></p>",
            *(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS),
            "<p>Readers also liked:</p><ul><li>The island without a doctor</li><li>Who owns the mill?</li></ul>",
            "<p>You receive this because you subscribed. <a href='/u'>Unsubscribe</a></p>",
            "<p>The post <a href='/1'>Mill repaired</a> appeared first on <a href='/'>River Post</a>.</p>",
        ]
    )
    draft = clean_fragment(markup)
    assert isinstance(draft, Draft)
    assert draft.text == "\n\n".join(PARAGRAPHS)
    left_out = {segment.text: segment.kind for segment in draft.segments if segment.field is None}
    assert left_out["You receive this because you subscribed. Unsubscribe"] == "widget"
    assert left_out["The post Mill repaired appeared first on River Post."] == "promo"
    assert len(left_out) == 6


def test_a_fragment_of_calls_alone_keeps_them() -> None:
    draft = clean_fragment("<p>Sign up for our newsletter.</p><p>Follow us on Facebook for more.</p>")
    assert isinstance(draft, Draft)
    assert "newsletter" in draft.text
