"""The statements of a page about itself, gathered in one pass over its tree: meta tags, links, JSON-LD, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from selectolax.lexbor import LexborNode

from transforms.clean.page.jsonld import Node, article_nodes, as_text, read_nodes, types
from transforms.clean.page.parse import Page
from transforms.contract.reasons import Repair
from transforms.text.absent import is_absent
from transforms.text.folding import fold
from transforms.text.repair import repair_line
from transforms.text.urls import canonical
from transforms.text.wordlists import words_of_kind

_MARKED = ("byline", "date", "publi", "posted", "time", "meta", "created")
# Names of elements with a byline, in several languages, and parts of addresses of authors' pages.
_SIGNING = tuple(sorted(words_of_kind("byline_words.tsv", "marker")))
_PROFILES = tuple(sorted(words_of_kind("byline_words.tsv", "profile")))
_WANTED = ", ".join(
    (
        "meta[content]", "link[rel][href]", "script[type='application/ld+json']", "title", "h1", "time",
        "[itemprop]", "[rel~=author]", "[datetime]", "[data-author]", "[data-byline]",
        *(f"[class*='{stem}' i]" for stem in (*_MARKED, *_SIGNING)),
        *(f"a[href*='{part}']" for part in _PROFILES),
        "[id*=author i]",
        "[id*=date i]",
    )
)  # fmt: skip
# A marking word at the start of a part of a name (post-date, postDate), not inside `candidate` or `sometimes`.
_MARK = re.compile(
    rf"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:{'|'.join(_SIGNING)}|date|publi|posted|time|meta|created|updated)"
)
_PROFILE = re.compile("|".join(map(re.escape, _PROFILES)))
# Elements whose dates, names and headings are those of other articles or of the site.
_ELSEWHERE = frozenset({"nav", "footer", "aside", "form", "svg"})
_ELSEWHERE_CLASS = re.compile(
    r"related|recommend|teaser|sidebar|widget|comment|footer|popular|trending|promo|carousel|read-?more|latest|newsletter",
    re.IGNORECASE,
)
_SHORT = 160
_PARAGRAPHS = ("p", "li", "dd", "td", "blockquote")
# Attributes in which scripts that print "3 hours ago" find the date: ISO 8601 or Unix time.
_DATED_ATTRIBUTES = ("data-timestamp", "data-datetime", "data-date", "data-time", "data-published", "title")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d|\d{10}(?:\d{3})?$")
_H1 = re.compile(r"<h1\b", re.IGNORECASE)
_TAG = re.compile(r"<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_ASIDE = re.compile(
    rf"<(?:(?P<part>nav|footer)\b|(?P<tag>aside)\b[^>]*class=[^>]*(?:{_ELSEWHERE_CLASS.pattern}))"
    r".*?(?:</(?:(?P=part)|(?P=tag))\b|\Z)",
    re.DOTALL | re.IGNORECASE,
)
# Characters of markup around the headline that contain its byline and date.
_BEHIND, _BEFORE = 8000, 3000
_NEAR = 1000
_PROSE = re.compile(r">[^<>]{70,}<")
# Characters of element texts read in all: where thousands of elements nest, each costs the whole page.
_MOST_LOOKED_AT = 1_000_000
# Statements kept where a page repeats them more often than any article does.
_MOST = 30
_FEW = 5
# The name of the site: pictures in elements called a logo, and links home, in the page's head.
_LOGOS = (
    "[class*=logo i] img[alt], img[class*=logo i][alt], [id*=logo i] img[alt], img[src*=logo i][alt], "
    "header a[href='/'] img[alt], a[rel~=home], header a[href='/'], a[class*=logo i], "
    ".site-title, .site-name, .masthead"
)
_LONGEST_BRAND, _FOOTER = 60, 1500
# Texts in JSON-LD that may be a name or a headline, and nodes within nodes.
_LONGEST_NAME, _DEEPEST = 500, 4


@dataclass(frozen=True, slots=True)
class Heading:
    """One h1: its text, its number among the gathered elements, and whether it heads another part of the page."""

    text: str
    place: int
    is_elsewhere: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A short visible text with its machine-readable value and its number among the gathered elements."""

    text: str
    value: str | None
    name: str
    tag: str
    place: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline's number among the gathered elements, and the texts after and before it, nearest first.

    `markup` is the markup from a little before to a little after it; empty if it is not on the page.
    """

    place: int
    behind: list[str]
    before: list[str]
    markup: str = ""


@dataclass(slots=True)
class PageFacts:
    """A page's statements by kind, each in document order; texts have their white space folded."""

    url: str | None
    language: str | None = None
    title: str | None = None
    metas: dict[str, list[str]] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    articles: list[Node] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    properties: list[tuple[str, str]] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    repaired: dict[str, list[Repair]] = field(default_factory=dict)
    logos: list[str] = field(default_factory=list)
    footer: str = ""
    looked_at: int = 0

    def repair(self, text: str) -> str:
        """A text with its damage repaired; what was repaired is kept in `repaired`."""
        if text.isascii() and text.isprintable():
            return text
        line, repairs = repair_line(text)
        if repairs:
            self.repaired[line] = repairs
        return line

    def repairs_of(self, value: str) -> Iterator[Repair]:
        """The repairs of the texts that a value was read from."""
        for text, repairs in self.repaired.items():
            if value in text:
                yield from repairs

    def meta(self, *names: str) -> list[tuple[str, str]]:
        """(name, content) of the meta tags of these names, in the order of the names."""
        return [(name, content) for name in names for content in self.metas.get(name, ())]

    def property(self, *names: str) -> list[str]:
        """Values of the microdata properties of these names (lower case), in document order."""
        return [value for name, value in self.properties if name in names]

    def link(self, rel: str) -> list[str]:
        """Targets of the links of one relation, as written."""
        return [href for found, href in self.links if rel in found.split()]


