from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from transforms.clean.metadata.metadata import Metadata, read_metadata
from transforms.clean.page.parse import Page
from transforms.contract.article import Evidence
from transforms.contract.reasons import Repair

BODY = "<p>The council voted 7-2 on Tuesday to rebuild the harbour wall, the mayor said.</p>" * 3
URL = "https://www.courier.example/2024/03/05/harbour-wall"


def read(
    head: str = "",
    body: str = "",
    *,
    url: str | None = URL,
    hints: dict[str, str] | None = None,
    not_after: datetime | None = None,
) -> Metadata:
    markup = f"<!doctype html><html lang='en-GB'><head>{head}</head><body>{body}{BODY}</body></html>"
    return read_metadata(Page(markup, LexborHTMLParser(markup), url), hints=hints or {}, not_after=not_after)


def chosen(metadata: Metadata, attribute: str) -> list[Evidence]:
    return [row for row in metadata.evidence.rows() if row.attribute == attribute and row.is_chosen]


JSON_LD = """<script type="application/ld+json">{"@graph": [
  {"@type": "NewsArticle", "headline": "Council votes for harbour wall", "description": "A 7-2 vote after the storm",
   "datePublished": "2024-03-05T10:31:00+01:00", "dateModified": "2024-03-06T08:00:00Z", "articleSection": "Local",
   "author": [{"@type": "Person", "name": "Ana Reyes"}, {"@type": "Organization", "name": "Courier Newsroom"}],
   "publisher": {"@id": "#courier"}, "mainEntityOfPage": "https://www.courier.example/2024/03/05/harbour-wall",
   "image": [{"@type": "ImageObject", "url": "/wall.jpg", "caption": "The wall.", "creditText": "Ben Okoro/XYZ"}]},
  {"@type": "NewsMediaOrganization", "@id": "#courier", "name": "The Northport Courier"}]}</script>"""


def test_json_ld_yields_everything_with_evidence() -> None:
    found = read(JSON_LD + "<title>Council votes for harbour wall - The Northport Courier</title>")
    assert found.facts.title == "Council votes for harbour wall"
    assert found.facts.authors == ["Ana Reyes"]
    assert (found.facts.publisher, found.facts.publisher_basis) == ("The Northport Courier", "metadata")
    assert (found.facts.section, found.facts.declared_language) == ("Local", "en")
    assert found.facts.published_at == datetime(2024, 3, 5, 9, 31, tzinfo=UTC)
    assert (found.facts.published_precision, found.facts.published_basis) == ("second", "metadata")
    assert found.facts.modified_at == datetime(2024, 3, 6, 8, tzinfo=UTC)
    (image,) = found.images
    assert (image.url, image.caption) == ("https://www.courier.example/wall.jpg", "The wall.")
    assert image.credit == "Ben Okoro/XYZ"
    for attribute in ("title", "authors", "publisher", "section", "published_at", "modified_at"):
        assert len(chosen(found, attribute)) == 1
    assert found.repairs == []


def test_a_description_is_the_subtitle_only_when_it_is_printed() -> None:
    heading = "<h1>Council votes for harbour wall</h1>"
    assert read(JSON_LD, heading).facts.subtitle is None
    assert (
        read(JSON_LD, heading + "<h2>A 7-2 vote after the storm</h2>").facts.subtitle
        == "A 7-2 vote after the storm"
    )


def test_clues_are_located_in_the_markup() -> None:
    found = read(JSON_LD)
    (row,) = chosen(found, "published_at")
    assert row.clue == "2024-03-05T10:31:00+01:00"
    assert row.raw_start is not None
    assert row.raw_end == row.raw_start + len(row.clue)


def test_meta_tags_replace_missing_json_ld() -> None:
    found = read(
        "<meta property='og:title' content='Council votes for wall | Courier'><meta name='author' content='Ana Reyes'>"
        "<meta property='og:site_name' content='Courier'>"
        "<meta property='article:published_time' content='2024-03-05T10:31:07Z'>"
    )
    assert (found.facts.title, found.facts.authors, found.facts.publisher) == (
        "Council votes for wall",
        ["Ana Reyes"],
        "Courier",
    )
    assert found.facts.published_at == datetime(2024, 3, 5, 10, 31, 7, tzinfo=UTC)


def test_visible_text_replaces_missing_meta_tags() -> None:
    found = read(
        body="<h1>Council votes for wall</h1><div class='byline'>By <a>Ana Reyes</a> and Ben Okoro</div>"
        "<span class='post-date'>Published: March 5, 2024, 10:31 am GMT</span>",
        url="https://courier.example/a/1",
    )
    assert found.facts.title == "Council votes for wall"
    assert found.facts.authors == ["Ana Reyes", "Ben Okoro"]
    assert found.facts.published_at == datetime(2024, 3, 5, 10, 31, tzinfo=UTC)
    assert (found.facts.published_precision, found.facts.published_basis) == ("minute", "visible")
    assert (found.facts.publisher, found.facts.publisher_basis) == ("courier.example", "url")


