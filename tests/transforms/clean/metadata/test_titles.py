import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.clean.metadata.titles import TitleCandidate, rank_titles, strip_site


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Harbour wall vote | The Courier", "Harbour wall vote"),
        ("Harbour wall vote - Courier", "Harbour wall vote"),
        ("The Courier: Harbour wall vote", "Harbour wall vote"),
        ("Harbour wall vote – politics – courier.example", "Harbour wall vote"),
        ("Harbour wall vote | Local News | The Courier", "Harbour wall vote"),
        ("Harbour wall vote · Sport", "Harbour wall vote"),
        ("Harbour wall vote – politics", "Harbour wall vote – politics"),
        ("Harbour wall vote » Northport Evening Post", "Harbour wall vote"),
        ("Northport Evening Post | Harbour wall vote", "Harbour wall vote"),
        ("Wall: the inside story — Northport Tribune", "Wall: the inside story"),
        ("Wall holds – mayor thanks the Evening Post", "Wall holds – mayor thanks the Evening Post"),
        ("Wall holds – Friday Update", "Wall holds – Friday Update"),
        ("Wall vote: Fake News", "Wall vote: Fake News"),
        ("Sport | The Courier", "Sport"),
        ("Harbour wall vote - council split", "Harbour wall vote - council split"),
        ("Budget 3.0 | Council hires divers", "Budget 3.0 | Council hires divers"),
        ("The Courier", "The Courier"),
    ],
)
def test_only_the_site_is_cut(title: str, expected: str) -> None:
    assert strip_site(title, ["The Courier", "courier.example"]) == expected


def best(headings: list[str], **stated: str) -> str:
    candidates = [TitleCandidate(text, method.replace("_", ":")) for method, text in stated.items()]
    names = ["The Courier"]
    return rank_titles([TitleCandidate(h, "h1") for h in headings], candidates, site_names=names)[0].text


def test_the_heading_is_trusted_before_metadata() -> None:
    assert best(
        ["Council votes 7-2 for harbour wall"], og="Harbour wall: council votes for it", title="Vote"
    ) == ("Council votes 7-2 for harbour wall")


def test_the_masthead_is_not_a_headline() -> None:
    assert (
        best(["The Courier", "Council votes for wall"], title="Council votes for wall")
        == "Council votes for wall"
    )
    assert best(
        ["Notes by the sea"], og="Council votes for wall", title="Notes by the sea: Council votes for wall"
    ) == ("Council votes for wall")


def test_a_heading_unlike_all_statements_needs_length() -> None:
    assert best(["Subscribe now"], og="Council votes for wall") == "Council votes for wall"
    assert (
        best(["Why we rebuild what the sea took"], og="Council votes for wall")
        == "Why we rebuild what the sea took"
    )


def test_a_kicker_that_only_the_heading_has_is_not_part_of_the_headline() -> None:
    assert best(["Politics Council votes for wall"], og="Council votes for wall") == "Council votes for wall"
    assert best(["Council votes for wall 87"], og="Council votes for wall") == "Council votes for wall"
    both = best(
        ["Politics: Council votes for wall"], ld="Politics: Council votes for wall", og="Council votes for wall"
    )
    assert both == "Politics: Council votes for wall"


def test_punctuation_lost_between_elements_is_restored() -> None:
    assert best(["Harbour Council votes for wall"], og="Harbour: Council votes for wall") == (
        "Harbour: Council votes for wall"
    )


def test_headings_of_other_parts_are_not_headlines() -> None:
    headings = [TitleCandidate("Most read stories of this week", "h1", is_elsewhere=True)]
    assert rank_titles(headings, [TitleCandidate("Vote", "title")])[0].text == "Vote"
    assert rank_titles([], []) == []


@given(st.lists(st.text()), st.lists(st.text()), st.lists(st.text()))
def test_any_texts_are_ranked(headings: list[str], stated: list[str], names: list[str]) -> None:
    ranked = rank_titles(
        [TitleCandidate(h, "h1") for h in headings],
        [TitleCandidate(s, "title") for s in stated],
        site_names=names,
    )
    assert all(0 <= c.confidence <= 1 for c in ranked)


def test_a_statement_cut_at_a_number_of_characters_is_continued_by_another() -> None:
    whole = (
        "The council buys a second dredger, hires nine divers and two cranes, and asks "
        + "the region " * 6
        + "too"
    )
    assert best([], json_ld_headline=whole[:110], title=f"{whole} | The Courier") == whole
    assert best([], json_ld_headline="Harbour wall", title="Harbour wall vote | The Courier") == "Harbour wall"


def test_a_word_between_the_headline_and_the_site_is_a_section() -> None:
    assert (
        strip_site("Council sells old cannery | Housing | The Courier", ["The Courier"])
        == "Council sells old cannery"
    )
    two = "Wall vote | Council splits in two"
    assert strip_site(f"{two} | The Courier", ["The Courier"]) == two
