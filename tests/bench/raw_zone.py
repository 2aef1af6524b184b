"""JSONL and WARC into the raw zone, megabytes a CPU second; small files to Parquet files; memory.

Beside each the least that keeping the same bytes can cost: read, sha256, Parquet by pyarrow with the
same compression; for JSONL also what DuckDB needs to make a Parquet file of it.

python -m tests.bench.raw_zone [MEGABYTES]
"""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
import tempfile
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.settings import Settings
from flows.stages.ingest import ingest
from flows.stages.inputs import sources_for
from flows.stages.reports import CleanReport
from flows.stages.session import open_session
from tests.bench.timing import cpu, peak_memory
from tests.flows.corpus import record

PAGE_BYTES = 50_000
BARE_BYTES = 64 << 20


def main(megabytes: int = 200) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for label, path in (("JSONL", _jsonl(folder, megabytes)), ("WARC", _warc(folder, megabytes))):
            seconds, files, memory = _apart(path, folder / f"lake-{label}")
            size = path.stat().st_size / 1e6
            print(f"{label}: {size:.0f} MB in {_speed(size, seconds)}, {files} Parquet files, peak {memory} MB")
            print(f"  bare keeping of the same bytes: {_speed(size, _bare(path))}")
            if label == "JSONL":
                print(f"  DuckDB's read_json to Parquet:  {_speed(size, _duckdb(path))}")
        small = folder / "small"
        small.mkdir()
        for number in range(10_000):
            (small / f"{number}.txt").write_text(f"Report {number}\n\n{record(number)['text']}\n")
        seconds, files, memory = _apart(small, folder / "lake-small")
        print(f"10,000 small files: {seconds:.2f} CPU s, {files} Parquet files, peak {memory} MB")


def _apart(path: Path, lake: Path) -> tuple[float, int, int]:
    """`_ingest` in a process of its own, whose memory is nobody else's."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_ingest, (path, lake))


def _ingest(path: Path, lake: Path) -> tuple[float, int, int]:
    """CPU seconds, Parquet files in the lake, peak memory of the process in MB."""
    settings = Settings(lake=str(lake), parser="lexicon")
    with open_session(settings, sources=sources_for(settings, [str(path)])) as session:
        with cpu() as spent:
            report = ingest(session)
        files = len(list((lake / "data").rglob("*.parquet")))
        session.report(CleanReport).pending = report.fresh
    return spent.seconds, files, peak_memory()


def _speed(size: float, seconds: float) -> str:
    return f"{seconds:.2f} CPU s = {size / seconds:.0f} MB/s"


def _bare(path: Path) -> float:
    """Rows as long as a page, hashed and written 64 MB at a time."""
    with cpu() as spent, path.open("rb") as file:
        number = 0
        while batch := list(islice(iter(partial(file.read, PAGE_BYTES), b""), BARE_BYTES // PAGE_BYTES)):
            ids = [sha256(row).hexdigest() for row in batch]
            table = pa.table({"raw_id": ids, "body": pa.array(batch, pa.large_binary())})
            target = path.with_suffix(f".{number}.parquet")
            pq.write_table(table, target, compression="zstd", compression_level=1, use_dictionary=False)
            number += 1
    return spent.seconds


def _duckdb(path: Path) -> float:
    with cpu() as spent, duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        source = f"read_json('{path}', format = 'newline_delimited')"
        connection.execute(
            f"COPY (FROM {source}) TO '{path.with_suffix('.duckdb.parquet')}' (COMPRESSION zstd)"
        )
    return spent.seconds


def _text(noise: random.Random, number: int) -> str:
    words = [
        f"{noise.choice('bcdfglmnprst')}{noise.choice('aeiou')}{noise.choice('lmnrst')}{n}" for n in range(300)
    ]
    return f"{record(number)['text']}\n\n{' '.join(words)} " * 2


def _jsonl(folder: Path, megabytes: int) -> Path:
    path, noise, number = folder / "articles.jsonl", random.Random(1), 0
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < megabytes * 1_000_000:
            file.write(json.dumps({**record(number), "text": _text(noise, number)}, ensure_ascii=False) + "\n")
            number += 1
    return path


def _warc(folder: Path, megabytes: int) -> Path:
    path, noise, number, written = folder / "pages.warc", random.Random(2), 0, 0
    with path.open("wb") as file:
        while written < megabytes * 1_000_000:
            body = "".join(f"<p class='a b c'>{_text(noise, number + n)}</p>" for n in range(8))
            page = f"<html><head><title>{number}</title></head><body>{body}</body></html>".encode()
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
            head = (
                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2024-03-05T10:00:00Z\r\n"
                f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n"
                f"WARC-Target-URI: https://news.example/{number}\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
            )
            written += file.write(head.encode() + http + b"\r\n\r\n")
            number += 1
    return path


if __name__ == "__main__":
    main(*(int(n) for n in sys.argv[1:2]))
