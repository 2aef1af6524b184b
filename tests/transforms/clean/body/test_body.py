from typing import Any

import pytest

from tests.transforms.clean.sample_pages import CAPTION, PARAGRAPHS, PROMO, RELATED, news_page
from transforms.clean.body.body import find_body
from transforms.clean.body.paragraphs import Body
from transforms.clean.page.blocks import page_blocks
from transforms.clean.page.parse import Page, parse_page
from transforms.clean.page.selectors import joined, read_rules, rule_of, shipped_rules
from transforms.contract.errors import ConfigError
from transforms.contract.layout_rules import LayoutRule
from transforms.text.folding import fold_line

URL = "https://www.courier.example/harbour"


def body_of(markup: str, **options: Any) -> Body:
    page = parse_page(markup, URL)
    assert isinstance(page, Page)
    return find_body(page, **options)


def test_the_body_is_the_paragraphs_and_nothing_around_them() -> None:
    body = body_of(news_page())
    assert body.text == "\n\n".join(PARAGRAPHS)
    assert 0 < body.confidence <= 1
    left = {p.text for p in body.left_out}
    assert {PROMO, RELATED} <= left
    assert any(text.startswith(CAPTION) for text in left)


def test_lines_a_publisher_repeats_are_left_out() -> None:
    repeated = (
        "The Courier is read on the whole coast, from Northport to the lighthouse, since 1911 without break."
    )
    markup = news_page((*PARAGRAPHS, repeated))
    assert repeated in body_of(markup).text
    body = body_of(markup, boilerplate=frozenset({fold_line(repeated)}))
    assert body.text == "\n\n".join(PARAGRAPHS)
    assert [p.text for p in body.left_out if p.reason == "boilerplate"] == [repeated]


def test_an_article_seen_before_is_not_emptied_as_boilerplate() -> None:
    boilerplate = frozenset(fold_line(p) for p in PARAGRAPHS)
    assert body_of(news_page(), boilerplate=boilerplate).text == "\n\n".join(PARAGRAPHS)


def test_a_site_rule_drops_and_selects() -> None:
    body = body_of(
        news_page(), site_rule=LayoutRule(body=".article-body > p", drop=(".article-body > p:last-child",))
    )
    assert body.method == "site_rule"
    assert body.text == "\n\n".join(PARAGRAPHS[:-1])


def test_an_article_printed_twice_is_taken_once() -> None:
    again = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    joined = f"<p>{' '.join(PARAGRAPHS[:3])}</p><p>{' '.join(PARAGRAPHS[3:])}</p>"
    for copy in (again, joined):
        body = body_of(news_page((*PARAGRAPHS, f"</p><div class='mobile article-body'>{copy}</div><p>")))
        assert body.text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "last",
    [
        "Follow the Courier on Twitter and Facebook for more news from the coast.",
        "Read more: The ferry company has ordered two ships for the crossing",
        "Subscribe now to continue reading this article.",
        "La suite est réservée aux abonnés.",
    ],
)
def test_calls_to_read_on_or_to_pay_at_the_end_are_removed(last: str) -> None:
    assert body_of(news_page((*PARAGRAPHS, last))).text == "\n\n".join(PARAGRAPHS)
    inside = (*PARAGRAPHS[:3], "“Follow us on the quay,” she said, and went ahead.", *PARAGRAPHS[3:])
    assert body_of(news_page(inside)).text == "\n\n".join(inside)


def test_a_repeated_line_is_not_a_copy() -> None:
    text = (*PARAGRAPHS[:3], PARAGRAPHS[3], *PARAGRAPHS[4:], PARAGRAPHS[3])
    assert body_of(news_page(text)).text == "\n\n".join(text)


@pytest.mark.parametrize("selector", [".byline", ".absent"])
def test_a_site_rule_that_no_longer_fits_is_flagged_and_not_used(selector: str) -> None:
    body = body_of(news_page(), site_rule=LayoutRule(body=selector))
    assert body.flags == frozenset({"layout_changed"})
    assert body.agreement == 0.0
    assert body.method != "site_rule"
    assert body.text == "\n\n".join(PARAGRAPHS)


OWN = """
[domain."courier.example"]
body = ".article-body p"
drop = [".related"]
"""


def test_site_rules_are_found_by_registrable_domain_and_user_rules_win() -> None:
    shipped = read_rules('[common]\ndrop = [".ad"]\n[domain."courier.example"]\nbody = "p"', "shipped")
    rules = joined(read_rules(OWN, "own"), shipped)
    assert rule_of(rules, URL) == LayoutRule(".article-body p", (".ad", ".related"))
    assert rule_of(rules, "https://other.example/x") == rule_of(rules, None) == LayoutRule(drop=(".ad",))
    assert rule_of(shipped_rules(), URL).drop


def test_the_version_of_rules_changes_with_them_and_not_with_comments() -> None:
    version = read_rules(OWN, "own").version()
    assert read_rules(f"# ours\n{OWN}", "other").version() == version
    assert read_rules(OWN.replace("related", "more"), "own").version() != version


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[domain.", "own.toml: "),
        ('[domain."courier.example"]\nboddy = "p"', r'own.toml, \[domain."courier.example"\]: .*boddy'),
        ('[domain."courier.example"]\nbody = ["p"]', "Expected `str`"),
        ('[domain."courier.example"]\nleast_agreement = 60', "<= 1"),
        ('[domain."courier.example"]\ndrop = ["p["]', "'p\\[' is not a CSS selector"),
        ('[domain."www.courier.example"]\nbody = "p"', "not a registrable domain"),
        ('[common]\ndrop = ["::"]', r"\[common\]: '::' is not a CSS selector"),
        ('[domains."courier.example"]\nbody = "p"', "domains"),
    ],
)
def test_an_error_in_a_rules_file_is_reported_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        read_rules(text, "own.toml")
    assert "\n" not in str(caught.value)


def test_a_page_without_visible_text_yields_its_stated_body() -> None:
    stated = '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "%s"}</script>'
    body = body_of(
        f"<html><head>{stated % ' '.join(PARAGRAPHS[:1])}</head><body><div id=app></div></body></html>"
    )
    assert (body.text, body.method) == (PARAGRAPHS[0], "json_ld")
    assert body_of("<html><body></body></html>").text == ""


def test_the_same_page_has_the_same_body_in_any_order() -> None:
    pages = [news_page(), news_page(PARAGRAPHS[:4]), news_page(tuple(reversed(PARAGRAPHS)))]
    first = [body_of(p).text for p in pages]
    assert [body_of(p).text for p in reversed(pages)] == first[::-1]


def test_blocks_keep_words_together_and_paragraphs_apart() -> None:
    page = parse_page(
        "<p>One <b>bo</b>ld wo<i>rd</i>.<br><br>Second paragraph<br>goes on.</p><div>Third<p>Fourth</p>fifth</div>"
    )
    assert isinstance(page, Page)
    blocks = page_blocks(page)
    assert [b.text for b in blocks] == [
        "One bold word.",
        "Second paragraph goes on.",
        "Third",
        "Fourth",
        "fifth",
    ]
    assert [b.number for b in blocks] == list(range(5))


def test_deep_nesting_loses_no_text() -> None:
    inner = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    assert body_of("<body>" + "<div>" * 600 + inner + "</div>" * 600).text == "\n\n".join(PARAGRAPHS)
