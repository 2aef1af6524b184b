"""Layout rules by registrable domain, and the elements that they select in a page."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import msgspec
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from transforms.clean.page.blocks import INLINE, Block, Frame, squeeze
from transforms.clean.page.parse import Page
from transforms.contract.errors import ConfigError
from transforms.contract.layout_rules import LayoutRule, LayoutRules
from transforms.text.urls import registrable_domain
from transforms.text.wordlists import DATA


class _Common(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    drop: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    common: _Common = _Common()
    domain: dict[str, dict[str, Any]] = {}


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Selected:
    """Matches of selectors: elements around blocks, and the squeezed texts of inline elements."""

    elements: frozenset[int] = frozenset()
    keys: frozenset[str] = frozenset()

    def has(self, block: Block) -> bool:
        """Whether a block is inside one of the elements, or its text is the whole text of one of them."""
        frame: Frame | None = block.frame if self.elements else None
        while frame is not None:
            if frame.element in self.elements:
                return True
            frame = frame.parent
        return bool(block.key) and block.key in self.keys


@cache
def shipped_rules() -> LayoutRules:
    """The rules shipped with the package."""
    text = (DATA / "publishers.toml").read_text(encoding="utf-8")
    return read_rules(text, "publishers.toml")


def read_rules(text: str, name: str) -> LayoutRules:
    """The rules in a TOML text; ConfigError names the error in the file `name` in one line."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}") from error
    found = _converted(table, _File, name)
    rules = {}
    for domain, entry in found.domain.items():
        place = f'{name}, [domain."{domain}"]'
        if registrable_domain(f"https://{domain}/") != domain:
            raise ConfigError(f"{place}: not a registrable domain", key=f"domain.{domain}")
        rules[domain] = _converted(entry, LayoutRule, place)
        _check_selectors((*filter(None, (rules[domain].body,)), *rules[domain].drop), place)
    _check_selectors(found.common.drop, f"{name}, [common]")
    return LayoutRules(found.common.drop, rules)


def rule_of(rules: LayoutRules, url: str | None) -> LayoutRule:
    """The rule for the publisher of a page, with the selectors common to all sites."""
    domain = registrable_domain(url) if url else None
    rule = rules.by_domain.get(domain, LayoutRule()) if domain else LayoutRule()
    return msgspec.structs.replace(rule, drop=(*rules.common, *rule.drop))


def joined(own: LayoutRules, others: LayoutRules) -> LayoutRules:
    """Two sets of rules as one; for a domain in both, the rule of `own` wins."""
    common = tuple(dict.fromkeys((*others.common, *own.common)))
    return LayoutRules(common, {**others.by_domain, **own.by_domain})


def select(page: Page, selectors: Collection[str]) -> Selected:
    """The matches of CSS selectors in a page."""
    if not selectors:
        return Selected()
    nodes = page.tree.css(", ".join(selectors))
    inline = {squeeze(node.text()) for node in nodes if (node.tag or "") in INLINE}
    return Selected(frozenset(node.mem_id for node in nodes), frozenset(inline))


def _converted(table: dict[str, Any], kind: type[T], place: str) -> T:
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{place}: {error}") from error


def _check_selectors(selectors: Iterable[str], place: str) -> None:
    for selector in selectors:
        try:
            LexborHTMLParser("").css(selector)
        except SelectolaxError as error:
            raise ConfigError(f"{place}: {selector!r} is not a CSS selector") from error
