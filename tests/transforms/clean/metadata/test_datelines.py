from datetime import UTC, datetime

import pytest

from transforms.clean.metadata.datelines import read_dateline

DAY = datetime(2024, 5, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opening", "is_dated", "agency"),
    [
        ("NORTHPORT, Norland, May 14, 2024 (WireLine) -- ", True, "WireLine"),
        ("NORTHPORT, May 14, 2024 /CityWire/ -- ", True, "CityWire"),
        ("Northport, 14 May 2024 (XYZ News) - ", True, "XYZ News"),
        ("NORTHPORT – May 14, 2024 – ", True, None),
        ("NORTHPORT, Tuesday, May 14, 2024 — ", True, None),
        ("NORTHPORT (AP) — ", False, "AP"),
        ("BERLIN (dpa) – ", False, "dpa"),
    ],
)
def test_date_and_agency_of_a_dateline(opening: str, is_dated: bool, agency: str | None) -> None:
    text = opening + "The ferry lay across the harbour."
    found = read_dateline(text)
    assert found is not None
    assert [date.date.value for date in found.dates] == ([DAY] if is_dated else [])
    assert found.agency == agency
    if agency:
        assert text[found.agency_start :].startswith(agency)


@pytest.mark.parametrize(
    "text",
    [
        "NASA — the agency — was founded in 1958.",
        "The mayor (Independent) - said on May 14, 2024 that she would go.",
        "On May 3, 2019 the ferry was built - and sold.",
        "NORTHPORT (Norland) - The ferry lay across the harbour.",
        "UPDATE (Photos) - the ferry lies across the harbour.",
    ],
)
def test_other_openings_are_no_datelines(text: str) -> None:
    found = read_dateline(text)
    assert found is None or (found.agency is None and not found.dates)


def test_a_day_without_a_year_has_the_only_year_stated() -> None:
    text = "NORTHPORT, May 14 (WireLine) -- The ferry lay across the harbour."
    dated = read_dateline(text, years={2024})
    assert dated is not None
    assert [date.date.value for date in dated.dates] == [DAY]
    for years in (set[int](), {2023, 2024}):
        undated = read_dateline(text, years=years)
        assert undated is not None
        assert undated.dates == ()


@pytest.mark.parametrize(
    "opening",
    [
        "NORTHPORT--(COAST WIRE)--June 3, 2024-- ",
        "NORTHPORT, CA / COASTWIRE / June 3, 2024 / ",
        "Northport, 3 June 2024: ",
        "(Northport, June 3, 2024) – ",
    ],
)
def test_press_releases_have_datelines_of_their_own(opening: str) -> None:
    found = read_dateline(f"{opening}The yard sold two ferries on Monday, it said.")
    assert found is not None
    assert [str(date.date.value)[:10] for date in found.dates] == ["2024-06-03"]


def test_a_date_within_a_sentence_is_not_a_dateline() -> None:
    assert read_dateline("Mary, 3 June 2024 was the day of the vote.") is None
