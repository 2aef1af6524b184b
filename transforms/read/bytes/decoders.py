"""Compressed bytes decoded in bounded pieces, from files, recorded HTTP bodies and live responses alike.

A Decoder opens one compressed stream of one coding; a BodyDecoder an HTTP body that arrives in chunks; a
DecodedStream a file of one or more members, which it can resume after damage. Damaged or truncated data
and decompression bombs raise StreamDamaged.
"""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections import deque
from collections.abc import Iterator
from typing import Any, BinaryIO, Literal, cast

import brotli
from isal import igzip_lib, isal_zlib

from transforms.contract.reasons import Reason
from transforms.read.bytes.limits import LIMITS, MB
from transforms.read.bytes.streams import BUFFER_BYTES, StreamDamaged

ENCODINGS = ("gzip", "deflate", "br")
"""The content codings of HTTP that are decoded."""
PIECE_BYTES = 64 * 1024
# The stubs of isal take its exception for an instance.
_DAMAGE = (
    cast("type[Exception]", igzip_lib.IsalError), zlib.error, brotli.error, lzma.LZMAError, OSError, EOFError
)  # fmt: skip
_GZIP = b"\x1f\x8b"
_GZIP_MEMBER = b"\x1f\x8b\x08"
# Bytes of a member that are enough to decode the start of its contents.
_MEMBER_HEAD = 4096
# Parts of a member's input (256 kB at most each) that are kept until the member ends without damage.
_PARTS_KEPT = 8
_PADDING = b"\0\t\n\r "


class Decoder:
    """One compressed stream, decoded by a library object with zlib's interface.

    `tail` is input to pass again with the next call; `needs_input`: no output without more input.
    """

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.tail = b""
        self.needs_input = True

    @property
    def is_ended(self) -> bool:
        """Whether the compressed stream is complete."""
        return bool(self._engine.eof)

    @property
    def unused(self) -> bytes:
        """The input after the end of the compressed stream."""
        rest: bytes = self._engine.unused_data
        return rest

    def decode(self, data: bytes, size: int) -> bytes:
        """The next bytes, `size` at most."""
        try:
            piece = self._decode(data, size)
        except _DAMAGE as error:
            is_checksum = any(word in str(error) for word in ("checksum", "CRC", "incorrect data check"))
            raise StreamDamaged(
                Reason.CHECKSUM_FAILED if is_checksum else Reason.UNREADABLE, str(error)
            ) from error
        self.tail = getattr(self._engine, "unconsumed_tail", b"")
        self.needs_input = getattr(self._engine, "needs_input", not self.tail and len(piece) < size)
        return piece

    def _decode(self, data: bytes, size: int) -> bytes:
        return bytes(self._engine.decompress(data, size))


class _Gzip(Decoder):
    def __init__(self) -> None:
        super().__init__(isal_zlib.decompressobj(31))


class _Bzip2(Decoder):
    def __init__(self) -> None:
        super().__init__(bz2.BZ2Decompressor())


class _Xz(Decoder):
    def __init__(self) -> None:
        super().__init__(lzma.LZMADecompressor())


class _Deflate(Decoder):
    """Zlib, or the headerless deflate that some servers send under its name."""

    def __init__(self) -> None:
        super().__init__(zlib.decompressobj())
        self._head: bytes | None = b""  # the input before the first output; None after it

    def _decode(self, data: bytes, size: int) -> bytes:
        try:
            piece = super()._decode(data, size)
        except zlib.error:
            if self._head is None:
                raise
            data, self._head = self._head + data, None
            self._engine = zlib.decompressobj(wbits=-15)
            return super()._decode(data, size)
        if self._head is not None:
            self._head = None if piece else self._head + data
        return piece


class _Brotli(Decoder):
    def __init__(self) -> None:
        super().__init__(brotli.Decompressor())

    @property
    def is_ended(self) -> bool:
        return bool(self._engine.is_finished())

    @property
    def unused(self) -> bytes:
        return b""

    def decode(self, data: bytes, size: int) -> bytes:
        piece = super().decode(data, size)
        self.needs_input = self._engine.can_accept_more_data()
        return piece

    def _decode(self, data: bytes, size: int) -> bytes:
        return bytes(self._engine.process(data, output_buffer_limit=size))


