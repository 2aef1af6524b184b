from __future__ import annotations

import io
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.read.nasty import BODY
from tests.transforms.read.reading import read, reasons, records
from transforms.contract.documents import Origin, RawDocument
from transforms.read import read_documents
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import lines

TEXTS = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=40)


def test_a_line_is_kept_byte_for_byte() -> None:
    line = '{"text" : "Nähe \\u00e4", "id":1 }'.encode()
    (document,), rejected = read(b"\n" + line + b"\r\n\n", "a.jsonl")
    assert not rejected
    assert document.body == line
    assert document.item_no == 2
    assert document.media_type == "application/json"


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.dictionaries(TEXTS, TEXTS | st.integers() | st.none() | st.lists(TEXTS), min_size=1), min_size=1
    )
)
def test_no_line_is_lost(values: list[dict[str, object]]) -> None:
    data = "".join(json.dumps(v, ensure_ascii=False).replace("\u2028", " ") + "\n" for v in values).encode()
    documents, rejected = read(data, "a.jsonl")
    assert len(documents) + len(rejected) >= len(values)


def test_a_bad_line_costs_itself_only() -> None:
    data = b'{"text":"a"}\n{"text":\n{"text":"b"}\n[1]\n"x"\n'
    documents, rejected = read(data, "a.jsonl")
    assert [d.body for d in documents] == [b'{"text":"a"}', b'{"text":"b"}']
    assert not any(d.repairs for d in documents)
    assert reasons(rejected) == ["malformed_record"] * 3
    assert [r.item_no for r in rejected] == [2, 4, 5]
    assert rejected[0].sample == b'{"text":'


def test_a_line_over_the_limit_is_skipped_in_pieces() -> None:
    data = b"a\n" + b"x" * 5000 + b"\nb\n" + b"y" * 5000
    assert list(lines(io.BytesIO(data), limit=100)) == [b"a\n", None, b"b\n", None]


def test_a_big_file_does_not_stay_in_memory() -> None:
    line = json.dumps({"text": BODY}).encode() + b"\n"
    stream = io.BytesIO(line * (8_000_000 // len(line)))
    tracemalloc.start()
    count = sum(isinstance(item, RawDocument) for item in read_documents(stream, Origin("test")))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 8_000_000 // len(line)
    assert peak < 7_000_000


@pytest.mark.parametrize("wrapped", [
    '[{"text": "a"}, {"text": "b"}]',
    '{"status": "ok", "articles": [{"text": "a"}, {"text": "b"}]}',
    '{"data": {"items": [{"meta": {}, "item": {"headline": "a"}}, {"meta": {}, "item": {"headline": "b"}}]}}',
    '{\n"text": "a"}\n\n{"text":\n"b"}',
])  # fmt: skip
@pytest.mark.parametrize("indent", [False, True])
def test_envelopes_are_opened(wrapped: str, *, indent: bool) -> None:
    if indent and not wrapped.startswith("{\n"):
        wrapped = json.dumps(json.loads(wrapped), indent=2)
    documents, rejected = read(wrapped.encode(), "a.json")
    assert not rejected
    assert [next(iter(json.loads(d.body).values())) for d in documents] == ["a", "b"]


def test_an_array_is_read_as_it_comes() -> None:
    many = ",\n".join(json.dumps({"n": n, "text": "ü" * 100}, ensure_ascii=False) for n in range(12_000))
    documents, rejected = read(f"[{many}]".encode(), "a.json", pipe=True)
    assert not rejected
    assert [json.loads(d.body)["n"] for d in documents] == list(range(12_000))


def test_a_truncated_array_yields_its_complete_records() -> None:
    documents, rejected = read(b'[{"text": "a"}, {"text": "b"}, {"te', "a.json")
    assert len(documents) == 2
    assert reasons(rejected) == ["malformed_record"]


def test_an_empty_envelope_is_not_an_article() -> None:
    assert reasons(read(b'{"articles": []}', "a.json")[1]) == ["empty_input"]


def test_a_record_that_has_a_list_is_not_an_envelope() -> None:
    (one,) = records(json.dumps({"title": "T", "text": BODY, "items": [{"a": 1}]}).encode(), "a.json")
    assert one.text == BODY.strip()


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour Daily",
        "home_page_url": "https://news.example/",
        "items": [
            {
                "id": "1",
                "url": "/a",
                "title": "Wall",
                "content_html": "<p>The wall.</p>",
                "authors": [{"name": "Ana"}],
            },
            {"id": "2", "url": "https://news.example/b"},
        ],
    }
    (page, link), rejected = read(json.dumps(feed).encode(), "feed.json")
    assert not rejected
    assert page.origin.url == "https://news.example/a"
    assert page.origin.hints["publisher"] == "Harbour Daily"
    assert (link.media_type, link.body) == ("text/uri-list", b"https://news.example/b")


def test_the_limits_can_be_read() -> None:
    assert LIMITS.line_bytes > 200_000


def test_lone_surrogates_inside_an_envelope_cost_nothing() -> None:
    data = b'{"articles": [{"title": "A \\ud83d", "text": "One"}, {"title": "B", "text": "Two \\udc00"}]}'
    documents, rejected = read(data, "a.json")
    assert (len(documents), rejected) == (2, [])
    assert json.loads(documents[0].body) == {"title": "A \ud83d", "text": "One"}


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-32"])
def test_lines_in_wide_characters(charset: str) -> None:
    data = "".join(f'{{"title": "Café {n}", "text": "{BODY}"}}\n' for n in range(300)).encode(charset)
    documents, rejected = read(data, "a.jsonl", pipe=True)
    assert (len(documents), rejected) == (300, [])
    assert json.loads(documents[-1].body)["title"] == "Café 299"
