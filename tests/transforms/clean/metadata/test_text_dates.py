import pytest

from transforms.clean.metadata.text_dates import labelled_parts
from transforms.text.dates import parse_date


@pytest.mark.parametrize(
    "text",
    [
        "Updated: May 15, 2024 | Published: May 14, 2024",
        "Updated 15 May | Published 14 May 2024",
        "Published May 14, 2024; updated May 15, 2024",
        "Last updated on 15.05.2024, first published 14.05.2024 09:30",
        "Mis à jour le 15 mai 2024, publié le 14 mai 2024",
        "Zuletzt aktualisiert: 15. Mai 2024. Veröffentlicht: 14. Mai 2024",
        "Modified: 2024-05-15 10:00 / Created: 2024-05-14 09:00",
    ],
)
def test_each_date_has_its_own_label(text: str) -> None:
    found = {label: parse_date(part, day_first=True) for label, part in labelled_parts(text)}
    days = {label: date.value.day for label, date in found.items() if date and date.value}
    assert days == {"updated": 15, "published": 14}


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("14 May 2024", [None]),
        ("May 14, 2024 (updated May 15, 2024)", [None, "updated"]),
        ("15 May 2024 (updated)", ["updated"]),
        ("By Jo Ek", []),
    ],
)
def test_labels_stand_before_their_dates_or_behind_a_single_one(text: str, labels: list[str | None]) -> None:
    assert [label for label, _ in labelled_parts(text)] == labels
