"""Countries and their peoples: usual names, other names, adjectives and demonyms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from transforms.text.wordlists import rows


@cache
def country_names() -> Mapping[str, str]:
    """The usual name of a country by each of its names."""
    names: dict[str, str] = {}
    for country, others, _ in rows("countries.tsv"):
        names |= dict.fromkeys([country, *filter(None, others.split("|"))], country)
    return names


@cache
def demonyms() -> Mapping[str, str]:
    """Adjectives and demonyms; a plural maps to its singular, any other word to itself."""
    words = {word for row in rows("countries.tsv") for word in row[2].split("|") if word}
    return {word: word.removesuffix("s") if word.removesuffix("s") in words else word for word in words}


@cache
def country_or_people() -> Mapping[str, Literal["place", "group"]]:
    """Kind of the name of a country or a people, the same in every article."""
    return {**dict.fromkeys(demonyms(), "group"), **dict.fromkeys(country_names(), "place")}
