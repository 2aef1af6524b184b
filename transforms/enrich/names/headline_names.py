"""Names of a headline whose words are all capitalised: those of the body, without its verbs and common words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from transforms.enrich.names.name import Name, NameKind
from transforms.text.wordlists import rows, toml, words

_WORD = re.compile(r"[^\W\d_][\w’'&.-]*")
_LEAST_WORDS = 3
_SHARE = 0.7
_LONG = 4


def is_headline_case(title: str) -> bool:
    """Whether a title capitalises its common words too, so that a capital does not mark a name."""
    later = [word for word in _WORD.findall(title)[1:] if len(word) >= _LONG]
    capitals = sum(word[0].isupper() for word in later)
    return len(later) >= _LEAST_WORDS and capitals >= _SHARE * len(later)


def headline_names(
    title: str, found: Iterable[Name], known: Mapping[str, NameKind], body: str
) -> Iterator[Name]:
    """The names of a headline.

    `found` are those of the recogniser, which joins `Acme Sues Vane` to one name; `known` has the kinds of the
    body's names. A name is cut at verbs and at words that the body prints in lower case only. One that
    contains a known name is replaced by it, unless its last word makes it an organisation.
    """
    spans = _known_spans(title, known)
    for name in found:
        for piece in _pieces(name, body):
            inside = [span for span in spans if span.start < piece.end and piece.start < span.end]
            if not inside or piece.text.split()[-1] in words("organisation_words.txt"):
                yield piece
                spans = [span for span in spans if span not in inside]
    yield from spans


def _known_spans(title: str, known: Mapping[str, NameKind]) -> list[Name]:
    if not known:
        return []
    pattern = "|".join(re.escape(text) for text in sorted(known, key=len, reverse=True))
    flags = re.IGNORECASE if title.isupper() else 0
    kinds = {text.upper(): kind for text, kind in known.items()}
    return [
        Name("title", m.start(), m.end(), m.group(), kinds[m.group().upper()], "rule")
        for m in re.finditer(rf"(?<![\w@#/.-])(?:{pattern})(?![\w@]|-[A-Z]|\.\w)", title, flags)
    ]


def _pieces(name: Name, body: str) -> Iterator[Name]:
    """The runs of a name's words between the words that are not part of a name."""
    start: int | None = None
    end = 0
    for word in [*_WORD.finditer(name.text), None]:
        if word is not None and not _is_plain(word.group(), body):
            start, end = word.start() if start is None else start, word.end()
        elif start is not None:
            text = name.text[start:end]
            source = name.source if text == name.text else "rule"
            yield replace(name, start=name.start + start, end=name.start + end, text=text, source=source)
            start = None


def _is_plain(word: str, body: str) -> bool:
    """Whether a word is a verb of headlines or one that the body prints, and in lower case only."""
    if re.search(rf"(?<![\w.!?:\"“]\s){re.escape(word)}\b|(?<=[a-z,]\s){re.escape(word)}\b", body):
        return False
    return word.lower() in _verbs() or bool(re.search(rf"\b{re.escape(word.lower())}\b", body))


@cache
def _verbs() -> frozenset[str]:
    listed = toml("name_cues.toml")["headline"]
    cues = {form for row in rows("cue_verbs.tsv") for form in row[2].split() if form.endswith("s")}
    return frozenset(cues | set(listed["verbs"].split()) | set(listed["plain"].split()))