def test_unmarked_byline_and_date_are_read_at_the_headline() -> None:
    found = read(
        body="<h1>Council votes for wall</h1><div>By</div><div>Ana Reyes</div><p>5 March 2024</p>",
        url="https://courier.example/a/1",
    )
    assert found.facts.authors == ["Ana Reyes"]
    assert (found.facts.published_at, found.facts.published_basis) == (
        datetime(2024, 3, 5, tzinfo=UTC),
        "visible",
    )


@pytest.mark.parametrize(
    ("under", "authors"),
    [
        ("<span>Ana Reyes</span><span>Ben Okoro</span><p>March 5, 2024</p>", ["Ana Reyes", "Ben Okoro"]),
        (f"<p>{'A deck of many words, ' * 8}.</p><b>Zeynep Kaya |</b> <i>05.03.2024</i>", ["Zeynep Kaya"]),
        ("<p>Peter Winter</p><p>Opinion</p>", ["Peter Winter"]),
        ("<p>Opinion</p><p>Harbour Desk Notes</p>", []),
        ("<p>Local News</p><p>Opinion</p><p>Peter Winter</p>", []),
        ("<p>The Courier</p><p>March 5, 2024</p>", []),
    ],
)
def test_a_name_alone_under_the_headline_signs(under: str, authors: list[str]) -> None:
    head = "<meta property='og:site_name' content='The Courier'>"
    assert read(head, f"<h1>Council votes for harbour wall</h1>{under}").facts.authors == authors


def test_an_unrelated_date_on_the_page_is_not_the_publication_date() -> None:
    body = f"<h1>Council votes for harbour wall</h1>{BODY * 60}"
    cards = "".join(f"<div class='card'><span class='date'>March {n}, 2024</span></div>" for n in (3, 4))
    found = read("", body + cards, url="https://www.courier.example/harbour-wall")
    assert found.facts.published_at is None
    assert {e.value for e in found.evidence.rows() if e.attribute == "published_at"} == {
        "2024-03-03",
        "2024-03-04",
    }
    found = read(
        "", body + "<p class='date'>Published on March 5, 2024</p>", url="https://www.courier.example/wall"
    )
    assert found.facts.published_at == datetime(2024, 3, 5, tzinfo=UTC)


def test_other_articles_on_the_page_are_not_read() -> None:
    found = read(
        body="<h1>Council votes for wall</h1><aside class='related'><h1>Sea takes the old pier</h1>"
        "<time datetime='2019-01-02'>2 January 2019</time><span class='author'>By Ben Okoro</span></aside>",
        url="https://courier.example/a/1",
    )
    assert (found.facts.title, found.facts.authors) == ("Council votes for wall", [])


def test_the_envelope_is_trusted_before_the_address() -> None:
    found = read(hints={"published": "Tue, 05 Mar 2024 10:31:00 GMT", "title": "Vote", "envelope": "feed"})
    assert (found.facts.published_at, found.facts.published_basis) == (
        datetime(2024, 3, 5, 10, 31, tzinfo=UTC),
        "feed",
    )
    assert found.facts.title == "Vote"
    assert (read().facts.published_at, read().facts.published_basis) == (
        datetime(2024, 3, 5, tzinfo=UTC),
        "url",
    )


def test_a_missing_title_is_noted_as_a_repair() -> None:
    found = read()
    assert found.facts.title is None
    assert Repair.TITLE_MISSING in found.repairs


@pytest.mark.parametrize(
    ("href", "canonical", "repairs"),
    [
        ("/2024/03/05/harbour-wall?utm_source=x", URL, []),
        ("https://courier.example/a", "https://courier.example/a", []),
        ("https://attacker.example/other", None, [Repair.CANONICAL_OTHER_HOST]),
        ("https://www.courier.example/", None, [Repair.CANONICAL_URL_IGNORED]),
        ("javascript:alert(1)", None, [Repair.CANONICAL_URL_IGNORED]),
    ],
)
def test_a_canonical_link_to_another_site_is_ignored(
    href: str, canonical: str | None, repairs: list[str]
) -> None:
    found = read(f"<title>Vote</title><link rel='canonical' href='{href}'>")
    assert found.facts.canonical_url == canonical
    assert found.repairs == repairs
    rows = [row for row in found.evidence.rows() if row.attribute == "canonical_url"]
    assert [row.is_chosen for row in rows] == [canonical is not None]


def test_a_saved_page_gets_its_address_from_its_canonical_link() -> None:
    found = read(f"<title>Vote</title><link rel=canonical href={URL}><link rel=amphtml href=/amp>", url=None)
    assert (found.facts.url, found.facts.canonical_url, found.facts.amp_url) == (
        URL,
        URL,
        "https://www.courier.example/amp",
    )


def test_a_saved_page_that_names_two_sites_gets_no_canonical_address() -> None:
    head = "<title>Vote</title><link rel=canonical href=https://attacker.example/a>"
    found = read(head + "<meta property='og:url' content='https://news.example/b'>", url=None)
    assert (found.facts.url, found.facts.canonical_url, found.repairs) == (
        None,
        None,
        [Repair.CANONICAL_OTHER_HOST],
    )


