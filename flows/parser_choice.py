"""Which parser runs: the one of the settings, or word lists when the default model is not installed."""

from __future__ import annotations

from collections.abc import Callable

from flows.settings import DEFAULT_PARSER, Settings
from transforms.errors import ModelMissing
from transforms.parsing import parser_name


def chosen_parser(settings: Settings, say: Callable[[str], None]) -> str:
    """The setting as it stands, or "lexicon" with a word to the user; ModelMissing when it was asked for.

    The tiers are never mixed silently: rows say what made them, and the ledger does a step again
    when the parser has changed.
    """
    try:
        parser_name(settings.parser)
    except ModelMissing:
        if settings.parser != DEFAULT_PARSER:
            raise
        say("no English model is installed: names come from word lists, marked as such, and nothing is parsed")
        return "lexicon"
    return settings.parser
