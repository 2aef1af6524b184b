"""Lines are tied by shared words in any language; a line that shares none has no ties."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.clean.lines.line_features import first_ties, means_around, read_page, second_ties

BEFORE, AFTER = 0, 1
COPIES = 6
SHARE, SHARED, IN_BODY, OUTSIDE = range(4)
LINES = [
    "Northport harbour closes",
    "The harbour of Northport closes on Monday.",
    "Subscribe",
    "Nothing else matters",
    "Subscribe",
]


def test_shared_words_tie_lines_in_both_directions() -> None:
    columns = first_ties(read_page(LINES).ties)
    assert columns[BEFORE].tolist() == [0, 0.6, 0, 0, 1]  # "The" and "Monday" are in no other line
    assert columns[AFTER].tolist() == [1, 0, 1, 0, 0]
    assert np.exp(columns[COPIES]).round().tolist() == [1, 1, 2, 1, 2]


def test_words_carry_the_body_share_of_the_other_lines() -> None:
    columns = second_ties(read_page(LINES).ties, np.array([0, 1, 0.5, 0.5, 0.5]))
    assert columns[SHARE].tolist() == [1, 0, 0.5, -1, 0.5]
    assert columns[IN_BODY].tolist() == [1, 0, 0.5, 0, 0.5]
    assert columns[OUTSIDE].tolist() == [0, 0.6, 0.5, 0, 0.5]
    assert columns[SHARED].tolist() == [1, 0.6, 1, 0, 1]


def test_means_leave_the_line_itself_out() -> None:
    before, after, far_before, far_after = means_around([np.array([1.0, 2.0, 6.0, 0.0, 4.0])])
    assert before.tolist() == [0, 1, 1.5, 3, 8 / 3]
    assert after.tolist() == [8 / 3, 10 / 3, 2, 4, 0]
    assert far_before[-1] == 9 / 4
    assert far_after[0] == 3


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=20).filter(str.strip), min_size=1, max_size=8))
def test_any_lines_have_ties(lines: list[str]) -> None:
    page = read_page([line.replace("\n", " ") for line in lines])
    for column in [*first_ties(page.ties), *second_ties(page.ties, np.full(len(lines), 0.5))]:
        assert len(column) == len(lines)
        assert np.isfinite(column).all()
