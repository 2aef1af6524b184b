"""What kind of page it is: an article, an unusual one (flags), or none at all (the reason for refusing it)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from transforms.clean.blocks import Block
from transforms.clean.body import Body
from transforms.clean.metadata import Metadata
from transforms.clean.page import Page
from transforms.clean.urls import is_home
from transforms.contract import Rejected
from transforms.reasons import Reason
from transforms.text import count_words, fold

_SHORT = 25
_BRIEF = 150
_HEADLINE = 25
_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?([Tt]rue|[Ff]alse|TRUE|FALSE)')
_LIVE = re.compile(r'"@type"\s*:\s*\[?\s*"LiveBlogPosting"')
_NUMBERED = re.compile(r"\(?\d{1,3}[.):]\s")
_ARTICLE = re.compile(
    r'"@type"\s*:\s*\[?\s*"\w*(?:Article|BlogPosting)"|property=["\']?og:type["\']?\s+content=["\']?article'
)


def refusal(page: Page, blocks: Sequence[Block], body: Body, words: int, metadata: Metadata) -> Rejected | None:
    """Why a page with a body of so many words is not an article; None when it is one."""
    title = fold(metadata.title or "")
    shown = fold(" ".join(b.text for b in blocks[:400])[:20_000]) if words < _BRIEF else ""
    if words < _BRIEF and (kind := _kind_by_words(title, fold(body.text), shown)):
        return Rejected(Reason.NOT_AN_ARTICLE, f"{kind}: {(metadata.title or '')[:200]}")
    if not words:
        return (
            Rejected(Reason.NOT_AN_ARTICLE, "section page") if _is_list(blocks) else Rejected(Reason.EMPTY_BODY)
        )
    if _is_front(page, blocks, words, metadata):
        return Rejected(Reason.NOT_AN_ARTICLE, "section page")
    if words < _SHORT and (
        not is_stated_article(page, metadata) or _pattern("paywall", "body").search(fold(body.text))
    ):
        return Rejected(Reason.BODY_TOO_SHORT, f"{words} words")
    return None


def flags(page: Page, blocks: Sequence[Block], body: Body, words: int, captions: Sequence[str]) -> list[str]:
    """Kinds that an article page may be besides an ordinary one, alphabetically."""
    found = set()
    free = _FREE.search(page.markup)
    walled = free is not None and free[1].lower() == "false"
    stops = words < 2 * _BRIEF and any(
        _pattern("paywall", "body").search(fold(b.text)) for b in blocks if len(b.text) < 300
    )
    if walled or stops:
        found.add("paywalled")
    if (walled or stops) and words < _BRIEF:
        found.add("stub")
    if "LiveBlogPosting" in page.markup and _LIVE.search(page.markup):
        found.add("live")
    listed = sum(len(p.text) for p in body.paragraphs if p.block.frame.tag in ("li", "dd"))
    numbered = [p for p in body.paragraphs if p.block.frame.tag in ("h2", "h3") and _NUMBERED.match(p.text)]
    if listed > 0.6 * len(body.text) or len(numbered) >= 5:
        found.add("list")
    if len(captions) >= 5 and sum(map(len, captions)) > len(body.text):
        found.add("gallery")
    return sorted(found)


def _is_barred(blocks: Sequence[Block]) -> bool:
    barred = _pattern("paywall", "body")
    return any(barred.search(fold(block.text)) for block in blocks if 20 < len(block.text) < 300)


def is_stated_article(page: Page, metadata: Metadata) -> bool:
    """Whether the page itself says that it is an article: by its type, a date or an author."""
    stated = metadata.published_at is not None and metadata.published_basis in ("metadata", "feed", "record")
    return stated or bool(metadata.authors) or _ARTICLE.search(page.markup) is not None


def _kind_by_words(title: str, body: str, shown: str) -> str | None:
    for kind in ("missing", "barred"):
        by_title = _pattern(kind, "title").search(title)
        by_body = _pattern(kind, "body").search(body) or (
            len(shown) < 1500 and _pattern(kind, "body").search(shown)
        )
        if by_body and (by_title or count_words(body) < 60):
            return kind
        if by_title and count_words(body) < 60:
            return kind
    return None


def _is_list(blocks: Sequence[Block]) -> bool:
    """Whether a page is mostly headlines that lead elsewhere."""
    return sum(_leads_elsewhere(b) for b in blocks) >= 20


def _is_front(page: Page, blocks: Sequence[Block], words: int, metadata: Metadata) -> bool:
    """Whether headlines outweigh the text, on a front door or on a page that does not call itself an article."""
    address = page.url or metadata.url
    at_front = address is not None and is_home(address)
    if not at_front and (words >= _BRIEF or is_stated_article(page, metadata)):
        return False
    heads = sum(len(b.text) for b in blocks if _leads_elsewhere(b))
    prose = sum(len(b.text) for b in blocks if not b.link_chars and len(b.text) > 100)
    return _is_list(blocks) and heads > prose


def _leads_elsewhere(block: Block) -> bool:
    return len(block.text) >= _HEADLINE and block.link_chars > 0.8 * len(block.text)


@cache
def _pattern(kind: str, part: str) -> re.Pattern[str]:
    text = (resources.files("transforms.data") / "page_kinds.toml").read_text(encoding="utf-8")
    return re.compile("|".join(tomllib.loads(text)[kind][part]))
