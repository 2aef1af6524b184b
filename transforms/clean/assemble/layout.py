"""Texts of a page laid out as segments with offsets: body, captions and blocks left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal
from urllib.parse import urlsplit

from transforms.clean.assemble.block_kinds import kind_of
from transforms.clean.assemble.figure_texts import figure_texts, is_credit_label
from transforms.clean.body.paragraphs import Body, Paragraph
from transforms.clean.lines.line_rules import known_line
from transforms.clean.lines.tails import line_tail
from transforms.clean.page.blocks import Block, squeeze
from transforms.clean.page.images import caption_rank, image_beside
from transforms.clean.page.parse import Page
from transforms.clean.page.raw_offsets import RawPlaces
from transforms.contract.article import Image, Link, Segment, SegmentKind
from transforms.contract.reasons import Repair
from transforms.text.repair import repair_line
from transforms.text.urls import is_same_site, resolve

_BEFORE_BODY = 12
_CELL = 60
# Reasons of blocks that no rule took from the body: those of the model, and of blocks far from it.
_FAR = "far"
_NEVER_BODY = ("blocks", "consensus", _FAR)
# Text that needs no repair: ASCII with single other characters between.
_INTACT = re.compile(
    r"(?:[\x20-\x7e]++|[\u00c0-\u017f\u2013\u2014\u2018\u2019\u201c\u201d\u2026](?![^\x20-\x7e]))*+"
)


@dataclass(slots=True)
class PageTexts:
    """The article's texts with the rows that point into them."""

    body: str = ""
    captions: list[str] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)


def lay_out(
    page: Page,
    body: Body,
    blocks: Sequence[Block] = (),
    *,
    title: str | None,
    subtitle: str | None = None,
    authors: Collection[str] = (),
    shift: int = 0,
) -> PageTexts:
    """Lay out a page's texts. `blocks` are all of the page; `shift` is added to raw offsets.

    Every block becomes a segment, except those in navigation and those that are not displayed, unless the
    body had them.
    """
    layout = _Layout(page, shift)
    if title:
        layout.add_title(title)
    kept = {id(p) for p in body.paragraphs}
    captions = {id(p) for p in _captions(body)}
    head = squeeze(subtitle or "")
    deck = head if any(p.block.key == head for p in body.paragraphs) else ""
    pending = head if not deck else ""
    signed = {squeeze(name) for name in authors}
    headline = squeeze(title or "")
    for paragraph in _rows(_everything(body, blocks), kept):
        key = paragraph.block.key
        if id(paragraph) in kept:
            layout.add_body(paragraph, "subtitle" if deck and key == deck else "body")
            deck = deck if key != deck else ""
        elif pending and key == pending:
            layout.add_other(paragraph, "subtitle")
            pending = ""
        elif id(paragraph) in captions:
            layout.add_caption(paragraph)
        elif (
            paragraph.is_extracted or paragraph.reason not in _NEVER_BODY or not paragraph.block.frame.is_apart
        ):
            kind: SegmentKind = "title"
            if paragraph.reason != "title":
                kind = kind_of(paragraph.block, title=headline, authors=signed)
                if kind == "title" and title:
                    continue  # the segment of the title has these words
            layout.add_other(paragraph, kind)
    return layout.texts


def _everything(body: Body, blocks: Sequence[Block]) -> Iterator[Paragraph]:
    """All blocks of the page in its order, those that the body was not chosen from with probability 0."""
    if body.method == "json_ld":
        yield from body.paragraphs
    judged = {} if body.method == "json_ld" else {p.block.number: p for p in body.in_page_order}
    everything = {b.number: Paragraph(b, 0.0, False, _FAR) for b in blocks} | judged
    yield from (everything[number] for number in sorted(everything))


