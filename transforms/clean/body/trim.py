"""The body without copies, comments, promotion, labels, credits and lines the publisher repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from transforms.clean.body.paragraphs import Body, Paragraph
from transforms.clean.lines.line_rules import known_line
from transforms.clean.lines.related import related_lists
from transforms.clean.page.blocks import Block, Frame, is_prose, squeeze
from transforms.clean.page.phrases import is_prompt, words_pattern
from transforms.text.folding import fold, fold_line

_LONGEST = 300
_LINKED = 0.6
_CONFIDENT = 0.8
_SHOUTED_WORDS = 5
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Headings at the end without text, of comments or related articles; more of them are a list.
_MOST_TRAILING = 2
# Above this share of the body, repeated lines mean that the article itself is a repetition.
_MOST_REPEATED = 0.3
_MOST_COMMENTS = 0.8
# Above this share of the body, promotion is the subject of the page.
_MOST_PROMOTION = 0.6
# A copy of the article: least share of the body in repeated paragraphs of more than _LONG characters.
_LONG, _MOST_COPIED = 60, 0.2
_NOT_LAST = ("promo", "widget", "dateline", "navigation")
_LONGEST_HEADING = 60


def trim(body: Body, blocks: Sequence[Block], *, title: str, boilerplate: frozenset[str]) -> Body:
    """The body after all rules; `blocks` are those of the whole page, `boilerplate` folded lines."""
    body = body.without(_headline_again(body.paragraphs, squeeze(title)), "title")
    body = body.without(_copies(body), "copy")
    body = _without_comments(body, blocks)
    body = without_calls(body, _is_not_prose)
    body = body.without(_trailing_headings(body.paragraphs), "rule")
    body = body.without(_calls_at_the_end(body.paragraphs), "rule")
    return without_boilerplate(body, boilerplate)


def without_boilerplate(body: Body, boilerplate: frozenset[str]) -> Body:
    """Remove lines the publisher repeats, unless they are so many that the article repeats an earlier one."""
    repeated = [p for p in body.paragraphs if fold_line(p.text) in boilerplate] if boilerplate else []
    is_copy = _chars(repeated) > _MOST_REPEATED * max(_chars(body.paragraphs), 1)
    return body if is_copy else body.without(repeated, "boilerplate")


def _is_certain(paragraph: Paragraph) -> bool:
    known = known_line(paragraph.text)
    return known is not None and known.is_certain


def without_calls(body: Body, is_call: Callable[[Paragraph], bool] = _is_certain) -> Body:
    """Remove calls to readers, mail frames and lists of related titles, unless they are most of the body."""
    related = frozenset(related_lists([p.text for p in body.paragraphs]))
    calls = [p for number, p in enumerate(body.paragraphs) if number in related or is_call(p)]
    return body if _chars(calls) > _MOST_PROMOTION * _chars(body.paragraphs) else body.without(calls, "rule")


def _chars(paragraphs: Sequence[Paragraph]) -> int:
    return sum(len(p.text) for p in paragraphs)


def _headline_again(paragraphs: Sequence[Paragraph], title: str) -> Iterator[Paragraph]:
    for paragraph in paragraphs[:2]:
        key = paragraph.block.key
        if len(key) > 10 and paragraph.block.frame.tag in ("h1", "h2") and title.startswith(key):
            yield paragraph


def _copies(body: Body) -> list[Paragraph]:
    """Paragraphs of a second copy of the article: some pages print it once per screen size."""
    copies, known, so_far = [], set[str](), ""
    for paragraph in body.paragraphs:
        key = paragraph.block.key
        if key in known or (len(key) > _LONG and key in so_far):
            copies.append(paragraph)
        else:
            known.add(key)
            so_far += key
    # Short or single lines may be repeated on purpose.
    copied = _chars([p for p in copies if len(p.block.key) > _LONG])
    return copies if copied > _MOST_COPIED * len(body.text) else []


def _without_comments(body: Body, blocks: Sequence[Block]) -> Body:
    """Leave out readers' comments, unless they are nearly all of the text."""
    if not body.paragraphs:
        return body
    first = next((p.block for p in body.paragraphs if is_prose(p.block)), body.paragraphs[0].block)
    comments = {block.number: block for block in _comments(blocks, first=first)}
    theirs = [p for p in body.paragraphs if p.block.number in comments]
    if _chars(theirs) > _MOST_COMMENTS * len(body.text):
        return body
    if any(map(is_prose, comments.values())):
        body = replace(body, flags=body.flags | {"commented"})
    return body.without(theirs, "comment")


