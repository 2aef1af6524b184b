"""The Unicode encoding of bytes, by their byte order mark or by the zeros that UTF-16 leaves in Latin text."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_SAMPLE = 8192
_FEWEST_PAIRS = 8
_ZEROS = 0.7  # least share of Latin characters: letters, digits, spaces
_OTHER_ZEROS = 0.05


def byte_order_mark(head: bytes) -> tuple[bytes, str] | None:
    """The mark that bytes start with and the charset it stands for; None without one."""
    return next(((mark, charset) for mark, charset in _MARKS if head.startswith(mark)), None)


def utf16_without_mark(head: bytes) -> str | None:
    """The byte order of UTF-16 in a Latin script: every other byte is zero, always on the same side."""
    sample = head[:_SAMPLE]
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if pairs < _FEWEST_PAIRS or max(even, odd) < _ZEROS * pairs or min(even, odd) > _OTHER_ZEROS * pairs:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def wide_charset(head: bytes) -> str | None:
    """UTF-16 or UTF-32, with a mark (then the codec that removes it) or without; None: neither."""
    mark = byte_order_mark(head)
    if mark is None:
        return utf16_without_mark(head)
    return None if mark[1] == "utf-8" else mark[1].rpartition("-")[0]