class _Layout:
    def __init__(self, page: Page, shift: int) -> None:
        self.texts = PageTexts()
        self._page = page
        self._places = RawPlaces(page.markup)
        self._shift = shift
        self._is_credit_next = False

    def add_title(self, title: str) -> None:
        self._add("title", title, title, "title", 0, "metadata", 1.0, anywhere=True)

    def add_body(self, paragraph: Paragraph, kind: SegmentKind) -> None:
        text = self._repaired(paragraph.text)
        if not text:
            return
        if self.texts.body:
            self.texts.body += "\n\n"
        start = len(self.texts.body)
        tail = line_tail(text)
        label = text[tail.start :].strip() if tail else ""
        text = text[: tail.start].rstrip() if tail else text
        self.texts.body += text
        self._add(kind, text, paragraph.block.lead, "body", start, paragraph.reason, paragraph.probability)
        if tail:
            self._add(tail.kind, label, label, None, 0, f"rule:{tail.name}", 0.9)
        self.texts.links += _links(paragraph.block, self._page)

    def add_caption(self, paragraph: Paragraph) -> None:
        address = image_beside(paragraph.block)
        image = resolve(self._page.url, address) if address else None
        caption = credit = number = None
        is_first, is_again = True, False
        parts = list(
            figure_texts(paragraph.block, self._repaired(paragraph.text), is_credit=self._is_credit_next)
        )
        self._is_credit_next = len(parts) == 1 and parts[0].kind == "other" and is_credit_label(parts[0].text)
        for kind, text in parts:
            lead = paragraph.block.lead if is_first else text
            is_first = False
            if kind == "caption" and text in self.texts.captions:
                is_again = True
                continue
            part: Literal["caption"] | None = "caption" if kind == "caption" else None
            start = sum(len(c) + 1 for c in self.texts.captions)
            added = self._add(kind, text, lead, part, start, "figure", 0.9)
            if kind == "caption":
                caption, number = text, added
                self.texts.captions.append(text)
            elif kind == "credit":
                credit = text
        if not is_again and (caption or credit):
            self._add_image(Image(image, caption, credit, number))

    def _add_image(self, image: Image) -> None:
        """Append an image, or complete the last one: caption and credit may be blocks of their own."""
        last = self.texts.images[-1] if self.texts.images else None
        if last is not None and image.url in (None, last.url):
            if image.caption is None and last.credit is None:
                last.credit = image.credit
                return
            if image.credit is None and last.caption is None:
                last.caption, last.segment_no = image.caption, image.segment_no
                return
        self.texts.images.append(image)

    def add_other(self, paragraph: Paragraph, kind: SegmentKind) -> None:
        text = self._repaired(paragraph.text)
        if text:
            self._add(kind, text, paragraph.block.lead, None, 0, paragraph.reason, 1 - paragraph.probability)

    def _repaired(self, text: str) -> str:
        if _INTACT.fullmatch(text):
            return text
        repaired, repairs = repair_line(text)
        self.texts.repairs += [r for r in repairs if r not in self.texts.repairs]
        return repaired

    def _add(
        self,
        kind: SegmentKind,
        text: str,
        lead: str,
        part: Literal["title", "body", "caption"] | None,
        start: int,
        basis: str,
        confidence: float,
        *,
        anywhere: bool = False,
    ) -> int:
        """Append a segment at `start` of `part` that begins with `lead` in the page; returns its number."""
        place = self._places.find(lead, text, anywhere=anywhere)
        number = len(self.texts.segments)
        self.texts.segments.append(
            Segment(
                kind=kind,
                field=part,
                start=start if part else None,
                end=start + len(text) if part else None,
                raw_start=place[0] + self._shift if place else None,
                raw_end=place[1] + self._shift if place else None,
                text=text,
                basis=basis,
                confidence=round(confidence, 4),
            )
        )
        return number


def _captions(body: Body) -> Iterator[Paragraph]:
    """Captions near the body: from a little before its first paragraph to its last."""
    if not body.paragraphs:
        return
    first, last = body.paragraphs[0].block.number, body.paragraphs[-1].block.number
    for paragraph in body.left_out:
        near = first - _BEFORE_BODY <= paragraph.block.number <= last + 3
        if near and paragraph.block.link_chars < 0.7 * len(paragraph.text) and _is_caption(paragraph):
            yield paragraph


def _is_caption(paragraph: Paragraph) -> bool:
    """Whether a block belongs to an image: by its element, as a credit beside it, or by its words.

    By its words only if a rule took it from the body.
    """
    block = paragraph.block
    if caption_rank(block):
        return True
    is_beside = image_beside(block) is not None
    if not is_beside and paragraph.reason != "rule":
        return False
    known = known_line(block.text)
    return known is not None and known.kind in ("caption", "credit" if is_beside else "caption")


def _rows(paragraphs: Iterable[Paragraph], kept: set[int]) -> Iterator[Paragraph]:
    """Paragraphs, with the short cells of one table row joined into one."""
    for row, group in groupby(paragraphs, lambda p: _row(p) if id(p) in kept else None):
        cells = list(group)
        if row is None or len(cells) == 1:
            yield from cells
            continue
        first = cells[0]
        block = replace(
            first.block,
            text=" ".join(p.text for p in cells),
            link_chars=sum(p.block.link_chars for p in cells),
            links=[link for p in cells for link in p.block.links],
        )
        joined = replace(first, block=block, probability=min(p.probability for p in cells))
        kept.add(id(joined))
        yield joined


def _row(paragraph: Paragraph) -> int | None:
    """The table row around a short cell, by identity."""
    row = paragraph.block.frame.within("tr") if len(paragraph.text) <= _CELL else None
    return None if row is None else id(row)


def _links(block: Block, page: Page) -> Iterator[Link]:
    for href, anchor in block.links:
        url = resolve(page.url, href)
        words = " ".join(anchor.split())
        if url and words:
            yield Link(url, words, _is_external(url, page.url))


def _is_external(url: str, page_url: str | None) -> bool:
    if page_url is None:
        return True
    host, page_host = urlsplit(url).netloc, urlsplit(page_url).netloc
    return host != page_host and not is_same_site(url, page_url)
