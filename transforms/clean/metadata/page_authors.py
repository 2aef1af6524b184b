"""Authors of a page: every place that names them, and the choice among the places."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from transforms.clean.metadata.affiliations import (
    byline_words,
    has_given_name,
    is_agency,
    is_full_name,
    is_organisation,
    key_of,
)
from transforms.clean.metadata.bylines import (
    Byline,
    announces,
    has_lead,
    is_only_names,
    is_printed_name,
    read_byline,
    split_names,
)
from transforms.clean.page.facts import Headline, PageFacts, Shown
from transforms.clean.page.jsonld import as_list, as_text, follow, types
from transforms.text.dates import find_dates
from transforms.text.folding import fold

_META = (
    "author", "article:author", "parsely-author", "sailthru.author", "byl", "byline", "dc.creator", "dc:creator",
    "dcterms.creator", "cxenseparse:author", "cxenseparse:recs:author", "article:author_name", "article.author",
    "article:author:name", "og:article:author", "og:author", "citation_author", "mrf:authors", "authors", "creator",
    "author_name", "bt:author", "vr:author", "rbauthors", "shareaholic:article_author_name", "twitter:creator:name",
)  # fmt: skip
# Gathered elements around the headline that may contain a byline.
_AROUND = range(-8, 41)
_MOST_SIGNERS = 3
_MOST_SHOWN = 4
# Gathered elements from one name to the next of the same byline.
_SIDE_BY_SIDE = 2
# Names and words between them in one byline.
_MOST_JOINED = 16
# JSON-LD nodes within nodes.
_DEEPEST = 4
_LONGEST_LEAD, _LONGEST_PIECE = 16, 60
# Texts after the headline that may be a byline, all before the first paragraph except a deck.
_NEAR, _PROSE = 14, 150
_LONGEST = 40
# Texts after a name that may be the date of its article, and the length of the longest.
_DATED, _LONGEST_DATE = 4, 60
_EDGES = " |·•,–—-"
_WITHIN = tuple(".,;:’'")
# "Headline - by Jane Doe - Site"
_BY_TITLE = re.compile(r"\s[-–—|]\s(?P<by>by\s[^|–—-]+?)(?:\s[-–—|]\s[^|]*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signature:
    """The bylines in one place; `collective` are the values marked up as organisations."""

    method: str
    confidence: float
    values: tuple[str, ...]
    collective: tuple[str, ...] = ()
    is_shown: bool = False

    def byline(self, outlets: Collection[str]) -> Byline:
        """The names in it; a shown text counts only if it is a whole name."""
        byline = read_byline(self.values, outlets=outlets, collective=self.collective)
        if not self.is_shown:
            return byline
        is_announced = any(has_lead(value) for value in self.values)
        full = tuple(name for name in byline.persons if is_printed_name(name))
        if is_announced:
            if byline.persons and not is_printed_name(byline.persons[0]):
                # A word behind "by" may be anything, but in an element called a byline it is a pen name.
                is_marked = self.method not in ("visible:by", "visible:near_headline")
                is_short = " " not in byline.persons[0] and (is_marked or byline.persons[0][0].isupper())
                return Byline(byline.persons[:1] if is_short else (), byline.collectives)
            return Byline(full, byline.collectives)
        return Byline(full if len(full) == len(byline.persons) else ())


def stated_authors(facts: PageFacts, hints: Mapping[str, str], headline: Headline) -> Iterator[Signature]:
    """Signatures of a page and its envelope, the most reliable first."""
    yield from _structured(facts)
    for name in _META:
        if values := facts.metas.get(name):
            yield Signature(f"meta:{name}", 0.85, tuple(values))
    # Labels and data of a link preview: "Written by" in one tag, the name in another.
    for number in ("1", "2"):
        label = facts.metas.get(f"twitter:label{number}", [""])[0]
        if has_lead(label + " ") and (values := facts.metas.get(f"twitter:data{number}")):
            yield Signature(f"meta:twitter:data{number}", 0.85, tuple(values))
    if facts.title and (signed_title := _BY_TITLE.search(facts.title)):
        yield Signature("title:by", 0.6, (signed_title["by"],), is_shown=True)
    if stated := hints.get("authors"):
        yield Signature(f"{hints.get('envelope', 'envelope')}:authors", 0.85, (stated,))
    if signed := facts.property("author", "data-author", "creator"):
        # More than a few include authors of other articles or of comments.
        distinct = tuple(dict.fromkeys(signed))
        yield Signature("microdata:author", 0.8, distinct if len(distinct) <= _MOST_SIGNERS else distinct[:1])
    yield from _shown(facts, headline)


def choose_authors(candidates: Sequence[tuple[Signature, Byline]]) -> tuple[tuple[str, ...], int | None]:
    """The names that sign, and the number of their candidate.

    Persons come before collectives; of persons the first stated, unless a later place has fuller names or
    more of them.
    """
    persons = [(number, byline.persons) for number, (_, byline) in enumerate(candidates) if byline.persons]
    collectives = next(
        ((n, byline.collectives) for n, (_, byline) in enumerate(candidates) if byline.collectives), None
    )
    # If the markup names an agency, a person shown nearby wrote another article.
    of_agency = (
        collectives is not None
        and all(map(is_agency, collectives[1]))
        and not candidates[collectives[0]][0].is_shown
    )
    if collectives and (not persons or (of_agency and candidates[persons[0][0]][0].is_shown)):
        return collectives[1], collectives[0]
    if not persons:
        return (), None
    chosen, names = persons[0]
    for number, others in persons[1:]:
        signed = candidates[number][0]
        is_announced = signed.method == "rel:author" or any(map(has_lead, signed.values))
        if _is_fuller(others, names, is_announced=is_announced):
            chosen, names = number, others
    return names, chosen


def _structured(facts: PageFacts) -> Iterator[Signature]:
    for node in facts.articles:
        names: list[str] = []
        collective: list[str] = []
        for value in as_list(node.get("author")) or as_list(node.get("creator")):
            for name, is_collective in _names_in(value, facts, 0):
                names.append(name)
                if is_collective and not has_given_name(name):
                    collective.append(name)
        if names:
            yield Signature("json_ld:author", 0.95, tuple(names), tuple(collective))


def _names_in(value: Any, facts: PageFacts, depth: int) -> Iterator[tuple[str, bool]]:
    """The names in an author of JSON-LD (text, node, reference, list), and whether each is an organisation's."""
    if depth > _DEEPEST:
        return
    target = follow(value, facts.nodes)
    if isinstance(target, dict):
        is_organisation = any("Organization" in name for name in types(target))
        parts = [as_text(target.get(key)) for key in ("givenName", "familyName")]
        inner = target.get("name") or target.get("@list") or " ".join(filter(None, parts)) or as_text(target)
        for name, _ in _names_in(inner, facts, depth + 1):
            yield name, is_organisation
    elif isinstance(target, list):
        for item in target:
            yield from _names_in(item, facts, depth + 1)
    elif text := as_text(target):
        yield text, False


