"""A recorded HTTP response taken apart: status, headers, and the body without its encodings."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from transforms.contract.reasons import Reason
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import StreamDamaged

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")
_PRIVATE = frozenset({"set-cookie", "cookie", "authorization", "proxy-authorization", "set-cookie2"})


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """Header names are in lower case; those that hold secrets are left out."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str | None:
        """The declared media type, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() or None

    @property
    def charset(self) -> str | None:
        """The declared charset."""
        match = _CHARSET.search(self.headers.get("content-type", ""))
        return match[1] if match else None


def parse_http(message: bytes) -> HttpMessage | None:
    """The response in these bytes; None when they are none."""
    status = _STATUS.match(message)
    if status is None:
        return None
    end = _END_OF_HEAD.search(message)
    head, body = (message[: end.start()], message[end.end() :]) if end else (message, b"")
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").split("\n")[1:]:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if colon and name not in _PRIVATE:
            headers.setdefault(name, value.strip())
    return HttpMessage(int(status[1]), headers, _decoded(body, headers))


def _decoded(body: bytes, headers: dict[str, str]) -> bytes:
    """The body without transfer and content encodings; archives often keep the headers but store it decoded."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _dechunked(body) or body
    for encoding in reversed(headers.get("content-encoding", "").lower().replace(" ", "").split(",")):
        if encoding in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
            body = inflate(body, 31)
        elif encoding == "deflate":
            body = _deflated(body)
        elif encoding == "br":
            body = _brotli(body)
    return body


def inflate(body: bytes, window: int) -> bytes:
    """Decompressed bytes, within the limits for one document."""
    inflater = zlib.decompressobj(window)
    try:
        data = inflater.decompress(body, LIMITS.document_bytes + 1)
    except zlib.error as error:
        raise StreamDamaged(Reason.UNREADABLE, str(error)) from error
    if len(data) > LIMITS.document_bytes:
        raise StreamDamaged(Reason.DECOMPRESSED_TOO_LARGE, f"more than {LIMITS.document_bytes} bytes")
    if not inflater.eof:
        raise StreamDamaged(Reason.TRUNCATED_STREAM, "the compressed body ends too early")
    return data


def _deflated(body: bytes) -> bytes:
    for window in 15, -15:
        try:
            return inflate(body, window)
        except StreamDamaged as error:
            if error.reason is Reason.DECOMPRESSED_TOO_LARGE:
                raise
    return body


def _brotli(body: bytes) -> bytes:
    import brotli

    try:
        data: bytes = brotli.Decompressor().process(body, output_buffer_limit=LIMITS.document_bytes + 1)
    except brotli.error:
        return body  # stored decoded
    if len(data) > LIMITS.document_bytes:
        raise StreamDamaged(Reason.DECOMPRESSED_TOO_LARGE, f"more than {LIMITS.document_bytes} bytes")
    return data


def _dechunked(body: bytes) -> bytes | None:
    """The chunks joined; None when the body is not in chunks."""
    parts: list[bytes] = []
    position = 0
    while position < len(body):
        end = body.find(b"\n", position, position + 1024)
        size_text = body[position:end].partition(b";")[0].strip() if end >= 0 else b""
        if not _CHUNK_SIZE.fullmatch(size_text):  # int() would take a sign, and go back for ever
            return None if not parts else b"".join(parts)
        size = int(size_text, 16)
        if size == 0:
            break
        parts.append(body[end + 1 : end + 1 + size])
        position = end + 1 + size
        position += 2 if body[position : position + 2] == b"\r\n" else 1
    return b"".join(parts)