def _is_not_prose(paragraph: Paragraph) -> bool:
    """Whether its words mark it as promotion, a label, a credit or a contributor note."""
    text, block, probability = paragraph.text, paragraph.block, paragraph.probability
    if len(text) > _LONGEST:
        return False
    is_linked = block.link_chars >= _LINKED * len(text)
    if is_linked and text.isupper() and len(text.split()) >= _SHOUTED_WORDS:
        return True
    rule = known_line(text)
    if rule is None:
        return False
    # The block model knows no words: its confidence does not count against them.
    if rule.is_certain or rule.name == "contributed":
        return True
    return (
        is_linked
        if rule.kind == "promo"
        else rule.kind in ("widget", "legal", "credit") and probability < _CONFIDENT
    )


def _trailing_headings(paragraphs: Sequence[Paragraph]) -> Sequence[Paragraph]:
    """Headings at the end without text below."""
    ending = enumerate(reversed(paragraphs))
    count = next((n for n, paragraph in ending if paragraph.block.frame.tag not in _HEADINGS), 0)
    return paragraphs[-count:] if 0 < count <= _MOST_TRAILING else ()


def _calls_at_the_end(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Calls to read on, to sign up or to pay at the end of the text."""
    for paragraph in reversed(paragraphs[1:]):
        rule = known_line(paragraph.text, is_doubtful=True)
        if not (is_prompt(paragraph.text) or (rule is not None and rule.kind in _NOT_LAST)):
            return
        yield paragraph


def _comments(blocks: Sequence[Block], *, first: Block) -> Iterator[Block]:
    """The blocks in elements named for comments, and all below a heading that announces comments.

    Only those after `first`, the article's first paragraph: some sites name the whole page so.
    """
    areas: dict[int, bool] = {}
    above = set(_frames_around(first))
    form: set[int] | None = None
    is_below = False
    for block in blocks:
        if block.number > first.number:
            if not is_below and (heading := _announcement(block)) is not None:
                # "Leave a reply" may be the title of an empty form: only its own section is below it.
                is_below = heading != "form"
                form = form if is_below else {id(block.frame.parent)}
            is_in_form = form is not None and not form.isdisjoint(_frames_around(block))
            if is_below or is_in_form or _is_in_comments(block.frame, areas, above):
                yield block


def _frames_around(block: Block) -> Iterator[int]:
    frame: Frame | None = block.frame
    while frame is not None:
        yield id(frame)
        frame = frame.parent


def _is_in_comments(frame: Frame, areas: dict[int, bool], above: set[int]) -> bool:
    """Whether a frame is in a comment area that does not contain the first paragraph."""
    path: list[int] = []
    found = False
    outer: Frame | None = frame
    while outer is not None and id(outer) not in above:
        if id(outer) in areas:
            found = areas[id(outer)]
            break
        path.append(id(outer))
        if outer.names and _is_comment_area(outer.names):
            found = True
            break
        outer = outer.parent
    areas.update(dict.fromkeys(path, found))
    return found


@lru_cache(maxsize=16384)
def _is_comment_area(names: str) -> bool:
    if words_pattern("comments", "stems").search(names) is None:
        return False
    return any(map(words_pattern("comments", "names").fullmatch, names.split()))


def _announcement(block: Block) -> Literal["headings", "form"] | None:
    """The part of the phrases by which a heading announces comments."""
    if len(block.text) > _LONGEST_HEADING or block.frame.tag not in _HEADINGS[1:]:
        return None
    text = fold(block.text)
    parts: tuple[Literal["headings", "form"], ...] = ("headings", "form")
    for part in parts:
        if words_pattern("comments", part).fullmatch(text) is not None:
            return part
    return None
