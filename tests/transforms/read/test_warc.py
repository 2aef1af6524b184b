from __future__ import annotations

import gzip
import json
import random
import time
import zlib
from datetime import UTC, datetime

import pytest

from tests.transforms.read.nasty import item, page, rss, warc
from tests.transforms.read.reading import read, reasons
from transforms.read.containers.http_message import parse_http

PAGE = page().encode()
URL = "https://news.example/1"


def record(
    kind: str, url: str, block: bytes, content_type: str = "application/http; msgtype=response"
) -> bytes:
    head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Date: 2024-03-05T10:00:00Z\r\nWARC-Target-URI: {url}\r\n"
    return (
        f"{head}Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n".encode()
        + block
        + b"\r\n\r\n"
    )


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + body


def test_a_page_with_all_that_is_known_of_it() -> None:
    http = response(PAGE, "Content-Type: text/html; charset=utf-8", "Set-Cookie: secret=1", "ETag: x")
    data = (
        record("warcinfo", "", b"software: x")
        + record("request", URL, b"GET /1")
        + record("response", f"<{URL}>", http)
    )
    (document,), rejected = read(data, "a.warc")
    assert not rejected
    origin = document.origin
    assert (document.body, document.media_type, document.item_no) == (PAGE, "text/html", 3)
    assert (origin.url, origin.charset, origin.media_type, origin.http_status) == (
        URL,
        "utf-8",
        "text/html",
        200,
    )
    assert origin.fetched_at == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert dict(origin.http_headers) == {"content-type": "text/html; charset=utf-8", "etag": "x"}


def test_records_that_are_not_pages_are_rejected_with_a_reason() -> None:
    data = b"".join([
        record("response", URL, response(b"gone", status="404 Not Found")),
        record("response", URL, response(b"\x89PNG", "Content-Type: image/png")),
        record("response", URL, response(b"")),
        record("response", URL, response(rss(item()).encode(), "Content-Type: application/rss+xml")),
        record("conversion", URL, b"Harbour news\n\nThe wall stands.\n", "text/plain"),
        record("revisit", URL, response(b"")),
    ])  # fmt: skip
    documents, rejected = read(data, "a.warc")
    assert reasons(rejected) == ["http_error", "not_text", "empty_input"]
    assert [d.media_type for d in documents] == ["application/json", "text/plain"]
    assert not any("partial_file" in d.repairs for d in documents)


def test_an_archive_without_pages_is_rejected() -> None:
    assert reasons(read(record("warcinfo", "", b"x"), "a.warc")[1]) == ["unsupported_format"]


def test_media_cloud_says_in_a_record_after_the_page_what_its_feed_said() -> None:
    output = {"rss_entry": {"title": "Wall", "pub_date": "Tue, 05 Mar 2024", "domain": "news.example"}}
    data = warc(URL, PAGE) + record("metadata", URL, json.dumps(output).encode(), "application/json")
    (document,), _ = read(data, "a.warc")
    assert document.origin.hints == {
        "envelope": "feed", "title": "Wall", "published": "Tue, 05 Mar 2024", "publisher": "news.example",
    }  # fmt: skip


@pytest.mark.parametrize("length", [10, 100_000])
def test_a_wrong_length_costs_its_record_only(length: int) -> None:
    data = warc(URL, PAGE) + warc(URL, PAGE, length=length) + warc(URL, PAGE)
    documents, rejected = read(data, "a.warc")
    assert [d.body for d in documents] == [PAGE, PAGE]
    assert len(rejected) == 1
    assert rejected[0].reason in ("malformed_warc", "truncated_stream")


def test_a_cut_is_noticed() -> None:
    data = warc(URL, PAGE) + warc(URL, PAGE)
    documents, rejected = read(data[:-200], "a.warc")
    assert len(documents) == 1
    assert reasons(rejected) == ["truncated_stream"]
    packed = gzip.compress(warc(URL, PAGE)) + gzip.compress(warc(URL, PAGE))
    documents, rejected = read(packed[:-200], "a.warc.gz")
    assert len(documents) == 1
    assert reasons(rejected) == ["truncated_stream"]


