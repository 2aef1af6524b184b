"""Bounded reads from streams: the head without consuming it, the whole up to a limit, damage as an exception."""

from __future__ import annotations

import codecs
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from transforms.contract.errors import PortableError
from transforms.contract.reasons import Reason
from transforms.read.bytes.limits import LIMITS, MB
from transforms.text.byte_order import wide_charset

HEAD_BYTES = 1 << 16
BUFFER_BYTES = 1 << 18


class StreamDamaged(PortableError):
    """A stream cannot be read (further); `reason` says why. Caught by `read_documents`."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail or reason.value)
        self.reason = reason
        self.detail = detail


class _Prefixed(io.RawIOBase):
    """A stream that starts with bytes already read from it, then raises the damage that followed them."""

    def __init__(self, head: bytes, rest: BinaryIO, damage: StreamDamaged | None) -> None:
        self._head = head
        self._rest = rest
        self._damage = damage

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._head and self._damage:
            raise self._damage
        chunk = self._head or self._rest.read(len(buffer))
        taken = chunk[: len(buffer)]
        self._head = self._head[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


class Buffered(io.BufferedReader):
    """A buffer over a raw stream that fills it at each read: its first contents are the stream's head."""


def peek(stream: BinaryIO, size: int = HEAD_BYTES) -> tuple[bytes, BinaryIO]:
    """The first bytes of a stream, and a stream that still has them: the same one where it can seek."""
    if isinstance(stream, Buffered):
        return stream.peek(size)[:size], cast("BinaryIO", stream)
    parts: list[bytes] = []
    damage = None
    try:
        parts.extend(_parts(stream, size))
    except StreamDamaged as error:
        if not parts:
            raise
        damage = error
    head = b"".join(parts)
    if stream.seekable():
        stream.seek(-len(head), io.SEEK_CUR)
        return head, stream
    return head, cast("BinaryIO", io.BufferedReader(_Prefixed(head, stream, damage), BUFFER_BYTES))


def read_fully(stream: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer only at the end of the stream."""
    parts = list(_parts(stream, size))
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _parts(stream: BinaryIO, size: int) -> Iterator[bytes]:
    # read1 returns the bytes before damage; read would lose them.
    read = getattr(stream, "read1", stream.read)
    while size > 0 and (part := read(size)):
        size -= len(part)
        yield part


def read_whole(stream: BinaryIO, limit: int = LIMITS.document_bytes) -> bytes:
    """Everything that is left of a stream; StreamDamaged(TOO_LARGE) when that exceeds the limit."""
    data = read_fully(stream, limit + 1)
    if len(data) > limit:
        raise StreamDamaged(Reason.TOO_LARGE, f"more than {limit} bytes")
    return data


def lines(stream: BinaryIO, limit: int = LIMITS.line_bytes) -> Iterator[bytes | None]:
    """Lines with their ends; None stands for one that exceeds the limit, which is skipped in small pieces."""
    while line := stream.readline(limit + 1):
        if len(line) <= limit or line.endswith(b"\n"):
            yield line
            continue
        del line
        while (piece := stream.readline(MB)) and not piece.endswith(b"\n"):
            pass
        yield None


def in_utf8(stream: BinaryIO) -> BinaryIO:
    """A stream of text that can be split into lines: UTF-16 and UTF-32 become UTF-8, all else stays as it is."""
    head, stream = peek(stream)
    charset = wide_charset(head)
    if charset is None:
        return stream
    return cast("BinaryIO", codecs.EncodedFile(stream, "utf-8", charset, "replace"))


@contextmanager
def seekable(stream: BinaryIO, limit: int = LIMITS.container_bytes) -> Iterator[BinaryIO]:
    """The stream itself if it can seek, else a copy in memory that moves to a temporary file when large."""
    if stream.seekable():
        yield stream
        return
    with tempfile.SpooledTemporaryFile(max_size=64 * MB) as spool:
        size = 0
        while chunk := stream.read(MB):
            size += len(chunk)
            if size > limit:
                raise StreamDamaged(Reason.TOO_LARGE, f"more than {limit} bytes")
            spool.write(chunk)
        spool.seek(0)
        yield cast("BinaryIO", spool)
