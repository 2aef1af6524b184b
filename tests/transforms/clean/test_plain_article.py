"""A text file becomes an article whose every part is located in the file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from transforms.clean.plain_article import clean_plain, clean_text
from transforms.contract.article import Draft
from transforms.contract.documents import Origin, PublisherContext, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair

from .plain.test_segments import ARTICLE, LEAD, MORE, QUOTE

BRIEF = "Harbour closed\n\nThe harbour of Northport was closed on Tuesday because of a storm."


def cleaned(text: str, title: str | None = None) -> Draft:
    draft = clean_text(text, title=title)
    assert isinstance(draft, Draft)
    return draft


def test_the_three_texts_and_their_segments() -> None:
    draft = cleaned(ARTICLE)
    texts = {"title": draft.facts.title, "body": draft.text, "caption": draft.captions}
    assert draft.facts.title == "Northport votes to rebuild its harbour wall"
    assert draft.text.startswith(f"{LEAD}\n\n{QUOTE}\n\n")
    assert draft.captions == "Mayor Ana Reyes, left, walks along the harbour in Northport, March 3, 2021."
    for row in draft.segments:
        assert ARTICLE[row.raw_start : row.raw_end] == row.text
        if row.field is not None:
            assert (texts[row.field] or "")[row.start : row.end] == row.text


def test_names_dates_and_images_have_evidence() -> None:
    draft = cleaned(ARTICLE)
    assert draft.facts.authors == ["Jonas Feld"]
    assert draft.facts.publisher == "Northport Daily"
    assert draft.images[0].credit == "Mila Orlov/AP Photo"
    assert {e.attribute for e in draft.evidence.rows() if e.is_chosen} >= {"authors", "publisher"}
    for evidence in draft.evidence.rows():
        if evidence.raw_start is not None and evidence.attribute == "authors":
            assert evidence.value in ARTICLE[evidence.raw_start : evidence.raw_end]


def test_a_published_line_states_the_date() -> None:
    draft = cleaned(f"Harbour vote\n\nPublished: March 3, 2021\n\n{LEAD}\n\n{QUOTE}")
    assert draft.facts.published_at == datetime(2021, 3, 3, tzinfo=UTC)
    assert draft.facts.published_precision == "day"


def test_a_stated_title_wins() -> None:
    draft = cleaned(ARTICLE, title="Harbour wall to be rebuilt")
    assert draft.facts.title == "Harbour wall to be rebuilt"
    assert not any(row.field == "title" for row in draft.segments)
    assert cleaned(f"{LEAD}\n\n{QUOTE}").repairs == [Repair.TITLE_MISSING]


def test_a_brief_is_a_stub() -> None:
    draft = cleaned(BRIEF)
    assert draft.facts.title == "Harbour closed"
    assert draft.flags == ["stub"]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "港の防波堤再建へ",
            "市長は火曜日、港の防波堤を再建すると発表した。工事は来年四月に始まる見通しだ。\n\n" * 4,
        ),
        ("海港新闻", "市长星期二宣布将重建港口的防波堤，工程预计明年四月开始。\n\n市民表示欢迎。\n\n" * 4),
        ("ข่าวท่าเรือ", "นายกเทศมนตรีกล่าวเมื่อวันอังคารว่าจะสร้างกำแพงใหม่ในเดือนเมษายน\n\n" * 4),
        ("أخبار المرفأ", "قال رئيس البلدية يوم الثلاثاء إن إعادة بناء الجدار ستبدأ في أبريل المقبل.\n\n" * 4),
        (
            "Новости порта",
            "Мэр города заявил во вторник, что ремонт набережной начнётся в апреле этого года.\n\n" * 4,
        ),
    ],
)
def test_other_scripts_come_through_whole(title: str, text: str) -> None:
    draft = cleaned(f"{title}\n\n{text}")
    assert draft.facts.title == title
    assert draft.text == text.strip()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\n \t\u00a0\n\ufeff\n", Reason.EMPTY_BODY),
        ("Home\nWorld\nSport\nWeather", Reason.EMPTY_BODY),
        ("Harbour vote\n\nIt was closed on Tuesday.", Reason.BODY_TOO_SHORT),
        ("word " * 500_000, Reason.BODY_TOO_LONG),
    ],
)
def test_texts_without_an_article_are_rejected(text: str, reason: Reason) -> None:
    rejected = clean_text(text)
    assert isinstance(rejected, Rejected)
    assert rejected.reason == reason


def test_one_paragraph_in_a_script_without_spaces() -> None:
    text = "６月１２日の港の会議では、市長と漁業組合（組合長・オルロフ）が話し合った。\n\nその判断は…"
    assert cleaned(text).text == text


def test_a_first_paragraph_is_not_a_title() -> None:
    text = (
        f"The harbour of Northport was closed for three days. Will it be rebuilt at last?\n\n{LEAD}\n\n{QUOTE}"
    )
    assert cleaned(text).facts.title is None


def test_bytes_are_decoded_and_their_repairs_kept() -> None:
    body = f"Hafen gesperrt\n\n{LEAD} Der Bürgermeister sagte, die Häuser müssten geräumt werden.".encode(
        "cp1252"
    )
    draft = clean_plain(
        RawDocument(body, "text/plain", Origin("files", url="https://news.example/1")), PublisherContext()
    )
    assert isinstance(draft, Draft)
    assert "Bürgermeister" in draft.text
    assert draft.repairs == [Repair.CHARSET_GUESSED]
    assert draft.facts.url == "https://news.example/1"
    empty = clean_plain(RawDocument(b"", "text/plain", Origin("files")), PublisherContext())
    assert isinstance(empty, Rejected)
    assert empty.reason == Reason.EMPTY_INPUT


def test_a_credit_printed_before_its_caption_belongs_to_it() -> None:
    line = "Image copyright Mila Orlov Image caption The harbour wall at Northport after the storm"
    draft = cleaned("\n\n".join(["Harbour wall to be rebuilt", LEAD, line, QUOTE, MORE]))
    assert draft.captions == "The harbour wall at Northport after the storm"
    assert [(image.caption, image.credit) for image in draft.images] == [(draft.captions, "Mila Orlov")]


@pytest.mark.parametrize(
    ("lines", "credits"),
    [
        (["Image source, Mila Orlov", "Image caption,", "The wall"], ["Mila Orlov"]),
        (["Photo caption: The wall", "Photo credit: Mila Orlov"], ["Mila Orlov"]),
        (
            ["Image caption, The wall", "Image source, Mila Orlov", "Image caption, The quay"],
            [None, "Mila Orlov"],
        ),
        (["Image source, Mila Orlov", LEAD, "Image caption, The wall"], [None]),
    ],
)
def test_a_credit_below_its_own_label(lines: list[str], credits: list[str | None]) -> None:
    draft = cleaned("\n\n".join(["Harbour wall to be rebuilt", QUOTE, *lines, MORE]))
    assert [image.credit for image in draft.images] == credits


def test_contributors_do_not_sign() -> None:
    note = "Associated Press writers Ana Reyes in Lund, Sweden, and Ben Okoro contributed to this report."
    found = cleaned("\n\n".join(["Harbour wall to be rebuilt", LEAD, QUOTE, MORE, note])).facts.authors
    assert found == []


def test_a_picture_from_the_archive_does_not_date_the_story() -> None:
    story = LEAD.replace("Tuesday", "Wednesday")  # the weekday of the picture
    line = "FILE PHOTO: Mayor Ana Reyes at the harbour, March 3, 2021. REUTERS/Mila Orlov/File Photo"
    draft = cleaned("\n\n".join(["Harbour wall to be rebuilt", line, story, QUOTE, MORE]))
    assert draft.images[0].credit == "REUTERS/Mila Orlov/File Photo"
    assert draft.facts.published_at is None


STORY = f"{LEAD}\n\n{MORE}"
HEADLINE = "Northport votes to rebuild its harbour wall"


def test_a_masthead_above_the_headline_is_the_outlet_and_not_the_title() -> None:
    draft = cleaned(f"The Northport Evening Post\n\n{HEADLINE}\n\n{STORY}\n\n© 2024 Acme Pictures")
    assert (draft.facts.title, draft.facts.publisher) == (HEADLINE, "The Northport Evening Post")


def test_the_agency_of_a_dateline_is_the_outlet_where_no_other_is_named() -> None:
    draft = cleaned(f"{HEADLINE}\n\nNORTHPORT (WireLine) - {STORY}")
    assert (draft.facts.publisher, draft.facts.publisher_basis) == ("WireLine", "text")
    (claim,) = (row for row in draft.evidence.rows() if row.attribute == "publisher")
    assert (claim.method, claim.is_chosen) == ("dateline", True)


def test_a_line_with_both_dates_states_publication_and_change() -> None:
    draft = cleaned(f"{HEADLINE}\n\nUpdated 15 May 2024 | Published 14 May 2024\n\n{STORY}")
    assert draft.facts.published_at == datetime(2024, 5, 14, tzinfo=UTC)
    assert draft.facts.modified_at == datetime(2024, 5, 15, tzinfo=UTC)


def test_the_writer_of_a_closing_credit_signs() -> None:
    draft = cleaned(f"{HEADLINE}\n\n{STORY}\n\nThis report was written by Ana Reyes, produced by Jon Ek.")
    assert draft.facts.authors == ["Ana Reyes"]
