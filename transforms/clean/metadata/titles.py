"""The printed headline without the site's name, chosen among a page's headings and titles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape

from transforms.text.folding import fold
from transforms.text.wordlists import word_set, words, words_of_kind

_SEPARATOR = re.compile(r"\s+[|•·»«›:–—/\\~-]+\s+|\s*[|»]\s*|:\s+")
# Ornaments and left-over separators around a title; quote marks and stops belong to it.
_EDGES = " \t\n|·•⋆★*-–—~\\"
_WORD = re.compile(r"\w+")
# Least share of common words for two texts to be forms of one title.
_ALIKE = 0.5
_FEW_WORDS = 4
_BARS = ("|", "»", "«", "·", "•", "›")
# Words that must be left of a title before a section; characters of a beginning that may be the headline.
_LEAST_WORDS, _SHORT = 3, 15
# Words of a part between the headline and the site's name.
_MIDDLE = 2
_MOST_MARKUP = 300_000
# Characters of a title that may have been cut.
_LONG = 100


@dataclass(frozen=True, slots=True)
class TitleCandidate:
    """One possible headline; `method` is its source: h1, json_ld:headline, meta:<name>, title."""

    text: str
    method: str
    confidence: float = 0.5
    is_elsewhere: bool = False


def rank_titles(
    headings: Sequence[TitleCandidate],
    stated: Sequence[TitleCandidate],
    *,
    site_names: Iterable[str] = (),
    markup: str = "",
) -> list[TitleCandidate]:
    """All candidates without the site's name and section, best first.

    The best is the heading most like the page's statements, else the first statement, unless the first
    heading in the article is long enough to be a headline of its own. A title without a heading ends where
    the text printed on the page (`markup`) ends.
    """
    names = {key for name in site_names if (key := _key(name))}
    names |= _revealed_names(stated)
    stated = [replace(c, text=strip_site(c.text, names)) for c in stated]
    stated = [c for c in stated if c.text and _key(c.text) not in names]
    stated = [replace(c, text=_uncut(c.text, stated)) for c in stated]
    headings = [replace(c, text=strip_site(c.text, names)) for c in headings]
    headings = [c for c in headings if c.text and _key(c.text) not in names]
    scored = [(0.9 - number / 50, candidate) for number, candidate in enumerate(stated)]
    scored += [(_heading_score(heading, headings, stated), heading) for heading in headings]
    ranked = [replace(c, confidence=round(s / 2, 2)) for s, c in sorted(scored, key=lambda pair: -pair[0])]
    if ranked and ranked[0].method != "h1" and (text := _printed_part(ranked[0].text, markup)):
        ranked[0] = replace(ranked[0], text=text)
    elif ranked and ranked[0].method == "h1":
        ranked[0] = replace(ranked[0], text=_as_stated(ranked[0].text, [c.text for c in stated]))
    return ranked


def _uncut(text: str, stated: Sequence[TitleCandidate]) -> str:
    """A long title that another statement continues, as a whole: some fields end at a number of characters."""
    longer = [c.text for c in stated if len(text) >= _LONG and c.text.startswith(text)]
    return max(longer, key=len, default=text)


def strip_site(title: str, names: Iterable[str]) -> str:
    """A title without the site's name, in any of its forms, and its sections, at its end or start.

    A separator alone is not enough: headlines contain dashes and colons. Evidence is the name itself, a
    masthead's word ("Post", "Herald"), or the name of a section beside another suffix or behind a bar.
    """
    keys = {key for name in names if (key := _key(name))}
    for head, tail, separator in _cuts(title):
        if head and (_is_site(tail, keys) or (separator != ":" and is_masthead(tail))):
            return _without_sections(strip_site(_without_middle(head) if separator in _BARS else head, keys))
        if tail and (_is_site(head, keys) or (separator in _BARS and is_masthead(head))):
            return strip_site(tail, keys)
        if tail and separator in _BARS and is_section(head) and len(_WORD.findall(tail)) >= _LEAST_WORDS:
            return strip_site(tail, keys)
    return _without_sections(title.strip(_EDGES), only_bars=True)


def _without_middle(title: str) -> str:
    """A title without the one or two words behind its last bar: a section or a column, when the site follows."""
    for head, tail, separator in _cuts(title):
        is_short = 0 < len(_WORD.findall(tail)) <= _MIDDLE
        return head if separator in _BARS and is_short and len(_WORD.findall(head)) >= _LEAST_WORDS else title
    return title


def suffix_name(title: str, others: Collection[str]) -> str | None:
    """The site's name behind a title: a masthead, or the rest behind a headline that `others` repeat."""
    keys = set(map(_key, others))
    for head, tail, separator in _cuts(title):
        is_rest = _key(head) in keys and 0 < len(_WORD.findall(tail)) <= _FEW_WORDS
        if head and separator != ":" and (is_rest or is_masthead(tail)):
            return None if is_section(tail) or fold(tail).startswith("by ") else tail
    return None


