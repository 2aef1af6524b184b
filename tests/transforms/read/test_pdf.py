from __future__ import annotations

from tests.transforms.read.reading import read, records
from transforms.contract import Rejected
from transforms.read.record import record_of

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
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, lines in enumerate(pages):
        text = "BT /F1 12 Tf 14 TL 72 720 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
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