def test_arc() -> None:
    http = response(PAGE, "Content-Type: text/html")
    version = b"1 0 Harbour\nURL IP-address Archive-date Content-type Archive-length\n"
    data = b"filedesc://a.arc 0.0.0.0 20240305100000 text/plain %d\n%b\n" % (len(version), version)
    data += f"{URL} 192.0.2.1 20240305100000 text/html {len(http)}\n".encode() + http + b"\n"
    (document,), rejected = read(data, "a.arc")
    assert not rejected
    assert (document.body, document.origin.url, document.item_no) == (PAGE, URL, 2)
    assert reasons(read(data[:-50], "a.arc")[1]) == ["truncated_stream"]


def test_bodies_are_taken_out_of_their_encodings() -> None:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (PAGE[:100], PAGE[100:])) + b"0\r\n\r\n"
    raw_deflate = zlib.compressobj(wbits=-15)
    bodies = [
        (PAGE, []),
        (chunks, ["Transfer-Encoding: chunked"]),
        (gzip.compress(PAGE), ["Content-Encoding: gzip"]),
        (zlib.compress(PAGE), ["Content-Encoding: deflate"]),
        (raw_deflate.compress(PAGE) + raw_deflate.flush(), ["Content-Encoding: deflate"]),
        # The headers are kept by some crawlers that store the body decoded.
        (PAGE, ["Content-Encoding: gzip", "Transfer-Encoding: chunked"]),
        (PAGE, ["Content-Encoding: br"]),
    ]
    for body, headers in bodies:
        message = parse_http(response(body, *headers))
        assert message is not None
        assert message.body == PAGE, headers


def test_a_compressed_body_may_not_explode() -> None:
    bomb = response(gzip.compress(bytes(64 << 20)), "Content-Encoding: gzip")
    documents, rejected = read(record("response", URL, bomb) + warc(URL, PAGE), "a.warc")
    assert len(documents) == 1
    assert reasons(rejected) == ["decompressed_too_large"]


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("size", [b"-5", b"+5", b"0x5", b"1_0", b"fffffffffffffffff", b"5; lie"])
def test_chunk_sizes_that_lie_come_to_an_end(size: bytes) -> None:
    message = parse_http(CHUNKED + size + b"\r\n" + PAGE)
    assert message is not None
    assert message.status == 200


def test_a_length_beyond_all_measure_does_not_swallow_what_follows() -> None:
    documents, rejected = read(warc(URL, PAGE, 10**15) + warc("https://news.example/2", PAGE), "a.warc")
    assert [d.origin.url for d in documents] == ["https://news.example/2"]
    assert reasons(rejected) == ["too_large"]


def url(number: int) -> str:
    return f"https://news.example/{number}"


def noisy(size: int) -> bytes:
    """A page that cannot be packed small."""
    return PAGE.replace(b"</body>", random.Random(3).randbytes(size).hex().encode() + b"</body>")


def broken(member: bytes, where: int) -> bytes:
    """A gzip member with a few bytes overwritten; -8 is its checksum."""
    where %= len(member)
    return member[:where] + bytes(b ^ 0xFF for b in member[where : where + 4]) + member[where + 4 :]


@pytest.mark.parametrize("where", [0, 10, 60, 200, -300, -60])
@pytest.mark.parametrize("size", [0, 300_000])
def test_a_damaged_member_costs_its_record_alone(where: int, size: int) -> None:
    """Wherever the damage is and however far the next member."""
    members = [gzip.compress(warc(url(n), noisy(size))) for n in range(4)]
    members[1] = broken(members[1], where)
    documents, rejected = read(b"".join(members), "a.warc.gz")
    whole = [url(n) for n in range(4)]
    assert [d.origin.url for d in documents] in (whole, [whole[0], *whole[2:]])
    assert len(rejected) == 1


@pytest.mark.parametrize("where", [10, 60, -300, -60])
@pytest.mark.parametrize("size", [0, 300_000])
def test_a_damaged_first_member_costs_its_record_alone(where: int, size: int) -> None:
    members = [gzip.compress(warc(url(n), noisy(size))) for n in range(3)]
    documents, rejected = read(broken(members[0], where) + members[1] + members[2], "a.warc.gz")
    assert [d.origin.url for d in documents] == [url(1), url(2)]
    assert len(rejected) == 1


