import pytest

from transforms.clean import clean
from transforms.clean.metadata.sections import section_of_address
from transforms.contract.documents import Cleaned, Origin, RawDocument


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/politics/2024/05/15/harbour-vote", "politics"),
        ("/2024/05/15/us/politics/harbour-vote.html", "politics"),
        ("/2024/05/15/us/harbour-vote.html", "us"),
        ("/news/local/harbour-vote-12345678", "local"),
        ("/news/harbour-vote", "news"),
        ("/news/world-europe-12345678", "world europe"),
        ("/story/news/education/2024/05/15/harbour-vote/123/", "education"),
        ("/category/arts-and-culture/harbour-vote", "arts and culture"),
        ("/en/sport/harbour-vote", "sport"),
        ("/article/harbour-vote-123", None),
        ("/harbour-vote", None),
        ("/2024/may/15/harbour-vote", None),
        ("/the-long-name-of-one-single-article-in-the-path/amp", None),
        ("", None),
    ],
)
def test_the_path_names_the_section(path: str, section: str | None) -> None:
    found = section_of_address(f"https://www.courier.example{path}")
    assert (found.value if found else None) == section


def cleaned(head: str) -> Cleaned:
    sentence = "The harbour board met for three hours on Tuesday, and nobody left before vote"
    body = "".join(f"<p>{sentence} {number}.</p>" for number in range(5))
    article = f"<article><h1>Harbour vote</h1>{body}</article>"
    markup = f"<html><head><title>Harbour vote</title>{head}</head><body>{article}</body></html>"
    found = clean(
        RawDocument(markup.encode(), "text/html", Origin("test", url="https://courier.example/sport/a-1"))
    )
    assert isinstance(found, Cleaned)
    return found


def test_the_address_counts_when_the_page_states_no_section() -> None:
    found = cleaned("")
    assert found.article.section == "sport"
    (row,) = [row for row in found.evidence if row.attribute == "section"]
    assert (row.value, row.method, row.clue, row.is_chosen) == ("sport", "url:path", "sport", True)


def test_the_section_that_a_page_states_comes_first() -> None:
    found = cleaned('<meta property="article:section" content="Local news">')
    assert found.article.section == "Local news"
    rows = [row for row in found.evidence if row.attribute == "section"]
    assert [(row.value, row.is_chosen) for row in rows] == [("Local news", True), ("sport", False)]
