"""The fingerprint of a raw document: its publisher, and the hashes of its lines."""

from __future__ import annotations

import re
from typing import NamedTuple

from resiliparse.extract.html2text import extract_plain_text

from transforms.clean.page.parse import parse_page
from transforms.contract.documents import RawDocument, Rejected
from transforms.link.boilerplate.rows import FINGERPRINTED, Fingerprint, line_hash
from transforms.read.records.record import record_of
from transforms.text.encoding import decode
from transforms.text.folding import fold, fold_lines
from transforms.text.urls import canonical, registrable_domain

# Larger documents are data, not pages.
_MOST_BYTES = 2 << 20
# The extractor may be slow on pages with more tags or longer ones: they are checked first, as cleaning
# checks every page.
_MANY_TAGS = 20_000
_LONG_TAG = 100_000
_HEAD = 100_000
_CANONICAL = re.compile(r"""<link\b[^<>]*\brel\s*=\s*["']?canonical\b[^<>]*>""", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


class _Stated(NamedTuple):
    """The facts that a document states; `text` is markup for pages and fragments."""

    url: str | None
    publisher: str | None
    text: str
    is_markup: bool


def fingerprint(raw: RawDocument, observation_id: str) -> Fingerprint | None:
    """The fingerprint of a document; None without lines or without a known publisher."""
    stated = _read(raw)
    if stated is None or (publisher := _publisher_key(stated, raw)) is None:
        return None
    hashes = {line_hash(line) for line in _lines(stated)}
    address = canonical(stated.url) if stated.url else None
    return Fingerprint(observation_id, publisher, address or raw.raw_id, sorted(hashes)) if hashes else None


def document_lines(raw: RawDocument) -> frozenset[str]:
    """The distinct lines of a document, folded by `transforms.text.folding.fold`; those without a letter left out."""
    stated = _read(raw)
    return _lines(stated) if stated is not None else frozenset()


def _read(raw: RawDocument) -> _Stated | None:
    if raw.media_type not in FINGERPRINTED or len(raw.body) > _MOST_BYTES:
        return None
    if raw.media_type == "application/json":
        record = record_of(raw)
        if isinstance(record, Rejected):
            return None
        return _Stated(record.url, record.publisher, record.html or record.text or "", bool(record.html))
    decoded = decode(raw.body, declared=raw.origin.charset, media_type=raw.media_type)
    if isinstance(decoded, Rejected):
        return None
    publisher = raw.origin.hints.get("publisher")
    if raw.media_type == "text/plain":
        return _Stated(raw.origin.url, publisher, decoded.text, is_markup=False)
    return _Stated(raw.origin.url or _declared_url(decoded.text), publisher, decoded.text, is_markup=True)


def _declared_url(markup: str) -> str | None:
    """The address that a page without one states."""
    link = _CANONICAL.search(markup, 0, _HEAD)
    href = _HREF.search(link[0]) if link else None
    return href[1] or href[2] or href[3] if href else None


def _publisher_key(stated: _Stated, raw: RawDocument) -> str | None:
    if stated.url and (domain := registrable_domain(stated.url)):
        return domain
    return f"{raw.origin.source_id} {fold(stated.publisher)}" if stated.publisher else None


def _lines(stated: _Stated) -> frozenset[str]:
    text = _page_text(stated.text) if stated.is_markup else stated.text
    return frozenset(line for line in fold_lines(text) if _LETTER.search(line))


def _page_text(markup: str) -> str:
    """The main content of a page, one line per block; empty where cleaning would reject the page.

    Main content, because a page's margins show the first sentences of other articles.
    """
    if _is_unusual(markup) and isinstance(parse_page(markup), Rejected):
        return ""
    text: str = extract_plain_text(
        markup, main_content=True, alt_texts=False, links=False, list_bullets=False, form_fields=False
    )
    return text


def _is_unusual(markup: str) -> bool:
    starts = range(0, len(markup) - _LONG_TAG, _LONG_TAG)
    return markup.count("<") > _MANY_TAGS or any(markup.find(">", at, at + _LONG_TAG) < 0 for at in starts)
