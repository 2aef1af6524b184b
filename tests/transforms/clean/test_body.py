import pytest

from tests.transforms.clean.sample_pages import CAPTION, PARAGRAPHS, PROMO, RELATED, news_page
from transforms.clean.blocks import page_blocks
from transforms.clean.body import find_body
from transforms.clean.page import Page, parse_page
from transforms.clean.sites import SiteRule, site_rule, site_rules
from transforms.errors import ConfigError
from transforms.text import fold_line

URL = "https://www.courier.example/harbour"


def body_of(markup, **options):
    page = parse_page(markup, URL)
    assert isinstance(page, Page)
    return find_body(page, **options)


def test_the_body_is_the_paragraphs_and_nothing_around_them():
    body = body_of(news_page())
    assert body.text == "\n\n".join(PARAGRAPHS)
    assert 0 < body.confidence <= 1
    left = {p.text for p in body.left_out}
    assert {PROMO, RELATED} <= left
    assert any(text.startswith(CAPTION) for text in left)


def test_lines_a_publisher_repeats_are_left_out():
    repeated = (
        "The Courier is read on the whole coast, from Northport to the lighthouse, since 1911 without break."
    )
    markup = news_page((*PARAGRAPHS, repeated))
    assert repeated in body_of(markup).text
    body = body_of(markup, furniture=frozenset({fold_line(repeated)}))
    assert body.text == "\n\n".join(PARAGRAPHS)
    assert [p.text for p in body.left_out if p.reason == "furniture"] == [repeated]


def test_an_article_seen_before_is_not_emptied_as_furniture():
    furniture = frozenset(fold_line(p) for p in PARAGRAPHS)
    assert body_of(news_page(), furniture=furniture).text == "\n\n".join(PARAGRAPHS)


def test_a_site_rule_drops_and_selects():
    body = body_of(
        news_page(), site_rule=SiteRule(body=".article-body > p", drop=(".article-body > p:last-child",))
    )
    assert body.method == "site_rule"
    assert body.text == "\n\n".join(PARAGRAPHS[:-1])


def test_a_site_rule_that_no_longer_fits_is_noticed_and_not_used():
    body = body_of(news_page(), site_rule=SiteRule(body=".byline"))
    assert body.method.endswith("layout_changed")
    assert body.text == "\n\n".join(PARAGRAPHS)


def test_site_rules_are_found_by_registrable_domain_and_a_users_win(tmp_path):
    own = tmp_path / "publishers.toml"
    own.write_text('[domain."courier.example"]\nbody = ".article-body p"\ndrop = [".related"]\n')
    rule = site_rule(URL, site_rules(own))
    assert rule is not None
    assert (rule.body, ".related" in rule.drop) == (".article-body p", True)
    assert site_rule("https://other.example/x", site_rules(own)) is None
    own.with_name("bad.toml").write_text('[domain."courier.example"]\nboddy = "p"\n')
    with pytest.raises(ConfigError, match="boddy"):
        site_rules(own.with_name("bad.toml"))


def test_a_page_that_shows_nothing_gives_what_it_states():
    stated = '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "%s"}</script>'
    body = body_of(
        f"<html><head>{stated % ' '.join(PARAGRAPHS[:1])}</head><body><div id=app></div></body></html>"
    )
    assert (body.text, body.method) == (PARAGRAPHS[0], "json_ld")
    assert body_of("<html><body></body></html>").text == ""


def test_the_same_page_gives_the_same_body_in_any_order():
    pages = [news_page(), news_page(PARAGRAPHS[:4]), news_page(tuple(reversed(PARAGRAPHS)))]
    first = [body_of(p).text for p in pages]
    assert [body_of(p).text for p in reversed(pages)] == first[::-1]


def test_blocks_keep_words_together_and_paragraphs_apart():
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


def test_deep_nesting_loses_no_text():
    inner = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    assert body_of("<body>" + "<div>" * 600 + inner + "</div>" * 600).text == "\n\n".join(PARAGRAPHS)
