from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.clean.metadata.choose_date import Candidate, choose, read_candidates, text_candidates
from transforms.contract.article import PublishedBasis
from transforms.contract.reasons import Repair


def stated(
    text: str, basis: PublishedBasis = "metadata", confidence: float = 0.9, **more: Any
) -> list[Candidate]:
    return read_candidates(text, basis=basis, method=basis, confidence=confidence, **more)


def day(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def test_without_candidates_the_date_is_unknown() -> None:
    published = choose([])
    assert (published.at, published.precision, published.basis) == (None, None, None)


def test_stated_dates_come_before_address_and_text() -> None:
    published = choose([
        *stated("2015-11-20", "text", 0.99), *stated("2015-11-25", "visible", 0.99), *stated("2015-11-22", "url", 0.99),
        *stated("2015-11-23", "feed", 0.9), *stated("2015-11-24T10:00Z", "metadata", 0.8),
    ])  # fmt: skip
    assert (published.at, published.precision, published.basis) == (day(2015, 11, 24, 10), "minute", "metadata")


def test_candidates_that_disagree_stay_evidence_and_reduce_confidence() -> None:
    alone = choose(stated("2015-11-23"))
    agreed = choose([*stated("2015-11-23"), *stated("2015-11-23", "url")])
    disputed = choose([*stated("2015-11-23"), *stated("2014-01-02", "url")])
    assert [row.value for row in disputed.claims] == ["2015-11-23", "2014-01-02"]
    confidences = [p.claims[0].confidence for p in (disputed, alone, agreed)]
    assert confidences == sorted(confidences)
    assert len(set(confidences)) == 3


def test_the_most_exact_of_agreeing_dates_is_chosen() -> None:
    assert (
        choose([*stated("2015-11-23", confidence=0.95), *stated("2015-11-23T10:31:05Z")]).precision == "second"
    )
    assert choose([*stated("2015-11", "url"), *stated("Nov. 23, 2015", "visible")]).at == day(2015, 11, 23)


def test_a_shown_date_earlier_than_the_stated_one_is_the_first_publication() -> None:
    moved = choose([*stated("2024-08-07T12:01:51Z"), *stated("Dec 30, 2013", "visible", 0.7)])
    assert (moved.at, moved.basis) == (day(2013, 12, 30), "visible")
    updated = choose([*stated("2013-12-30"), *stated("Aug 7, 2024", "visible", 0.7)])
    assert updated.at == day(2013, 12, 30)


def test_a_hint_is_not_a_date() -> None:
    published = choose(stated("2015-11-23", "text", 0.3))
    assert published.at is None
    assert published.claims[0].value == "2015-11-23"


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        ("2024-13-45T99:00:00Z", Repair.DATE_INVALID),
        ("1970-01-01T00:00:00Z", Repair.DATE_EPOCH),
        ("2999-01-01", Repair.DATE_FUTURE),
        ("2016-01-01", Repair.DATE_FUTURE),
    ],
)
def test_an_impossible_date_is_null_with_its_reason_and_row(text: str, repair: str) -> None:
    published = choose(stated(text), not_after=day(2015, 12, 1))
    assert published.at is None
    assert published.repairs == [repair]
    assert (published.claims[0].clue, published.at) == (text, None)


def test_a_less_trusted_source_replaces_an_impossible_date() -> None:
    published = choose([*stated("0000-00-00"), *stated("2015-11-23", "url")])
    assert published.at == day(2015, 11, 23)
    assert published.repairs == [Repair.DATE_INVALID]


def test_an_ambiguous_order_is_flagged_unless_another_date_decides_it() -> None:
    unclear = choose(stated("9/6/17", "record"))
    assert unclear.repairs == [Repair.DATE_AMBIGUOUS]
    assert len(unclear.claims) == 2
    decided = choose([*stated("9/6/17", "record"), *stated("2017-06-09", "url")])
    assert (decided.at, decided.basis, decided.repairs) == (day(2017, 6, 9), "record", [])


CAPTION = ("Two ministers arrive for a summit in Northport, Ruritania, Nov. 23, 2015.", 100)
STORY = [
    ("The minister is in Ruritania for the first time since attacks in Westport this month.", 200),
    ("After meeting today with the duke, she flew home. Following the Nov. 13 attacks, others did too.", 300),
    ("Before flying out on Monday morning, she signed a decree.", 500),
]


def test_a_caption_confirmed_by_weekday_and_tense_dates_the_story() -> None:
    published = choose(text_candidates("Minister visits Ruritania", STORY, [CAPTION]))
    assert (published.at, published.precision, published.basis) == (day(2015, 11, 23), "day", "caption")
    chosen, *others = published.claims
    assert chosen.raw_start == 100 + CAPTION[0].index("Nov. 23, 2015")
    assert {row.method for row in others} == {"weekday", "tense"}
    monday = next(row for row in others if row.method == "weekday")
    assert monday.raw_start == 500 + STORY[2][0].index("Monday")
    alone = choose(text_candidates(None, [("She signed a decree.", 0)], [CAPTION]))
    assert alone.claims[0].confidence < chosen.confidence


