"""A recorded HTTP response: status, headers, and the body without its encodings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from transforms.contract.reasons import Reason
from transforms.read.bytes.decoders import ENCODINGS, decode_body
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
    """The response in these bytes; None when they are not one."""
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
        encoding = encoding.removeprefix("x-")
        is_gzip = encoding == "gzip"
        if encoding not in ENCODINGS or (is_gzip and not body.startswith(b"\x1f\x8b")):
            continue
        try:
            body = decode_body(body, encoding, LIMITS.document_bytes)
        except StreamDamaged as error:
            is_short = error.reason is Reason.TRUNCATED_STREAM
            is_stored_decoded = error.reason is Reason.UNREADABLE or (is_short and encoding == "deflate")
            if is_gzip or not is_stored_decoded:
                raise
    return body


def _dechunked(body: bytes) -> bytes | None:
    """The chunks joined; None when the body is not in chunks."""
    parts: list[bytes] = []
    position = 0
    while position < len(body):
        end = body.find(b"\n", position, position + 1024)
        size_text = body[position:end].partition(b";")[0].strip() if end >= 0 else b""
        if not _CHUNK_SIZE.fullmatch(size_text):  # int() accepts a sign: a negative size would loop forever
            return None if not parts else b"".join(parts)
        size = int(size_text, 16)
        if size == 0:
            break
        parts.append(body[end + 1 : end + 1 + size])
        position = end + 1 + size
        position += 2 if body[position : position + 2] == b"\r\n" else 1
    return b"".join(parts)
