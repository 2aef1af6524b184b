"""Kinds of the lines of a plain text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.clean.lines.line_rules import known_line, split_credit
from transforms.clean.plain.segments import segment
from transforms.clean.plain.typed_lines import Typed
from transforms.clean.plain.unwrap import unwrap
from transforms.contract.article import SegmentKind
from transforms.text.offsets import MappedText
from transforms.text.repair import repair_text

LEAD = (
    "The council in Northport voted 7-2 on Tuesday to rebuild the harbour wall, which last winter’s storm had "
    "broken in three places, and to raise the port fee to pay for it."
)
QUOTE = "“We cannot wait for another storm,” said Mayor Ana Reyes, who had promised the work in her campaign."
SHORT = "Nobody was hurt."
MORE = (
    "Work is to begin in April and to take two years, the harbour office said, and ships will be sent to the "
    "southern quay while the cranes are moved."
)
ARTICLE = "\n\n".join(
    [
        "Northport votes to rebuild its harbour wall",
        "By Jonas Feld",
        "PHOTO: Mayor Ana Reyes, left, walks along the harbour in Northport, March 3, 2021.PlayMila Orlov/AP Photo",
        "WATCH Storm breaks the wall in three places",
        LEAD,
        "Interested in harbours?",
        "Add harbours as an interest to stay up to date on the latest news from Northport Daily.",
        QUOTE,
        SHORT,
        MORE,
        LEAD.replace("Tuesday", "Friday"),
        "Sign up for our newsletter and get the news delivered to your inbox",
        "© 2021 Northport Daily. All rights reserved.",
    ]
)


def typed(text: str, **options: Any) -> list[Typed]:
    return segment(repair_text(text)[0], **options)


def kinds(text: str) -> dict[str, SegmentKind]:
    return {one.text.text: one.kind for one in typed(text)}


def test_an_article_with_all_its_boilerplate() -> None:
    found = kinds(ARTICLE)
    assert found["Northport votes to rebuild its harbour wall"] == "title"
    assert found["By Jonas Feld"] == "byline"
    assert found["Mayor Ana Reyes, left, walks along the harbour in Northport, March 3, 2021."] == "caption"
    assert found["Mila Orlov/AP Photo"] == "credit"
    assert found["Play"] == "widget"
    assert found["WATCH Storm breaks the wall in three places"] == "promo"
    assert found["Interested in harbours?"] == "widget"
    assert [t for t, kind in found.items() if kind == "body"] == [
        LEAD, QUOTE, SHORT, MORE, LEAD.replace("Tuesday", "Friday"),
    ]  # fmt: skip
    assert found["© 2021 Northport Daily. All rights reserved."] == "legal"


def test_every_segment_is_located_in_the_raw_text() -> None:
    for one in typed(ARTICLE):
        span = one.text.raw_span(0, len(one.text))
        assert span is not None
        assert ARTICLE[slice(*span)] == one.text.text


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([LEAD, QUOTE, SHORT, "Share", "By Jo Ek", "", "港で火事。", "a" * 50]), max_size=8)
)
def test_no_line_is_lost_and_none_comes_twice(lines: list[str]) -> None:
    found = typed("\n".join(lines))
    assert "".join(one.text.text for one in found).replace(" ", "") == "".join(lines).replace(" ", "")
    assert all(0 <= one.confidence <= 1 for one in found)


def test_a_stated_title_is_found_and_boilerplate_is_out() -> None:
    text = f"Northport Daily\n\nHarbour vote\n\n{LEAD}\n\n{QUOTE}\n\nThe news of 3 March 2021"
    found = typed(text, title="HARBOUR VOTE", boilerplate=frozenset({"the news of 0 march 0"}))
    assert {one.text.text: one.kind for one in found}["Harbour vote"] == "title"
    assert found[-1].basis == "rule:boilerplate"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Published: 3 March 2021, 10:15", "dateline"),
        ("March 3, 2021 at 4:05 pm ET", "dateline"),
        ("By Ana Reyes and Jonas Feld, Staff Writers", "byline"),
        ("Jonas Feld contributed to this report.", "byline"),
        ("(Reporting by Jonas Feld; Editing by Mila Orlov)", "byline"),
        ("READ MORE: What the storm left behind", "promo"),
        ("Read more about the harbour", "promo"),
        ("Lesen Sie auch: Der Hafen nach dem Sturm", "promo"),
        ("Subscribe to our newsletter", "promo"),
        ("Follow us on Twitter @northport", "promo"),
        ("Advertisement", "widget"),
        ("Share on Facebook", "widget"),
        ("5 min read", "widget"),
        ("Photo: Mila Orlov / Getty Images", "caption"),
        ("Mila Orlov/Getty Images", "credit"),
        ("Photograph by Mila Orlov", "credit"),
        ("Privacy Policy | Terms of Use", "legal"),
        ("This material may not be published, broadcast, rewritten or redistributed.", "legal"),
        ("Correction: An earlier version of this story gave a wrong date.", "other"),
        ("FILE - In this March 3, 2021 file photo, ships lie in the harbour of Northport.", "caption"),
    ],
)
def test_lines_known_by_their_words(line: str, kind: SegmentKind) -> None:
    rule = known_line(line)
    assert rule is not None
    assert rule.kind == kind


@pytest.mark.parametrize(
    "line",
    [
        LEAD,
        QUOTE,
        SHORT,
        "Read the letter the mayor sent to the council, and you will see why they are angry.",
        "By Friday the water had gone, and the people of Northport began to clean their houses.",
        "Photo evidence showed that the wall had been weak for years.",
        "More than 200 people watched.",
        "Share prices fell by a third.",
        "Watch what they do, not what they say.",
        "Follow the money, the auditors were told, and they did.",
        "Video of the storm was shown to the court on Monday.",
    ],
)
def test_sentences_are_left_to_the_model(line: str) -> None:
    assert known_line(line) is None


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        (
            "The wall on Monday. (Photo by Mila Orlov/Getty Images)",
            "The wall on Monday.",
            "Photo by Mila Orlov/Getty Images",
        ),
        ("The wall on Monday. (AP Photo/Mila Orlov)", "The wall on Monday.", "AP Photo/Mila Orlov"),
        ("The wall on Monday.Mila Orlov/Reuters", "The wall on Monday.", "Mila Orlov/Reuters"),
        ("PHOTO: The wall, 2021.PlayMila Orlov/AP Photo", "The wall, 2021.", "Mila Orlov/AP Photo"),
        ("The wall on Monday. Photo: Mila Orlov", "The wall on Monday.", "Photo: Mila Orlov"),
        ("Workers at dawn | Reuters", "Workers at dawn", "Reuters"),
        ("The mayor spoke to Reuters on Monday.", "The mayor spoke to Reuters on Monday.", None),
        ("Ana Reyes (left) with her son", "Ana Reyes (left) with her son", None),
    ],
)
def test_credits_are_cut_from_captions(line: str, caption: str, credit: str | None) -> None:
    assert split_credit(line) == (caption, credit)


WRAPPED = """The council in Northport voted on Tuesday to rebuild the
harbour wall, which last winter's storm had broken in three
places, and to raise the port fee to pay for the recon-
struction of the quay, a well-known landmark and a long-
standing problem.

