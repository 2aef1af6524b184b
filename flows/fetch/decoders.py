"""Compressed HTTP bodies opened piece by piece, so that no cap is passed by more than one piece."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

from transforms.contract.errors import PortableError

try:
    import brotli
except ImportError:
    brotli = None

_PIECE = 64 * 1024
# Before 1.2 brotli could not be told to stop at a size.
_HAS_BROTLI = brotli is not None and hasattr(brotli.Decompressor, "can_accept_more_data")
ENCODINGS = ("gzip", "deflate", "br") if _HAS_BROTLI else ("gzip", "deflate")
"""The content codings we can undo, by their names in HTTP; `br` if the brotli package is installed."""


class Damaged(PortableError, ValueError):
    """A compressed body that cannot be opened, or ends too early."""


class Inflater(Protocol):
    """Opens one body: `feed` yields what each chunk gives in pieces, `finish` says that all came."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield pieces of 64 kB at most."""
        ...

    def finish(self) -> None:
        """Raise Damaged when the body is not complete."""
        ...


def inflater(encoding: str) -> Inflater:
    """Return what opens a body of this Content-Encoding; KeyError for one that we did not ask for."""
    name = encoding.strip().lower().removeprefix("x-")
    if name in ("", "identity"):
        return _Plain()
    if name not in ENCODINGS:
        raise KeyError(encoding)
    return _Brotli() if name == "br" else _Zlib()


class _Plain:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def finish(self) -> None:
        pass


class _Zlib:
    """Gzip of one or more members, zlib, and the headerless deflate that some servers send."""

    def __init__(self) -> None:
        self._opener = zlib.decompressobj(wbits=47)
        self._head: bytes | None = b""  # what came before the first piece; None after it

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._opener.eof:  # another member, or padding
                if not data.startswith(b"\x1f\x8b"):
                    return
                self._opener = zlib.decompressobj(wbits=47)
            yield from self._pieces(data)
            data = self._opener.unused_data

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        is_full = False
        while data or is_full:
            try:
                piece = self._opener.decompress(data, _PIECE)
            except zlib.error as error:
                if self._head is None:
                    raise Damaged(str(error)) from error
                data, self._head = self._head + data, None
                self._opener = zlib.decompressobj(wbits=-15)
                continue
            if piece:
                self._head = None
                yield piece
            elif self._head is not None:
                self._head += data
            data, is_full = self._opener.unconsumed_tail, len(piece) == _PIECE

    def finish(self) -> None:
        if not self._opener.eof:
            raise Damaged("the compressed body ends too early")


class _Brotli:
    def __init__(self) -> None:
        self._opener = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            piece = self._opener.process(data, output_buffer_limit=_PIECE)
            while piece:
                yield piece
                if self._opener.can_accept_more_data():
                    break
                piece = self._opener.process(b"", output_buffer_limit=_PIECE)
        except brotli.error as error:
            raise Damaged(str(error)) from error

    def finish(self) -> None:
        if not self._opener.is_finished():
            raise Damaged("the compressed body ends too early")
