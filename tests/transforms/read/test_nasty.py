"""Hostile inputs come to the right end; all are read and cleaned once, in one process of their own."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.transforms.read.hostile import Outcome, all_outcomes
from tests.transforms.read.nasty import BODY, Case, cases, page
from transforms.clean import clean
from transforms.contract.documents import Cleaned, Origin, RawDocument

ALL = list(cases())


@pytest.fixture(scope="module")
def made() -> tuple[dict[str, Outcome], int]:
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(all_outcomes).result()


def test_no_two_cases_have_one_name() -> None:
    assert len({case.name for case in ALL}) == len(ALL)


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_nasty_input_comes_to_the_right_end(case: Case, made: tuple[dict[str, Outcome], int]) -> None:
    found = made[0][case.name]
    links, articles, rejected = found.links, found.articles, found.rejected
    reasons = [str(r.reason) for r in rejected]
    if case.action == "links":
        assert len(links) == case.articles
        assert set(reasons) == ({case.reason} if case.reason else set())
    elif case.action == "quarantine":
        assert not articles
        assert not links
        assert set(reasons) == {case.reason}
    else:
        assert articles, reasons
        assert case.articles is None or len(articles) == case.articles
    if case.rejected is not None:
        assert len(rejected) == case.rejected, reasons
    if case.action == "accept":
        assert not rejected
    if case.action == "partly":  # a fact of the file: its sound records are not repaired ones
        assert case.reason in reasons
        assert not any("partial_file" in c.article.repairs for c in articles)
    if case.action == "repair":
        assert any(case.reason in c.article.repairs for c in articles), [c.article.repairs for c in articles]
    _check_texts(case, articles)


def _check_texts(case: Case, articles: list[Cleaned]) -> None:
    texts = "\n".join(f"{c.article.title}\n{c.article.text}" for c in articles)
    assert case.contains in texts
    if case.lacks:
        assert case.lacks not in texts
    if case.title is not None:
        assert articles[0].article.title == case.title


def test_no_nasty_input_takes_more_than_its_time_and_its_memory(made: tuple[dict[str, Outcome], int]) -> None:
    outcomes, megabytes = made
    assert {name: one.seconds for name, one in outcomes.items() if one.seconds >= 10} == {}
    assert megabytes < 1500


def test_versions_of_one_page_are_one_article() -> None:
    """A changed text is a new hash under the same id; a changed advertisement is nothing."""
    pages = [
        page(),
        page(body=BODY.replace("7-2", "8-1")),
        page().replace("</head>", "<script>var t=9</script></head>"),
    ]
    url = "https://news.example/harbour"
    raws = [RawDocument(p.encode(), "text/html", Origin("test", url=url)) for p in pages]
    first, changed, same = (c.article for c in map(clean, raws) if isinstance(c, Cleaned))
    assert first.article_id == changed.article_id == same.article_id
    assert first.text_hash == same.text_hash != changed.text_hash