def test_an_archive_picture_does_not_date_the_story() -> None:
    captions = [("FILE - The minister in Northport, Nov. 23, 2010.", 0)]
    assert choose(text_candidates(None, STORY, captions)).at is None


def test_a_picture_older_than_a_past_date_in_the_story_does_not_date_it() -> None:
    story = [*STORY, ("The wall fell on March 3, 2016.", 0)]
    assert choose(text_candidates(None, story, [CAPTION])).at is None


def test_future_dates_are_not_a_bound() -> None:
    story = [*STORY, ("The wall will be rebuilt by March 3, 2016.", 0)]
    assert choose(text_candidates(None, story, [CAPTION])).at == day(2015, 11, 23)


def test_a_dateline_dates_a_report() -> None:
    report = [("NORTHPORT, Ruritania, Nov. 23, 2015 (XYZ) — The council voted.", 0)]
    published = choose(text_candidates(None, report))
    assert (published.at, published.basis) == (day(2015, 11, 23), "text")
    assert published.claims[0].method == "dateline"


def test_a_date_line_dates_a_text_and_an_update_does_not() -> None:
    lines = [("Published: 23 November 2015, 10:31 GMT", 0), ("Updated 25 November 2015", 50)]
    published = choose(text_candidates(None, STORY, lines=lines))
    assert (published.at, published.precision, published.basis) == (
        day(2015, 11, 23, 10, 31),
        "minute",
        "visible",
    )
    assert choose(text_candidates(None, STORY, lines=lines[1:])).at is None


def test_a_date_with_its_weekday_dates_the_story_to_the_month() -> None:
    story = [("The council voted on Monday, Nov. 23, 2015, to rebuild.", 0)]
    published = choose(text_candidates(None, story))
    assert (published.at, published.precision) == (day(2015, 11, 1), "month")


def test_a_date_in_the_story_alone_is_not_a_publication_date() -> None:
    assert choose(text_candidates(None, [("The wall fell on March 3, 2014.", 0)])).at is None


@given(st.lists(st.text()), st.lists(st.text()))
def test_any_text_is_read(paragraphs: list[str], captions: list[str]) -> None:
    choose(text_candidates(None, [(p, 0) for p in paragraphs], [(c, None) for c in captions]))


_BOUNDS = datetime(1990, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001 - hypothesis asks for naive ones
_MOMENTS = st.one_of(st.none(), st.datetimes(*_BOUNDS, timezones=st.just(UTC)))
_CANDIDATES = st.builds(
    Candidate, _MOMENTS, st.sampled_from(["second", "day", "month", "year"]),
    st.sampled_from(["metadata", "feed", "url", "visible", "caption", "text"]), st.just("m"), st.just("c"),
    confidence=st.floats(0, 1),
)  # fmt: skip


@given(st.lists(_CANDIDATES))
def test_the_choice_is_a_candidate_and_the_first_claim(candidates: list[Candidate]) -> None:
    published = choose(candidates)
    assert published.at is None or published.at in [c.value for c in candidates]
    if published.at is not None:
        assert published.claims[0].value.startswith(str(published.at.year))


def test_a_picture_alone_does_not_date_the_story() -> None:
    caption = [("The harbour at Northport, Nov. 23, 2015.", 0)]
    assert choose(text_candidates(None, [("The wall is to be rebuilt.", 50)], caption)).at is None
    paper = [("USA TODAY has asked the council. A harbour is no playground today.", 50)]
    assert choose(text_candidates(None, paper, caption)).at is None


def test_a_picture_dates_the_day_if_its_weekday_is_the_only_one_named_else_the_month() -> None:
    caption = [("The harbour at Northport, Nov. 23, 2015.", 0)]
    monday = ("The council voted on Monday to rebuild the wall.", 50)
    found = choose(text_candidates(None, [monday], caption))
    assert (found.at, found.precision, found.basis) == (day(2015, 11, 23), "day", "caption")
    found = choose(text_candidates(None, [monday, ("It had met on Thursday.", 120)], caption))
    assert (found.at, found.precision, found.basis) == (day(2015, 11, 1), "month", "caption")
    assert [e.value for e in found.claims if e.method == "caption"] == ["2015-11", "2015-11-23"]


def test_the_last_days_of_a_month_do_not_date_the_story_to_it() -> None:
    caption = [("The harbour at Northport, Nov. 30, 2015.", 0)]
    monday = ("The council voted on Monday, as it had on Friday, to rebuild the wall.", 50)
    assert choose(text_candidates(None, [monday], caption)).at is None
    dated = [("The council voted on Monday, Nov. 30, 2015, to rebuild the wall.", 50)]
    assert choose(text_candidates(None, dated)).at is None


@pytest.mark.parametrize(
    "lines",
    [
        ["— The Courier, March 5, 2024"],
        ["— Ana Reyes (@mayor) March 5, 2024"],
        ["• Northport, 3/5/2024", "• Eastport, 2/1/2024"],
    ],
)
def test_dates_of_posts_and_lists_are_not_trusted(lines: list[str]) -> None:
    placed = [(line, 100 * number) for number, line in enumerate(lines)]
    assert choose(text_candidates(None, [("The wall is to be rebuilt.", 900)], lines=placed)).at is None
