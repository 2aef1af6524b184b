"""Whether a paywall cuts off a page's article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import SelectolaxError

from transforms.clean.body.paragraphs import Body
from transforms.clean.page.blocks import Block
from transforms.clean.page.facts import PageFacts
from transforms.clean.page.jsonld import Node, as_list, as_text
from transforms.clean.page.parse import Page
from transforms.clean.page.phrases import is_prompt
from transforms.clean.page.selectors import select
from transforms.text.folding import count_words

# Fewer words are a teaser; up to the second number they may be the free beginning of a longer text.
_TEASER, _BEGINNING = 150, 400
# Blocks after the last paragraph in which a prompt refers to it.
_BEHIND = 12
# From this share of the publisher's word count a text is whole; below the second it is cut.
_WHOLE, _CUT = 0.8, 0.6
_FEW = 50
_SENTENCE = 60
_ENDED = re.compile(r"[.!?。！？:;)\]\"'”’»*]\s*$")


def is_cut(page: Page, facts: PageFacts, blocks: Sequence[Block], body: Body, words: int) -> bool:
    """Whether the text is only the beginning: not every page for subscribers is cut off.

    The publisher's word count decides, then whether the parts it states as closed are in the body. Without
    either a short body needs a prompt or a statement, a longer one both, the prompt at its end.
    """
    node = facts.articles[0] if facts.articles else {}
    is_closed = _is_closed(facts, node)
    counted = _counted_words(node)
    if counted >= _FEW and words >= _WHOLE * counted:
        return False
    if is_closed and words < _CUT * max(counted, count_words(_article_body(node))):
        return True
    if is_closed and _has_closed_part(page, node, body):
        return False
    if words < _TEASER:
        return is_closed or any(is_prompt(block.text) for block in blocks)
    if is_closed:
        return _asks_below(blocks, body) or (words < _BEGINNING and _breaks_off(body))
    return words < 2 * _TEASER and _asks_below(blocks, body)


def _is_closed(facts: PageFacts, node: Node) -> bool:
    """Whether the page states that its article, or a part of it, is not free."""
    if as_flag(node.get("isAccessibleForFree")) is False or any(True for _ in _closed_parts(node)):
        return True
    return any(content.casefold() == "locked" for _, content in facts.meta("article:content_tier"))


def as_flag(value: object) -> bool | None:
    """A JSON-LD Boolean in any of its spellings; None: not a Boolean."""
    word = str(value).casefold().rpartition("/")[2]
    return {"true": True, "false": False}.get(word)


def _closed_parts(node: Node) -> Iterator[str]:
    """The selectors of parts that are not free (schema.org's markup of content behind a paywall)."""
    for part in as_list(node.get("hasPart")):
        if isinstance(part, dict) and as_flag(part.get("isAccessibleForFree")) is False:
            yield from filter(None, map(as_text, as_list(part.get("cssSelector"))))


def _has_closed_part(page: Page, node: Node, body: Body) -> bool:
    """Whether the body contains more of a closed part than a teaser."""
    for selector in _closed_parts(node):
        try:
            found = select(page, (selector,))
        except SelectolaxError:  # the stated selector is not CSS
            continue
        if sum(count_words(p.text) for p in body.paragraphs if found.has(p.block)) >= _TEASER:
            return True
    return False


def _counted_words(node: Node) -> int:
    """The publisher's word count of the article; 0: not stated."""
    count = as_text(node.get("wordCount")) or ""
    return int(count) if count.isascii() and count.isdigit() else 0


def _article_body(node: Node) -> str:
    text = node.get("articleBody")
    return text if isinstance(text, str) else ""


def _asks_below(blocks: Sequence[Block], body: Body) -> bool:
    """Whether a visible prompt is in the last paragraph or close below it."""
    if not body.paragraphs:
        return False
    last = body.paragraphs[-1].block.number
    return any(
        last <= block.number <= last + _BEHIND and not block.frame.is_hidden and is_prompt(block.text)
        for block in blocks
    )


def _breaks_off(body: Body) -> bool:
    """Whether the last paragraph ends in the middle of a sentence."""
    last = body.paragraphs[-1].text if body.paragraphs else ""
    return len(last) >= _SENTENCE and (last.endswith(("…", "...")) or not _ENDED.search(last))
