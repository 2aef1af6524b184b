"""What is known of single publishers' layouts: rules by registrable domain, and what they select in a page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from transforms.clean.blocks import blocks_under
from transforms.clean.page import Page
from transforms.clean.urls import registrable_domain
from transforms.errors import ConfigError


@dataclass(frozen=True, slots=True)
class SiteRule:
    """Selectors of one publisher's layout; an empty `body` leaves the choice to the model."""

    body: str = ""
    drop: tuple[str, ...] = ()
    least_agreement: float = 0.6


@dataclass(frozen=True, slots=True)
class Selected:
    """Squeezed texts of the blocks that a rule keeps and drops."""

    kept: frozenset[str]
    dropped: frozenset[str]


def site_rule(url: str | None, rules: Mapping[str, SiteRule] | None = None) -> SiteRule | None:
    """The rule for the publisher of a page, None when there is none."""
    domain = registrable_domain(url) if url else None
    return (site_rules() if rules is None else rules).get(domain) if domain else None


@cache
def site_rules(path: Path | None = None) -> Mapping[str, SiteRule]:
    """Rules by registrable domain: those that are shipped, and a user's own file, which wins."""
    shipped = (resources.files("transforms.data") / "publishers.toml").read_text(encoding="utf-8")
    rules = _read(shipped, "publishers.toml")
    return rules if path is None else rules | _read(path.read_text(encoding="utf-8"), str(path))


def select(page: Page, rule: SiteRule) -> Selected:
    """What a rule selects in a page."""
    return Selected(_texts(page, (rule.body,) if rule.body else ()), _texts(page, rule.drop))


def _texts(page: Page, selectors: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        block.key for selector in selectors for node in page.tree.css(selector) for block in blocks_under(node)
    )


def _read(text: str, name: str) -> dict[str, SiteRule]:
    table: dict[str, Any] = tomllib.loads(text)
    common = tuple(table.get("common", {}).get("drop", ()))
    rules = {}
    for domain, entry in table.get("domain", {}).items():
        unknown = set(entry) - {"body", "drop", "least_agreement"}
        if unknown:
            raise ConfigError(
                f"{name}: {domain} has unknown {', '.join(sorted(unknown))}", key=f"domain.{domain}"
            )
        rules[domain] = SiteRule(
            entry.get("body", ""), common + tuple(entry.get("drop", ())), entry.get("least_agreement", 0.6)
        )
    return rules