Work is to begin in April and to take two years, the harbour
office said, and ships will be sent to the southern quay
while the cranes are moved."""


def test_hard_wraps_are_joined_and_hyphens_undone() -> None:
    first, _, second = unwrap(MappedText.of(WRAPPED)).text.partition("\n\n")
    assert first.endswith(
        "to pay for the reconstruction of the quay, a well-known landmark and a long-standing problem."
    )
    assert second.count("\n") == 0


def test_lines_that_are_paragraphs_stay_apart() -> None:
    text = "\n".join([LEAD, QUOTE, SHORT, MORE, "Ships", "Harbours", "Storms of the year", "Weather"])
    assert unwrap(MappedText.of(text)).text == text


def test_a_list_is_not_wrapped_text() -> None:
    text = "\n".join(f"{n}. The harbour of the town number {n} on the coast" for n in range(10))
    assert unwrap(MappedText.of(text)).text == text


@pytest.mark.parametrize("first", [
    "The council in Northport decided on Tuesday to repair the\nold harbour before winter, and set aside money.",
    "Der Rat von Nordhafen beschloss am Dienstag den Bau einer\nneuen Brücke über den breiten Fluss im Norden.",
    "Work is to begin in April and to take two years, as\nthe harbour office states in its report on the quay.",
])  # fmt: skip
def test_few_lines_that_break_inside_a_sentence_are_joined(first: str) -> None:
    assert unwrap(MappedText.of(f"{first}\n\n{SHORT}")).text == f"{' '.join(first.split())}\n\n{SHORT}"


@pytest.mark.parametrize("text", [
    "Northport votes to rebuild its harbour wall before winter\nBy Jonas Feld", "Ana Reyes\nmayor of Northport",
    "The council voted on Tuesday to rebuild the harbour wall.\nmore soon", "Roses are red\nviolets are blue",
    "The wall, the pier, the quay and the old market of the town\n- the wall\n- the pier",
])  # fmt: skip
def test_few_lines_that_may_be_lines_stay_apart(text: str) -> None:
    assert unwrap(MappedText.of(text)).text == text


@settings(max_examples=30, deadline=None)
@given(st.text(st.sampled_from("ab -\n."), max_size=300))
def test_unwrapping_maps_every_character(text: str) -> None:
    joined = unwrap(MappedText.of(text))
    assert all(joined.raw_span(i, i + 1) is not None for i in range(len(joined)))


@pytest.mark.parametrize(
    "line", ["(" * 400, "a " * 80, "Privacy · " * 40, "By " + "A. B. " * 30, "© " * 100, "x/" * 120]
)
def test_rules_are_quick_on_awkward_lines(line: str) -> None:
    # A pattern that backtracks without end would run into the time limit.
    known_line(line)
    split_credit(line)


@pytest.mark.parametrize(
    "line",
    [
        "The wall has stood for a century. Now it is to be raised",
        "News and notes of the harbour office, the fishing fleet and the pilots of Northport.",
        "ANALYSIS/OPINION:",
        "6 years ago",
        "Mayor Ana Reyes at the harbour in Northport, March 3, 2021. (Mila Orlov/Reuters)",
        "A march in Northport on March 3, 2021. (Photo: Mila Orlov, AFP/Getty Images)",
        "Anna Velasquez",
    ],
)
def test_lines_above_a_text_that_are_not_headlines(line: str) -> None:
    assert "title" not in kinds("\n\n".join([line, LEAD, QUOTE, MORE])).values()


def test_names_above_a_text_sign_it() -> None:
    assert kinds("\n\n".join(["Anna Velasquez", LEAD, QUOTE, MORE]))["Anna Velasquez"] == "byline"
    found = kinds("\n\n".join(["Qwill Ostrow", "Associated Press", LEAD, QUOTE, MORE]))
    assert found["Qwill Ostrow"] == "byline"


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        (
            "Image copyright XYZ Pictures Image caption The pier at Northport",
            "The pier at Northport",
            "XYZ Pictures",
        ),
        ("Image source, Mila Orlov Image caption, The pier", "The pier", "Mila Orlov"),
        ("Media playback is unsupported on your device Media caption The pier", "The pier", None),
        (
            "The pier at night Credit: Getty Images/Mila Orlov",
            "The pier at night",
            "Credit: Getty Images/Mila Orlov",
        ),
        ("The pier burnt down. (KXY 5 News)", "The pier burnt down.", "KXY 5 News"),
        ("The mayor (left) and her deputy (right)", "The mayor (left) and her deputy (right)", None),
        ("The pier. REUTERS/Mila Orlov/File Photo", "The pier.", "REUTERS/Mila Orlov/File Photo"),
    ],
)
def test_a_caption_and_its_credit_are_separated(line: str, caption: str, credit: str | None) -> None:
    assert split_credit(line) == (caption, credit)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Posted: Thursday, October 17, 2013, 8:09 PM Anything wrong? Tell us.", "dateline"),
        ("This article is more than 2 years old", "dateline"),
        ("vor 2 Std.", "dateline"),
        ("Leave a comment and let us know!", "widget"),
        ("Join the conversation", "widget"),
        ("( PHOTOS: Boats of Northport)", "promo"),
        ("• Jo Ek contributed to this article.", "byline"),
        ("Ek reported from Oslo. Ben Okoro in Rome contributed to this report.", "byline"),
        ("Story highlights “We hope for calm,” says the mayor", "other"),
    ],
)
def test_more_lines_known_by_their_words(line: str, kind: str) -> None:
    rule = known_line(line)
    assert rule is not None
    assert rule.kind == kind


@pytest.mark.parametrize("line", ["The Conversation", "She had contributed to her brother's campaign."])
def test_lines_that_only_look_known(line: str) -> None:
    assert known_line(line) is None


def test_headings_in_capitals_are_not_promotion() -> None:
    for heading in ("MORE MONEY FOR SCHOOLS", "SEE YOU IN COURT"):
        assert known_line(heading) is None
    for promotion in ("READ MORE", "SEE ALSO", "WATCH: STORM BREAKS WALL", "WATCH Storm breaks the wall"):
        rule = known_line(promotion)
        assert rule is not None
        assert rule.kind == "promo"


@pytest.mark.parametrize("line", ["REKLAM", "Реклама", "Publicidade", "広告", "Annonce"])
def test_advertisements_are_marked_in_many_languages(line: str) -> None:
    assert kinds("\n".join([LEAD, line, QUOTE, MORE]))[line] == "widget"


def test_a_sentence_with_a_whole_credit_behind_it_is_a_caption() -> None:
    caption = "Mayor Ana Reyes walks along the harbour wall in Northport on Monday, March 1, 2021."
    credit = "Photo by Mila Orlov/Getty Images"
    found = kinds("\n\n".join([LEAD, QUOTE, f"{caption} ({credit})", MORE]))
    assert found[caption] == "caption"
    assert found[credit] == "credit"
    long = f"{LEAD} {MORE} ({credit})"
    assert kinds("\n\n".join([QUOTE, long, SHORT, QUOTE]))[long] == "body"


def test_a_headline_run_into_its_deck_and_a_credit() -> None:
    head, deck = (
        "Northport votes to rebuild its harbour wall",
        "The council’s decision came after a winter storm",
    )
    credit = "Mila Okafor/Harbour Gazette"
    text = MappedText.of("\n\n".join([head + deck + credit, LEAD, QUOTE, MORE]))
    found = {one.text.text: one.kind for one in segment(text, title=head)}
    assert found[head] == "title"
    assert found[deck] in ("subtitle", "body")
    assert found[credit] == "credit"


def test_a_caption_may_end_with_an_agency_and_a_name() -> None:
    caption = "Mayor Ana Reyes speaks during the election night party in Northport, March 1, 2021."
    assert kinds("\n\n".join([LEAD, f"{caption} REUTERS/Mila Orlov", QUOTE, MORE]))[caption] == "caption"


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (
            ["Image source, Mila Orlov", "Image caption,", "Sandbags on Mill Lane"],
            ["widget", "credit", "widget", "caption"],
        ),
        (["Media caption,", "Watch: The river at Mill Lane"], ["widget", "caption"]),
        (["Image source,", "Reuters", "Photo caption: Sandbags"], ["widget", "credit", "widget", "caption"]),
        (["Pie de foto, Los sacos en la calle"], ["widget", "caption"]),
        (["Most read", "1 Storm names for the winter", "2 The sugar in soup"], ["promo"] * 3),
        (["You might also like:", "The island that had no doctor"], ["promo"] * 2),
        (["Nobody was hurt on Tuesday. Read more"], ["body", "promo"]),
        (["We may earn a commission from links on this page."], ["legal"]),
        (["Mayor Ana Reyes speaks to volunteers in Northport on May 16, 2024."], ["caption"]),
        (["Mayor Ana Reyes (L) greets Jonas Feld (R) at the town hall"], ["caption"]),
        (["Written by Marit Solberg, produced by Mila Orlov."], ["byline"]),
        (["Reporting: Marit Solberg. Editing: Peter Ove."], ["byline"]),
        (["By Marit SolbergPublished: 14 May 2024"], ["byline"]),
        (["Published 14 May 2024 by Marit Solberg"], ["byline"]),
        (["By Marit Solberg."], ["byline"]),
    ],
)
def test_boilerplate_between_paragraphs(lines: list[str], wanted: list[str]) -> None:
    found = typed(
        "\n\n".join(["Northport votes to rebuild its harbour wall", LEAD, QUOTE, *lines, MORE, SHORT])
    )
    assert [one.kind for one in found] == ["title", "body", "body", *wanted, "body", "body"]


@pytest.mark.parametrize(
    "line",
    [
        "The company’s newsletter told customers to sign up before the price rises in June.",
        "“Follow us on Facebook,” the mayor told the crowd from the steps of the town hall.",
        "The app, which 4,000 people have downloaded, shows the height of the river every ten minutes.",
        "Subscribers to the podcast will have to pay from May, its makers said.",
        "The most read book in the valley is a guide to mushrooms.",
        "Two rallies were held in Northport on 3 May 2021.",
        "Gov. Bob Mill (R) is running against Ann Price (D) in the autumn.",
        "By Monday, the river had fallen.",
        "Written by a monk in 1340, the book is kept in Oslo.",
    ],
)
def test_paragraphs_about_what_boilerplate_names_are_body(line: str) -> None:
    found = kinds("\n\n".join(["Northport votes to rebuild its harbour wall", LEAD, QUOTE, line, MORE]))
    assert found[line] == "body"
