"""Blocks of a page: its texts between block boundaries, in document order, with their enclosing elements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from transforms.clean.page.parse import Page
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
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
WORD = re.compile(r"\w+")
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Frame:
    """An element with block layout around text; `names` are its class, id, role and itemprop in lower case.

    `prose`, `chars` and `link_chars` count characters of all blocks below it: of running text, in total,
    in links. `image` is the address of a nearby image, `element` the element's number in its tree.
    """

    tag: str
    names: str
    parent: Frame | None
    depth: int
    is_hidden: bool
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
    walker = _Walker(_frame(root, root.tag or "", None))
    walker.walk(root)
    for number, block in enumerate(walker.blocks):
        block.number, block.key = number, squeeze(block.text)
        _count(block)
    return walker.blocks


class _Walker:
    """Collects blocks in one pass over the tree (without recursion: pages nest deeply)."""

    def __init__(self, frame: Frame) -> None:
        self.blocks: list[Block] = []
        self.frame = frame
        self.parts: list[str] = []
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
        elif tag in ("img", "amp-img"):
            self._note_image(node)
        elif tag not in _SKIPPED:
            is_inline = tag in INLINE
            if self.parts and not is_inline:
                self.flush()
            if (child := node.first_child) is not None:
                self._enter(node, tag, is_inline=is_inline)
                return child
        return None

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
                self._add(_lines(joined) if "\n" in joined else [" ".join(joined.split())], lead)
        self.linked = self.bold = 0
        self.links = []

    def _add(self, lines: list[str], lead: str) -> None:
        if len(lines) == 1:
            self.blocks.append(Block(lines[0], self.frame, self.linked, self.links, self.bold, lead=lead))
            return
        whole = sum(map(len, lines))
        for number, line in enumerate(lines):
            share = len(line) / whole
            links = [link for link in self.links if " ".join(link[1].split()) in line]
            linked, bold = round(self.linked * share), round(self.bold * share)
            self.blocks.append(
                Block(line, self.frame, linked, links, bold, number > 0, lead if number == 0 else line)
            )


def _lines(text: str) -> list[str]:
    """The paragraphs of a text with line breaks; a break inside a sentence is a space."""
    lines: list[str] = []
    breaks = 0
    for piece in text.split("\n"):
        line = " ".join(piece.split())
        if not line:
            breaks += 1
            continue
        if (
            lines
            and not breaks
            and len(line) <= 80
            and not (ends_sentence(lines[-1]) or lines[-1].endswith(":"))
        ):
            lines[-1] += " " + line
        else:
            lines.append(line)
        breaks = 0
    return lines


def _frame(node: LexborNode, tag: str, parent: Frame | None) -> Frame:
    attributes = node.attributes
    names = ""
    is_hidden = parent is not None and parent.is_hidden
    if attributes:
        names = " ".join(v for k in ("class", "id", "role", "itemprop") if (v := attributes.get(k))).lower()
        style = attributes.get("style")
        is_hidden = (
            is_hidden
            or "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or bool(style and _HIDDEN.search(style))
        )
    return Frame(tag, names, parent, parent.depth + 1 if parent else 0, is_hidden, element=node.mem_id)


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
