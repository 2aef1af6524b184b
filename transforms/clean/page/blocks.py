"""Blocks of a page: its texts between block boundaries, in document order, with their enclosing elements."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from selectolax.lexbor import LexborNode

from transforms.clean.page.parse import Page
from transforms.clean.page.phrases import words_pattern
from transforms.text.sentences import ends_sentence

# Elements whose text is not displayed or never prose.
_SKIPPED = {
    "script", "style", "head", "noscript", "template", "svg", "math", "iframe", "object", "audio", "video", "canvas",
    "select", "textarea", "input", "button", "option", "datalist", "map", "meta", "link", "title",
    "-comment", "-doctype",
}  # fmt: skip
INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "nobr", "q", "ruby", "rb", "rt", "rp", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "tspan", "amp-img", "picture", "source",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_MAYBE_HIDDEN = '[hidden], [aria-hidden="true"], [style*="none"], [style*="hidden"]'
# Elements of a caption, beside `cite`, whose names or first words may mark a credit.
_CREDITS = {"span", "small", "em", "i", "b", "strong", "font", "label", "a", "cite"}
CAPTION_NAME = re.compile(
    r"caption|(?:photo|image|picture|img)[-_]*(?:credit|desc|text|legend)|bildunterschrift"
)
_SENTENCE_ENDS = ".!?…”\"’')]"
# A heading above a line break: its greatest length.
_LONGEST_HEADING = 100
WORD = re.compile(r"\w+")
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Frame:
    """An element with block layout around text; `names` are its class, id, role and itemprop in lower case.

    `prose`, `chars` and `link_chars` count characters of all blocks below it: of running text, in total,
    in links. `image` is the address of a nearby image, `element` the element's number in its tree;
    `is_apart`: in navigation, or not displayed. The credit of a caption has a frame although its element is inline.
    """

    tag: str
    names: str
    parent: Frame | None
    depth: int
    is_hidden: bool
    is_caption: bool = False
    is_apart: bool = False
    prose: int = 0
    link_chars: int = 0
    chars: int = 0
    image: str | None = None
    element: int = 0

    def within(self, tag: str) -> Frame | None:
        """The nearest enclosing element of this tag, itself included."""
        frame: Frame | None = self
        while frame is not None and frame.tag != tag:
            frame = frame.parent
        return frame


@dataclass(slots=True)
class Block:
    """Text without a block boundary in it, white space folded; `link_chars` and `bold_chars` count within it.

    `lead` is the first piece of text as the page has it, `key` the squeezed text, `number` counts blocks.
    """

    text: str
    frame: Frame
    link_chars: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)
    bold_chars: int = 0
    follows_break: bool = False
    lead: str = ""
    number: int = 0
    key: str = ""


def squeeze(text: str) -> str:
    """Only the letters and digits in lower case, for comparing the texts of extractors."""
    return _NOT_WORD.sub("", text).lower()


def page_blocks(page: Page) -> list[Block]:
    """All blocks of a page; frames carry the sums over their blocks."""
    root = page.tree.body or page.tree.root
    return [] if root is None else blocks_under(root)


def blocks_under(root: LexborNode) -> list[Block]:
    """The blocks of one element."""
    walker = _Walker(_frame(root, root.tag or "", None), _hidden_inline(root))
    walker.walk(root)
    for number, block in enumerate(walker.blocks):
        block.number, block.key = number, squeeze(block.text)
        _count(block)
    return walker.blocks


class _Walker:
    """Collects blocks in one pass over the tree (without recursion: pages nest deeply)."""

    def __init__(self, frame: Frame, hidden: Mapping[int, bool]) -> None:
        self.blocks: list[Block] = []
        self.frame = frame
        self.hidden = hidden
        self.parts: list[str] = []
        # Linked and bold characters before each line break of the parts.
        self.breaks: list[tuple[int, int]] = []
        self.asides: list[Block] = []
        self.links: list[tuple[str, str]] = []
        self.linked = self.bold = 0
        self.in_link = self.in_bold = False
        # Open elements: the node, the frame around it (None: inline), whether link and bold are open around it.
        self.entered: list[tuple[LexborNode, Frame | None, bool, bool]] = []

    def walk(self, root: LexborNode) -> None:
        node = root.first_child
        while node is not None or self.entered:
            node = self._leave() if node is None else self._visit(node) or node.next
        self.flush()

    def _leave(self) -> LexborNode | None:
        node, frame, self.in_link, self.in_bold = self.entered.pop()
        if frame is not None:
            if self.parts:
                self.flush()
            self.frame = frame
        return node.next

    def _visit(self, node: LexborNode) -> LexborNode | None:
        """Process one node; returns its first child when it is entered."""
        tag = node.tag or ""
        if tag == "-text":
            self._add_text(node.text_content or "")
        elif tag == "br":
            self.parts.append("\n")
            self.breaks.append((self.linked, self.bold))
        elif tag in ("img", "amp-img"):
            self._note_image(node)
        elif tag not in _SKIPPED:
            is_inline = tag in INLINE
            if is_inline and self.hidden and self._set_aside(node, tag):
                return None
            if is_inline and self.frame.is_caption and tag in _CREDITS:
                is_inline = not _is_credit(node, tag)
                self._part_from(node)
            if self.parts and not is_inline:
                self.flush()
            if (child := node.first_child) is not None:
                self._enter(node, tag, is_inline=is_inline)
                return child
        return None

    def _set_aside(self, node: LexborNode, tag: str) -> bool:
        """Whether an inline element is hidden; its text becomes a block of its own.

        A hidden letter or sign may be an ornament of the text, and pages describe pictures twice.
        """
        is_displayed = self.hidden.get(node.mem_id)
        if is_displayed is None or (is_displayed and self.frame.is_caption):
            return False
        text = " ".join(node.text(separator=" ").split())
        if is_displayed and len(text) <= 2:
            return False
        if text:
            frame = _frame(node, tag, self.frame)
            self.asides.append(Block(text, frame, lead=text))
        return True

    def _part_from(self, node: LexborNode) -> None:
        """Add the space that style alone sets between the parts of a caption: "<i>The wall.</i><i>Ana Reyes</i>"."""
        last = next((part[-1:] for part in reversed(self.parts) if part), "")
        first = (node.text() or "")[:1]
        if first.isupper() and (last in _SENTENCE_ENDS or last.islower()) and last:
            self.parts.append(" ")

    def _enter(self, node: LexborNode, tag: str, *, is_inline: bool) -> None:
        self.entered.append((node, None if is_inline else self.frame, self.in_link, self.in_bold))
        if not is_inline:
            self.frame = _frame(node, tag, self.frame)
        elif tag == "a":
            if href := node.attributes.get("href"):
                self.links.append((href, ""))
                self.in_link = True
        elif tag in ("b", "strong"):
            self.in_bold = True

    def _note_image(self, node: LexborNode) -> None:
        """Note the image at the frames around it, up to a figure: its caption is in one of them."""
        attributes = node.attributes
        address = next(
            (
                v.partition(" ")[0].rstrip(",")  # the first of a set of sizes
                for k in ("data-src", "src", "data-srcset", "srcset")
                if (v := (attributes.get(k) or "").strip()) and not v.startswith("data:")
            ),
            None,
        )
        frame: Frame | None = self.frame
        for _ in range(3):
            if address is None or frame is None or frame.image is not None:
                return
            frame.image = address
            if frame.tag == "figure":
                return
            frame = frame.parent

    def _add_text(self, text: str) -> None:
        if self.parts and self.parts[-1].endswith(")") and text[:1].isalpha():
            self.parts.append(" ")  # set apart by style alone: "<b>NORTHPORT (XYZ)</b>The harbour"
        self.parts.append(text.replace("\n", " ") if "\n" in text else text)
        if self.in_link:
            self.linked += len(text.strip())
            if self.links:
                href, anchor = self.links[-1]
                self.links[-1] = (href, anchor + text)
        if self.in_bold:
            self.bold += len(text.strip())

    def flush(self) -> None:
        """End the current block, divided at the line breaks that end sentences."""
        if self.parts:
            joined = "".join(self.parts)
            lead = next((piece for part in self.parts if (piece := part.strip())), "")
            self.parts.clear()
            if lead:
                self._add(joined, lead)
            self.breaks.clear()
        self.linked = self.bold = 0
        self.links = []
        if self.asides:
            self.blocks += self.asides
            self.asides.clear()

    def _add(self, joined: str, lead: str) -> None:
        lines = _lines(joined, self.breaks, (self.linked, self.bold)) if self.breaks else []
        if len(lines) <= 1:
            text = lines[0].text if lines else " ".join(joined.split())
            self.blocks.append(Block(text, self.frame, self.linked, self.links, self.bold, lead=lead))
            return
        for number, line in enumerate(lines):
            links = [link for link in self.links if " ".join(link[1].split()) in line.text]
            first = lead if number == 0 else line.text
            self.blocks.append(Block(line.text, self.frame, line.linked, links, line.bold, number > 0, first))


@dataclass(slots=True)
class _Line:
    """A paragraph among line breaks, with its linked and bold characters."""

    text: str
    linked: int
    bold: int

    @property
    def is_bold(self) -> bool:
        return self.bold >= len(self.text.replace(" ", ""))


def _lines(text: str, breaks: Sequence[tuple[int, int]], whole: tuple[int, int]) -> list[_Line]:
    """The paragraphs of a text with line breaks; a break inside a sentence is a space, one below a heading is not."""
    lines: list[_Line] = []
    empty = 0
    for piece, (start, end) in zip(text.split("\n"), pairwise([(0, 0), *breaks, whole]), strict=True):
        words = " ".join(piece.split())
        if not words:
            empty += 1
            continue
        line = _Line(words, end[0] - start[0], end[1] - start[1])
        if lines and not empty and _goes_on(lines[-1], line):
            above = lines[-1]
            lines[-1] = _Line(f"{above.text} {words}", above.linked + line.linked, above.bold + line.bold)
        else:
            lines.append(line)
        empty = 0
    return lines


def _goes_on(above: _Line, line: _Line) -> bool:
    """Whether a line continues the sentence of the one above it."""
    if len(line.text) > 80 or ends_sentence(above.text) or above.text.endswith(":"):
        return False
    return not _is_heading(above, line)


def _is_heading(above: _Line, line: _Line) -> bool:
    """Whether a line stands out from the text below it: in bold print or in capitals."""
    text = above.text
    if len(text) > _LONGEST_HEADING or line.text[0].islower() or text[-1] in ",;–—-(":
        return False
    is_shouted = text.isupper() and not line.text.isupper() and sum(map(str.isalpha, text)) > 2
    return (above.is_bold and not line.is_bold) or (is_shouted and text[-1] != ")")


def _hidden_inline(root: LexborNode) -> dict[int, bool]:
    """The hidden inline elements by number, and whether they are displayed all the same (`aria-hidden`)."""
    nodes = (node for node in root.css(_MAYBE_HIDDEN) if node.tag in INLINE)
    states = ((node.mem_id, node.attributes) for node in nodes)
    return {
        number: not is_absent
        for number, attributes in states
        if (is_absent := _is_absent(attributes)) or attributes.get("aria-hidden") == "true"
    }


def _is_absent(attributes: Mapping[str, str | None]) -> bool:
    """Whether an element is not displayed."""
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style))


def _is_credit(node: LexborNode, tag: str) -> bool:
    """Whether an inline element of a caption is its credit: by its tag, its names or its first word."""
    if tag == "cite":
        return True
    names = _names(node.attributes)
    if names and words_pattern("captions", "credit_names").search(names):
        return True
    return words_pattern("captions", "credit_labels").match((node.text() or "")[:80].lstrip()) is not None


def _frame(node: LexborNode, tag: str, parent: Frame | None) -> Frame:
    attributes = node.attributes
    names = _names(attributes) if attributes else ""
    is_absent = _is_absent(attributes) or (tag == "dialog" and "open" not in attributes)
    is_hidden = is_absent or attributes.get("aria-hidden") == "true"
    is_caption = tag in ("figure", "figcaption") or (bool(names) and CAPTION_NAME.search(names) is not None)
    is_apart = is_absent or tag in ("nav", "menu") or "navigation" in names.split()
    if parent is None:
        return Frame(tag, names, None, 0, is_hidden, is_caption, is_apart, element=node.mem_id)
    return Frame(
        tag,
        names,
        parent,
        parent.depth + 1,
        is_hidden or parent.is_hidden,
        is_caption or parent.is_caption,
        is_apart or parent.is_apart,
        element=node.mem_id,
    )


def _names(attributes: Mapping[str, str | None]) -> str:
    return " ".join(v for k in ("class", "id", "role", "itemprop") if (v := attributes.get(k))).lower()


def is_prose(block: Block) -> bool:
    """Whether a block looks like running text by itself: long, few links."""
    return len(block.text) >= 80 and block.link_chars < 0.35 * len(block.text)


def _count(block: Block) -> None:
    chars = len(block.text)
    prose = chars if is_prose(block) else 0
    frame: Frame | None = block.frame
    while frame is not None:
        frame.prose += prose
        frame.chars += chars
        frame.link_chars += block.link_chars
        frame = frame.parent
