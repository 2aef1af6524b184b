"""Labels at a line's end are cut off after a sentence and make a teaser of anything else."""

from __future__ import annotations

import pytest

from transforms.clean.lines.line_rules import known_line
from transforms.clean.lines.tails import is_said_twice, line_tail


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Follow the vote with all the latest updates Read more", "promo"),
        ("Storm breaks the wall in three places Play Video 1:55", "widget"),
        ("Harbour wall breaks MUST WATCH", "widget"),
        ("JUST WATCHED", "widget"),
        ("The storm in pictures (2 Images)", "widget"),
        ("Slideshow ( 14 images )", None),
        ("Children who want to read more", None),
        ("He ran the race in 1:55", None),
        ("The museum shows works of two painters (12 pictures).", None),
    ],
)
def test_a_teaser_is_known_by_its_end(line: str, kind: str | None) -> None:
    known = known_line(line)
    assert (known.kind if known else None) == kind


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("The vote is on Monday. Read more", "The vote is on Monday."),
        ("The vote is on Monday.Read More »", "The vote is on Monday."),
        ("The vote, which was to be on Monday… Continue reading", "The vote, which was to be on Monday"),
        ("The wall broke. Watch 0:45", "The wall broke."),
        ("Nobody wants to read more", "Nobody wants to read more"),
        ("Read more", "Read more"),
    ],
)
def test_a_label_begins_after_the_text(line: str, text: str) -> None:
    tail = line_tail(line)
    assert line[: tail.start if tail else None].rstrip() == text


def test_a_sentence_before_a_label_is_not_known() -> None:
    assert known_line("The vote is on Monday. Read more") is None


@pytest.mark.parametrize(
    ("line", "is_twice"),
    [
        ("Harbour wall to be rebuilt Harbour wall to be rebuilt", True),
        ("Video Storm hits the coast of Norway Storm hits the coast of Norway 1:20", True),
        ("No wall, no wall, no wall, they chanted.", False),
        ("What the mayor says is what the mayor says, and nobody else.", False),
    ],
)
def test_a_teaser_printed_twice(line: str, is_twice: bool) -> None:
    assert is_said_twice(line) is is_twice
