from __future__ import annotations

import zlib
from typing import Any

import pytest

from tests.transforms.read.reading import read, records
from transforms.contract.documents import Rejected
from transforms.read.records.record import record_of

LINES = [
    [
        "Harbour Daily",
        "Wall to be rebuilt",
        "The council in Northport voted on Tues-",
        "day to rebuild the wall before winter.",
        "1",
    ],
    ["Harbour Daily", "Work begins in April and is to cost four", "million crowns.", "2"],
    ["Harbour Daily", "The old wall fell in January.", "3"],
]


def pdf(pages: list[list[str]]) -> bytes:
    """A PDF with one line of text under the other."""
    lines_of = (" ".join(f"({line}) Tj T*" for line in lines) for lines in pages)
    return pdf_of([f"BT /F1 12 Tf 14 TL 72 720 Td {lines} ET" for lines in lines_of])


def pdf_of(pages: list[str]) -> bytes:
    """A PDF whose pages are drawn by these operators."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, text in enumerate(pages):
        content = 5 + 2 * number
        objects.append(
            f"<</Type/Page/Parent 2 0 R/Contents {content} 0 R/Resources<</Font<</F1 3 0 R>>>>/MediaBox[0 0 612 792]>>"
        )
        objects.append(f"<</Length {len(text)}>>stream\n{text}\nendstream")
    objects.append("<</Title(Harbour wall)/Author(Ana Lund)/CreationDate(D:20240305100000+01'00')>>")
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{body}endobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = (
        f"trailer<</Size {len(objects) + 1}/Root 1 0 R/Info {len(objects)} 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    )
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def test_lines_become_paragraphs_and_running_heads_go() -> None:
    (one,) = records(pdf(LINES), "a.pdf")
    assert one.text == (
        "Wall to be rebuilt\n\nThe council in Northport voted on Tuesday to rebuild the wall before winter. "
        "Work begins in April and is to cost four million crowns.\n\nThe old wall fell in January."
    )
    assert (one.title, one.authors, one.published) == (
        "Harbour wall",
        ["Ana Lund"],
        "2024-03-05T10:00:00+01:00",
    )


def test_pages_without_text_say_so() -> None:
    (document,), _ = read(pdf([[]]), "a.pdf")
    refused = record_of(document)
    assert isinstance(refused, Rejected)
    assert refused.reason == "record_without_text"


def test_a_broken_pdf_is_unreadable() -> None:
    (document,), _ = read(b"%PDF-1.4\n" + b"x" * 500, "a.pdf")
    refused = record_of(document)
    assert isinstance(refused, Rejected)
    assert refused.reason == "unreadable"


COLUMNS = (
    [
        "The council in Northport voted on Tues-",
        "day to rebuild the wall before winter.",
        "Work begins in April and is to cost four",
        "million crowns, the mayor said, which is",
        "half of what the harbour earns in a year.",
        "The old wall fell in the January storm and",
    ],
    [
        "took two sheds and a crane with it.",
        "Nobody was hurt, but the ferry to the",
        "islands has lain still since that night.",
        "It is to run again once the crane is off",
        "the quay, the harbour office said in a",
        "letter to the people of the islands.",
    ],
)
HEADLINE = "Northport is to rebuild its harbour wall before the storms of next winter"
FOOT = "More about the wall and its long history is to be found on page seven of this issue"


def set_in_columns(*, by_rows: bool, shift: int = 0) -> str:
    """Operators that draw a headline, two columns beneath it and a foot, row by row or column by column."""
    placed = [
        (column, row, f"1 0 0 1 {60 + 250 * column} {720 - 14 * row - shift * column} Tm ({line}) Tj")
        for column, lines in enumerate(COLUMNS)
        for row, line in enumerate(lines)
    ]
    placed.sort(key=lambda each: each[1] if by_rows else each[0])
    head, foot = f"1 0 0 1 60 760 Tm ({HEADLINE}) Tj", f"1 0 0 1 60 600 Tm ({FOOT}) Tj"
    return " ".join([head, *(operator for *_, operator in placed), foot])


@pytest.mark.parametrize("options", [{"by_rows": True}, {"by_rows": False}, {"by_rows": True, "shift": 5}])
def test_columns_are_read_one_after_the_other(options: dict[str, Any]) -> None:
    (one,) = records(pdf_of([f"BT /F1 10 Tf {set_in_columns(**options)} ET"]), "a.pdf")
    body = " ".join(
        " ".join(line for column in COLUMNS for line in column).replace("Tues- day", "Tuesday").split()
    )
    assert one.text is not None
    assert " ".join(one.text.split()) == f"{HEADLINE} {body} {FOOT}"


def test_a_table_is_read_row_by_row() -> None:
    rows = [("Northport", "12,400", "3 of 7"), ("Eastholm", "9,100", "4 of 7"), ("Lund", "800", "all")] * 3
    placed = " ".join(
        f"1 0 0 1 {60 + 180 * place} {720 - 14 * number} Tm ({cell}) Tj"
        for number, row in enumerate(rows)
        for place, cell in enumerate(row)
    )
    (one,) = records(pdf_of([f"BT /F1 10 Tf {placed} ET"]), "a.pdf")
    assert one.text is not None
    assert " ".join(one.text.split()) == " ".join(cell for row in rows for cell in row)


def test_a_stream_that_is_a_bomb_is_known_as_one() -> None:
    packed = zlib.compress(b" " * (200 << 20), 9).decode("latin-1")
    data = (
        pdf_of([packed])
        .decode("utf-8")
        .encode("latin-1")
        .replace(b"<</Length", b"<</Filter/FlateDecode/Length")
    )
    (document,), _ = read(data, "a.pdf")
    refused = record_of(document)
    assert isinstance(refused, Rejected)
    assert refused.reason == "decompressed_too_large"
