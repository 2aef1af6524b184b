"""Requests to web servers and their outcomes, as values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime

from transforms.contract.documents import Origin

# Response headers that are stored: none identifies us or the session.
KEPT_HEADERS = frozenset(
    {
        "age", "cache-control", "content-encoding", "content-language", "content-length", "content-type",
        "date", "etag", "expires", "last-modified", "link", "location", "retry-after", "server",
        "x-robots-tag",
    }
)  # fmt: skip
_LONGEST_WAIT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One address to fetch, for a source.

    `hints` are facts from the listing that named it; `depth` counts links from the configured
    address. With the validators of the last fetch the request is conditional.
    """

    url: str
    source_id: str
    depth: int = 0
    hints: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body that is new or has changed, decoded from its content coding; `headers` in lower case."""

    request: FetchRequest
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    robots_sha256: str | None = None

    @property
    def body_sha256(self) -> str:
        """Hash of the body in hex."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def origin(self) -> Origin:
        """Where the body comes from; hints of the listing are passed on unchanged."""
        content_type = Message()
        content_type["content-type"] = self.headers.get("content-type", "")
        return Origin(
            source_id=self.request.source_id,
            url=self.final_url,
            charset=content_type.get_content_charset(),
            media_type=content_type.get_content_type() if "content-type" in self.headers else None,
            fetched_at=self.fetched_at,
            http_status=self.status,
            http_headers=self.headers,
            hints=self.request.hints,
            fields=self.request.fields,
        )


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing new: status 304, or the same bytes as before (200)."""

    request: FetchRequest
    final_url: str
    status: int
    headers: Mapping[str, str]
    fetched_at: datetime
    robots_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not requested: the host is paused for `seconds` more; a later run tries again."""

    request: FetchRequest
    seconds: float


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The pause that the server asks for (RFC 9110 §10.2.3), a week at most; None if it does not."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        seconds = min(int(value[:12]), int(_LONGEST_WAIT.total_seconds()))
        return timedelta(seconds=seconds)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), _LONGEST_WAIT)
