"""Names of one article: the recogniser's entities, trimmed and made consistent across the article.

The recogniser reads one sentence at a time; here a surname refers to the person introduced with it, and a
name found once is found wherever it is printed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from transforms.contract.columns import FieldName
from transforms.contract.documents import Parse
from transforms.enrich.names.headline_names import headline_names, is_headline_case
from transforms.enrich.names.kinds import CueKind, cues_of_kind, is_person_noun
from transforms.enrich.names.name import Name, NameKind, NameSource
from transforms.enrich.names.persons import with_officials, without_credits
from transforms.nlp.countries import country_or_people
from transforms.text.wordlists import table, word_set, words

if TYPE_CHECKING:
    from spacy.tokens import Doc

# Entity labels of OntoNotes (spaCy's English models) and of CoNLL (its other models, and ours).
_KINDS: Mapping[str, NameKind] = {
    "PERSON": "person", "PER": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place",
    "NORP": "group", "GROUP": "group", "EVENT": "other", "PRODUCT": "other", "WORK_OF_ART": "other",
    "LAW": "other", "MISC": "other",
}  # fmt: skip
PARTICLES = word_set("name_particle")
_LEAD = re.compile(r"(?:[\W_]+|(?:the|a|an)\s+)+", re.IGNORECASE)
_TAIL = re.compile(r"(?:['’]s?|[^\w.)]+|(?<=\w\w\w)\.|\s+)+$")
_WORD = re.compile(r"[^\s]+")
_SURNAME_LEAST = 3
_FIRST_NAME = re.compile(r"(?<!\w)([A-Z]\w+) $")
_LONG_TITLE = 8


def find_names(parse: Parse, texts: Mapping[FieldName, str]) -> list[Name]:
    """Names in reading order (title, body, captions); names of one field do not overlap."""
    names = [name for field, doc in parse.items() for name in _entities(field, doc, texts[field])]
    names = without_credits(with_officials(names, texts), texts)
    names = [name for name in names if not _is_common_word(name, texts)]
    names = _agree(_with_headline_case(names, texts), texts)
    for field in parse:
        again = list(_found_again(field, texts[field], names))
        names = [name for name in names if name.field != field or not _is_within(name, again)] + again
    order = {field: i for i, field in enumerate(parse)}
    return list(_disjoint(sorted(names, key=lambda name: (order[name.field], name.start, -name.end))))


def _disjoint(names: Iterable[Name]) -> Iterator[Name]:
    """Sorted names without overlaps: the first of each group, which is the longest that starts there."""
    last: Name | None = None
    for name in names:
        if last is None or last.field != name.field or last.end <= name.start:
            yield name
            last = name


def _entities(field: FieldName, doc: Doc, body: str) -> Iterator[Name]:
    for entity in doc.ents:
        kind = _KINDS.get(entity.label_)
        if kind is None:
            continue
        source: NameSource = "gazetteer" if entity.id_ == "gazetteer" else "rule" if entity.id_ else "model"
        name = trim(Name(field, entity.start_char, entity.end_char, entity.text, kind, source))
        if name and is_name(name):
            yield _with_first_name(name, body)


def _with_first_name(name: Name, body: str) -> Name:
    """A lone surname extended by a given name before it, if any; then it is a person."""
    if name.kind == "other" or not name.text.isalpha() or name.text in country_or_people():
        return name
    before = _FIRST_NAME.search(body, max(0, name.start - 20), name.start)
    if before is None or before.group(1) not in table("first_names.tsv"):
        return name
    start = before.start(1)
    return replace(name, start=start, text=body[start : name.end], kind="person", source="rule")


def trim(name: Name) -> Name | None:
    """The name without articles, titles, possessives and punctuation at its edges; None if nothing is left."""
    text, start = name.text, name.start
    line = max(text.split("\n"), key=len)
    start += text.index(line)
    text = line
    lead = _LEAD.match(text)
    if lead and name.kind != "other":
        text, start = text[lead.end() :], start + lead.end()
    if name.kind == "person":
        cut = _title_length(text)
        text, start = text[cut:], start + cut
    tail = _TAIL.search(text)
    if tail:
        text = text[: tail.start()]
    if text.endswith(")") and "(" not in text:
        text = text[:-1]
    if not text:
        return None
    return replace(name, start=start, end=start + len(text), text=text)


def is_name(name: Name) -> bool:
    """Whether the text can be a name: the recogniser also marks plain words."""
    if name.text.lower().rstrip(".") in _title_words():
        return False
    if name.kind == "other":
        return any(c.isupper() or c.isdigit() for c in name.text)
    if not any(c.isupper() for c in name.text) and name.text.isascii():
        return False
    if name.kind != "person":
        return True
    tokens = _WORD.findall(name.text)
    plain = [t for t in tokens if t[0].islower() and t.lower() not in PARTICLES and "-" not in t]
    return not plain and len(tokens) <= 6 and not any(c.isdigit() for c in name.text)


@cache
def _title_words() -> frozenset[str]:
    """Words of titles without the dot of an abbreviation; alone they are not names."""
    return frozenset(word.rstrip(".") for title in words("person_titles.txt") for word in title.split())


def _title_length(text: str) -> int:
    """Number of characters up to the end of the titles: 22 in "Norland Prime Minister Ana Reyes".

    Inside a name only a long title counts: King, Major and Dean are names too.
    """
    tokens = list(_WORD.finditer(text))
    titles = words("person_titles.txt")
    cut = 0
    for last in range(1, len(tokens)):
        for first in range(max(cut, last - 3), last):
            title = text[tokens[first].start() : tokens[last - 1].end()].lower()
            if title in titles and (first == cut or len(title) >= _LONG_TITLE):
                cut = last
                break
    return tokens[cut].start() if cut else 0


def gender_of_address(text: str, start: int) -> str:
    """`m` or `f` if Mr, Mrs or the like stands before the name at `start`, else ""."""
    before = text[max(0, start - 6) : start].lower().split()
    address = table("person_titles.txt").get(before[-1], "") if before else ""
    return address[-1] if address.endswith((" m", " f")) else ""


def _with_headline_case(names: Sequence[Name], texts: Mapping[FieldName, str]) -> list[Name]:
    """The names, with those of a headline in title case read again with the names of the body."""
    title = texts.get("title", "")
    if not is_headline_case(title):
        return list(names)
    of_title = [name for name in names if name.field == "title"]
    others = [name for name in names if name.field != "title"]
    known = {name.text: name.kind for name in _agree(others, texts) if name.kind not in ("other", "group")}
    return [*headline_names(title, of_title, known, texts.get("body", "")), *others]


def _is_common_word(name: Name, texts: Mapping[FieldName, str]) -> bool:
    """Whether a name is one word that has a capital only as the first of a sentence, and else has none."""
    word = name.text
    if name.source == "gazetteer" or not word.isalpha() or not word.istitle() or name.kind == "group":
        return False
    inside = rf"(?<=[\w,;’'-]\s)(?<![A-Z)]\s-\s){word}\b"  # `NORVIK - Ferry crews` is a beginning
    lower = rf"(?<![\w-]){word.lower()}(?![\w-])"
    is_common = is_person_noun(word.lower()) or any(re.search(lower, text) for text in texts.values())
    return is_common and not any(
        re.search(inside, text) for field, text in texts.items() if not _is_title_case(field, text)
    )


def _is_title_case(field: FieldName, text: str) -> bool:
    return field == "title" and is_headline_case(text)


def _agree(names: Sequence[Name], texts: Mapping[FieldName, str]) -> list[Name]:
    """One kind per printed name: a country's or a people's, person for a surname, by cues, else the majority's."""
    votes: dict[str, Counter[NameKind]] = defaultdict(Counter)
    for name in names:
        votes[name.text][name.kind] += 1
    surnames = surnames_of(names)
    cued = _cued_kinds(names, surnames, texts)
    groups = frozenset(_singular(text) for text, kinds in votes.items() if kinds["group"])
    agreed = []
    for name in names:
        kind, source = name.kind, name.source
        if name.text in country_or_people():
            kind, source = country_or_people()[name.text], "gazetteer"
        elif name.text in surnames and name.kind != "other":
            kind = "person"
        elif kind in ("organisation", "place") and _is_subgroup(name.text, groups):
            kind = "group"
        elif (
            name.text.split()[-1] in words("organisation_words.txt")
            and kind in ("person", "place")
            and " " in name.text
        ):
            kind = "organisation"
        elif kind != "other" and name.text in cued:
            kind = cued[name.text]
        elif len(votes[name.text]) > 1:
            kind = max(votes[name.text], key=lambda other: (votes[name.text][other], other == name.kind))
        if kind != name.kind and source == "model":
            source = "rule"
        agreed.append(replace(name, kind=kind, source=source))
    return agreed


