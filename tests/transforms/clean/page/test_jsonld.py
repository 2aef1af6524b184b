import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.clean.page.jsonld import article_nodes, as_list, as_text, follow, read_nodes

ARTICLE = '{"@type": "NewsArticle", "headline": "Harbour wall vote"}'


@pytest.mark.parametrize(
    "script",
    [
        ARTICLE,
        f"[{ARTICLE}]",
        f'{{"@graph": [{{"@type": "WebSite"}}, {ARTICLE}]}}',
        f'{{"@type": "WebPage", "mainEntity": {ARTICLE}}}',
        f"<!-- {ARTICLE} -->",
        f"//<![CDATA[\n{ARTICLE}\n//]]>",
        f"{ARTICLE};",
        '{"@type": "NewsArticle", "headline": "Harbour wall vote",}',
        '{"@type": "NewsArticle",, "headline": "Harbour wall vote"}',
        '{"@type": "NewsArticle"\n "headline": "Harbour wall vote"}',
        '{"@type": "NewsArticle", "headline": "Harbour\nwall vote"}',
        '{"@type": "NewsArticle", "headline": "Harbour wall vote", "x": "a\\q"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Harbour wall vote&quot;}",
        f'{{"@type": "WebSite"}}\n{ARTICLE}',
        '{"@type": ["Thing", "https://schema.org/ReportageNewsArticle"], "headline": "Harbour wall vote"}',
    ],
)
def test_the_article_is_found_however_it_is_written(script: str) -> None:
    (article,) = article_nodes(read_nodes([script]))
    assert as_text(article["headline"]) == "Harbour wall vote"


@pytest.mark.parametrize(
    "script", ["", "nonsense", "[" * 5000, '{"@type": "NewsArticle"', "<!-- -->", "null", "7"]
)
def test_a_script_beyond_repair_counts_as_absent(script: str) -> None:
    assert article_nodes(read_nodes([script])) == []


def test_other_articles_in_lists_are_not_taken() -> None:
    script = f'{{"@type": "ItemList", "itemListElement": [{ARTICLE}]}}'
    assert article_nodes(read_nodes([script])) == []


def test_references_are_followed() -> None:
    nodes = read_nodes(['{"@graph": [{"@id": "#ana", "@type": "Person", "name": "Ana Reyes"}]}'])
    assert as_text(follow({"@id": "#ana"}, nodes)) == "Ana Reyes"
    assert follow({"@id": "#nobody"}, nodes) == {"@id": "#nobody"}


def test_texts_of_any_shape() -> None:
    assert as_text([{"@value": " Harbour  &amp; wall "}]) == "Harbour & wall"
    assert as_text({"name": ["Ana", "Ben"]}) == "Ana"
    assert as_text({}) is None
    assert as_text(True) is None
    assert as_list(None) == []
    assert as_list("a") == ["a"]


@given(st.text(alphabet='{}[]",:@a1 \n\\/*-<>!', max_size=60))
def test_any_script_is_read(script: str) -> None:
    read_nodes([script])
