from datetime import UTC, datetime

import pytest

from transforms.clean.metadata.body_facts import (
    body_bylines,
    body_date_lines,
    closing_signers,
    state_authors,
    state_dateline,
)
from transforms.contract.article import EvidenceBook, Facts

STORY = ["The ferry lay across the harbour mouth for most of Tuesday night.", "Nobody was hurt."]


@pytest.mark.parametrize(
    "line",
    [
        "By Marit Solberg",
        "by Marit Solberg and Jon Ek",
        "By Marit Solberg | 14 May 2024",
        "By Marit Solberg, Chief Political Reporter",
        "By Marit Solberg — WireLine",
        "By Marit SolbergPublished: 14 May 2024",
        "Written by: Marit Solberg",
        "Von Marit Solberg",
    ],
)
def test_a_byline_in_the_body_is_found(line: str) -> None:
    assert list(body_bylines([line, *STORY], [])) == [0]
    facts = Facts()
    state_authors(facts, EvidenceBook(), [line, *STORY], [0])
    assert facts.authors[0] == "Marit Solberg"


@pytest.mark.parametrize(
    "line",
    [
        "By noon on Tuesday the tugs had failed.",
        "By Tuesday Night",
        "By land and sea",
        "By the time Marit Solberg came, it was dark.",
        "By Marit Solberg’s count, six ships waited outside the bar.",
        "Marit Solberg",
    ],
)
def test_a_sentence_is_not_a_byline(line: str) -> None:
    assert list(body_bylines([line, *STORY], [])) == []


def test_the_names_of_known_authors_alone_are_a_byline() -> None:
    assert list(body_bylines(["Marit Solberg", *STORY], ["Marit Solberg"])) == [0]
    assert list(body_bylines(["Marit Solberg", *STORY], ["Marit Solberg", "Jon Ek"])) == []


def test_dates_above_the_story_are_date_lines() -> None:
    assert list(body_date_lines(["Last updated: 15 May 2024", *STORY])) == [0]
    assert list(body_date_lines(["On 15 May 2024 the ferry sank.", *STORY])) == []


def test_a_closing_credit_names_the_writer_and_not_the_producer() -> None:
    for credit in (
        "This story was written by Marit Solberg, produced by Jon Ek.",
        "(Written by Marit Solberg; produced by Jon Ek)",
    ):
        found = closing_signers([*STORY, credit])
        assert found is not None
        assert found[1] == ("Marit Solberg",)
    assert (
        closing_signers([*STORY, "The letter that her mother kept for years was written by Marit Solberg."])
        is None
    )


def test_stated_authors_are_not_replaced() -> None:
    facts = Facts(authors=["Ana Reyes"])
    state_authors(facts, EvidenceBook(), ["By Marit Solberg", *STORY], [0])
    assert facts.authors == ["Ana Reyes"]


def test_a_dateline_dates_an_undated_article_and_refines_a_month() -> None:
    opening = ["NORTHPORT, May 14, 2024 (WireLine) -- " + STORY[0]]
    undated, evidence = Facts(), EvidenceBook()
    state_dateline(undated, evidence, opening, not_after=None)
    assert (undated.published_at, undated.published_basis) == (datetime(2024, 5, 14, tzinfo=UTC), "text")
    assert (undated.publisher, undated.publisher_basis) == ("WireLine", "text")
    assert {row.attribute for row in evidence.rows() if row.is_chosen} == {"published_at", "publisher"}
    month = Facts(
        published_at=datetime(2024, 5, 1, tzinfo=UTC), published_precision="month", publisher="Courier"
    )
    state_dateline(month, EvidenceBook(), ["NORTHPORT, May 14 (WireLine) -- " + STORY[0]], not_after=None)
    assert (month.published_at, month.publisher) == (datetime(2024, 5, 14, tzinfo=UTC), "Courier")


def test_a_stated_date_stays_and_a_future_one_is_not_used() -> None:
    opening = ["NORTHPORT, May 14, 2024 (WireLine) -- " + STORY[0]]
    stated = Facts(published_at=datetime(2024, 5, 16, 9, tzinfo=UTC), published_precision="minute")
    state_dateline(stated, EvidenceBook(), opening, not_after=None)
    assert stated.published_at == datetime(2024, 5, 16, 9, tzinfo=UTC)
    early = Facts()
    state_dateline(early, EvidenceBook(), opening, not_after=datetime(2024, 5, 1, tzinfo=UTC))
    assert early.published_at is None


def test_the_known_author_alone_at_the_end_is_a_byline() -> None:
    sentences = [f"The council voted {n} times on Tuesday." for n in range(12)]
    assert list(body_bylines([*sentences, "Ana Reyes"], ["Ana Reyes"])) == [12]
    assert not list(body_bylines([*sentences, "Ana Reyes"], ["Ben Okoro"]))
    assert not list(body_bylines([*sentences, "Ana Reyes", "The wall holds."], ["Ana Reyes"]))
