"""The body corrected by the elements around it: paragraphs alike are added, hidden ones and captions removed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from transforms.clean.body.paragraphs import Body, Paragraph
from transforms.clean.lines.line_rules import known_line
from transforms.clean.page.blocks import Block, Frame
from transforms.clean.page.images import caption_rank, image_beside
from transforms.clean.page.phrases import is_prompt, words_pattern
from transforms.text.folding import count_words
from transforms.text.sentences import ends_sentence
from transforms.text.urls import is_same_site

# Shares of a block's characters: bold or linked as a whole, and a link within the text.
_WHOLE, _WITHIN = 0.9, 0.5
# Least words of a linked paragraph; a headline ends without a full stop.
_LINKED_WORDS = 8
_STATED = re.compile(r"[.。][\"'”’»)\]]*$")
# Least probability of a paragraph between others, above the first, below the last, and below in several sections.
_BETWEEN, _ABOVE, _BELOW, _IN_SECTION = 0.04, 0.1, 0.25, 0.05
_LONGEST_HEADING = 100
_CREDIT_WORDS = 14
_TEASER_TAGS, _TEASER_WORDS = ("p", "div", "aside"), 4
# Above this share of the body its hidden text is what a script shows later, its captions are its text.
_MOST_HIDDEN, _MOST_CAPTIONS = 0.5, 0.3
_METERED = re.compile(r"\b(?:paywall|metered|premium)\b")
_DIGITS = re.compile(r"\d+")

_Look = tuple[str, str, str, str, int]


def by_structure(body: Body, url: str | None = None) -> Body:
    """The body of the page at `url` after all corrections.

    On development pages of unseen sites 14 of 14 paragraphs added between others are body, 10 of 10
    captions removed are not.
    """
    alike = {p.block.number for p in _alike(body)}
    body = _with(body, alike, "alike")
    body = _with(body, {p.block.number for p in _headings(body)}, "alike")
    body = _without(body, [p for p in body.paragraphs if _is_hidden(p.block.frame)], "hidden", _MOST_HIDDEN)
    body = _without(body, [p for p in body.paragraphs if _is_caption(p.block)], "caption", _MOST_CAPTIONS)
    return body.without(list(_teasers(body, url)), "teaser")


def _with(body: Body, numbers: set[int], reason: str) -> Body:
    if not numbers:
        return body
    added = (replace(p, reason=reason) for p in body.left_out if p.block.number in numbers)
    paragraphs = sorted((*body.paragraphs, *added), key=lambda p: p.block.number)
    left_out = tuple(p for p in body.left_out if p.block.number not in numbers)
    return replace(body, paragraphs=tuple(paragraphs), left_out=left_out)


def _without(body: Body, paragraphs: list[Paragraph], reason: str, most: float) -> Body:
    """The body without some paragraphs, unless they are more than a share `most` of it."""
    chars = sum(len(p.text) for p in paragraphs)
    return body if not chars or chars > most * len(body.text) else body.without(paragraphs, reason)


def _alike(body: Body) -> Iterator[Paragraph]:
    """Whole sentences left out that have the element of the body's paragraphs, between them or next to them."""
    looks = Counter(_look(p.block.frame) for p in body.paragraphs)
    sections: dict[_Look, set[int]] = {}
    for paragraph in body.paragraphs:
        sections.setdefault(_look(paragraph.block.frame), set()).add(_section(paragraph.block.frame))
    first, last = body.paragraphs[0].block.number, body.paragraphs[-1].block.number
    before = [p for p in body.left_out if p.block.number < first]
    between = [p for p in body.left_out if first < p.block.number < last]
    after = [p for p in body.left_out if p.block.number > last]

    def is_alike(paragraph: Paragraph) -> bool:
        return looks[_look(paragraph.block.frame)] > 1 and not paragraph.block.frame.is_hidden

    yield from (p for p in between if p.probability >= _BETWEEN and is_alike(p) and _is_statement(p.block))
    for beyond, usual in ((reversed(before), _ABOVE), (after, _BELOW)):
        for paragraph in filter(is_alike, beyond):
            around = sections[_look(paragraph.block.frame)] | {_section(paragraph.block.frame)}
            in_section = len(around) > 1 and not _is_linked(paragraph.block)
            least = _IN_SECTION if in_section else usual
            if paragraph.probability < least or not _is_statement(paragraph.block):
                break
            yield paragraph


def _section(frame: Frame) -> int:
    """The element around a paragraph, by identity; all without a name are one."""
    return id(frame.parent) if frame.parent is not None and frame.parent.names else 0


def _look(frame: Frame) -> _Look:
    """The element of a paragraph and the one around it, and the one in which these repeat."""
    parent = frame.parent or frame
    around = parent.parent or parent
    return frame.tag, _DIGITS.sub("", frame.names), parent.tag, _DIGITS.sub("", parent.names), id(around)


def _is_hidden(frame: Frame) -> bool:
    """Whether a frame is hidden for good, not until the reader pays."""
    return frame.is_hidden and _METERED.search(frame.names) is None


def _is_linked(block: Block) -> bool:
    return block.link_chars >= _WHOLE * len(block.text)


def _is_statement(block: Block) -> bool:
    """Whether a block is a sentence of the article by its words; linked as a whole, it may be a headline."""
    text = block.text
    if not ends_sentence(text) or known_line(text) is not None or is_prompt(text):
        return False
    if _is_linked(block):
        return block.frame.tag != "li" and bool(_STATED.search(text)) and count_words(text) >= _LINKED_WORDS
    return block.link_chars < _WITHIN * len(text)


def _headings(body: Body) -> Iterable[Paragraph]:
    """Headings set by a line break alone above a paragraph of the body."""
    below = {p.block.number: p.block for p in body.paragraphs if p.block.follows_break}
    for paragraph in body.left_out:
        block, text = paragraph.block, paragraph.text
        following = below.get(block.number + 1)
        if (
            following is not None
            and following.frame is block.frame
            and len(text) <= _LONGEST_HEADING
            and (block.bold_chars >= _WHOLE * len(text) or text.isupper())
            and not _is_linked(block)
            and known_line(text) is None
        ):
            yield paragraph


def _teasers(body: Body, url: str | None) -> Iterator[Paragraph]:
    """Headlines of other articles of the site as single paragraphs between sentences."""
    for above, paragraph, below in zip(body.paragraphs, body.paragraphs[1:], body.paragraphs[2:], strict=False):
        block = paragraph.block
        if (
            _is_linked(block)
            and block.frame.tag in _TEASER_TAGS
            and count_words(block.text) >= _TEASER_WORDS
            and not ends_sentence(block.text)
            and all(ends_sentence(p.text) and not _is_linked(p.block) for p in (above, below))
            and all(_is_own(href, url) for href, _ in block.links)
        ):
            yield paragraph


def _is_own(href: str, url: str | None) -> bool:
    """Whether a link leads to another page of the site."""
    if "://" not in href:
        return not href.startswith(("#", "mailto:", "javascript:"))
    return url is not None and is_same_site(href, url)


def _is_caption(block: Block) -> bool:
    """Whether a block is in an element of captions or credits; tables and lists in a figure may be text."""
    if block.frame.within("figcaption") is not None:
        return True
    if block.frame.names and words_pattern("captions", "credits").search(block.frame.names):
        return count_words(block.text) <= _CREDIT_WORDS and not ends_sentence(block.text)
    return caption_rank(block) == 1 and image_beside(block) is not None