def _cued_kinds(
    names: Sequence[Name], surnames: Collection[str], texts: Mapping[FieldName, str]
) -> dict[str, NameKind]:
    """Kinds of the names that have more cues of one kind than of the other."""
    cues: dict[str, Counter[CueKind]] = defaultdict(Counter)
    for name in names:
        if name.text not in surnames and not (" " in name.text and name.kind == "person"):
            cues[name.text.casefold()] += cues_of_kind(texts[name.field], name.start, name.end)
    found: dict[str, NameKind] = {}
    for text in sorted({name.text for name in names}):
        places, organisations = cues[text.casefold()]["place"], cues[text.casefold()]["organisation"]
        if places != organisations:
            found[text] = "place" if places > organisations else "organisation"
    return found


def _is_subgroup(text: str, groups: Collection[str]) -> bool:
    """Whether the name is another group of the article with words before it: "House Republicans"."""
    *front, last = text.split()
    return bool(front) and _singular(last) in groups and not any(word.islower() for word in front)


def _singular(word: str) -> str:
    return word.removesuffix("s")


def surnames_of(names: Iterable[Name]) -> frozenset[str]:
    """Last names of persons printed with first and last name, except those that also name a country."""
    found = set()
    for name in names:
        tokens = name.text.split()
        if name.kind == "person" and len(tokens) > 1 and len(tokens[-1]) >= _SURNAME_LEAST:
            found |= {tokens[-1], tokens[-1].removeprefix("al-")}
    return frozenset(s for s in found if s not in country_or_people() and s[0].isupper())


