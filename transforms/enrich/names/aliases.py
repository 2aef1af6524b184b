"""The fullest printed form of each name of an article, and its entity id."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from transforms.contract.columns import FieldName
from transforms.contract.ids import digest
from transforms.enrich.names.name import Name, NameKind
from transforms.enrich.names.names import PARTICLES, gender_of_address
from transforms.nlp.countries import country_names, demonyms
from transforms.text.folding import fold
from transforms.text.wordlists import table

_INITIAL = re.compile(r"(?<=\s)[A-Z]\.?\s+|^[A-Z]\.\s+(?=[A-Z][a-z])")
_LEGAL_FORM = re.compile(
    r",?\s+(?:inc|corp|corporation|co|company|ltd|limited|llc|plc|ag|sa|gmbh|group|holdings)\.?$", re.IGNORECASE
)
_ACRONYM_AFTER = re.compile(
    r"['’]?s?\s*[,(]\s*(?:or\s+|the\s+|known as\s+)*[\"“'‘]?([A-Z][A-Za-z]?[A-Z.]{1,7})\b"
)
_SUFFIX = re.compile(r",?\s+(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)


Person = tuple[int, Name, list[str]]
"""A person's name with its index among the names and its words."""


def entity_id(kind: NameKind, canonical: str) -> str:
    """Hash of a name's kind and folded fullest form: equal across articles."""
    name = _SUFFIX.sub("", _INITIAL.sub("", canonical)) if kind == "person" else canonical
    return digest(kind, fold(name).replace(".", ""))


def fullest(kind: NameKind, printed: Iterable[str]) -> str:
    """The fullest of the printed forms of one name; for a country its usual name."""
    forms = Counter(printed)
    if kind in ("place", "group"):
        known = Counter(_standard(kind, form) for form in forms)
        return max(known, key=lambda form: (form in country_names(), len(form), form))
    return max(forms, key=lambda form: (len(form.split()), not form.isupper(), len(form), form))


def canonical_names(names: Sequence[Name], texts: Mapping[FieldName, str]) -> list[str]:
    """The fullest form of each name in this article, in the order of `names`."""
    persons: list[Person] = [
        (i, name, _tokens(name.text)) for i, name in enumerate(names) if name.kind == "person"
    ]
    full: dict[str, list[Person]] = defaultdict(list)
    for person in persons:
        if len(person[2]) > 1:
            for part in {person[2][0], person[2][-1], person[2][-1].removeprefix("al-")}:
                full[part].append(person)
    acronyms = _acronyms(names, texts)
    stems: dict[str, str] = {}
    for name in names:
        if name.kind == "organisation":
            stem = _stem(name.text)
            stems[stem] = max(stems.get(stem, ""), name.text, key=lambda form: (len(form.split()), form))
    chosen = []
    for i, name in enumerate(names):
        if name.kind == "person":
            chosen.append(_person(i, name, full, texts))
        elif name.kind == "organisation":
            text = acronyms.get(name.text.replace(".", ""), name.text)
            chosen.append(stems.get(_stem(text), text))
        else:
            chosen.append(_standard(name.kind, name.text))
    return chosen


def acronym_after(name: Name, text: str) -> tuple[int, int] | None:
    """Span of the name's acronym printed right after it: "World Data Forum (WDF)", "..., WDF,"."""
    match = _ACRONYM_AFTER.match(text, name.end)
    if match and match.group(1).replace(".", "").upper() in _initials(name.text):
        return match.span(1)
    return None


def _person(i: int, name: Name, full: Mapping[str, Sequence[Person]], texts: Mapping[FieldName, str]) -> str:
    """The nearest matching full name before the name, else the first one after it."""
    tokens = _tokens(name.text)
    fitting = [person for person in full.get(tokens[-1], ()) if _extends(person[2], tokens)] if tokens else []
    if not fitting:
        return name.text
    gender = gender_of_address(texts[name.field], name.start)
    if gender:
        fitting = [p for p in fitting if table("first_names.tsv").get(p[2][0], gender) == gender] or fitting
    before = [person for person in fitting if person[0] < i]
    _, chosen, parts = before[-1] if before else fitting[0]
    # one step further: "Reyes" -> "Ana Reyes" -> "Ana Maria Reyes"
    longer = [other.text for _, other, more in full.get(parts[-1], ()) if _extends(more, parts)]
    return max(longer, key=len) if longer else chosen.text


def _extends(full: Sequence[str], short: Sequence[str]) -> bool:
    """Whether the short name is the full name's surname or first name, or the full name with parts left out."""
    if len(full) <= len(short) or len(full) < 2:
        return False
    if len(short) == 1:
        last = full[-1]
        return short[0] in (last, last.removeprefix("al-"), full[0])
    return short[-1] == full[-1] and (short[0] == full[0] or full[-len(short) :] == list(short))


@lru_cache(maxsize=4096)
def _stem(text: str) -> str:
    return _LEGAL_FORM.sub("", text)


def _acronyms(names: Sequence[Name], texts: Mapping[FieldName, str]) -> dict[str, str]:
    """Full names by acronym: printed after the full name, else equal to its initials."""
    full = [n for n in names if n.kind in ("organisation", "other") and len(n.text.split()) > 1]
    short = {
        n.text.replace(".", "") for n in names if n.text.replace(".", "").isupper() and n.kind == "organisation"
    }
    found: dict[str, str] = {}
    for name in full:
        for initials in _initials(name.text) & short:
            found.setdefault(initials, name.text)
    for name in full:
        span = acronym_after(name, texts[name.field])
        if span:
            found[texts[name.field][span[0] : span[1]].replace(".", "")] = name.text
    return found


@lru_cache(maxsize=4096)
def _initials(text: str) -> frozenset[str]:
    """Initials of a name with and without its small words; at least two letters each."""
    tokens = [t for t in re.split(r"[\s-]+", text) if t[:1].isalnum()]
    main = "".join(
        t[0] for t in tokens if t.lower() not in PARTICLES and t.lower() not in ("for", "in", "on", "to")
    )
    every = "".join(t[0] for t in tokens)
    return frozenset(x.upper() for x in (main, every) if len(x) > 1)


def _tokens(text: str) -> list[str]:
    return _SUFFIX.sub("", text).split()


def _standard(kind: NameKind, text: str) -> str:
    """The usual name of a country; the singular of a demonym ("Iranian" for "Iranians")."""
    if kind == "group":
        return demonyms().get(text, text)
    return country_names().get(text, text) if kind == "place" else text
