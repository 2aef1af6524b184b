"""Paragraphs, headings and hidden elements of short pages whose layout alone shows what is body."""

import pytest

from transforms.clean.page_article import clean_page
from transforms.contract.article import Draft
from transforms.contract.documents import Origin, PublisherContext, RawDocument

TEXT = (
    "The ferry to the northern islands stayed in port on Monday because its bow door would not close.",
    "Passengers were put up in the sports hall, where the Red Cross handed out blankets.",
    "A second boat is to be brought from the yard at Holm, the company said on Tuesday.",
    "It was the third breakdown since the spring.",
    "The county has asked for a report by the end of the month.",
    "School children from the islands were given a day off.",
)
LINKED = (
    "The bow door had been repaired twice in April, according to the log that the harbour office published."
)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>\n" for text in texts)


def page(content: str, *, after: str = "") -> str:
    return (
        "<!doctype html><html lang=en><head><title>Ferry stays in port</title></head><body><header><nav>"
        "<a href='/'>Front</a> <a href='/isles'>Islands</a></nav></header><main><h1>Ferry stays in port</h1>"
        f"{content}</main>{after}<footer><p>About us | Privacy</p></footer></body></html>"
    )


def cleaned(markup: str) -> Draft:
    found = clean_page(
        RawDocument(markup.encode(), "text/html", Origin("test", url="https://isles.example/a/ferry")),
        PublisherContext(),
    )
    assert isinstance(found, Draft)
    return found


def lines(markup: str) -> list[str]:
    return cleaned(markup).text.split("\n\n")


LINKS = (
    "<p><a href='/log'><strong>{}</strong></a></p>",
    "<p><strong><a href='/log'>{}</a></strong></p>",
    "<p><b><a href='/log' target='_blank'>{}</a></b></p>",
    "<p><a href='/log'>{}</a></p>",
)


@pytest.mark.parametrize("shape", LINKS)
@pytest.mark.parametrize("place", [0, 1, 3, 5])
def test_a_paragraph_that_is_wholly_a_link_is_body(shape: str, place: int) -> None:
    content = paragraphs(*TEXT[:place]) + shape.format(LINKED) + paragraphs(*TEXT[place:])
    found = lines(page(f"<article>{content}</article>"))
    assert found == [*TEXT[:place], LINKED, *TEXT[place:]]


@pytest.mark.parametrize(
    "teaser",
    [
        "Ferry company replaces its captain",
        "Read more: The yard at Holm is to close at the end of the year.",
        "Sign up for our newsletter and never miss a boat.",
    ],
)
@pytest.mark.parametrize("shape", LINKS)
def test_a_linked_headline_between_paragraphs_is_not_body(shape: str, teaser: str) -> None:
    content = paragraphs(*TEXT[:3]) + shape.format(teaser) + paragraphs(*TEXT[3:])
    draft = cleaned(page(f"<article>{content}</article>"))
    assert teaser not in draft.text
    assert any(teaser in segment.text for segment in draft.segments)


ADS = (
    "<div class='ad-slot'></div>",
    "<div class='ad-slot'><p>Advertisement</p></div>",
    "<div class='mpu'><span>Advertisement</span><p>Continue reading below</p></div>",
    "<aside class='teaser'><a href='/b'>Ferry company replaces its captain</a></aside>",
)


@pytest.mark.parametrize("ad", ADS)
@pytest.mark.parametrize("name", ["longform-body", "article__section", "c1"])
def test_the_last_section_behind_an_ad_box_is_body(ad: str, name: str) -> None:
    sections = (TEXT[:2], TEXT[2:4], TEXT[4:5], TEXT[5:])
    content = "".join(f"<div class='{name}'>{paragraphs(*section)}</div>{ad}" for section in sections)
    assert lines(page(f"<div class='page'>{content}</div>")) == list(TEXT)


HEADED = (
    "<p><b>{}</b><br>{}</p>",
    "<p><strong>{}</strong><br/>{}</p>",
    "<p><strong>{}<br></strong>{}</p>",
    "<p><b><i>{}</i></b> <br>\n{}</p>",
    "<div><b>{}</b><br>{}</div>",
    "<p><strong>{}</strong></p><p>{}</p>",
    "<h3>{}</h3><p>{}</p>",
    "<p><span><b>{}</b></span><br>{}</p>",
)