def _shown(facts: PageFacts, headline: Headline) -> Iterator[Signature]:
    near = [s for s in facts.shown if s.place - headline.place in _AROUND and 2 < len(s.text) <= 120]
    links = [s for s in near if s.tag == "a" and "author" in s.name.split() and s.place >= headline.place]
    if links:
        names = tuple(_side_by_side([s.text for s in links], headline.behind))
        yield Signature("rel:author", 0.75, names, is_shown=True)
    cards = _cards(near)
    for word in sorted(byline_words("marker"), key=lambda w: "byline" not in w):
        marked = [s for s in near if word in s.name and s.name not in cards][:_MOST_SHOWN]
        if len(marked) > 1 and len(side := _siblings(marked)) > 1:
            yield Signature(f"visible:{word}", 0.6, side, is_shown=True)
        for shown in marked:
            yield Signature(f"visible:{word}", 0.6, (shown.text,), is_shown=True)
    for shown in [s for s in near if announces(s.text)][:2]:
        yield Signature("visible:by", 0.55, (shown.text,), is_shown=True)


def _side_by_side(links: Sequence[str], behind: Sequence[str]) -> Iterator[str]:
    """The text of the first link to an author, and those of others joined to it by a comma or "and"."""
    yield links[0]
    named = {links[0]}
    place = behind.index(links[0]) if links[0] in behind else len(behind)
    for piece in behind[place + 1 : place + 1 + _MOST_JOINED]:
        if piece in links:
            if piece not in named:
                yield piece
            named.add(piece)
        elif not _is_joint(piece):
            return


def _siblings(marked: Sequence[Shown]) -> tuple[str, ...]:
    """The names in the first elements of one kind that stand side by side, each in its own."""
    single = [one for one in marked if is_printed_name(one.text) and split_names(one.text) == [one.text]]
    for first, second in pairwise(single):
        if first.name == second.name and second.place - first.place <= _SIDE_BY_SIDE:
            kind = [one for one in single if one.name == first.name]
            joined = [two for one, two in pairwise(kind) if two.place - one.place <= _SIDE_BY_SIDE]
            return tuple(dict.fromkeys([first.text, *(one.text for one in joined)]))
    return ()