def gather(page: Page) -> PageFacts:
    """Read a page's statements; empty ones are left out."""
    facts = PageFacts(page.url)
    root = page.tree.css_first("html")
    if root is not None:
        facts.language = root.attributes.get("lang") or root.attributes.get("xml:lang")
    scripts: list[str] = []
    places = _Places()
    for place, node in enumerate(page.tree.css(_WANTED)):
        tag = node.tag or ""
        if tag == "script":
            scripts.append(node.text() or "")
            continue
        attributes = node.attributes
        if tag == "meta":
            _take_meta(facts, attributes)
        elif tag == "link":
            facts.links.append(
                ((attributes.get("rel") or "").casefold(), (attributes.get("href") or "").strip())
            )
        elif tag == "title":
            _take_title(facts, node)
        elif tag == "h1":
            if len(facts.headings) < _MOST and (text := text_of(node)):
                facts.headings.append(Heading(facts.repair(text), place, places.is_elsewhere(node)))
        elif facts.looked_at < _MOST_LOOKED_AT:
            _take_shown(facts, node, attributes, place, places)
        if "itemprop" in attributes and facts.looked_at < _MOST_LOOKED_AT and not places.is_elsewhere(node):
            _take_property(facts, node, attributes)
    _take_brand(facts, page)
    facts.nodes = [_repaired_node(facts, node, 0) for node in read_nodes(scripts)]
    facts.articles = _own_articles(facts)
    return facts


def find_headline(markup: str, facts: PageFacts, title: str | None) -> Headline:
    """The headline on the page: the h1 that contains the title, else the first h1, else the title itself."""
    words = fold(title or "")
    headings = facts.headings if title else []
    place = next((h.place for h in [*(h for h in headings if words in fold(h.text)), *headings]), 0)
    return Headline(place, *_around(markup, title))


def _around(markup: str, title: str | None) -> tuple[list[str], list[str], str]:
    tags = [match.start() for match in _H1.finditer(markup)][:20]
    spans = [(start, end) for start in tags if (end := markup.find("</", markup.find(">", start))) >= 0]
    if not spans and title and (start := markup.find(title, max(0, markup.find("<body")))) >= 0:
        spans = [(start, start + len(title))]
    if not spans:
        return [], [], ""
    words = (title or "").split()
    marks = {words[0], words[-1]} if len(words) > 1 else set()
    holding = (s for s in spans if marks and all(mark in markup[s[0] : s[1] + 200] for mark in marks))
    start, end = next(holding, spans[0])
    behind = _ASIDE.sub("<", markup[end : end + _BEHIND])
    before = markup[max(0, start - _BEFORE) : start]
    # Before the second long text, the lede below the deck.
    prose = [match.start() for match in _PROSE.finditer(behind)][:2]
    near = before[-_NEAR:] + behind[: prose[-1] if len(prose) == 2 else len(behind)]
    return _pieces(behind), _pieces(before)[::-1], near


def text_of(node: LexborNode) -> str:
    """The words under a node, with a space where two elements meet without one."""
    joined = ""
    for piece in node.text(deep=True, separator="\x00").split("\x00"):
        if joined and piece and joined[-1].isalnum() and piece[0].isalnum():
            joined += " "
        joined += piece
    return " ".join(joined.split())


def _is_in_prose(node: LexborNode) -> bool:
    parent = node.parent
    return parent is not None and parent.tag in _PARAGRAPHS and len(parent.text(deep=True)) > _SHORT


class _Places:
    """Whether nodes are in parts of the page about other articles; each ancestor is checked once."""

    def __init__(self) -> None:
        self._known: dict[int, bool] = {}

    def is_elsewhere(self, node: LexborNode) -> bool:
        path: list[int] = []
        parent = node.parent
        found = False
        while parent is not None and parent.tag not in ("body", "html", "main"):
            if (known := self._known.get(parent.mem_id)) is not None:
                found = known
                break
            path.append(parent.mem_id)
            if parent.tag in _ELSEWHERE or _ELSEWHERE_CLASS.search(parent.attributes.get("class") or ""):
                found = True
                break
            parent = parent.parent
        self._known.update(dict.fromkeys(path, found))
        return found