def _found_again(field: FieldName, body: str, names: Sequence[Name]) -> Iterator[Name]:
    """Occurrences of the article's names that the recogniser missed."""
    kinds = {name.text: name.kind for name in names if _is_unambiguous(name)}
    kinds |= dict.fromkeys(surnames_of(names), "person")
    printed = Counter(name.text for name in names if name.field == field)
    kinds = {text: kind for text, kind in kinds.items() if body.count(text) > printed[text]}
    if not kinds:
        return
    taken = sorted((n.start, n.end) for n in names if n.field == field)
    pattern = "|".join(re.escape(text) for text in sorted(kinds, key=len, reverse=True))
    at = 0
    for match in re.finditer(rf"(?<![\w@#/.-])(?:{pattern})(?![\w@]|-[A-Z]|\.\w)", body):
        while at < len(taken) and taken[at][1] <= match.start():
            at += 1
        if at < len(taken) and taken[at][0] < match.end():
            start, end = taken[at]
            if not (
                match.start() <= start and end <= match.end() and match.end() - match.start() > end - start
            ):
                continue  # only a longer name replaces a part of itself
        text = match.group()
        yield Name(field, match.start(), match.end(), text, kinds[text], "rule")


def _is_within(name: Name, longer: Iterable[Name]) -> bool:
    return any(other.start < name.end and name.start < other.end for other in longer)


def _is_unambiguous(name: Name) -> bool:
    """Whether every other occurrence of the text is the same name."""
    if name.kind in ("other", "group"):
        return False
    return " " in name.text or (
        len(name.text) > 3 and name.text not in table("first_names.tsv") and not name.text.islower()
    )