@pytest.mark.parametrize("cut", range(0, 60_000, 2_500))
def test_a_cut_member_takes_no_other_with_it(cut: int) -> None:
    """Its data go on into what follows, for as long as they make sense so."""
    member = gzip.compress(warc(url(0), random.Random(cut).randbytes(600_000)))
    others = [gzip.compress(warc(url(n), PAGE)) for n in range(1, 30)]
    documents, rejected = read(others[0] + member[: 200_000 + cut] + b"".join(others[1:]), "a.warc.gz")
    assert [d.origin.url for d in documents] == [url(n) for n in range(1, 30)]
    assert len(rejected) == 1


@pytest.mark.parametrize("shift", [-1, 0, 1, 2, 3])
def test_a_cut_at_the_edge_of_what_is_read_at_once_loses_nothing(shift: int) -> None:
    first, *others = [gzip.compress(warc(url(n), PAGE)) for n in range(4)]
    cut = gzip.compress(warc(url(9), noisy(400_000)))[: (1 << 18) - len(first) + shift]
    documents, rejected = read(first + cut + b"".join(others), "a.warc.gz")
    assert [d.origin.url for d in documents] == [url(n) for n in range(4)]
    assert len(rejected) == 1


@pytest.mark.parametrize("size", [1_000, 300_000])
def test_a_hole_of_zeros_is_reported_and_skipped(size: int) -> None:
    members = [gzip.compress(warc(url(n), PAGE)) for n in range(3)]
    documents, rejected = read(members[0] + bytes(size) + members[1] + members[2], "a.warc.gz")
    assert [d.origin.url for d in documents] == [url(0), url(1), url(2)]
    assert reasons(rejected) == ["malformed_warc"]


def test_padding_after_the_last_member_is_not_damage() -> None:
    for padding in (bytes(600_000), b"\n", b"\r\n"):
        documents, rejected = read(gzip.compress(warc(url(0), PAGE)) + padding, "a.warc.gz")
        assert (len(documents), rejected) == (1, [])


def test_many_small_bombs_end_the_file() -> None:
    bomb = gzip.compress(warc(url(0), PAGE.replace(b"</body>", b" " * 400_000 + b"</body>")))
    documents, rejected = read(bomb * 2_000, "a.warc.gz")
    assert reasons(rejected) == ["decompressed_too_large"]
    assert len(documents) < 1_000


def test_a_page_with_a_wrong_checksum_is_rejected_as_such() -> None:
    members = [gzip.compress(warc(url(n), PAGE)) for n in range(3)]
    documents, rejected = read(members[0] + broken(members[1], -8) + members[2], "a.warc.gz")
    assert [d.origin.url for d in documents] == [url(0), url(2)]
    assert reasons(rejected) == ["checksum_failed"]


def test_a_member_that_was_cut_is_named_by_its_address() -> None:
    members = [gzip.compress(warc(url(n), noisy(300_000))) for n in range(3)]
    documents, rejected = read(members[0] + members[1][:-150] + members[2], "a.warc.gz")
    assert [d.origin.url for d in documents] == [url(0), url(2)]
    assert [item.origin and item.origin.url for item in rejected] == [url(1)]


@pytest.mark.parametrize("noise", [b"\x1f\x8b\x08" * 500_000, (b"\x1f\x8b\x08" + bytes(4_000)) * 10_000])
def test_very_many_beginnings_of_members_take_linear_time(noise: bytes) -> None:
    """The second noise is 40 MB: what is searched must not be copied again and again."""
    damaged = gzip.compress(warc(url(0), PAGE))[:-150] + noise
    began = time.process_time()
    documents, rejected = read(damaged + gzip.compress(warc(url(1), PAGE)), "a.warc.gz")
    assert time.process_time() - began < 5
    assert [d.origin.url for d in documents] == [url(1)]
    assert len(rejected) == 1


def test_a_header_of_very_many_lines_takes_linear_time() -> None:
    head = b"WARC/1.0\r\nX: a\r\n" + b" b\r\n" * 300_000 + b"Content-Length: 0\r\n\r\n\r\n\r\n"
    began = time.process_time()
    documents, _ = read(head + warc(URL, PAGE), "a.warc")
    assert time.process_time() - began < 3
    assert len(documents) == 1
