from __future__ import annotations

import io
import json
import time
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.read.nasty import BODY
from tests.transforms.read.reading import read, reasons

CELLS = st.text(
    alphabet=st.characters(blacklist_categories=["Cs", "Cc"], whitelist_characters="\n"),
    min_size=1,
    max_size=20,
)


def rows(data: bytes, path: str = "a.csv") -> list[dict[str, object]]:
    documents, rejected = read(data, path)
    assert not rejected
    return [json.loads(d.body) for d in documents]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_quoted_cells_come_through(cells: list[tuple[str, str]]) -> None:
    quoted = "".join(",".join('"' + c.replace('"', '""') + '"' for c in row) + "\n" for row in cells)
    assert rows(("title,text\n" + quoted).encode()) == [{"title": a, "text": b} for a, b in cells]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_header_tells_the_delimiter(delimiter: str) -> None:
    data = "\n".join(delimiter.join(row) for row in (["id", "title", "text"], ["1", "A", "B"]))
    assert rows(data.encode()) == [{"id": "1", "title": "A", "text": "B"}]


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(charset: str) -> None:
    assert rows("title,text\nÜber,Größe\n".encode(charset)) == [{"title": "Über", "text": "Größe"}]


def test_an_unnamed_index_is_left_out_and_equal_names_are_numbered() -> None:
    assert rows(b",title,title\n0,A,B\n") == [{"title": "A", "title_2": "B"}]


def test_an_unclosed_quote_costs_its_row_only() -> None:
    good = "".join(f'{n},T{n},"{BODY}"\n'.replace("“", "").replace("”", "") for n in range(3))
    documents, rejected = read(f'id,title,text\n{good}3,"stray,x\n{good}'.encode(), "a.csv")
    assert len(documents) == 6
    assert reasons(rejected) == ["malformed_record"]
    assert rejected[0].item_no == 5
    assert [d.item_no for d in documents] == [2, 3, 4, 6, 7, 8]


def test_parquet_rows() -> None:
    table = pa.table({
        "title": ["A", None], "text": ["B", "C"], "when": [datetime(2024, 3, 5, 10, tzinfo=UTC)] * 2,
        "authors": [["Ana Reyes"], []], "__index_level_0__": [0, 1],
    })  # fmt: skip
    out = io.BytesIO()
    pq.write_table(table, out)
    documents, rejected = read(out.getvalue(), "a.parquet", pipe=True)
    assert not rejected
    assert json.loads(documents[0].body) == {
        "title": "A", "text": "B", "when": "2024-03-05T10:00:00Z", "authors": ["Ana Reyes"],
    }  # fmt: skip
    assert json.loads(documents[1].body) == {"text": "C", "when": "2024-03-05T10:00:00Z", "authors": []}
    assert reasons(read(out.getvalue()[:-20], "a.parquet")[1]) == ["unreadable"]


@pytest.mark.parametrize("data", [b"id,title,text\n", b"\n\n\n"])
def test_a_table_without_rows_is_rejected(data: bytes) -> None:
    assert read(data, "a.csv")[0] == []
    assert reasons(read(data, "a.csv")[1]) == ["empty_input"]


def test_gdelt_rows_are_links() -> None:
    gkg = ["20240305101500-1", "20240305101500", "1", "news.example", "https://news.example/a", *[""] * 21]
    gkg.append(
        "<PAGE_TITLE>Wall &amp; pier</PAGE_TITLE><PAGE_PRECISEPUBTIMESTAMP>20240305090000</PAGE_PRECISEPUBTIMESTAMP>"
    )
    (link,), rejected = read(("\t".join(gkg) + "\n").encode(), "20240305.gkg.csv")
    assert not rejected
    assert (link.media_type, link.body) == ("text/uri-list", b"https://news.example/a")
    assert link.origin.hints == {
        "envelope": "gdelt", "publisher": "news.example", "title": "Wall & pier", "published": "2024-03-05T09:00:00Z",
    }  # fmt: skip


def test_very_many_columns_take_no_more_than_linear_time() -> None:
    names = ",".join(f"c{n % 150_000}" for n in range(300_000))
    began = time.process_time()
    (document,), rejected = read(f"{names}\n{','.join('x' * 300_000)}\n".encode(), "a.csv")
    assert time.process_time() - began < 5
    assert not rejected
    assert b'"c0_2":"x"' in document.body


def test_a_quote_that_nobody_closes_costs_its_own_row() -> None:
    rows = "".join(f"https://news.example/{n},Row {n},words about the harbour\n" for n in range(2000))
    data = f'url,title,text\nhttps://news.example/a,Bad,"never closed\n{rows}'
    documents, rejected = read(data.encode(), "a.csv")
    assert len(documents) == 2000
    assert reasons(rejected) == ["malformed_record"]


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def test_times_that_python_does_not_know_cost_no_more_than_their_row() -> None:
    table = pa.table(
        {
            "title": ["A", "B", "C"],
            "text": [BODY] * 3,
            "seen": pa.array([1, 2, 3], pa.timestamp("ns")),
            "date": pa.array([0, 2**62, 0], pa.int64()).cast(pa.timestamp("us")),
        }
    )
    documents, rejected = read(_parquet(table), "a.parquet")
    assert [json.loads(d.body)["title"] for d in documents] == ["A", "C"]
    assert reasons(rejected) == ["malformed_record"]
    assert rejected[0].item_no == 2


def test_a_cell_that_is_larger_than_any_document_is_rejected() -> None:
    huge = pa.table({"title": ["A"], "text": ["a" * (21 << 20)]})
    mixed = pa.table({"title": ["A", "B"], "text": ["a" * (21 << 20), BODY]})
    assert reasons(read(_parquet(huge), "a.parquet")[1]) == ["too_large"]
    documents, rejected = read(_parquet(mixed), "a.parquet")
    assert (len(documents), reasons(rejected)) == (1, ["too_large"])


def test_few_texts_that_stand_for_very_many_are_a_bomb() -> None:
    texts = pa.array([BODY * 20] * 20_000).dictionary_encode()
    documents, rejected = read(_parquet(pa.table({"text": texts})), "a.parquet")
    assert len(documents) < 20_000
    assert reasons(rejected) == ["decompressed_too_large"]


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_parquet_columns_of_bytes_are_text(charset: str) -> None:
    values = {"title": "Größe der Mauer", "text": f"Über die Größe der Mauer. {BODY}"}
    if charset == "latin-1":
        values["text"] = "Über die Größe der Mauer stritt der Rat. " * 3
    table = pa.table({name: pa.array([text.encode(charset)], pa.binary()) for name, text in values.items()})
    out = io.BytesIO()
    pq.write_table(table, out)
    assert rows(out.getvalue(), "a.parquet") == [values]


def test_parquet_bytes_that_are_no_text_stay_out_of_texts() -> None:
    picture = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))
    table = pa.table({
        "text": pa.array([BODY.encode()], pa.large_binary()), "image": [picture], "tags": [[b"Meer", b"Wall"]],
        "fixed": pa.array([b"abc\x00\x00"], pa.binary(5)), "none": pa.array([None], pa.binary()),
        "sort": pa.array([b"local"], pa.binary()).dictionary_encode(),
    })  # fmt: skip
    out = io.BytesIO()
    pq.write_table(table, out)
    (row,) = rows(out.getvalue(), "a.parquet")
    assert (row["text"], row["tags"], row["fixed"], row["sort"]) == (BODY, ["Meer", "Wall"], "abc", "local")
    assert "none" not in row
    assert "IHDR" not in str(row.get("image"))
