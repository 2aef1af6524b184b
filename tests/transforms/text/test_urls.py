import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transforms.text.urls import canonical, is_home, is_same_site, registrable_domain, resolve
from transforms.text.wordlists import words

_URLS = st.builds(
    "{}://{}{}/{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(["news.example", "WWW.News.Example", "münster.example", "10.0.0.1", "[::1]", "a.co.uk."]),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.text(max_size=12),
    st.text(max_size=12).map("?{}".format),
    st.text(max_size=6).map("#{}".format),
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://News.Example:443/Harbour?utm_source=x&b=2&a=1#top", "https://news.example/Harbour?a=1&b=2"),
        ("http://news.example/harbour?a=1&b=2", "http://news.example/harbour?a=1&b=2"),
        ("http://news.example:8080", "http://news.example:8080/"),
        ("https://www.news.example/a?id=5&page=2", "https://www.news.example/a?id=5&page=2"),
        ("https://m.news.example/a b", "https://m.news.example/a%20b"),
        ("https://news.example/caf%c3%a9", "https://news.example/caf%C3%A9"),
        ("https://news.example/100%", "https://news.example/100%25"),
        ("https://münster.example/", "https://xn--mnster-3ya.example/"),
        (" https://news.example/a\n", "https://news.example/a"),
    ],
)
def test_canonical_changes_only_what_never_matters(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "mailto:a@news.example", "/a", "", "https://", "https://news.example:port/",
        "https://user:secret@news.example/", "http://[::1", "https://bad host/",
    ],
)  # fmt: skip
def test_other_addresses_have_no_canonical_form(url: str) -> None:
    assert canonical(url) is None


@pytest.mark.parametrize("name", sorted(words("tracking_parameters.txt")))
def test_each_tracking_parameter_is_dropped_and_nothing_else(name: str) -> None:
    parameter = name.replace("*", "x")
    assert canonical(f"https://news.example/a?{parameter}=1&id=7") == "https://news.example/a?id=7"
    assert canonical(f"https://news.example/a?z{parameter}=1") == f"https://news.example/a?z{parameter}=1"


@given(_URLS)
@example("http://news.example/?0&{")
def test_canonical_is_idempotent(url: str) -> None:
    once = canonical(url)
    assert once is None or canonical(once) == once


@given(st.text())
def test_any_text_has_a_canonical_form_or_none(text: str) -> None:
    canonical(text)
    registrable_domain(text)
    resolve("https://news.example/", text)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.news.co.uk/a", "news.co.uk"),
        ("https://one.blogspot.com/a", "one.blogspot.com"),
        ("https://a.b.news.example/", "news.example"),
        ("http://10.0.0.1/a", "10.0.0.1"),
        ("http://localhost/a", "localhost"),
        ("ftp://news.example/", None),
    ],
)
def test_registrable_domain(url: str, domain: str | None) -> None:
    assert registrable_domain(url) == domain


def test_blogs_under_one_domain_are_different_sites() -> None:
    assert not is_same_site("https://one.blogspot.com/", "https://two.blogspot.com/")
    assert is_same_site("https://m.news.example/", "http://news.example/a")


@pytest.mark.parametrize(
    "url", ["https://news.example", "https://news.example/", "http://news.example/index.html"]
)
def test_front_doors(url: str) -> None:
    assert is_home(url)


@pytest.mark.parametrize("url", ["https://news.example/?p=12", "https://news.example/a", "nonsense"])
def test_other_addresses_are_not_home_pages(url: str) -> None:
    assert not is_home(url)


def test_links_are_resolved_against_their_page() -> None:
    assert resolve("https://news.example/a/b", "../c?d=1") == "https://news.example/c?d=1"
    assert resolve(None, "https://news.example/x") == "https://news.example/x"
    assert resolve("https://news.example/", "javascript:void(0)") is None
    assert resolve(None, "/a") is None
