import pytest

from transforms.clean.metadata.evidence import Stated, of_weight, rows


def test_the_chosen_one_and_what_weighs_are_kept_in_order() -> None:
    stated = [
        Stated("2024-03-05", "json_ld:datePublished", 0.9),
        Stated("2024-03-05", "meta:date", 0.8),
        Stated("2024-03-05", "meta:dc.date", 0.8),  # the same again, from the same kind of place
        Stated("2024-03-05", "url", 0.8),
        Stated("2024-03-05", "visible:span", 0.7),  # three witnesses are enough
        Stated("2024-03-04", "visible:span", 0.4),
        Stated("2019-01-01", "visible:span", 0.1),
    ]
    found = rows("published_at", stated)
    assert [(row.evidence_no, row.value, row.method, row.is_chosen) for row in found] == [
        (0, "2024-03-05", "json_ld:datePublished", True),
        (1, "2024-03-05", "meta:date", False),
        (2, "2024-03-05", "url", False),
        (3, "2024-03-04", "visible:span", False),
    ]


def test_a_chosen_value_stays_however_little_it_weighs() -> None:
    (row,) = rows("title", [Stated("Harbour wall vote", "h1", 0.01)])
    assert row.is_chosen


@pytest.mark.parametrize("count", [3, 40])
def test_many_candidates_are_a_few_rows(count: int) -> None:
    found = rows("authors", [Stated(f"Reader {n}", "visible:author", 0.5) for n in range(count)])
    assert len(found) == min(count, 6)


def test_what_cannot_be_true_stays() -> None:
    (row,) = rows("published_at", [Stated("", "meta:date", 0.0, clue="2024-13-45")], has_choice=False)
    assert (row.value, row.clue) == ("", "2024-13-45")
    assert of_weight([row]) == [row]
