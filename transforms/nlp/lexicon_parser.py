"""The parser without a model: tokens, sentence ends and names by word lists; no tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy

from transforms.nlp.countries import country_or_people
from transforms.text.sentences import SENTENCE_END
from transforms.text.wordlists import rows, table, word_set, words

if TYPE_CHECKING:
    from spacy.tokens import Doc

VERSION = "1"
_NAME_WORD = re.compile(r"(?:[A-ZÀ-Þ][\w’'-]*|[A-Z]\.(?:[A-Z]\.)*|al-[A-Z]\w+)$")
_OPENING_MARKS = frozenset("“\"‘'«(:—–-")
_LOCATIVE = frozenset({"in", "near", "from", "at"})
_CALENDAR = word_set("calendar")
_JOINTS = word_set("name_joint")
_LONGEST_ACRONYM = 6


class LexiconParser:
    """Names by word lists and capitals; each entity's `id_` is gazetteer or rule."""

    languages = frozenset({"en"})

    def parse(self, texts: Iterable[str]) -> Iterator[Doc]:
        """One Doc per text, with sentence starts and entities."""
        from spacy.tokens import Span

        tokenise = _tokeniser()
        for text in texts:
            doc = tokenise(text)
            _mark_sentences(doc, text)
            tokens = [token.text for token in doc]
            opens = [bool(token.is_sent_start) for token in doc]
            doc.ents = [
                Span(doc, a, b, label=label, span_id=by) for a, b, label, by in find_names(tokens, opens)
            ]
            yield doc


def find_names(tokens: Sequence[str], opens: Sequence[bool]) -> Iterator[tuple[int, int, str, str]]:
    """Runs of capitalised tokens that are names: first, last + 1, spaCy's label, `gazetteer` or `rule`.

    `opens` is true for tokens that begin a sentence.
    """
    for start, end in _runs(tokens, opens):
        first = _without_plain(tokens, opens, start, end)
        typed = _kind(tokens, first, end) if first < end else None
        if typed:
            yield first, end, *typed


@cache
def _tokeniser() -> Callable[[str], Doc]:
    import spacy

    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    return nlp.make_doc


def _mark_sentences(doc: Doc, text: str) -> None:
    marks: list[int] = []
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    at, opens = 0, True
    for token in doc:
        while at < len(ends) and token.idx >= ends[at]:
            at += 1
            opens = True
        marks.append(1 if opens and not token.is_space else -1)
        opens = opens and token.is_space
    # All at once: the setter of one token visits all the others, quadratic in the length of the text.
    column: Any = numpy.array(marks, numpy.int64).astype(numpy.uint64).reshape(-1, 1)
    doc.from_array(["SENT_START"], column)


def _runs(tokens: Sequence[str], opens: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start, n = 0, len(tokens)
    while start < n:
        end = start
        while end < n and (end == start or not opens[end] or tokens[end - 1].endswith(".")):
            if _NAME_WORD.match(tokens[end]):
                end += 1
            elif end > start and tokens[end] in _JOINTS and end + 1 < n and _NAME_WORD.match(tokens[end + 1]):
                end += 2
            else:
                break
        if end > start:
            yield start, end
        start = max(end, start + 1)


def _without_plain(tokens: Sequence[str], opens: Sequence[bool], start: int, end: int) -> int:
    """Start of the run without leading words that are capitalised only because they open a sentence."""
    while start < end and (opens[start] or (start and tokens[start - 1] in _OPENING_MARKS)):
        word = tokens[start]
        is_known = word in table("first_names.tsv") or word in country_or_people()
        is_plain = (
            end - start == 1 or word.lower() in _common() or tokens[start + 1] in table("first_names.tsv")
        )
        if is_known or (word.isupper() and len(word) > 1) or not is_plain:
            break
        start += 1
        while start < end and tokens[start] in _JOINTS:
            start += 1
    return start


def _kind(tokens: Sequence[str], start: int, end: int) -> tuple[str, str] | None:
    """Label and source of a run; None: probably not a name."""
    name = tokens[start:end]
    text = " ".join(name)
    before = tokens[start - 1].lower() if start else ""
    titles = words("person_titles.txt")
    if text in country_or_people():
        return "GPE" if country_or_people()[text] == "place" else "NORP", "gazetteer"
    if text in _CALENDAR:
        return None
    if _is_organisation(name):
        return "ORG", "rule"
    if name[0] in table("first_names.tsv") or before in titles or name[0].lower() in titles:
        return "PERSON", "gazetteer"
    if text.isupper() and 2 <= len(text) <= _LONGEST_ACRONYM:
        return "ORG", "rule"
    if before in _LOCATIVE and len(name) <= 2:
        return "GPE", "rule"
    return ("PERSON", "rule") if 2 <= len(name) <= 3 and all(map(str.istitle, name)) else None


def _is_organisation(name: Sequence[str]) -> bool:
    heads = words("organisation_words.txt")
    return name[-1] in heads or any(a in heads and b == "of" for a, b in pairwise(name))


@cache
def _common() -> frozenset[str]:
    from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS) | {form for row in rows("cue_verbs.tsv") for form in row[2].split()}
