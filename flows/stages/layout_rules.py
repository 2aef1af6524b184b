"""Settings that cleaning reads: the user's own layout rules, and the field names of sources."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings import Settings
from flows.sources import source_of
from transforms.clean.version import CLEAN_VERSION
from transforms.contract.errors import ConfigError

if TYPE_CHECKING:
    from transforms.contract.layout_rules import LayoutRules


def own_rules(settings: Settings) -> LayoutRules | None:
    """The rules of the file that the settings name, joined with the shipped ones; None: they name no file.

    ConfigError when the file cannot be read or a rule is wrong.
    """
    if settings.publishers is None:
        return None
    from transforms.clean.page.selectors import joined, read_rules, shipped_rules  # late: it loads parsers

    path = Path(settings.publishers)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"publishers: {path}: {error.strerror}", key="publishers") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: {error}", key="publishers") from error
    return joined(read_rules(text, str(path)), shipped_rules())


def clean_version(rules: LayoutRules | None) -> str:
    """The version of the step clean with these rules; when they change, everything is cleaned again."""
    return CLEAN_VERSION if rules is None else f"{CLEAN_VERSION}+{rules.version()}"


def field_mappings(settings: Settings) -> dict[str, Mapping[str, str]]:
    """The `fields` of every configured source by source_id; ConfigError names a wrong key."""
    return {id: source_of(id, table).fields for id, table in settings.sources.items()}