_MAGIC: dict[bytes, type[_Gzip | _Bzip2 | _Xz]] = {_GZIP: _Gzip, b"BZh": _Bzip2, b"\xfd7zXZ\x00": _Xz}
_ARROW_MAGIC: dict[bytes, Literal["zstd", "lz4"]] = {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4"}


class BodyDecoder:
    """An HTTP body in its Content-Encoding, of one or more members; KeyError for a coding not in ENCODINGS."""

    def __init__(self, encoding: str, *, piece_bytes: int = PIECE_BYTES) -> None:
        name = encoding.strip().lower().removeprefix("x-")
        if name not in (*ENCODINGS, "", "identity"):
            raise KeyError(encoding)
        self._is_plain = name in ("", "identity")
        self._decoder: Decoder | None = _Brotli() if name == "br" else None
        self._pending = b""
        self._piece_bytes = piece_bytes

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the decoded bytes of a chunk in pieces, so that a limit is exceeded by one piece at most."""
        if self._is_plain:
            yield data
            return
        data = self._pending + data
        while data:
            if self._decoder is None:  # servers send gzip and deflate under each other's name
                self._decoder = _Gzip() if data[:1] == _GZIP[:1] else _Deflate()
            elif self._decoder.is_ended:  # another member, or padding
                self._pending = data if len(data) < len(_GZIP) else b""
                if not data.startswith(_GZIP):
                    return
                self._decoder, self._pending = _Gzip(), b""
            yield from self._pieces(self._decoder, data)
            data = self._decoder.unused

    def _pieces(self, decoder: Decoder, data: bytes) -> Iterator[bytes]:
        self._pending = b""
        while True:
            if piece := decoder.decode(data, self._piece_bytes):
                yield piece
            if decoder.is_ended or decoder.needs_input:
                return
            data = decoder.tail

    def finish(self) -> None:
        """Raise StreamDamaged when the body is not complete."""
        if not self._is_plain and (self._decoder is None or not self._decoder.is_ended):
            raise StreamDamaged(Reason.TRUNCATED_STREAM, "the compressed body ends too early")


def decode_body(body: bytes, encoding: str, limit: int) -> bytes:
    """A whole HTTP body without its Content-Encoding, `limit` bytes at most."""
    decoder = BodyDecoder(encoding, piece_bytes=limit + 1)
    parts, size = [], 0
    for piece in decoder.feed(body):
        parts.append(piece)
        size += len(piece)
        if size > limit:
            raise StreamDamaged(Reason.DECOMPRESSED_TOO_LARGE, f"more than {limit} bytes")
    decoder.finish()
    return b"".join(parts)


class DecodedStream(io.RawIOBase):
    """The decompressed bytes of a file of one or more members; LIMITS bounds its size and its ratio.

    `ends` are the offsets, in decompressed bytes, at which members ended so far; `has_junk`:
    the last one is followed by neither a member nor padding; `lost`: the damage of a skipped beginning.
    """

    def __init__(self, stream: BinaryIO, magic: bytes) -> None:
        self._stream = stream
        self._magic = magic
        self._decoder: Decoder = _MAGIC[magic]()
        self._pending = b""
        self._in = 0
        self._out = 0
        self._is_finished = False
        self._damage: StreamDamaged | None = None
        self._parts_kept: deque[bytes] = deque(maxlen=_PARTS_KEPT)
        self.ends: list[int] = []
        self.has_junk = False
        self.lost: StreamDamaged | None = None

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer; damage after readable bytes is raised at the next call."""
        if self._damage:
            raise self._damage
        filled = 0
        try:
            while filled < len(buffer) and not self._is_finished:
                data = self._step(min(len(buffer) - filled, MB))
                buffer[filled : filled + len(data)] = data
                filled += len(data)
                self._out += len(data)
                self._check()
        except StreamDamaged as error:
            if not filled:
                raise
            self._damage = error
        return filled

    def resume(self, start: bytes) -> bool:
        """Continue after damage with the next gzip member whose contents begin with `start`; False without one.

        A truncated member may have swallowed its successors: the search begins after its start, or as far
        back as input was kept. Never after a decompression bomb.
        """
        is_bomb = self._damage is not None and self._damage.reason is Reason.DECOMPRESSED_TOO_LARGE
        if is_bomb or self._magic != _GZIP:
            return False
        self._damage, self.has_junk, self._is_finished = None, False, False
        rest, at = b"".join(self._parts_kept) + self._pending, 0
        while True:
            while (at := rest.find(_GZIP_MEMBER, at + 1)) >= 0:
                while len(rest) < at + _MEMBER_HEAD and (more := self._read()):
                    rest, at = rest[at:] + more, 0
                if _begins(rest[at : at + _MEMBER_HEAD], start):
                    self._begin(rest[at:])
                    return True
            if not (more := self._read()):
                self._is_finished = True
                return False
            rest, at = rest[-len(_GZIP_MEMBER) :] + more, 0

    def _begin(self, pending: bytes) -> None:
        self._decoder, self._pending = _MAGIC[self._magic](), pending
        self._parts_kept.clear()

    def _read(self) -> bytes:
        data = self._stream.read(BUFFER_BYTES)
        self._in += len(data)
        return data

    def _check(self) -> None:
        taken = self._in - len(self._pending)
        if self._out > LIMITS.ratio_floor and self._out > taken * LIMITS.ratio:
            raise StreamDamaged(Reason.DECOMPRESSED_TOO_LARGE, f"{taken} bytes hold {self._out} or more")
        _check_size(self._out)

    def _step(self, size: int) -> bytes:
        if self._decoder.is_ended:
            self._next_member()
            return b""
        is_short = False
        if not self._pending and self._decoder.needs_input:
            self._pending = self._read()
            is_short = not self._pending
        try:
            data = self._decoder.decode(self._pending, size)
        except StreamDamaged as error:
            if is_short and error.reason is Reason.UNREADABLE:
                error.reason = Reason.TRUNCATED_STREAM
            raise
        tail = self._decoder.tail
        if used := self._pending[: len(self._pending) - len(tail)]:
            self._parts_kept.append(used)
        self._pending = tail
        if is_short and not data and not self._decoder.is_ended:
            raise StreamDamaged(Reason.TRUNCATED_STREAM, "the compressed data end too early")
        return data

    def _next_member(self) -> None:
        """Continue after a member: with another one, or to the end of the stream over padding and junk."""
        rest = self._decoder.unused
        while len(rest) < len(self._magic) and (more := self._read()):
            rest += more
        self.ends.append(self._out)
        if rest.startswith(self._magic):
            self._begin(rest)
            return
        while not rest.strip(_PADDING) and (more := self._read()):
            rest = rest[-1:] + more
        self._begin(rest)
        self._is_finished = True
        self.has_junk = bool(rest.strip(_PADDING))


class _ArrowStream(io.RawIOBase):
    """zstd and lz4 through Arrow's codecs."""

    def __init__(self, stream: BinaryIO, codec: Literal["zstd", "lz4"]) -> None:
        import pyarrow as pa

        self._errors = (pa.ArrowInvalid, OSError)
        self._stream = pa.CompressedInputStream(pa.PythonFile(cast("io.IOBase", stream), mode="r"), codec)
        self._out = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except self._errors as error:
            is_short = "trunc" in str(error).lower() or "prematurely" in str(error).lower()
            reason = Reason.TRUNCATED_STREAM if is_short else Reason.UNREADABLE
            raise StreamDamaged(reason, str(error)) from error
        buffer[: len(data)] = data
        self._out += len(data)
        _check_size(self._out)
        return len(data)


def decoded_stream(stream: BinaryIO, head: bytes) -> io.RawIOBase:
    """The decompressed bytes of a stream of a format that `sniff` calls compressed."""
    magic = next(m for m in (*_MAGIC, *_ARROW_MAGIC) if head.startswith(m))
    return _ArrowStream(stream, _ARROW_MAGIC[magic]) if magic in _ARROW_MAGIC else DecodedStream(stream, magic)


def _check_size(size: int) -> None:
    if size > LIMITS.archive_bytes:
        raise StreamDamaged(Reason.DECOMPRESSED_TOO_LARGE, f"more than {LIMITS.archive_bytes} bytes")


def _begins(member: bytes, start: bytes) -> bool:
    """Whether the contents of a gzip member begin with `start`."""
    try:
        return _Gzip().decode(member, len(start)) == start
    except StreamDamaged:
        return False
