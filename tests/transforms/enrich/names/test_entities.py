from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Rows = Callable[..., list[Any]]


@pytest.mark.parametrize(
    ("text", "name", "role", "role_of"),
    [
        ("Russian President Laura Benson arrived on Monday.", "Laura Benson", "President", "Russian"),
        (
            "He met Germany’s Foreign Minister Karl Weber in Berlin.",
            "Karl Weber",
            "Foreign Minister",
            "Germany",
        ),
        ("Laura Benson, mayor of Northport, opened the quay.", "Laura Benson", "mayor", "Northport"),
        (
            "Laura Benson, 42, a spokeswoman for the ministry, disagreed.",
            "Laura Benson",
            "spokeswoman",
            "the ministry",
        ),
        ("The farmer Karl Weber sold the land.", "Karl Weber", "farmer", None),
        ("Mr. Karl Weber sold the land in April.", "Karl Weber", None, None),
        ("Karl Weber, who was tired, said he would leave.", "Karl Weber", None, None),
    ],
)
def test_roles_are_read_beside_the_name(
    rows_of: Rows, text: str, name: str, role: str | None, role_of: str | None
) -> None:
    [person] = [row for row in rows_of("entities", text) if row.name == name]
    assert (person.role, person.role_of) == (role, role_of)
    if role:
        assert role in text[person.role_start : person.role_end]
        assert person.role_field == "body"


def test_an_entity_has_its_fullest_name_and_its_other_forms(rows_of: Rows) -> None:
    text = "Laura Benson spoke. Benson left the U.S. for France. Later Benson slept."
    found = {row.name: row for row in rows_of("entities", text)}
    benson = found["Laura Benson"]
    assert (benson.kind, benson.aliases, benson.mention_count) == ("person", ["Benson"], 3)
    assert found["United States"].aliases == ["U.S."]
    assert benson.salience > found["France"].salience
    assert all(0 <= row.salience <= 1 for row in found.values())


def test_an_entity_of_the_title_is_more_salient(rows_of: Rows) -> None:
    rows = rows_of("entities", "France and Germany signed.", title="Germany signs")
    germany, france = (next(row for row in rows if row.name == name) for name in ("Germany", "France"))
    assert germany.salience > france.salience
