"""Captions, credits and labels of figures apart, however a page sets them."""

import pytest

from tests.transforms.clean.body.test_structure import TEXT, cleaned, page, paragraphs

CAPTION = "Passengers in the sports hall at Holm on Monday."


def figure(inner: str, *, outside: str = "") -> str:
    content = paragraphs(*TEXT[:2]) + f"<figure><img src='hall.jpg' alt=''>{inner}</figure>{outside}"
    return page(f"<article>{content}{paragraphs(*TEXT[2:])}</article>")


@pytest.mark.parametrize(
    ("inner", "credit"),
    [
        ("<figcaption>{}<cite>Eva Lind</cite></figcaption>", "Eva Lind"),
        ("<figcaption>{} <cite>Eva Lind / Isle News</cite></figcaption>", "Eva Lind / Isle News"),
        ("<figcaption>{}<span class='photo-credit'>Eva Lind</span></figcaption>", "Eva Lind"),
        ("<figcaption><span>{}</span><span class='caption__credit'>Eva Lind/IPA</span></figcaption>", "Eva Lind/IPA"),
        ("<figcaption><p>{}</p><p class='credit'>Eva Lind, Isle News</p></figcaption>", "Eva Lind, Isle News"),
        ("<figcaption>{}</figcaption><span class='credit'>Eva Lind</span>", "Eva Lind"),
        ("<span class='copyright'>Eva Lind</span><figcaption>{}</figcaption>", "Eva Lind"),
        (
            "<figcaption><span>{}</span><span>Credit...Eva Lind for The Isle News</span></figcaption>",
            "Eva Lind for The Isle News",
        ),
        (
            "<figcaption><span>{}</span><span><span>Credit...</span><b>Eva Lind/IPA</b></span></figcaption>",
            "Eva Lind/IPA",
        ),
        ("<figcaption><i>{}</i><small>Photo: Eva Lind</small></figcaption>", "Photo: Eva Lind"),
        ("<figcaption>{} (Eva Lind)</figcaption>", "Eva Lind"),
        ("<figcaption>{} (Photo: Eva Lind)</figcaption>", "Photo: Eva Lind"),
        ("<figcaption>{} (Eva Lind/Isle News)</figcaption>", "Eva Lind/Isle News"),
        ("<figcaption>{} [Eva Lind]</figcaption>", "Eva Lind"),
        ("<figcaption>{} Eva Lind</figcaption>", "Eva Lind"),
        ("<figcaption>{} Eva Lind for The Isle News</figcaption>", "Eva Lind for The Isle News"),
        ("<figcaption>{} Eva Lind | Isle News</figcaption>", "Eva Lind | Isle News"),
        ("<figcaption>{} Photo by Eva Lind</figcaption>", "Photo by Eva Lind"),
        ("<figcaption>{} <i>Photo by Eva Lind</i></figcaption>", "Photo by Eva Lind"),
        ("<figcaption>{} | Photo: Eva Lind</figcaption>", "Photo: Eva Lind"),
        ("<figcaption>{} - Eva Lind/AFP</figcaption>", "Eva Lind/AFP"),
        ("<figcaption>{} Eva Lind / Reuters</figcaption>", "Eva Lind / Reuters"),
        ("<figcaption>{}<br>Eva Lind</figcaption>", "Eva Lind"),
        ("<div><span>Image source, </span>Eva Lind</div><figcaption>{}</figcaption>", "Eva Lind"),
        ("<span>Image source, Isle News</span><figcaption>Image caption, {}</figcaption>", "Isle News"),
        (
            "<figcaption><span class='visually-hidden'>Image caption, </span>{}</figcaption><cite>Eva Lind</cite>",
            "Eva Lind",
        ),
    ],
)  # fmt: skip
def test_a_credit_is_no_part_of_its_caption(inner: str, credit: str) -> None:
    draft = cleaned(figure(inner.format(CAPTION)))
    assert draft.captions == CAPTION
    assert [(i.caption, i.credit) for i in draft.images if i.caption] == [(CAPTION, credit)]
    assert draft.text.split("\n\n") == list(TEXT)


@pytest.mark.parametrize(
    "caption",
    [
        CAPTION,
        "The ferry at Holm (left) and the mail boat.",
        "The door was shut by hand. It took an hour.",
        "The quay (built in 1911)",
        "Before the storm - and after it",
        "The ferry Holm | the mail boat Isle",
        "The hall is full. Mill Lane, Holm",
        "Eva Lind, the captain, in April.",
        "“Not again!” Eva Lind said.",
        "The source of the river.",
    ],
)
@pytest.mark.parametrize("shape", ["<figcaption>{}</figcaption>", "<figcaption><span>{}</span></figcaption>"])
def test_a_caption_without_a_credit_is_whole(caption: str, shape: str) -> None:
    draft = cleaned(figure(shape.format(caption)))
    assert draft.captions == caption
    assert all(image.credit is None for image in draft.images)


def test_a_credit_beside_a_caption_outside_a_figure_belongs_to_its_image() -> None:
    image = "<div class='image'><img src='a.jpg' alt=''><div class='caption'>{}</div><div class='credit'>{}</div></div>"
    content = paragraphs(*TEXT[:2]) + image.format(CAPTION, "Photo: Eva Lind") + paragraphs(*TEXT[2:])
    draft = cleaned(page(f"<article>{content}</article>"))
    assert [(i.caption, i.credit) for i in draft.images if i.caption] == [(CAPTION, "Photo: Eva Lind")]


def test_a_paragraph_labelled_as_a_caption_is_a_caption() -> None:
    content = paragraphs(*TEXT[:2], f"Image caption, {CAPTION}", *TEXT[2:])
    draft = cleaned(page(f"<article>{content}</article>"))
    assert draft.captions == CAPTION
    assert draft.text.split("\n\n") == list(TEXT)


def test_a_credit_below_the_figure_belongs_to_its_image() -> None:
    markup = figure(f"<figcaption>{CAPTION}</figcaption>", outside="<p class='photo-credit'>Eva Lind</p>")
    draft = cleaned(markup)
    assert draft.captions == CAPTION
    assert "Eva Lind" not in draft.text
    assert any(segment.text == "Eva Lind" for segment in draft.segments)


def test_a_caption_is_not_body() -> None:
    long = (
        f"{CAPTION} The hall was opened in 1974 and can seat six hundred people, more than live on the islands."
    )
    draft = cleaned(figure(f"<figcaption><p>{long}</p></figcaption>"))
    assert draft.text.split("\n\n") == list(TEXT)
    assert draft.captions == long