@pytest.mark.parametrize("shape", HEADED)
@pytest.mark.parametrize("heading", ["A night in the hall", "What now?", "“Not again”"])
def test_a_heading_above_a_line_break_is_a_paragraph(shape: str, heading: str) -> None:
    content = paragraphs(*TEXT[:2]) + shape.format(heading, TEXT[2]) + paragraphs(*TEXT[3:])
    assert lines(page(f"<article>{content}</article>")) == [*TEXT[:2], heading, *TEXT[2:]]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<b>The door</b> did not close when the boat left the quay on Monday.", None),
        ("<b>The door</b><br>did not close when the boat left the quay.", None),
        ("The captain of the<br><b>Northern Star</b> said that he had seen the door close.", None),
        ("<b>On Monday,</b><br>Passengers slept in the hall of the school.", None),
    ],
)
def test_bold_words_in_a_sentence_are_not_a_heading(markup: str, text: str | None) -> None:
    content = paragraphs(*TEXT[:2], markup, *TEXT[3:])
    plain = " ".join(markup.replace("<br>", " ").replace("<b>", "").replace("</b>", "").split())
    assert plain in lines(page(f"<article>{content}</article>"))


HIDDEN = "The captain resigned on Wednesday and left the island with his family on the same evening."


@pytest.mark.parametrize(
    "shape",
    [
        "<p hidden>{}</p>",
        "<p style='display:none'>{}</p>",
        "<div style='color: red; Display : None !important'><p>{}</p></div>",
        "<div aria-hidden='true'><p>{}</p></div>",
        "<p aria-hidden=true>{}</p>",
        "<p style='visibility: hidden'>{}</p>",
        "<template><p>{}</p></template>",
        "<dialog><p>{}</p></dialog>",
        "<p>It was cold. <span hidden>{}</span></p>",
        "<p>It was cold. <span style='display:none'>{}</span></p>",
        "<p>It was cold. <span aria-hidden='true'>{}</span></p>",
        "<section hidden><div><p>{}</p></div></section>",
    ],
)
def test_hidden_elements_are_not_body(shape: str) -> None:
    content = paragraphs(*TEXT[:3]) + shape.format(HIDDEN) + paragraphs(*TEXT[3:])
    found = cleaned(page(f"<article>{content}</article>")).text
    assert HIDDEN not in found
    assert all(text in found for text in TEXT)


@pytest.mark.parametrize(
    "shape",
    ["<p aria-hidden='false'>{}</p>", "<p style='display:block'>{}</p>", "<dialog open><p>{}</p></dialog>"],
)
def test_elements_that_are_displayed_are_not_hidden(shape: str) -> None:
    content = paragraphs(*TEXT[:3]) + shape.format(HIDDEN) + paragraphs(*TEXT[3:])
    draft = cleaned(page(f"<article>{content}</article>"))
    assert any(HIDDEN in segment.text for segment in draft.segments)


def test_an_article_that_a_script_reveals_is_kept() -> None:
    markup = page(f"<article style='display:none'>{paragraphs(*TEXT)}</article>")
    assert lines(markup) == list(TEXT)


SECOND = (
    "The museum at Holm opened a new wing on Saturday, two years later than was planned.",
    "Some four hundred visitors came on the first day, most of them from the town itself.",
    "The wing holds the boats that were dug out of the harbour mud in 1987.",
    "Entrance is free until the end of June.",
    "The director, Ida Lund, said that the roof had been the hardest part.",
)


@pytest.mark.parametrize(
    "after",
    [
        "<article><h1>Museum opens a new wing</h1>{}</article>",
        "<article><h2>Museum opens a new wing</h2>{}</article>",
        "<article class='next'><header><h2>Museum opens a new wing</h2><p>By Lea Winter</p></header>{}</article>",
        "<div class='infinite'><article><h1>Museum opens a new wing</h1><time>March 3, 2024</time>{}</article></div>",
        "<section><h1>Museum opens a new wing</h1><p>By Lea Winter</p>{}</section>",
    ],
)
@pytest.mark.parametrize(
    "own", ["<article>{}</article>", "<article class='story'><div class='text'>{}</div></article>"]
)
def test_a_second_article_below_is_not_body(own: str, after: str) -> None:
    draft = cleaned(page(own.format(paragraphs(*TEXT)) + after.format(paragraphs(*SECOND))))
    assert draft.text.split("\n\n") == list(TEXT)
    shown = " ".join(segment.text for segment in draft.segments)
    assert all(text in shown for text in SECOND)
    own_article = f"<article><h1>Ferry stays in port</h1>{paragraphs(*TEXT)}</article>"
    draft = cleaned(
        page(own_article)
        .replace("<main><h1>Ferry stays in port</h1>", "<main>")
        .replace("</main>", after.format(paragraphs(*SECOND)) + "</main>")
    )
    assert draft.text.split("\n\n") == list(TEXT)


