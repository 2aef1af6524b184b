"""Reading bytes in a test: the documents and the rejections apart."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.read import read_documents
from transforms.read.records.record import Record, record_of


class Pipe(io.RawIOBase):
    """A stream that cannot seek and hands out bytes in pieces, as a network does."""

    def __init__(self, data: bytes, piece: int = 1000) -> None:
        self._rest = memoryview(data)
        self._piece = piece

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        taken = self._rest[: min(len(buffer), self._piece)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def read(
    data: bytes,
    path: str | None = None,
    *,
    url: str | None = None,
    fields: Mapping[str, str] | None = None,
    pipe: bool = False,
) -> tuple[list[RawDocument], list[Rejected]]:
    origin = Origin("test", container_uri=path, url=url, fields=fields or {})
    stream: Any = io.BufferedReader(Pipe(data)) if pipe else io.BytesIO(data)
    items = list(read_documents(stream, origin))
    documents = [i for i in items if isinstance(i, RawDocument)]
    return documents, [i for i in items if isinstance(i, Rejected)]


def records(data: bytes, path: str | None = None, **options: Any) -> list[Record]:
    documents, rejected = read(data, path, **options)
    assert not rejected, rejected
    found = [record_of(d) for d in documents]
    assert not any(isinstance(r, Rejected) for r in found), found
    return [r for r in found if isinstance(r, Record)]


def record(value: dict[str, Any], **options: Any) -> Record:
    (one,) = records(json.dumps(value).encode(), "a.jsonl", **options)
    return one


def reasons(rejected: list[Rejected]) -> list[str]:
    return [str(r.reason) for r in rejected]
