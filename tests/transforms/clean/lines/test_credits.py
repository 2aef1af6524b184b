"""Credits of unlisted outlets are split from captions by their shape, at exact offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.clean.lines.credits import is_credit_shape
from transforms.clean.lines.line_rules import caption_parts, split_credit


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        (
            "PHOTO: The wall in Northport, March 3, 2024.PlayMila Okafor/Harbour Gazette",
            "The wall in Northport, March 3, 2024.",
            "Mila Okafor/Harbour Gazette",
        ),
        (
            "PHOTO: Workers mend the wall in Westhaven, DCMila Okafor/via Coast HttpClient",
            "Workers mend the wall in Westhaven, DC",
            "Mila Okafor/via Coast HttpClient",
        ),
        (
            "The wall, March 3, 2024Mila Okafor/Harbour Gazette",
            "The wall, March 3, 2024",
            "Mila Okafor/Harbour Gazette",
        ),
        (
            "The wall after the stormMila Okafor/Harbour Gazette",
            "The wall after the storm",
            "Mila Okafor/Harbour Gazette",
        ),
        (
            "Mayor Ana Reyes speaks. Northport Police via Coast HttpClient",
            "Mayor Ana Reyes speaks.",
            "Northport Police via Coast HttpClient",
        ),
        (
            "The mayor speaks. Mila Okafor / The Harbour Gazette",
            "The mayor speaks.",
            "Mila Okafor / The Harbour Gazette",
        ),
        ("The mayor speaks (Mila Okafor/Harbour Gazette)", "The mayor speaks", "Mila Okafor/Harbour Gazette"),
        ("The mayor speaks Jo McKay/Harbour Gazette", "The mayor speaks", "Jo McKay/Harbour Gazette"),
    ],
)
def test_a_credit_is_known_by_its_shape(line: str, caption: str, credit: str) -> None:
    assert split_credit(line) == (caption, credit)


@pytest.mark.parametrize(
    "line",
    [
        "Ships lie in Northport Harbour/South Quay",
        "A march of the Black/Latino Alliance",
        "The vote was 7/2",
        "The wall of Northport. The storm broke it.",
        "Boats at the quay.Now they are gone",
        "He spoke to the council on Monday via Zoom.",
        "The ship left on Monday for New York",
    ],
)
def test_a_line_without_a_credit_stays_whole(line: str) -> None:
    assert split_credit(line) == (line, None)


def test_a_credit_alone() -> None:
    assert is_credit_shape("Mila Okafor/Harbour Gazette")
    assert not is_credit_shape("Log In / Register")
    assert not is_credit_shape("Gazette/Mila")
    assert not is_credit_shape("Wave Breaker K4/K6")


@given(st.text(st.sampled_from("Ab c./()PlayZvi2“é"), max_size=60))
def test_parts_are_in_order_and_within_the_line(line: str) -> None:
    parts = caption_parts(line)
    assert 0 <= parts.start <= len(line)
    assert 0 <= parts.credit_start <= parts.credit_end <= len(line)
    assert (
        parts.credit_start < parts.start
        or parts.end <= parts.credit_start
        or parts.credit_start == parts.credit_end
    )
