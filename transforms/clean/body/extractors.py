"""Bodies of a page by other extractors, and the page's own claims in its metadata."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import trafilatura
from resiliparse.extract.html2text import extract_plain_text

from transforms.clean.page.blocks import Block, is_prose, squeeze
from transforms.clean.page.parse import Page

# Beyond this size trafilatura may cost seconds; resiliparse is linear.
_MOST_CHARS = 3_000_000
_ARTICLE_BODY = re.compile(r'"articleBody"\s*:\s*"((?:[^"\\]|\\.)*+)"')
_LONG = 25
_MARGIN = 25
_RELIABLE = 0.6


class ExtractedText:
    """The body by another extractor, searchable by block."""

    def __init__(self, text: str) -> None:
        lines = [squeeze(line) for line in text.splitlines()]
        self._lines = set(lines)
        self._text = "".join(lines)

    def has(self, key: str) -> bool:
        """Whether it contains a squeezed block; a short one must be a whole line, else it may match by chance."""
        return key in self._lines or (len(key) > _LONG and key in self._text)


@dataclass(frozen=True, slots=True)
class PageClaims:
    """Statements of the page about its article: headlines, description and JSON-LD articleBody (squeezed)."""

    title: str
    description: str
    article_body: str
    article_text: str = ""


def resiliparse_text(page: Page) -> ExtractedText:
    """Resiliparse's main content: cheap, misses little, includes too much."""
    return ExtractedText(extract_plain_text(page.source, main_content=True, alt_texts=False))


def trafilatura_text(page: Page) -> ExtractedText:
    """Trafilatura's body: precise, at ten times the cost."""
    if len(page.markup) > _MOST_CHARS:
        return ExtractedText("")
    return ExtractedText(
        trafilatura.extract(page.source, fast=True, include_comments=False, deduplicate=False) or ""
    )


def read_claims(page: Page) -> PageClaims:
    """The claims of a page; missing ones are empty."""
    heads = [node.text() for name in ("h1", "title") if (node := page.tree.css_first(name)) is not None]
    meta = page.tree.css_first('meta[property="og:description"], meta[name="description"]')
    description = squeeze(meta.attributes.get("content") or "") if meta is not None else ""
    text = ""
    if '"articleBody"' in page.markup and (match := _ARTICLE_BODY.search(page.markup)):
        try:
            text = json.loads(f'"{match[1]}"', strict=False)
        except ValueError:
            text = ""
    return PageClaims(" ".join(heads), description, squeeze(text), text)


def near_extracted(blocks: Sequence[Block], extracted: Sequence[ExtractedText]) -> list[Block]:
    """The blocks from a little before to a little after those that the extractors take.

    All blocks, if the extractors leave out too much running text to be reliable.
    """
    taken = [block for block in blocks if any(o.has(block.key) for o in extracted)]
    prose = sum(len(block.text) for block in blocks if is_prose(block))
    if sum(len(block.text) for block in taken if is_prose(block)) < _RELIABLE * prose or not taken:
        return list(blocks)
    return list(blocks[max(0, taken[0].number - _MARGIN) : taken[-1].number + _MARGIN + 1])
