import pytest

from transforms.clean.metadata.evidence import weighty
from transforms.contract.article import Claim, EvidenceBook


def test_chosen_and_weighty_candidates_are_kept_in_order() -> None:
    stated = [
        Claim("2024-03-05", "json_ld:datePublished", 0.9),
        Claim("2024-03-05", "meta:date", 0.8),
        Claim("2024-03-05", "meta:dc.date", 0.8),  # the same again, from the same kind of source
        Claim("2024-03-05", "url", 0.8),
        Claim("2024-03-05", "visible:span", 0.7),  # three sources are enough
        Claim("2024-03-04", "visible:span", 0.4),
        Claim("2019-01-01", "visible:span", 0.1),
    ]
    assert [(claim.value, claim.method) for claim in weighty(stated, chosen=1)] == [
        ("2024-03-05", "json_ld:datePublished"),
        ("2024-03-05", "meta:date"),
        ("2024-03-05", "url"),
        ("2024-03-04", "visible:span"),
    ]


def test_a_chosen_value_stays_at_any_confidence() -> None:
    claim = Claim("Harbour wall vote", "h1", 0.01)
    assert weighty([claim], chosen=1) == [claim]
    assert weighty([claim]) == []


@pytest.mark.parametrize("count", [3, 40])
def test_many_candidates_are_a_few_rows(count: int) -> None:
    claims = [Claim(f"Reader {n}", "visible:author", 0.5) for n in range(count)]
    assert weighty(claims, chosen=1) == claims[:6]


def test_impossible_candidates_stay() -> None:
    claim = Claim("", "meta:date", 0.0, clue="2024-13-45")
    assert weighty([claim]) == [claim]


def test_candidates_are_numbered_by_attribute() -> None:
    book = EvidenceBook()
    book.add("title", [Claim("Harbour wall", "h1", 0.9), Claim("Harbour", "title", 0.5)], chosen=1)
    book.add("section", [Claim("Local", "meta:section", 0.8)])
    book.overrule("title", [Claim("Harbour wall vote", "record:headline", 0.95)], chosen=1)
    assert [(row.attribute, row.evidence_no, row.value, row.is_chosen) for row in book.rows()] == [
        ("section", 0, "Local", False),
        ("title", 0, "Harbour wall vote", True),
        ("title", 1, "Harbour wall", False),
        ("title", 2, "Harbour", False),
    ]


def test_clues_of_chosen_candidates_are_located() -> None:
    book = EvidenceBook()
    book.add(
        "section", [Claim("local", "meta:section", 0.8, clue="Local"), Claim("news", "url", 0.5)], chosen=1
    )
    book.locate("<p>news</p><b>Local</b>")
    chosen, other = book.rows()
    assert (chosen.clue, chosen.raw_start, chosen.raw_end) == ("Local", 14, 19)
    assert other.raw_start is None