def _cards(near: Sequence[Shown]) -> set[str]:
    """Names of elements that are repeated with other texts and dates: those of other articles' teasers."""
    texts: dict[str, dict[str, int]] = {}
    for shown in near:
        texts.setdefault(shown.name, {}).setdefault(shown.text, shown.place)
    dated = [s.place for s in near if next(find_dates(s.text), None)]
    return {
        name
        for name, places in texts.items()
        if len(places) > 2 and any(min(places.values()) < place <= max(places.values()) for place in dated)
    }


def site_owner(names: Collection[str], url: str | None) -> str | None:
    """The person after whom a site is named, by its names and its host: the author of a personal site."""
    host = key_of(urlsplit(url or "").netloc)
    for name in names:
        is_person = has_given_name(name) and not is_organisation(name)
        if is_person and key_of(name) in host:
            return name
    return None


def authors_near_headline(pieces: Sequence[str]) -> Iterator[Signature]:
    """The first texts around the headline that begin like bylines; "By" may be a text of its own."""
    count = 0
    for number, (piece, following) in enumerate(pairwise([*pieces, ""])):
        is_lead = len(piece) <= _LONGEST_LEAD and not split_names(piece) and has_lead(f"{piece} ")
        text = f"{piece} {following}" if is_lead else piece
        text = " ".join([text, *_joined_names(pieces[number + 1 + is_lead :])])
        if len(text) <= _LONGEST_PIECE and announces(text) and count < 2:
            count += 1
            yield Signature("visible:near_headline", 0.5, (text,), is_shown=True)


def _joined_names(behind: Sequence[str]) -> Iterator[str]:
    """The first of these texts as long as joints (",", "and") and whole names take turns."""
    for joint, name in zip(behind[:_MOST_JOINED:2], behind[1:_MOST_JOINED:2], strict=False):
        if not _is_joint(joint) or not is_printed_name(name) or split_names(name) != [name]:
            return
        yield f"{joint} {name}"


def _is_joint(text: str) -> bool:
    return all(word in byline_words("joint") for word in fold(text.replace(",", " , ")).split())


def bare_names(behind: Sequence[str]) -> Iterator[str]:
    """Whole names in the texts after a headline: followed by its date, or first and with a common given name."""
    pieces = list(_before_prose(behind))
    for number, piece in enumerate(pieces):
        name = piece.strip(_EDGES)
        if (
            len(name) > _LONGEST
            or not name.isprintable()
            or not is_full_name(name)
            or split_names(name) != [name]
        ):
            continue
        if name.isupper() or not any(map(str.islower, name)):
            continue
        is_first = number == 0 or (number == 1 and len(pieces[0]) > _PROSE)
        # A sentence goes on behind a name that is marked up in it.
        following = behind[number + 1] if number + 1 < len(behind) else ""
        if number and (following[:1].islower() or following[:1] in _WITHIN):
            continue
        if _is_dated(behind[number + 1 : number + 1 + _DATED]) or (
            is_first and is_only_names(name, is_known=True)
        ):
            yield name


def _before_prose(pieces: Sequence[str]) -> Iterator[str]:
    for number, piece in enumerate(pieces[:_NEAR]):
        if number and len(piece) > _PROSE:
            return
        yield piece


def _is_dated(pieces: Sequence[str]) -> bool:
    return any(len(piece) <= _LONGEST_DATE and next(find_dates(piece), None) for piece in pieces)


def _is_fuller(others: tuple[str, ...], names: tuple[str, ...], *, is_announced: bool) -> bool:
    """Whether `others` are the persons of `names` in full, with more beside them, or without a role."""
    if not all(is_full_name(name) for name in others):
        return False
    if len(names) == len(others) == 1 and len(names[0].split()) > 2 and names[0].startswith(others[0] + " "):
        return True
    if len(names) == 1 and not is_full_name(names[0]):
        short = fold(names[0])
        words = [fold(word) for word in others[0].split()]
        return len(others) == 1 and (
            short in words or (" " not in short and any(len(w) > 3 and w in short for w in words))
        )
    ours = {fold(name) for name in others}
    return (
        is_announced
        and len(ours) > len(names)
        and all(any(other.endswith(fold(name)) for other in ours) for name in names)
    )