def _pieces(markup: str) -> list[str]:
    texts = (text for text in _TAG.split(markup) if text and not text.isspace())
    return [piece for text in texts if (piece := " ".join(unescape(text).split()))]


def _repaired_node(facts: PageFacts, value: Any, depth: int) -> Any:
    """A node of JSON-LD whose names and headlines are repaired."""
    if isinstance(value, str):
        return facts.repair(value) if len(value) <= _LONGEST_NAME else value
    if depth > _DEEPEST:
        return value
    if isinstance(value, dict):
        return {key: _repaired_node(facts, item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_repaired_node(facts, item, depth + 1) for item in value]
    return value


def _own_articles(facts: PageFacts) -> list[Node]:
    """JSON-LD nodes that describe the page, best first: its own article, other articles, the page itself."""
    own = {
        canonical(u) for u in (facts.url, *facts.link("canonical"), *(c for _, c in facts.meta("og:url"))) if u
    }
    articles = article_nodes(facts.nodes)
    if len(articles) > 1:
        articles.sort(key=lambda n: (not _is_about(n, own - {None}), not n.get("datePublished")))
    pages = [n for n in facts.nodes if any(t in ("WebPage", "ItemPage", "VideoObject") for t in types(n))]
    return [*articles[:_FEW], *[page for page in pages if page not in articles][:_FEW]]


def _is_about(node: Node, own: set[str | None]) -> bool:
    main = node.get("mainEntityOfPage")
    identity = main.get("@id") if isinstance(main, dict) else None
    stated = (as_text(node.get("url")), as_text(main), as_text(node.get("@id")), identity)
    return any(canonical(address) in own for address in stated if isinstance(address, str))


def _take_meta(facts: PageFacts, attributes: dict[str, str | None]) -> None:
    content = facts.repair(" ".join((attributes.get("content") or "").split()))
    if is_absent(content):
        return
    for key in ("property", "name", "http-equiv"):
        if (name := attributes.get(key)) and content:
            contents = facts.metas.setdefault(name.strip().casefold(), [])
            if len(contents) < _MOST:
                contents.append(content)


def _take_property(facts: PageFacts, node: LexborNode, attributes: dict[str, str | None]) -> None:
    value = attributes.get("content") or attributes.get("datetime")
    if not value:
        inner = node.css_first("[itemprop=name]") if "itemscope" in attributes else None
        inner = inner if inner is not None else node
        value = inner.attributes.get("content") or text_of(inner)
        facts.looked_at += len(value)
    if value and len(value) <= 300 and not is_absent(value):
        value = facts.repair(value)
        for name in (attributes["itemprop"] or "").casefold().split():
            facts.properties.append((name, " ".join(value.split())))


def _take_brand(facts: PageFacts, page: Page) -> None:
    """Texts of the first logos and of links home, and the end of the last footer."""
    for node in page.tree.css(_LOGOS)[:_FEW]:
        attributes = node.attributes
        text = attributes.get("alt") or attributes.get("aria-label") or attributes.get("title") or text_of(node)
        if text and len(text) <= _LONGEST_BRAND and not is_absent(text):
            facts.logos.append(facts.repair(" ".join(text.split())))
    if footers := page.tree.css("footer, #footer, .footer, [class*=copyright i]"):
        facts.footer = facts.repair(" ".join(footers[-1].text(deep=True, separator=" ").split())[-_FOOTER:])


def _take_title(facts: PageFacts, node: LexborNode) -> None:
    if facts.title is None and node.parent is not None and node.parent.tag != "svg":
        facts.title = facts.repair(text_of(node)) or None


def _take_shown(
    facts: PageFacts, node: LexborNode, attributes: dict[str, str | None], place: int, places: _Places
) -> None:
    name = " ".join(filter(None, (attributes.get(key) for key in ("class", "id", "rel", "itemprop"))))
    if node.tag == "a" and _PROFILE.search(attributes.get("href") or "") and not _is_in_prose(node):
        name += " author"
    signed = attributes.get("data-author") or attributes.get("data-byline")
    if signed and len(signed) <= _SHORT and not places.is_elsewhere(node):
        facts.properties.append(("data-author", " ".join(signed.split())))
    value = attributes.get("datetime") or attributes.get("content")
    if not value:
        hidden = (attributes.get(key) for key in _DATED_ATTRIBUTES)
        value = next((text for text in hidden if text and _MOMENT.match(text)), None)
    if not (node.tag == "time" or "datetime" in attributes or _MARK.search(name)):
        return
    text = text_of(node)
    facts.looked_at += len(text)
    # Of nested elements with one text only the outermost counts, unless an inner one has a value.
    is_repeated = bool(facts.shown) and facts.shown[-1].text == text and not value
    if len(text) <= _SHORT and (text or value) and not is_repeated and not places.is_elsewhere(node):
        facts.shown.append(Shown(facts.repair(text), value, name.casefold(), node.tag or "", place))
