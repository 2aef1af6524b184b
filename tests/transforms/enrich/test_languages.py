from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from transforms.text.language import detect


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The harbour will stay open through the winter, the council decided.", "en"),
        ("Der Hafen bleibt den ganzen Winter über geöffnet, beschloss der Rat.", "de"),
        ("Le port restera ouvert tout l’hiver, a décidé le conseil.", "fr"),
        ("El puerto seguirá abierto durante todo el invierno, decidió el consejo.", "es"),
        ("Гавань останется открытой всю зиму, решил совет.", "ru"),
        ("سيبقى الميناء مفتوحا طوال فصل الشتاء حسب قرار المجلس", "ar"),
        ("市议会决定港口整个冬季保持开放。", "zh"),
        ("COUNCIL KEEPS THE HARBOUR OPEN THROUGH THE WINTER", "en"),
    ],
)
def test_language_of_a_sentence(text: str, code: str) -> None:
    found = detect(text)
    assert found is not None
    assert found[0] == code
    assert 0.35 <= found[1] <= 1


@pytest.mark.parametrize(
    "text", ["", "   ", "42", "1 2 3 4 5 6 7 8 9", "http://www.example.org/very/long/path", "Oslo", "🎉🎉🎉"]
)
def test_a_text_without_enough_words_has_no_language(text: str) -> None:
    assert detect(text) is None


def test_each_field_has_its_language(rows_of: Callable[..., list[Any]]) -> None:
    rows = rows_of(
        "languages",
        "The harbour will stay open through the winter, the council decided.",
        title="Der Hafen bleibt im Winter offen",
        captions="7",
    )
    assert [(row.field, row.language) for row in rows] == [("title", "de"), ("body", "en")]
