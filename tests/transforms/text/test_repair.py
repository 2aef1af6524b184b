"""Damage is repaired, intended characters are kept, and every character can be found in the raw text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms.contract.reasons import Repair
from transforms.text.repair import repair_line, repair_text

AWKWARD = st.text(
    st.sampled_from(
        "ab .\n\r\t\u00a0\u00ad\u200b\u200d\ufeff\x00\x07\x1b[m\u0301\u0308e\u00c3\u00a9â€™“”–ﬁé한"
        "\u1112\u1161\ud800\u2028"
    ),
    max_size=60,
)


@given(AWKWARD)
def test_mending_twice_changes_nothing_more(text: str) -> None:
    once, _ = repair_text(text)
    twice, repairs = repair_text(once.text)
    # Taking one thing away can lay bare another; what is left must be clean text all the same.
    assert not any(c in twice.text for c in "\x00\r\x07\u200b\u00ad\ufeff\u00a0\u2028\ud800")
    assert unicodedata.is_normalized("NFC", twice.text)
    assert Repair.CONTROL_CHARS_REMOVED not in repairs


@given(AWKWARD)
def test_every_character_has_its_place(text: str) -> None:
    mended, _ = repair_text(text)
    spans = [mended.raw_span(i, i + 1) for i in range(len(mended))]
    assert all(span is not None and 0 <= span[0] < span[1] <= len(text) for span in spans)


@settings(max_examples=500)
@example("»é")
@example("«é …é »™ «Ａ «é")
@given(st.text(st.sampled_from("abc “”‘’«»„‚–—ﬁﬂ½Ａ…™é한\n"), max_size=40).filter(lambda t: "  " not in t))
def test_printed_characters_stay(text: str) -> None:
    mended, repairs = repair_text(text)
    assert mended.text == text
    assert repairs == []


@pytest.mark.parametrize(
    ("raw", "clean", "repair"),
    [
        ("dÃ©clarÃ© Ã\u00a0 lâ€™Ã©tÃ©", "déclaré à l’été", Repair.MOJIBAKE_FIXED),
        ("North\x00port\x07", "Northport", Repair.CONTROL_CHARS_REMOVED),
        ("\x1b[31mred\x1b[0m", "red", Repair.CONTROL_CHARS_REMOVED),
        ("wa\u200b\u00adll", "wall", Repair.INVISIBLE_CHARS_REMOVED),
        ("Re\u0301yes", "Réyes", Repair.NFC_NORMALISED),
        ("H" + "\u0300" * 50 + "arbour", "Harbour", Repair.COMBINING_RUN_CUT),
        ("Har\ud800bour", "Har\ufffdbour", Repair.INVALID_SURROGATE),
    ],
)
def test_each_accident_has_its_code(raw: str, clean: str, repair: Repair) -> None:
    mended, repairs = repair_text(raw)
    assert mended.text == clean
    assert repairs == [repair]


def test_mojibake_maps_letter_by_letter() -> None:
    mended, _ = repair_text("un café dÃ©jÃ\u00a0 vu")
    assert mended.text == "un café déjà vu"
    assert mended.raw_span(9, 10) == (9, 11)
    assert mended.raw_span(13, 15) == (15, 17)


@pytest.mark.parametrize(
    "text", ["São Paulo, Ñandú, PHƯỚC HỘI", "می\u200cخواهم", "👩\u200d🚒", "Ελλάδα — «Ναι»", "naïve “œuvre” ﬁ"]
)
def test_letters_of_other_languages_are_not_damage(text: str) -> None:
    mended, repairs = repair_text(text)
    assert mended.text == text
    assert repairs == []


def test_newlines_and_spaces_are_made_one_kind_without_a_word() -> None:
    mended, repairs = repair_text("one\r\ntwo\rthree\u2028four\u00a0five  six")
    assert mended.text == "one\ntwo\nthree\nfour five six"
    assert repairs == []


def test_a_line_has_no_breaks() -> None:
    assert repair_line(" Harbour\r\n wall\u00a0\u200b vote ") == (
        "Harbour wall vote",
        [Repair.INVISIBLE_CHARS_REMOVED],
    )
