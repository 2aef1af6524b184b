import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from transforms.clean.metadata.publisher import publisher_from_text, publisher_of_url, publishers_of_page
from transforms.clean.page.facts import gather
from transforms.clean.page.parse import Page


@pytest.mark.parametrize(
    ("line", "name", "method"),
    [
        ("Stay up to date on the latest news, video, and analysis from XYZ News.", "XYZ News", "widget"),
        (
            "Get the latest headlines from The Northport Courier. Add Interest",
            "The Northport Courier",
            "widget",
        ),
        ("© 2015 The Northport Courier. All rights reserved.", "The Northport Courier", "notice"),
        ("Copyright 2015-2019 by Northport Media Group Ltd.", "Northport Media Group", "notice"),
        ("Download the Courier News app today.", "Courier News", "app"),
        ("Sign up for the Courier’s newsletter", "Courier", "newsletter"),
    ],
)
def test_an_outlet_that_speaks_of_itself_is_named(line: str, name: str, method: str) -> None:
    (found,) = publisher_from_text([("The council voted.", 0), (line, 100)])
    assert (found.name, found.method, found.basis) == (name, method, "text")
    assert found.confidence > 0.5
    assert found.raw_start is not None
    assert found.raw_end is not None
    assert line[found.raw_start - 100 : found.raw_end - 100] == found.clue


@pytest.mark.parametrize(
    "line",
    [
        "The mayor has the latest news from the harbour.",
        "Copyright law is on their side, the lawyers said.",
        "© Getty Images",
        "First published in The Other Paper in 2003",
        "Follow Ana Reyes on Twitter",
        "Sign up for Daily Newsletters Manage Newsletters",
        "Subscribe to the Morning Briefing newsletter",
    ],
)
def test_no_outlet_is_named_for_certain(line: str) -> None:
    assert all(found.confidence < 0.5 for found in publisher_from_text([(line, None)]))


def test_a_name_that_lines_agree_on_gains_confidence() -> None:
    lines = [("Download the Courier app", None), ("© 2015 Courier", None), ("© 2015 Other Pictures", None)]
    first, *_ = publisher_from_text(lines)
    assert first.name == "Courier"
    assert first.confidence > 0.8


def test_the_domain_replaces_a_missing_name() -> None:
    found = publisher_of_url("https://www.courier.example/a")
    assert found is not None
    assert found.name == "courier.example"
    assert publisher_of_url(None) is None


@given(st.text())
def test_any_line_is_read(text: str) -> None:
    publisher_from_text([(text, 0)])


@pytest.mark.parametrize(
    ("name", "domain", "publisher"),
    [
        ("Courier | Sport | Harbour", "courier", "Courier"),
        ("News | The Courier", "courier", "The Courier"),
        ("Harbour | Sport", "courier", "Harbour | Sport"),
        ("The Courier", "courier", "The Courier"),
    ],
)
def test_slogans_after_bars_are_not_part_of_a_name(name: str, domain: str, publisher: str) -> None:
    markup = f'<head><meta property="og:site_name" content="{name}"></head>'
    facts = gather(Page(markup, LexborHTMLParser(markup), f"https://www.{domain}.example/a"))
    assert publishers_of_page(facts)[0].name == publisher