def is_section(text: str) -> bool:
    """Whether a text is the name of a section, or of the home page."""
    return fold(text) in words("section_words.txt")


def _without_sections(title: str, *, only_bars: bool = False) -> str:
    for head, tail, separator in _cuts(title):
        if not (is_section(tail) and separator != ":" and (separator in _BARS or not only_bars)):
            return title
        if len(_WORD.findall(head)) < _LEAST_WORDS:
            return title
        title = head
    return title


def is_masthead(part: str) -> bool:
    """Whether a part in title case ends in the word of a newspaper or station: "River Valley Post"."""
    found = part.split()
    if not 1 < len(found) <= _FEW_WORDS + 1 or part.isupper():
        return False
    small = word_set("name_particle") | {"on", "in", "for", "&"}
    is_name = all(word[0].isupper() or word[0].isdigit() or word in small for word in found)
    return is_name and fold(found[-1]) in words_of_kind("byline_words.tsv", "masthead")


def _printed_part(title: str, markup: str) -> str | None:
    """The longest beginning of a title, up to a separator, that is an element's whole text; None: all or none."""
    start = max(0, markup.find("<body"))
    cuts = [head for head, _, separator in _cuts(title) if separator != ":" and len(head) > _SHORT]
    if not cuts:
        return None
    body = unescape(markup[start : start + _MOST_MARKUP])
    for text in (title, *cuts):
        if re.search(rf">\s*{re.escape(text)}\s*<", body):
            return text
    return None


def _heading_score(
    heading: TitleCandidate, headings: Sequence[TitleCandidate], stated: Sequence[TitleCandidate]
) -> float:
    alike = max((_likeness(heading.text, other.text) for other in stated), default=0.0)
    if alike >= _ALIKE:
        return 1 + alike * 0.98
    if heading.is_elsewhere or heading.text.endswith(":"):
        return alike / 2
    # A page may state another title for search engines: its first long heading is trusted.
    is_long = len(_WORD.findall(heading.text)) >= _FEW_WORDS or (
        not heading.text.isascii() and len(heading.text) > 12
    )
    is_first = next(h for h in headings if not h.is_elsewhere) is heading
    return 0.95 + alike / 10 if is_long and is_first else 0.6 if not stated else alike / 2


def _as_stated(heading: str, stated: Sequence[str]) -> str:
    """A heading without a kicker before or a counter after the headline.

    Applies when all similar statements are the same part of the heading, a few words shorter, or have the
    same words with punctuation that the heading lacks.
    """
    key = _key(heading)
    parts = {_key(s): s for s in reversed(stated) if _likeness(heading, s) >= _ALIKE}
    same = parts.get(key)
    if same is not None:
        return same if fold(same) != fold(heading) and len(same) > len(heading) else heading
    if len(parts) != 1:
        return heading
    part, text = next(iter(parts.items()))
    surplus = len(_WORD.findall(heading)) - len(_WORD.findall(text))
    is_part = key.endswith(part) or key.startswith(part)
    return text if is_part and 0 < surplus <= _FEW_WORDS and surplus < len(_WORD.findall(text)) else heading


def _revealed_names(stated: Sequence[TitleCandidate]) -> set[str]:
    """Site names: the rest of the document's title around a headline that another statement repeats."""
    others = {_key(c.text) for c in stated if c.method != "title"}
    return {
        _key(rest)
        for c in stated
        if c.method == "title"
        for head, tail, _ in _cuts(c.text)
        for part, rest in ((head, tail), (tail, head))
        if _key(part) in others and len(_WORD.findall(rest)) <= _FEW_WORDS and rest
    }


def _cuts(title: str) -> Iterator[tuple[str, str, str]]:
    """The parts before and behind each separator, the last one first, and the separator."""
    for match in reversed(list(_SEPARATOR.finditer(title))):
        yield title[: match.start()].strip(_EDGES), title[match.end() :].strip(_EDGES), match[0].strip()


def _is_site(part: str, keys: set[str]) -> bool:
    """Whether a part is a site's name, with or without its article, its domain or one more word."""
    key = _key(part)
    if not key or len(_WORD.findall(part)) > _FEW_WORDS + 1:
        return False
    return key in keys or any(_is_most_of(key, name) or _is_most_of(name, key) for name in keys)


def _is_most_of(whole: str, part: str) -> bool:
    return len(part) > 4 and 2 * len(part) >= len(whole) and part in whole


@lru_cache(maxsize=512)
def _key(text: str) -> str:
    return "".join(_WORD.findall(fold(text)))


def _likeness(one: str, other: str) -> float:
    """Share of words two texts have in common (Dice); in scripts without spaces of characters."""
    first, second = _tokens(one), _tokens(other)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


@lru_cache(maxsize=512)
def _tokens(text: str) -> frozenset[str]:
    folded = fold(text)
    words = _WORD.findall(folded)
    is_unspaced = not folded.isascii() and len(words) * 8 < len(folded)
    return frozenset(c for c in folded if c.isalnum()) if is_unspaced else frozenset(words)
