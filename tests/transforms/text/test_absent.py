import pytest

from transforms.text.absent import is_absent


@pytest.mark.parametrize(
    "text",
    ["nan", "NaN", "None", "null", "N/A", " - ", "--", "—", "", "undefined", "[]", "#N/A", "#REF!", "<NA>"],
)
def test_a_placeholder_is_absent(text: str) -> None:
    assert is_absent(text)


@pytest.mark.parametrize("text", ["Nan Reyes", "Nora", "0", "None of the above", "A", "東", "#1"])
def test_a_value_is_present(text: str) -> None:
    assert not is_absent(text)
