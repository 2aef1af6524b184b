"""Layout rules of single publishers as data: selectors of the body, and of elements that are never body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import msgspec

from transforms.contract.ids import digest


class LayoutRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Selectors of one publisher's layout; an empty `body` leaves the choice to the model.

    The rule applies only if `body` finds at least the share `least_agreement` of the model's body.
    """

    body: str = ""
    drop: tuple[str, ...] = ()
    least_agreement: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.6


@dataclass(frozen=True, slots=True)
class LayoutRules:
    """Rules by registrable domain, and the selectors of elements that are never body on any site."""

    common: tuple[str, ...] = ()
    by_domain: Mapping[str, LayoutRule] = field(default_factory=dict)

    def version(self) -> str:
        """A hash that changes when a rule does."""
        rules = (f"{domain} {rule}" for domain, rule in sorted(self.by_domain.items()))
        return digest(repr(self.common), *rules)[:12]