@pytest.mark.parametrize(
    ("date", "repair"),
    [
        ("2024-13-45T99:00:00Z", Repair.DATE_INVALID),
        ("2999-01-01T00:00:00Z", Repair.DATE_FUTURE),
        ("2024-03-06T12:00:00Z", Repair.DATE_FUTURE),
        ("1970-01-01T00:00:00Z", Repair.DATE_EPOCH),
        ("0000-00-00 00:00:00", Repair.DATE_INVALID),
        ("99999-01-01", Repair.DATE_INVALID),
    ],
)
def test_an_impossible_date_stays_null(date: str, repair: str) -> None:
    head = f"<title>Vote</title><meta property='article:published_time' content='{date}'>"
    found = read(head, url=None, not_after=datetime(2024, 3, 6, tzinfo=UTC))
    assert (found.facts.published_at, found.repairs) == (None, [repair])
    (row,) = [row for row in found.evidence.rows() if row.attribute == "published_at"]
    assert (row.clue, row.is_chosen) == (date, False)


@pytest.mark.parametrize(
    ("date", "repair"),
    [
        ("2024-03-05T10:00:00", Repair.DATE_NO_TIMEZONE),
        ("2016-12-31T23:59:60Z", Repair.DATE_LEAP_SECOND),
    ],
)
def test_a_repaired_date_is_flagged(date: str, repair: str) -> None:
    found = read(f"<title>Vote</title><meta name='pubdate' content='{date}'>", url=None)
    assert found.facts.published_at is not None
    assert found.repairs == [repair]


def test_the_name_that_matches_the_domain_is_the_publisher() -> None:
    head = """<title>Vote</title><meta property="og:site_name" content="The Courier">
      <script type="application/ld+json">{"@type": "NewsArticle", "publisher": "Trust in the tide"}</script>"""
    assert read(head).facts.publisher == "The Courier"
    assert read(head, url="https://elsewhere.example/a").facts.publisher == "Trust in the tide"


def test_an_application_named_by_the_headline_is_not_a_publisher() -> None:
    title = "Council votes for the harbour wall"
    found = read(f"<title>{title}</title><meta name='application-name' content='{title}'>")
    assert (found.facts.title, found.facts.publisher) == (title, "courier.example")


def test_the_hour_of_a_date_in_the_address_comes_from_the_page() -> None:
    found = read(
        "<title>Vote</title>", "<h1>Council votes</h1><p class='date'>Published 9:07 AM GMT March 5, 2024</p>"
    )
    assert (found.facts.published_at, found.facts.published_precision) == (
        datetime(2024, 3, 5, 9, 7, tzinfo=UTC),
        "minute",
    )


def test_a_byline_in_full_is_taken_before_a_first_name() -> None:
    found = read(
        "<title>Vote</title><meta name='author' content='Ana'>",
        "<h1>Council votes</h1><p class='byline'>By Ana Reyes</p>",
    )
    assert found.facts.authors == ["Ana Reyes"]


def test_a_report_of_an_agency_has_the_agency_when_no_person_signs() -> None:
    script = '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "XYZ"}}</script>'
    assert read(
        script.replace("XYZ", "Reuters"), "<h1>Vote</h1><p class='author'>Ben Okoro</p>"
    ).facts.authors == ["Reuters"]


def test_the_language_of_the_page_decides_the_order_of_day_and_month() -> None:
    head = "<title>Vote</title><meta name='date' content='03/04/2024'>"
    assert read(head, url=None).facts.published_at == datetime(2024, 4, 3, tzinfo=UTC)
    markup = f"<html><head>{head}</head></html>"
    unknown = read_metadata(Page(markup, LexborHTMLParser(markup), None), hints={})
    assert unknown.repairs == [Repair.DATE_AMBIGUOUS]
    by_country = read_metadata(Page(markup, LexborHTMLParser(markup), "https://courier.co.uk/a"), hints={})
    assert (by_country.facts.published_at, by_country.repairs) == (datetime(2024, 4, 3, tzinfo=UTC), [])


@pytest.mark.parametrize(
    "body",
    [
        "<div class=author itemprop=author>" * 1900 + "word " * 100_000,
        "<h1>Council votes</h1>" * 20_000,
        "<p class=date>Nov. 23, 2015</p>" * 20_000,
        "<script type='application/ld+json'>["
        + '{"@type": "NewsArticle", "author": "Ana"},' * 20_000
        + "{}]</script>",
        "<script type='application/ld+json'>" + '{"a":' * 100_000 + "</script>",
    ],
)
def test_a_page_that_states_too_much_yields_bounded_evidence(body: str) -> None:
    markup = f"<html><body>{body}"
    page = Page(markup, LexborHTMLParser(markup), URL)
    assert len(read_metadata(page, hints={}).evidence.rows()) < 500


@given(st.text(alphabet="<>/=\"'{}[]:, \nhmetascripldjon1@2024-", max_size=200))
def test_any_page_is_read(text: str) -> None:
    markup = (
        f"<html><head><script type='application/ld+json'>{text}</script><meta name=date content='{text}'>{text}"
    )
    read_metadata(Page(markup, LexborHTMLParser(markup), URL), hints={})
