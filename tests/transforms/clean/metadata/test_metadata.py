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


HEADLINE = "<h1>Ferry blocks the harbour mouth</h1>"
MAY_14 = datetime(2024, 5, 14, 6, 11, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "shown",
    [
        '<time datetime="2024-05-14T06:11:03Z">3 hours ago</time>',
        '<time datetime="2024-05-14T06:11:03Z"></time>',
        '<time datetime="2024-05-14T08:11:03+02:00" class="published">Yesterday</time>',
        '<p>Posted <time datetime="2024-05-14T06:11:03Z"><span>just now</span></time></p>',
        '<relative-time datetime="2024-05-14T06:11:03Z">2d</relative-time>',
        '<abbr class="timeago" title="2024-05-14T06:11:03Z">3 hours ago</abbr>',
        '<span class="timestamp" data-timestamp="1715667063">3 hours ago</span>',
    ],
)
def test_a_relative_date_has_the_moment_of_its_markup(shown: str) -> None:
    found = read(body=HEADLINE + shown, url=None)
    assert (found.facts.published_at, found.facts.published_basis) == (MAY_14, "visible")


@pytest.mark.parametrize(
    "below",
    [
        "<div class='related'><time datetime='2019-05-14'>5 years ago</time></div>",
        "<ul><li>A storm <time datetime='2023-05-14'>1 year ago</time></li><li>A wind</li></ul>",
    ],
)
def test_relative_dates_below_the_story_are_not_its_own(below: str) -> None:
    assert read(body=HEADLINE + BODY * 3 + below, url=None).facts.published_at is None


def test_the_date_of_a_change_is_read_from_visible_text() -> None:
    found = read(body=HEADLINE + "<div>Updated 15 May 2024<br>Published 14 May 2024</div>", url=None)
    assert found.facts.published_at == datetime(2024, 5, 14, tzinfo=UTC)
    assert found.facts.modified_at == datetime(2024, 5, 15, tzinfo=UTC)
    assert len(chosen(found, "modified_at")) == 1


def test_damaged_titles_and_authors_are_repaired() -> None:
    found = read(
        '<title>Dockers wonâ€™t accept â€˜finalâ€™ offer</title><meta name="author" content="ZoÃ« MÃ¼ller">',
        "<h1>Dockers wonâ€™t accept â€˜finalâ€™ offer</h1>",
    )
    assert (found.facts.title, found.facts.authors) == ("Dockers won’t accept ‘final’ offer", ["Zoë Müller"])
    assert Repair.MOJIBAKE_FIXED in found.repairs


def test_placeholders_are_not_values() -> None:
    head = "".join(
        f'<meta property="{name}" content="{value}">'
        for name, value in (
            ("og:title", "null"), ("og:site_name", "undefined"), ("author", "NaN"), ("article:section", "-")
        )
    )  # fmt: skip
    facts = read(head + "<title>Ferry blocks the harbour mouth</title>").facts
    assert (facts.title, facts.authors, facts.section) == ("Ferry blocks the harbour mouth", [], None)
    assert facts.publisher == "courier.example"


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ('"Ana Reyes"', ["Ana Reyes"]),
        ('["Ana Reyes", "Ben Okoro"]', ["Ana Reyes", "Ben Okoro"]),
        ('[{"name": "Ana Reyes"}, {"name": ["Ben Okoro", "Chi Lam"]}]', ["Ana Reyes", "Ben Okoro", "Chi Lam"]),
        ('[[{"@type": "Person", "name": "Ana Reyes"}]]', ["Ana Reyes"]),
        ('{"@type": "Person", "givenName": "Ana", "familyName": "Reyes"}', ["Ana Reyes"]),
        ('{"@list": [{"name": "Ana Reyes"}]}', ["Ana Reyes"]),
        ('"https://social.example/ana"', []),
        ('{"@type": "Person", "name": "null"}', []),
    ],
)
def test_authors_of_json_ld_have_many_shapes(author: str, names: list[str]) -> None:
    node = f'{{"@type": "NewsArticle", "headline": "Ferry", "author": {author}}}'
    assert read(f'<script type="application/ld+json">{node}</script>', HEADLINE).facts.authors == names


