"""Limits of readers, so that no input can exhaust the machine."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes after decompression; excess is rejected with a reason, never cut silently."""

    document_bytes: int = 20 * MB  # a page, a text, a message, a feed: the bytes of one document
    container_bytes: int = 256 * MB  # a file that must be in memory: JSON that is not lines, ...
    line_bytes: int = 32 * MB  # a line of JSONL, a record of CSV
    member_count: int = 1_000_000  # members of one archive
    archive_bytes: int = 64 << 30  # all members of one archive, or one compressed file
    ratio: int = 200  # decompressed to compressed; articles reach about 20
    ratio_floor: int = 8 * MB  # size from which the ratio is checked: small files of blanks compress well
    archive_depth: int = 1  # archives inside archives are rejected
    gzip_depth: int = 2  # a file compressed twice by mistake is read
    json_depth: int = 200
    feed_entries: int = 50_000  # a sitemap has 50,000 addresses at most by its standard
    url_length: int = 8_192
    pdf_pages: int = 300
    pdf_bytes: int = 20 * MB
    mail_parts: int = 200
    mail_header: int = 16_384  # characters of one header; longer ones are not parsed


LIMITS = Limits()
