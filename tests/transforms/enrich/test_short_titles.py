from __future__ import annotations

import pytest

from transforms.text.language import detect


@pytest.mark.parametrize(("title", "language"), [
    ("Northport council backs new pier plan", "en"), ("Minister resigns", "en"), ("Lula visits Tarn", "en"),
    ("Ferry strike: key dates", "en"), ("Tarn FC 2-1 Orla United", "en"), ("Rente: Was sich 2024 ändert", "de"),
    ("Bayern siegt in Mailand", "de"), ("Macron à Berlin", "fr"), ("Oslo: ny bro", "nb"), ("Elezioni, le novità", "it"),
    ("Obituary: Ana Reyes", "en"), ("Mad Max is back", "en"), ("Villa Rosa Madrid", "en"),
])  # fmt: skip
def test_a_short_title_has_the_language_of_its_article(title: str, language: str) -> None:
    found = detect(title, beside=language)
    assert found is None or found[0] == language


@pytest.mark.parametrize(("title", "beside", "language"), [
    ("Der Hafen bleibt den ganzen Winter über geöffnet, beschloss der Rat.", "en", "de"),
    ("Le port restera ouvert tout l’hiver, a décidé le conseil.", "en", "fr"),
    ("Гавань останется открытой всю зиму", "en", "ru"), ("市议会决定港口整个冬季保持开放。", "en", "zh"),
    ("The harbour will stay open through the winter, the council decided.", "de", "en"),
])  # fmt: skip
def test_a_title_in_another_language_for_certain_has_its_own(title: str, beside: str, language: str) -> None:
    found = detect(title, beside=beside)
    assert found is not None
    assert found[0] == language
