import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.clean.page.parse import Page, parse_page
from transforms.contract.documents import Rejected
from transforms.contract.reasons import Reason, Repair

TEXT = "The council voted 7-2 on Tuesday to rebuild the harbour wall. "


def rejection(markup: str) -> str | None:
    start = time.process_time()
    page = parse_page(markup)
    assert time.process_time() - start < 1
    return page.reason if isinstance(page, Rejected) else None


@pytest.mark.parametrize(
    "tag",
    [
        "<p " + " ".join(f"a{n}=x" for n in range(100_000)) + ">",
        "<p x='>' " + " ".join(f"a{n}" for n in range(100_000)) + ">",
        '<p " ' + " ".join(f"a{n}" for n in range(100_000)) + ">",
        "<p" + " a='<p'" * 600 + ">",
    ],
)
def test_a_tag_with_too_many_attributes_is_rejected_before_parsing(tag: str) -> None:
    assert rejection(f"<body>{tag}{TEXT}</p>") is Reason.HTML_TOO_MANY_ATTRIBUTES


def test_comparisons_in_a_script_are_not_attributes() -> None:
    script = "<script>if (a <b " + "&& c " * 1_000 + "> d) go()</script>"
    assert rejection(f"<body>{script}<p>{TEXT}</p>") is None


def test_deep_nesting_is_rejected_and_unclosed_paragraphs_are_not_nesting() -> None:
    assert rejection("<div>" * 50_000 + TEXT + "</div>" * 50_000) is Reason.HTML_TOO_DEEP
    assert rejection(f"<p>{TEXT}" * 5_000) is None


def test_too_many_nodes_are_rejected() -> None:
    assert rejection("<p>" + "<b>x</b>" * 300_000) is Reason.HTML_TOO_MANY_NODES


@pytest.mark.parametrize(
    "evil", ["<a '" * 100_000, '<a b="' * 100_000, "<!--" * 200_000, "<script" * 50_000, "<" * 400_000]
)
def test_checks_stay_linear(evil: str) -> None:
    rejection(evil)


def test_an_unclosed_title_does_not_swallow_the_page() -> None:
    page = parse_page(f"<html><head><title>Harbour wall vote<body><p>{TEXT}")
    assert isinstance(page, Page)
    assert page.repairs == [Repair.MALFORMED_HTML]
    assert page.tree.body is not None
    assert TEXT.strip() in page.tree.body.text()
    assert TEXT in page.source


def test_an_unclosed_comment_does_not_swallow_the_page() -> None:
    page = parse_page(f"<body><p>Lede.</p><!-- <p>{TEXT * 20}</p>")
    assert isinstance(page, Page)
    assert page.tree.body is not None
    assert TEXT.strip() in page.tree.body.text()


@given(st.text(max_size=300))
def test_any_text_is_parsed_and_kept_as_it_was(text: str) -> None:
    page = parse_page(text)
    assert isinstance(page, Page)
    assert page.markup == text
