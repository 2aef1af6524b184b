"""Persons by their place in a sentence: those named after an office, and no photographers in credits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from transforms.clean.lines.credits import is_credit_shape
from transforms.clean.lines.line_rules import caption_parts, known_line
from transforms.contract.columns import FieldName
from transforms.enrich.names.name import Name
from transforms.enrich.names.roles import is_role_noun
from transforms.text.wordlists import table, words

# minister for Women and Equalities Karen Bradley, head of Barclays Jo Ek
_OFFICE = re.compile(
    r"\b(?P<role>[A-Za-z-]{3,20})(?:\sof\s[Ss]tate)?\s(?:for|of|at)\s(?:the\s)?"
    r"(?P<office>[A-Z][\w&’'-]*,?\s(?:(?:[A-Z][\w&’'-]*,?|and|the|of|for|&)\s){0,7}?)"
    r"(?P<person>(?P<first>[A-Z][\w-]+)\s(?:[A-Z]\.\s)?(?P<last>[A-Z][\w’-]+))(?=\s[a-z]|['’]s\b|[,.;:!?]|\s*$)"
)
_LAST_SENTENCE = re.compile(r"[.!?”\"’')]\s+([^.!?]+?)\s*$")
_ARTICLES = ("the", "a", "an")


def with_officials(names: Sequence[Name], texts: Mapping[FieldName, str]) -> list[Name]:
    """The names with the persons named right after their department, which are cut off its name."""
    persons = list(_officials(names, texts))
    kept: list[Name] = []
    for name in names:
        over = [p for p in persons if p.field == name.field and p.start < name.end and name.start < p.end]
        if not over:
            kept.append(name)
        elif name.start < over[0].start and name.kind == "organisation" and _is_organisation(name.text):
            text = name.text[: over[0].start - name.start].rstrip(" ,")
            kept.append(replace(name, end=name.start + len(text), text=text, source="rule"))
    return kept + persons


def _officials(names: Sequence[Name], texts: Mapping[FieldName, str]) -> Iterator[Name]:
    for field, text in texts.items():
        for m in _OFFICE.finditer(text):
            if not is_role_noun(m["role"].lower()) or m["first"] not in table("first_names.tsv"):
                continue
            if m["office"].strip().lower() in _ARTICLES or m["last"] in words("organisation_words.txt"):
                continue
            start, end = m.span("person")
            beside = [n for n in names if n.field == field and n.start < end and start < n.end]
            if all(n.kind in ("person", "organisation") for n in beside):
                yield Name(field, start, end, m["person"], "person", "rule")


def _is_organisation(text: str) -> bool:
    return any(word in words("organisation_words.txt") for word in text.split())


def without_credits(names: Sequence[Name], texts: Mapping[FieldName, str]) -> list[Name]:
    """The names without those in the credits of captions: photographers and agencies."""
    captions = texts.get("caption", "")
    spans = list(_credits(captions)) if captions else []
    return [
        name for name in names
        if name.field != "caption" or not any(start < name.end and name.start < end for start, end in spans)
    ]  # fmt: skip


def _credits(captions: str) -> Iterator[tuple[int, int]]:
    """Offsets of the credits, also of one that is the last sentence of its line."""
    at = 0
    for line in captions.splitlines(keepends=True):
        rule = known_line(line.strip())
        parts = caption_parts(line)
        last = _LAST_SENTENCE.search(line)
        if (rule and rule.kind == "credit") or is_credit_shape(line.strip()):
            yield at, at + len(line)
        elif parts.credit_start < parts.credit_end:
            yield at + parts.credit_start, at + parts.credit_end
        elif last and is_credit_shape(last.group(1)):
            yield at + last.start(1), at + last.end(1)
        at += len(line)
