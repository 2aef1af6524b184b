"""A mapped text has the raw position of each of its characters, whatever was done to it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from transforms.text.offsets import Edit, MappedText, join

TEXTS = st.text(alphabet="abcdefgh \né☃", max_size=40)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, MappedText, set[int]]:
    """A raw text, the text after two rounds of edits, and the raw places that were never edited."""
    raw = draw(TEXTS)
    mapped = MappedText.of(raw)
    kept = set(range(len(raw)))
    for _ in range(2):
        cuts = sorted(draw(st.lists(st.integers(0, len(mapped)), max_size=6)))
        edits = [
            Edit(start, end, draw(st.sampled_from(["", "X", "XYZ"])))
            for start, end in zip(cuts[0::2], cuts[1::2], strict=False)
        ]
        for edit in edits:
            span = mapped.raw_span(edit.start, edit.end)
            kept -= set(range(*span)) if span else set()
        mapped = mapped.replace(edits)
    return raw, mapped, kept


@given(edited())
def test_a_character_that_was_not_edited_maps_to_itself(case: tuple[str, MappedText, set[int]]) -> None:
    raw, mapped, kept = case
    places = [mapped.raw_span(i, i + 1) for i in range(len(mapped))]
    for character, span in zip(mapped.text, places, strict=True):
        if span is not None and span[1] - span[0] == 1 and span[0] in kept:
            assert raw[span[0]] == character
    assert kept <= {span[0] for span in places if span is not None}


@given(edited())
def test_raw_spans_lie_in_the_raw_text_and_ascend(case: tuple[str, MappedText, set[int]]) -> None:
    raw, mapped, _ = case
    starts = [span for i in range(len(mapped)) if (span := mapped.raw_span(i, i + 1))]
    assert all(0 <= start < end <= len(raw) for start, end in starts)
    assert starts == sorted(starts)


@given(edited(), st.integers(0, 60), st.integers(0, 60))
def test_a_slice_maps_as_the_whole_does(case: tuple[str, MappedText, set[int]], one: int, other: int) -> None:
    _, mapped, _ = case
    start, end = sorted((min(one, len(mapped)), min(other, len(mapped))))
    part = mapped.slice(start, end)
    assert part.text == mapped.text[start:end]
    assert part.raw_span(0, len(part)) == mapped.raw_span(start, end)


@given(TEXTS)
def test_lines_joined_again_are_the_text(raw: str) -> None:
    whole = MappedText.of(raw)
    lines = [whole.slice(*line.span()) for line in re.finditer(r"(?m)^[^\n]*$", raw)]
    joined = join("\n", lines)
    assert joined.text == raw
    assert [joined.raw_span(i, i + 1) for i, c in enumerate(raw) if c != "\n"] == [
        (i, i + 1) for i, c in enumerate(raw) if c != "\n"
    ]


def test_a_replacement_maps_to_all_it_replaces() -> None:
    mapped = MappedText.of("caf\u00c3\u00a9 now").replace([Edit(3, 5, "\u00e9")])
    assert mapped.text == "café now"
    assert mapped.raw_span(3, 4) == (3, 5)
    assert mapped.raw_span(5, 8) == (6, 9)


def test_inserted_text_maps_to_nothing() -> None:
    mapped = join(" / ", [MappedText.of("one"), MappedText.of("one two").slice(4, 7)])
    assert mapped.raw_span(3, 6) is None
    assert mapped.raw_span(0, 9) == (0, 7)


def test_strip_keeps_the_place() -> None:
    assert MappedText.of(" \t one ").strip().raw_span(0, 3) == (3, 6)
    assert MappedText.of("   ").strip().text == ""
