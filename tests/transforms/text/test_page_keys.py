from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.text.page_keys import page_key

PAGE = "https://news.example/2024/05/harbour-wall"


@pytest.mark.parametrize("other", [
    "http://news.example/2024/05/harbour-wall", "https://www.news.example/2024/05/harbour-wall",
    "http://m.news.example/2024/05/harbour-wall", "https://amp.news.example/2024/05/harbour-wall",
    "https://mobile.news.example/2024/05/harbour-wall/", "https://news.example/2024/05/harbour-wall/amp/",
    "https://news.example/2024/05/harbour-wall/amp", "https://news.example/amp/2024/05/harbour-wall",
    "https://news.example/2024/05/harbour-wall?amp", "https://news.example/2024/05/harbour-wall?amp=1&utm_source=x",
    "https://news.example/2024/05/harbour-wall?outputType=amp", "HTTPS://NEWS.EXAMPLE:443/2024/05/harbour-wall#top",
    "https://www.google.com/amp/s/news.example/2024/05/harbour-wall",
    "https://news-example.cdn.ampproject.org/c/s/news.example/2024/05/harbour-wall/amp",
    "https://news.example/2024/05/harbour%2Dwall", "https://news.example/2024/05/harbour-wall?fbclid=1",
    "https://news.example/2024/05/harbour-wall;jsessionid=1A", "https://www.m.news.example/2024/05/harbour-wall",
])  # fmt: skip
def test_addresses_of_one_page_have_one_key(other: str) -> None:
    assert page_key(other) == page_key(PAGE)


@pytest.mark.parametrize(("one", "other"), [
    (PAGE, "https://news.example/2024/05/Harbour-wall"), (PAGE, f"{PAGE}?page=2"), (PAGE, f"{PAGE}-2"),
    (PAGE, "https://sport.news.example/2024/05/harbour-wall"),
    ("https://news.example/?p=1", "https://news.example/?p=2"),
    ("https://www.example/a", "https://m.example/a"), ("https://m.example/a", "https://example.test/a"),
    ("https://news.example/2024/05/amp", "https://news.example/2024/05"),
    ("https://news.example/2024/05/harbour.amp", "https://news.example/2024/05/harbour"),
    ("https://news.example/music/amp", "https://news.example/music"),
    ("https://news.example/#!/story/5", "https://news.example/#!/story/6"),
    ("https://one.blogspot.com/2024/05/a.html", "https://two.blogspot.com/2024/05/a.html"),
    ("https://news.example:8080/a", "https://news.example/a"), ("https://en.news.example/a", "https://news.example/a"),
])  # fmt: skip
def test_addresses_of_two_pages_have_two_keys(one: str, other: str) -> None:
    assert page_key(one) != page_key(other)


@pytest.mark.parametrize("url", ["", "mailto:a@news.example", "javascript:void(0)", "/a", "https://"])
def test_what_is_no_address_of_a_page_has_no_key(url: str) -> None:
    assert page_key(url) is None


@given(st.text(max_size=40))
def test_a_key_is_the_key_of_its_own_address(tail: str) -> None:
    key = page_key(f"https://www.news.example/{tail}")
    assert key is None or page_key(f"https://{key}") == key
