"""Safe XML: decoded, entity declarations rejected, parsed without network or external files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.contract.documents import Origin, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.read.bytes.streams import StreamDamaged

if TYPE_CHECKING:
    from lxml import etree

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,300}?\?>", re.IGNORECASE)
_ASIDE = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_FIRST_ELEMENT = re.compile(r"<[A-Za-z]")
# The part of a prolog that is read, in characters.
_PROLOG = 1 << 20


@dataclass(frozen=True, slots=True)
class Markup:
    """A decoded XML text without its declaration, with the repairs so far."""

    text: str
    repairs: tuple[Repair, ...]


def decode_markup(data: bytes, origin: Origin) -> Markup:
    """The text of an XML document; StreamDamaged(XML_ENTITIES_FORBIDDEN) when it declares entities."""
    text, repairs = decode_text(data, origin)
    text = _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n\x00"), count=1)
    prolog = _ASIDE.sub(" ", text[:_PROLOG])
    if first := _FIRST_ELEMENT.search(prolog):
        prolog = prolog[: first.start()]
    prolog = prolog.upper()
    if "<!ENTITY" in prolog:
        raise StreamDamaged(Reason.XML_ENTITIES_FORBIDDEN, "the document type declares entities")
    if "<!DOCTYPE" in prolog:
        repairs = (*repairs, Repair.DOCTYPE_IGNORED)
    return Markup(text, repairs)


def decode_text(data: bytes, origin: Origin, media_type: str = "text/xml") -> tuple[str, tuple[Repair, ...]]:
    """Bytes of an envelope as text; StreamDamaged(NOT_TEXT) when they are not text."""
    from transforms.text.encoding import decode

    decoded = decode(data, declared=origin.charset, media_type=media_type)
    if isinstance(decoded, Rejected):
        raise StreamDamaged(decoded.reason, decoded.detail)
    return decoded.text, tuple(decoded.repairs)


def parse(text: str, *, recover: bool = False) -> etree._Element | None:
    """The root element; None when the text is not well-formed (with `recover`: when nothing is left of it)."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover
    )
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root is not None else None


def name_of(element: etree._Element) -> str:
    """An element's name in lower case without its namespace; "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """Child elements of these names, whatever their namespace."""
    return [child for child in element if name_of(child) in names]


def find(element: etree._Element, *names: str) -> list[etree._Element]:
    """Elements of these names at any depth, in document order."""
    return [inner for inner in element.iter() if name_of(inner) in names]


def text_of(element: etree._Element | None) -> str:
    """All text inside an element, its white space collapsed."""
    return "" if element is None else " ".join("".join(element.itertext(with_tail=False)).split())


def child_text(element: etree._Element, *names: str) -> str | None:
    """Text of the first child of these names that has any, names tried in order."""
    for name in names:
        for child in children(element, name):
            if text := text_of(child):
                return text
    return None


def inner_markup(element: etree._Element) -> str:
    """The contents of an element, as markup without namespaces."""
    from lxml import etree

    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            parts.append(etree.tostring(_bare(child), encoding="unicode", method="html"))
        elif child.tail:
            parts.append(child.tail)
    return "".join(parts).strip()


def _bare(element: etree._Element) -> etree._Element:
    from copy import deepcopy

    from lxml import etree

    copy = deepcopy(element)
    for inner in copy.iter():
        if isinstance(inner.tag, str):
            inner.tag = inner.tag.rpartition("}")[2].rpartition(":")[2] or "span"
    etree.cleanup_namespaces(copy)
    return copy
