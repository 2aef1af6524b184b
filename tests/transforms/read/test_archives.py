from __future__ import annotations

import bz2
import gzip
import json
import lzma
import struct
import tarfile
import time
import zipfile
from collections.abc import Callable

import pyarrow as pa
import pytest

from tests.transforms.read.nasty import gz, page, tarred, warc, zipped
from tests.transforms.read.reading import read, reasons

PAGE = page().encode()
LINES = b"".join(json.dumps({"text": f"{n} " + "wall " * 50}).encode() + b"\n" for n in range(2000))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"])
@pytest.mark.parametrize("pipe", [False, True])
def test_compressed_lines(pack: Callable[[bytes], bytes], *, pipe: bool) -> None:
    documents, rejected = read(pack(LINES), "lines.jsonl.gz", pipe=pipe)
    assert not rejected
    assert b"\n".join(d.body for d in documents) + b"\n" == LINES
    assert documents[0].origin.member_path == "lines.jsonl"
    assert not any(d.repairs for d in documents)


@pytest.mark.parametrize("codec", ["zstd", "lz4"])
def test_other_codecs(codec: str) -> None:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, codec) as stream:
        stream.write(PAGE)
    packed = sink.getvalue().to_pybytes()
    (document,), rejected = read(packed, f"a.html.{codec}")
    assert not rejected
    assert document.body == PAGE


def test_several_members_are_one_stream() -> None:
    half = LINES.index(b"\n", len(LINES) // 2) + 1
    documents, rejected = read(gz(LINES[:half]) + gz(LINES[half:]), "a.jsonl.gz")
    assert not rejected
    assert len(documents) == 2000


def test_whole_lines_before_the_damage_are_kept() -> None:
    packed = gz(LINES)
    documents, rejected = read(packed[: len(packed) * 3 // 4], "a.jsonl.gz")
    assert 500 < len(documents) < 2000
    assert all(d.body in LINES for d in documents)
    assert reasons(rejected) == ["truncated_stream"]
    assert documents[-1].repairs == ("partial_file",)  # it may be cut; those before it are whole
    assert not any(d.repairs for d in documents[:-1])


def test_thrice_compressed_is_too_deep() -> None:
    assert reasons(read(gz(gz(gz(PAGE))), "a.gz")[1]) == ["archive_too_deep"]


def test_members_are_read_by_their_own_kind() -> None:
    files = {
        "d/a.html": PAGE,
        "b.jsonl": LINES,
        "c.txt.gz": gz(b"The wall stands.\n"),
        "e.png": b"\x89PNG\r\n",
        "f.txt": b"",
    }
    documents, rejected = read(zipped(*files.items()), "a.zip", pipe=True)
    assert len(documents) == 2002
    assert {d.origin.member_path for d in documents} == {"d/a.html", "b.jsonl", "c.txt"}
    assert [(r.origin.member_path, r.reason) for r in rejected if r.origin] == [
        ("e.png", "not_text"),
        ("f.txt", "empty_input"),
    ]
    assert not any(d.repairs for d in documents)


def test_a_packed_tar_is_one_archive_and_an_archive_in_it_too_deep() -> None:
    tar = tarred(
        ("a.html", PAGE, tarfile.REGTYPE, ""), ("b.zip", zipped(("c.html", PAGE)), tarfile.REGTYPE, "")
    )
    for pipe in False, True:
        documents, rejected = read(gz(tar), "a.tgz", pipe=pipe)
        assert [d.origin.member_path for d in documents] == ["a.tar!/a.html"]
        assert reasons(rejected) == ["archive_too_deep"]


def test_a_truncated_tar_yields_its_complete_members() -> None:
    tar = tarred(("a.html", PAGE, tarfile.REGTYPE, ""), ("b.html", PAGE, tarfile.REGTYPE, ""))
    documents, rejected = read(tar[: 512 * 4 + len(PAGE)], "a.tar")
    assert [d.origin.member_path for d in documents] == ["a.html"]
    assert reasons(rejected) == ["truncated_stream"]


def test_what_a_zip_may_hold_besides() -> None:
    damaged = bytearray(zipped(("a.html", PAGE)))
    damaged[60] ^= 0xFF
    assert reasons(read(bytes(damaged), "a.zip")[1])[0] in ("checksum_failed", "truncated_stream", "unreadable")
    office = zipped(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>"))
    assert reasons(read(office, "a.docx")[1]) == ["unsupported_format"]
    assert reasons(read(b"PK\x03\x04 cut", "a.zip")[1]) == ["unreadable"]


def test_an_encrypted_member_is_rejected() -> None:
    info = zipfile.ZipInfo("a.html")
    data = bytearray(zipped((info, PAGE)))
    central = data.rindex(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    assert reasons(read(bytes(data), "a.zip")[1]) == ["encrypted"]


def test_a_wacz_yields_the_pages_of_its_archives() -> None:
    wacz = zipped(
        ("datapackage.json", b"{}"), ("pages/pages.jsonl", b'{"url": "https://news.example/1"}\n'),
        ("archive/data.warc.gz", gz(warc("https://news.example/1", PAGE))),
    )  # fmt: skip
    (document,), rejected = read(wacz, "a.wacz")
    assert not rejected
    assert (document.origin.url, document.body) == ("https://news.example/1", PAGE)


def test_members_that_lie_over_one_another_are_a_bomb() -> None:
    """One megabyte, named five thousand times in the directory of an archive of a few kilobytes."""
    one = zipped(("a.txt", b"Harbour wall vote. " * 50_000))
    start, end = one.rfind(b"PK\x01\x02"), one.rfind(b"PK\x05\x06")
    entry, count = one[start:end], 5000
    directory = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(entry) * count, start, 0)
    began = time.process_time()
    documents, rejected = read(one[:start] + entry * count + directory, "a.zip")
    assert time.process_time() - began < 10
    assert len(documents) + len(rejected) == count
    assert reasons(rejected)[-1] == "decompressed_too_large"
