"""A page parsed once for all readers; pages that would exhaust a parser are rejected before parsing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from transforms.contract.documents import Rejected
from transforms.contract.reasons import Reason, Repair

MAX_CHARS = 32 << 20
MAX_NODES = 500_000
MAX_DEPTH = 2_000
MAX_ATTRIBUTES = 500

# Tags and attributes as the HTML tokeniser sees them; possessive, so that no input makes them backtrack.
_ATTRIBUTE = (
    r"""[\s/]*+[^\s/>][^\s/>=]*+"""
    r"""(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?+)?+"""
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TAG_START = re.compile(r"<[a-zA-Z][^\s/>]*+")
_START_TAG = re.compile(rf"{_TAG_START.pattern}(?:{_ATTRIBUTE})*+")
_TITLE = re.compile(r"<title\b[^>]*>", re.IGNORECASE)
_TITLE_END = re.compile(r"</title", re.IGNORECASE)
_HEAD = 100_000
_TAIL = 500
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that do not nest: void ones, and those closed by the next of their kind.
_FLAT = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dd", "dt", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot", "rp", "rt",
    "path", "circle", "rect", "line", "use", "polygon", "html", "head", "body", "a", "button",
}  # fmt: skip


@dataclass(slots=True)
class Page:
    """A page as decoded text and as a tree. `url` is the address fetched, None: unknown.

    With `repairs` the tree is of repaired markup; other parsers read `source`.
    """

    markup: str
    tree: LexborHTMLParser
    url: str | None = None
    repairs: list[Repair] = field(default_factory=list)

    @property
    def source(self) -> str:
        """The markup, repaired where it had to be."""
        return (self.tree.html or "") if self.repairs else self.markup


def parse_page(markup: str, url: str | None = None) -> Page | Rejected:
    """Parse a decoded page once; the checks before it take time linear in its length."""
    if len(markup) > MAX_CHARS:
        return Rejected(Reason.TOO_LARGE, f"{len(markup)} characters")
    # Each start tag and each end tag makes about one node (the element, the text after it).
    nodes = markup.count("<")
    if nodes > MAX_NODES and (nodes := 2 * len(_TAG_START.findall(markup))) > MAX_NODES:
        return Rejected(Reason.HTML_TOO_MANY_NODES, f"about {nodes} nodes")
    if nodes > MAX_DEPTH and (depth := _depth(markup)) > MAX_DEPTH:
        return Rejected(Reason.HTML_TOO_DEEP, f"elements nested {depth} deep")
    if (attributes := _most_attributes(markup)) > MAX_ATTRIBUTES:
        return Rejected(Reason.HTML_TOO_MANY_ATTRIBUTES, f"{attributes} attributes on one tag")
    closed = _close_swallowing(markup)
    return Page(markup, LexborHTMLParser(closed), url, [Repair.MALFORMED_HTML] if closed is not markup else [])


def _close_swallowing(markup: str) -> str:
    """Markup with an unclosed title or comment closed, so that it does not swallow the page; else unchanged."""
    head = markup[:_HEAD]
    if (title := _TITLE.search(head)) and not _TITLE_END.search(markup, title.end()):
        end = markup.find("<", title.end())
        return f"{markup[:end]}</title>{markup[end:]}" if end >= 0 else markup
    last = markup.rfind("<!--")
    if last >= 0 and markup.find("-->", last) < 0 and len(markup) - last > _TAIL:
        return markup[:last] + markup[last + 4 :]
    return markup


def _depth(markup: str) -> int:
    """Deepest nesting of elements that nest, counted from the tags alone."""
    depth = deepest = 0
    for slash, name in _TAG_NAME.findall(markup):
        if name.lower() in _FLAT:
            continue
        if not slash:
            depth += 1
            deepest = max(deepest, depth)
        elif depth:
            depth -= 1
    return deepest


def _most_attributes(markup: str) -> int:
    """The most attributes on one tag if above the limit, else 0."""
    for match in _START_TAG.finditer(markup):
        # An attribute has two characters at least; a comparison in a script may look like a tag.
        if match.end() - match.start() > 2 * MAX_ATTRIBUTES and _count_attributes(match[0]) > MAX_ATTRIBUTES:
            return max(map(_count_attributes, _tags_outside_scripts(markup)), default=0)
    return 0


def _tags_outside_scripts(markup: str) -> Iterator[str]:
    lowered, start = markup.lower(), 0
    while (start := markup.find("<", start)) >= 0:
        if markup.startswith("<!--", start):
            end = markup.find("-->", start)
        elif match := _START_TAG.match(markup, start):
            yield match[0]
            end = match.end()
            name = next((n for n in ("script", "style") if lowered.startswith(n, start + 1)), None)
            if name is not None:
                end = lowered.find("</" + name, end)
        else:
            end = start + 1
        if end < 0:
            return
        start = end


def _count_attributes(tag: str) -> int:
    name = _TAG_START.match(tag)
    return sum(1 for _ in _ATTRIBUTES.finditer(tag, name.end() if name else 0))
