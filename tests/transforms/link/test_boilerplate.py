"""Which lines a publisher repeats: those in enough documents, copies of a story counted once, in any order."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.clean.sample_pages import CAPTION, PARAGRAPHS, news_page
from transforms.contract.documents import Origin, RawDocument
from transforms.link.boilerplate.fingerprint import document_lines, fingerprint
from transforms.link.boilerplate.repeated_lines import Hashes, boilerplate_in, merged, repeated_lines
from transforms.link.boilerplate.rows import is_sentence, line_hash, lines_hash
from transforms.text.folding import fold, fold_line, fold_lines, fold_numbers

SLOGAN = "the courier is read on the whole coast, from northport to the lighthouse, without break."
BOX = "about the author"
URL = "https://www.courier.example/harbour"


def sentences(story: int, count: int = 12) -> list[str]:
    return [f"in story {story} the council of the town voted for plan {n} on that day." for n in range(count)]


def document(*lines: str) -> Hashes:
    return np.array(sorted({line_hash(line) for line in lines}), np.int64)


def site(count: int, *extra: str) -> dict[str, Hashes]:
    return {f"https://courier.example/{n:03}": document(*sentences(n), *extra) for n in range(count)}


def page(markup: str, url: str | None = URL) -> RawDocument:
    return RawDocument(markup.encode(), "text/html", Origin("pages", url=url))


def record(**fields: str) -> RawDocument:
    return RawDocument(json.dumps(fields).encode(), "application/json", Origin("wire"))


@pytest.mark.parametrize(("count", "found"), [(2, set()), (3, {BOX}), (5, {BOX}), (6, {SLOGAN, BOX})])
def test_sentences_need_more_witnesses_than_labels(count: int, found: set[str]) -> None:
    assert set(repeated_lines(site(count, SLOGAN, BOX))) == {line_hash(line) for line in found}


def test_lines_of_few_among_many_documents_are_not_boilerplate() -> None:
    documents = site(200)
    for number, key in enumerate(sorted(documents)):
        lines = [line for line, most in (("labels of seven", 7), ("labels of eight", 8)) if number < most]
        documents[key] = np.union1d(documents[key], document(*lines))
    assert repeated_lines(documents) == {line_hash("labels of eight"): 8}


@pytest.mark.parametrize("copies", [2, 9, 30])
def test_a_story_published_again_bears_witness_once(copies: int) -> None:
    documents = site(12, SLOGAN)
    for number in range(copies):
        # Each copy is cut and continued in its own way.
        kept = [*sentences(99)[: 12 - number % 6], *sentences(200 + number, 3), SLOGAN, "story of the day"]
        documents[f"https://courier.example/copy/{number:02}"] = document(*kept)
    repeated = repeated_lines(documents)
    assert repeated == {line_hash(SLOGAN): 13}


def test_a_page_that_shows_little_but_furniture_spoils_nothing() -> None:
    documents = site(8, SLOGAN, BOX) | {"https://courier.example/gallery": document(SLOGAN, BOX)}
    assert set(repeated_lines(documents)) == {line_hash(SLOGAN), line_hash(BOX)}


def test_a_page_fetched_again_counts_once() -> None:
    key = "https://courier.example/live"
    held = merged((key, document(*sentences(n), SLOGAN, BOX)) for n in range(20))
    assert repeated_lines(held | site(1) | {"other": document("nothing to see")}) == {}


def test_a_document_all_of_whose_sentences_came_before_keeps_them() -> None:
    lines = document(*sentences(1), BOX)
    assert boilerplate_in(lines, document(*sentences(1), BOX, SLOGAN)) == [line_hash(BOX)]
    assert boilerplate_in(document(*sentences(1), SLOGAN, BOX), document(SLOGAN)) == [line_hash(SLOGAN)]


@given(st.lists(st.sets(st.integers(0, 40), max_size=12), max_size=25), st.randoms(use_true_random=False))
def test_the_order_of_documents_does_not_matter(held: Sequence[set[int]], shuffle: random.Random) -> None:
    documents = [(f"{n:03}", np.array(sorted(lines), np.int64)) for n, lines in enumerate(held)]
    expected = repeated_lines(merged(documents))
    shuffle.shuffle(documents)
    assert repeated_lines(merged(documents)) == expected


@given(st.text())
def test_lines_are_folded_as_cleaning_folds_them(text: str) -> None:
    lines = [line for line in text.splitlines() if fold(line)]
    assert fold_lines(text) == [fold(line) for line in lines]
    assert [fold_numbers(line) for line in fold_lines(text)] == [fold_line(line) for line in lines]


def test_numbers_count_in_sentences_and_not_in_labels() -> None:
    assert line_hash("updated 10:30") == line_hash("updated 9:15")
    cost = "the work will cost {} million crowns, according to the office."
    assert line_hash(cost.format(10)) != line_hash(cost.format(11))
    assert line_hash(cost) & 1
    assert not line_hash(BOX) & 1


def test_sentences_are_distinguished_from_labels_in_other_scripts() -> None:
    assert is_sentence("理事会は火曜日に港の壁を再建することを決めた。")
    assert not is_sentence("港のニュース")
    assert not is_sentence("read more: ferry company orders two new ships")


def test_a_page_is_known_by_its_domain_and_address() -> None:
    found = fingerprint(page(news_page()), "seen")
    assert found is not None
    assert (found.publisher_key, found.document_key) == ("courier.example", URL)
    assert found.line_hashes == sorted(set(found.line_hashes))
    assert {line_hash(fold(p)) for p in PARAGRAPHS} <= set(found.line_hashes)


def test_a_saved_page_states_its_own_address() -> None:
    head = f'<link rel="canonical" href="{URL}">'
    found = fingerprint(page(news_page(head=head), url=None), "seen")
    assert found is not None
    assert (found.publisher_key, found.document_key) == ("courier.example", URL)
    assert fingerprint(page(news_page(), url=None), "seen") is None


def test_a_record_without_address_is_known_by_source_and_publisher() -> None:
    text = "\n".join(PARAGRAPHS)
    found = fingerprint(record(text=text, publisher="Bay  News"), "seen")
    assert found is not None
    assert found.publisher_key == "wire bay news"
    assert found.document_key == record(text=text, publisher="Bay  News").raw_id
    assert fingerprint(record(text=text), "seen") is None


def test_margins_of_a_page_are_not_among_its_lines() -> None:
    lines = document_lines(page(news_page()))
    assert fold(PARAGRAPHS[0]) in lines
    assert fold(CAPTION) not in lines
    assert not any("another headline" in line for line in lines)


@pytest.mark.parametrize(
    "markup",
    ["<div>" * 30_000 + "deep", "<p " + "a=1 " * 60_000 + ">text", "<" * 3_000_000, ""],
)
def test_pages_that_cleaning_rejects_have_no_lines(markup: str) -> None:
    raw = RawDocument(markup.encode("utf-8", "surrogatepass"), "text/html", Origin("pages", url=URL))
    assert fingerprint(raw, "seen") is None


def test_the_hash_of_lines_depends_on_the_set_alone() -> None:
    assert lines_hash([]) == ""
    assert lines_hash([3, 1, 2]) == lines_hash((2, 3, 1)) != lines_hash([1, 2])