PROMOTION = (
    "<p>Want more island news? Subscribe to The Islander from 2 euros a month.</p>",
    "<div class='nl-box'><p>Sign up for our evening newsletter, and get the day in five minutes.</p></div>",
    "<p><em>Listen to our weekly podcast wherever you get your podcasts.</em></p>",
    "<p><strong>Have a tip? Email the newsroom at tips@isles.example.</strong></p>",
    "<p>Download our app to get alerts on the stories that matter to you.</p>",
    "<p>Follow us on Facebook and Instagram for the latest news.</p>",
)


@pytest.mark.parametrize("promotion", PROMOTION)
@pytest.mark.parametrize("place", [3, 6])
def test_a_call_to_readers_is_a_segment_but_not_body(promotion: str, place: int) -> None:
    content = paragraphs(*TEXT[:place]) + promotion + paragraphs(*TEXT[place:])
    draft = cleaned(page(f"<article>{content}</article>"))
    assert draft.text.split("\n\n") == list(TEXT)
    assert [s.kind for s in draft.segments if s.text in promotion and s.kind != "title"] == ["promo"]


@pytest.mark.parametrize(
    "text",
    [
        "The company asked passengers to sign up for its newsletter if they wanted to hear of delays.",
        "Subscribers to the ferry's text messages had been warned at six in the morning.",
        "“Follow us on the quay,” the captain called to the passengers, and walked ahead.",
    ],
)
def test_news_about_newsletters_is_body(text: str) -> None:
    content = paragraphs(*TEXT[:3], text, *TEXT[3:])
    assert text in lines(page(f"<article>{content}</article>"))


@pytest.mark.parametrize(
    "box", ["<div class='ad'></div>", "<aside class='ad'><span>ADVERTISEMENT</span></aside>"]
)
@pytest.mark.parametrize(
    "section", ["<div class='story-part'>{}</div>", "<section class='text-2'>{}</section>"]
)
def test_a_last_section_of_one_short_paragraph_is_body(box: str, section: str) -> None:
    content = box.join(section.format(paragraphs(*part)) for part in (TEXT, ["It leaves again at six."]))
    assert lines(page(f"<article>{content}</article>"))[-1] == "It leaves again at six."


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Read more", "promo"),
        ("Continue reading →", "promo"),
        ("Watch 1:20", "widget"),
        ("Read full story", "promo"),
    ],
)
def test_a_label_at_a_paragraphs_end_is_a_segment(label: str, kind: str) -> None:
    content = paragraphs(*TEXT[:3], f"The bow was welded on Monday. {label}", *TEXT[3:])
    draft = cleaned(page(f"<article>{content}</article>"))
    assert "The bow was welded on Monday." in draft.text.split("\n\n")
    assert [(s.kind, s.field) for s in draft.segments if s.text == label] == [(kind, None)]
    assert all(draft.text[s.start : s.end] == s.text for s in draft.segments if s.field == "body")


@pytest.mark.parametrize(
    "heading", ["More on this story", "Also on The Islander", "You may like", "Must-reads"]
)
def test_titles_below_a_heading_are_not_body(heading: str) -> None:
    titles = ["The island that had no doctor", "Who pays for the new quay?"]
    related = f"<h3>{heading}</h3><ul>{''.join(f'<li>{title}</li>' for title in titles)}</ul>"
    draft = cleaned(page(f"<article>{paragraphs(*TEXT[:3])}{related}{paragraphs(*TEXT[3:])}</article>"))
    assert draft.text.split("\n\n") == list(TEXT)


def test_a_list_in_the_text_is_body() -> None:
    items = ["A new door for the bow", "A second crane on the quay"]
    asked = f"<p>The islands asked for:</p><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    found = lines(page(f"<article>{paragraphs(*TEXT[:3])}{asked}{paragraphs(*TEXT[3:])}</article>"))
    assert all(item in found for item in items)
