"""The dateline that opens an agency's report: its date and its agency ("PORT, May 14, 2024 (Agency) --")."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from transforms.clean.metadata.affiliations import byline_words, is_agency
from transforms.text import wordlists
from transforms.text.dates import FoundDate, ParsedDate, find_dates, month_of

# "NORTHPORT, Ruritania, Nov. 23, 2015 (XYZ) — ": a place in capitals, then words without a colon, up to a dash.
# The date may stand between two dashes.
_IN_CAPITALS = re.compile(
    r"\W{0,2}[^\W\d_a-z]{3,}[^:!?\n]{0,90}?(?:\s[—–-]{1,2}|—|--)\s?"
    r"(?:[^:!?\n—–]{0,30}\d{4}(?:\s\([^()\n]{2,40}\))?(?:\s[—–-]{1,2}|—|--)\s?)?"
)
# "NORTHPORT / XYZ / June 3, 2024 / ": the parts of a press release between slashes.
_SLASHED = re.compile(r"\W{0,2}[^\W\d_a-z]{3,}[^:!?\n/]{0,40}/[^/\n]{2,30}/[^/\n]{4,30}\d{4}\s?/\s?")
# "Northport, 3 June 2024: ", "(Northport, June 3, 2024) – ": a place and a whole date.
_DATED = re.compile(
    r"\(?[^\W\d_a-z][^:!?\n(),]{1,40},\s(?:[^\W\d_]{3,}\.?\s\d{1,2},?|\d{1,2}\.?\s[^\W\d_]{3,}\.?)\s\d{4}\)?(?::|\s[—–-]{1,2})\s"
)
# "Northport (XYZ) -", "Northport, 14 May 2024 (XYZ) -": a place as it is written elsewhere needs its agency.
_WITH_AGENCY = re.compile(r"\W{0,2}[^\W\d_a-z][^:!?\n()]{2,60}\([^()\n]{2,40}\)\s?[—–-]{1,2}\s?")
_AGENCY = re.compile(r"\((?P<round>[^()]{2,40})\)|(?<=\s)/\s?(?P<slash>[^\s/][^/]{1,30})/")
_DAY = re.compile(
    r"(?P<a>\d{1,2})(?:st|nd|rd|th|\.)?\s+(?P<m>[^\W\d_]{3,})|(?P<n>[^\W\d_]{3,})\.?\s+(?P<b>\d{1,2})\b"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """The dateline of a paragraph; offsets of the agency are code points in the paragraph."""

    text: str
    dates: tuple[FoundDate, ...]
    agency: str | None
    agency_start: int = 0


def read_dateline(
    paragraph: str, *, years: Collection[int] = (), language: str | None = None
) -> Dateline | None:
    """The dateline that opens a paragraph; None without one.

    A day without a year has the year of `years` if it is the only one.
    """
    forms = (_SLASHED, _IN_CAPITALS, _WITH_AGENCY, _DATED)
    opening = next((match for form in forms if (match := form.match(paragraph))), None)
    if opening is None:
        return None
    text = opening[0]
    dates = tuple(find_dates(text.rstrip(" :"), language=language))
    if not dates and len(set(years)) == 1:
        dates = tuple(_without_year(text, next(iter(years)), language))
    for match in _AGENCY.finditer(text):
        name = match["round"] or match["slash"]
        if _is_agency_name(name.strip()):
            return Dateline(text, dates, name.strip(), match.start(match.lastgroup or 0))
    return Dateline(text, dates, None) if dates else None


def _without_year(text: str, year: int, language: str | None) -> list[FoundDate]:
    for match in _DAY.finditer(text):
        month = month_of(match["m"] or match["n"], language)
        try:
            value = datetime(year, month or 0, int(match["a"] or match["b"]), tzinfo=UTC)
        except ValueError:
            continue
        return [FoundDate(ParsedDate(value, "day", has_zone=False), *match.span())]
    return []


def _is_agency_name(name: str) -> bool:
    """Whether words in brackets are an agency rather than a country, a date or a role."""
    if is_agency(name):
        return True
    words = name.split()
    if name in wordlists.words("countries.tsv") or len(words) > 4 or any(c.isdigit() for c in name):
        return False
    # "(Reporter)" and "(Norland)" are words; "WireLine", "XYZ", "River News" are names.
    is_camel = len(words) == 1 and any(c.isupper() for c in name[1:]) and name[0].isupper()
    last = words[-1].casefold()
    is_outlet = len(words) > 1 and last in byline_words("service")
    return is_camel or is_outlet