@pytest.mark.parametrize(
    "shown",
    [
        '<div class="c-contributor">Ana Reyes</div>',
        '<div class="autor">Von Ana Reyes</div>',
        '<a href="/author/ana-reyes">Ana Reyes</a>',
        '<div data-byline="Ana Reyes">x</div>',
        "<p>By Ana Reyes</p>",
    ],
)
def test_authors_are_read_from_the_names_of_elements_and_addresses(shown: str) -> None:
    assert read(body=HEADLINE + shown).facts.authors == ["Ana Reyes"]


def test_names_side_by_side_are_one_byline() -> None:
    links = '<a href="/author/a">Ana Reyes</a>, <a href="/author/b">Ben Okoro</a> and <a href="/author/c">Chi Lam</a>'
    assert read(body=f"{HEADLINE}<p>{links}</p>").facts.authors == ["Ana Reyes", "Ben Okoro", "Chi Lam"]
    items = '<ul><li class="author">Ana Reyes</li><li class="author">Ben Okoro</li></ul>'
    assert read(body=HEADLINE + items).facts.authors == ["Ana Reyes", "Ben Okoro"]


def test_a_link_to_a_person_in_the_story_is_not_its_author() -> None:
    story = f'<p>{"The council voted on Tuesday. " * 8}<a href="/people/ben">Ben Okoro</a> spoke.</p>'
    assert read(body=HEADLINE + story).facts.authors == []


@pytest.mark.parametrize(
    ("head", "body", "name", "method"),
    [
        (
            "<title>Ferry blocks the harbour mouth | Northport Post</title>",
            "",
            "Northport Post",
            "title:suffix",
        ),
        ("<title>Ferry blocks the harbour mouth - The Bell</title>", "", "The Bell", "title:suffix"),
        (
            "",
            "<header><a href='/'><img alt='Courier logo' src='x.png'></a></header>",
            "Courier",
            "visible:logo",
        ),
        (
            "",
            "<footer>© 2024 Northport Media. All rights reserved.</footer>",
            "Northport Media",
            "visible:copyright",
        ),
    ],
)
def test_a_printed_name_of_the_outlet_comes_before_the_domain(
    head: str, body: str, name: str, method: str
) -> None:
    found = read(head, HEADLINE + body)
    (claim,) = chosen(found, "publisher")
    assert (found.facts.publisher, claim.method) == (name, method)


def test_a_picture_of_another_logo_is_not_the_outlet() -> None:
    assert read(body=HEADLINE + "<img class='logo' alt='Acme Soap'>").facts.publisher == "courier.example"


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        (
            "River stops – Friday Update - The Bell",
            "<div>River stops – Friday Update</div>",
            "River stops – Friday Update",
        ),
        ("River stops at the wall | News | The Bell", "", "River stops at the wall | News | The Bell"),
        ("River stops at the wall | News | Courier", "", "River stops at the wall"),
        ("Sport | River stops at the wall", "", "River stops at the wall"),
    ],
)
def test_a_title_without_a_heading_loses_what_is_known_to_be_the_site(
    title: str, body: str, expected: str
) -> None:
    assert read(f"<title>{title}</title>", body).facts.title == expected


def test_names_that_joints_connect_are_one_byline() -> None:
    joined = "<p>By: <i><a href='/ana'>Ana Reyes</a></i>, <i><a href='/ben'>Ben Okoro</a></i></p>"
    apart = "<ul><li>By: <a href='/ana'>Ana Reyes</a></li><li>Photos</li><li>Ben Okoro</li></ul>"
    assert read(body=HEADLINE + joined).facts.authors == ["Ana Reyes", "Ben Okoro"]
    assert read(body=HEADLINE + apart).facts.authors == ["Ana Reyes"]


def test_a_stated_first_name_is_completed_by_the_byline() -> None:
    head = "<meta name='author' content='Ana'>"
    assert read(head, f"{HEADLINE}<p>By Ana Reyes</p>").facts.authors == ["Ana Reyes"]
    assert read(head, f"{HEADLINE}<p>By Ben Okoro</p>").facts.authors == ["Ana"]
