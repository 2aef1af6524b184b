import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.clean.page.raw_offsets import RawPlaces

MARKUP = (
    """<body><script>var lede = "The wall was built in 1911.";</script>
<p>The wall was built in 1911.</p> <p>It &amp; the quay&rsquo;s <b>gates</b> hold.</p>"""
    + " " * 30_000
    + "<p>Fin</p>"
)


def found(places: RawPlaces, lead: str, text: str) -> tuple[int, int]:
    span = places.find(lead, text)
    assert span is not None
    return span


def test_texts_are_found_in_order_and_not_in_scripts() -> None:
    places = RawPlaces(MARKUP)
    start, end = found(places, "The wall was built in 1911.", "The wall was built in 1911.")
    assert MARKUP[start:end] == "The wall was built in 1911."
    assert MARKUP[start - 3 : start] == "<p>"
    start, end = found(places, "It & the quay’s", "It & the quay’s gates hold.")
    assert MARKUP[start:end] == "It &amp; the quay&rsquo;s <b>gates</b> hold."
    assert places.find("The wall was built in 1911.", "The wall was built in 1911.") is None


@pytest.mark.parametrize(("lead", "is_found"), [("Fin", False), ("The wall was never built.", False)])
def test_absent_or_distant_texts_are_not_located(lead: str, is_found: bool) -> None:
    assert (RawPlaces(MARKUP).find(lead, lead) is not None) is is_found
    assert RawPlaces(MARKUP).find("Fin", "Fin", anywhere=True) is not None


@given(
    st.lists(
        st.sampled_from(["harbour", " ", "&amp;", "&eacute;", "&nbsp;", "&#8217;", "&bogus;", "<i>", "7"]),
        max_size=30,
    )
)
def test_a_text_with_references_is_located_exactly(parts: list[str]) -> None:
    written = "".join(["Quay&amp;wall", *parts, "&lt;end&gt;"])
    text = " ".join(unescape(re.sub("<[^<>]*>", " ", written)).split())
    markup = f"<body><p>&copy; 2024 &mdash; first</p><p>{written}</p>"
    span = RawPlaces(markup).find(text, text, anywhere=True)
    assert span is not None
    assert markup[span[0] :].startswith("Quay&amp;wall")
