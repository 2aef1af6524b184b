"""Answers of an interview printed without quotation marks: Q and A, name labels, questions as paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from transforms.enrich.quotes.attributions import Attribution
from transforms.enrich.quotes.cue_sources import CueSource
from transforms.enrich.quotes.quoted_spans import QuotedSpan
from transforms.enrich.quotes.utterances import Utterance
from transforms.nlp.dependencies import Tree
from transforms.text.wordlists import word_set

_PARAGRAPH = re.compile(r"[^\n]+")
_LABEL = re.compile(r"[\s*]*(?:([A-Z@][^\n:.!?“”\"()]{0,40}?)[\s*]*:|([QA])[.—–](?=\s))[\s*]*(?=\S)")
_QUESTIONS, _ANSWERS = word_set("question_label"), word_set("answer_label")
_CUES, _FIRST_PERSON = word_set("interview_cue"), word_set("first_person")
_SECOND_PERSON = word_set("second_person")
_JOINTS = word_set("name_joint")
_PERSON = ("PERSON", "PER")
_NAME = ("PERSON", "PER", "ORG", "NORP")
_LONGEST_QUESTION = 60
_FEWEST_TURNS = 3
_LONGEST_LABEL = 5
# Paragraphs of answers by question, on average.
_MOST_PARAGRAPHS = 5
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class _Turn:
    """A paragraph: the last word of its label, lower case (empty: none), and the code points of label and words."""

    label: str
    at: int
    colon: int
    start: int
    end: int
    is_question: bool


def find_turns(tree: Tree, authors: Sequence[str]) -> list[Utterance]:
    """The answers of an interview, one part a paragraph, numbered by turn; none if it is not clear who answers."""
    turns = [_turn(tree.text, match) for match in _PARAGRAPH.finditer(tree.text) if match.group().strip()]
    if not any(turn.is_question for turn in turns):
        return []
    turns = _spelled_out(tree.text, turns)
    return _labelled(tree, turns, authors) or _by_questions(tree, turns, authors)


def _turn(text: str, match: re.Match[str]) -> _Turn:
    label = _LABEL.match(text, *match.span())
    start = label.end() if label else match.start()
    end = match.start() + len(match.group().rstrip(" *_"))
    is_question = text[start:end].rstrip("”\"’').").endswith("?")
    if not label:
        return _Turn("", match.start(), match.start(), start, end, is_question)
    group = label.lastindex or 0
    name = label[group].split()[-1].lower() if label[group].strip() else ""
    return _Turn(name, label.start(group), label.end(group), start, end, is_question)


def _spelled_out(text: str, turns: Sequence[_Turn]) -> list[_Turn]:
    """The turns with initials as label ("AR:") under the name in full that an earlier label has."""
    names: dict[str, str] = {}
    spelled = []
    for turn in turns:
        printed = text[turn.at : turn.colon].split()
        if len(printed) > 1:
            names.setdefault("".join(word[0] for word in printed).lower(), turn.label)
        is_initials = len(printed) == 1 and printed[0].isupper() and turn.label in names
        spelled.append(replace(turn, label=names[turn.label]) if is_initials else turn)
    return spelled


def _labelled(tree: Tree, turns: Sequence[_Turn], authors: Sequence[str]) -> list[Utterance]:
    labels = Counter(turn.label for turn in turns if turn.label and _is_label(tree, turn))
    repeated = {label for label, count in labels.items() if count > 1}
    is_conversation = sum(labels.values()) >= _FEWEST_TURNS and len(labels) > 1 and repeated
    has_both = labels.keys() & _ANSWERS and labels.keys() & _QUESTIONS
    return _answers(tree, turns, labels, authors) if is_conversation or has_both else []


def _answers(
    tree: Tree, turns: Sequence[_Turn], labels: Counter[str], authors: Sequence[str]
) -> list[Utterance]:
    asked = Counter(turn.label for turn in turns if turn.is_question)
    asking = {label for label in labels if label in _QUESTIONS or asked[label] > _MOSTLY * labels[label]}
    if not asking:
        return []
    answering = {
        turn.label: turn for turn in reversed(turns) if turn.label in labels and turn.label not in asking
    }
    sources = {label: _source_of_label(tree, turns, turn, authors) for label, turn in answering.items()}
    found: list[Utterance] = []
    number, source, label = -1, None, None
    last = max(i for i, turn in enumerate(turns) if turn.label in labels)
    for i, turn in enumerate(turns):
        if turn.label in labels:
            label, source = turn, sources.get(turn.label)
            number += 1
        if (
            source is None
            or label is None
            or (turn.label not in labels and turn.is_question and not turn.label)
        ):
            continue
        is_closing = i > last and not _says(tree.text, turn, _FIRST_PERSON)
        if not is_closing and not _is_marked(tree.text, turn):
            found.append(_part(tree, turn, label, source, number))
    return found


def _is_label(tree: Tree, turn: _Turn) -> bool:
    """Whether a label is Q or A, or has the shape of a name."""
    if turn.label in _QUESTIONS | _ANSWERS:
        return True
    printed = tree.text[turn.at : turn.colon].split()
    return 0 < len(printed) <= _LONGEST_LABEL and all(word[0].isupper() or word in _JOINTS for word in printed)


def _source_of_label(
    tree: Tree, turns: Sequence[_Turn], turn: _Turn, authors: Sequence[str]
) -> CueSource | None:
    if turn.label in _ANSWERS:
        return _interviewed(tree, next(t.at for t in turns if t.label in _QUESTIONS), authors, needs_cue=False)
    first, last = tree.token_at(turn.at), tree.token_at(turn.colon)
    known = {ent.text.split()[-1].lower() for ent in tree.doc.ents if ent.label_ in _NAME}
    if turn.label not in known and not tree.text[turn.at : turn.colon].isupper():
        return None
    return CueSource(first, last, last - 1, "colon")


def _by_questions(tree: Tree, turns: Sequence[_Turn], authors: Sequence[str]) -> list[Utterance]:
    """Answers between questions, if they speak of "I" and the text above names who is interviewed.

    A column with rhetorical questions has few of them, or much text between them.
    """
    asked = [i for i, turn in enumerate(turns) if _asks(tree.text, turn)]
    if len(asked) < _FEWEST_TURNS - 1 or (asked[0] == 0 and len(asked) < _FEWEST_TURNS):
        return []
    rest = range(asked[0], len(turns))
    answers = [turns[i] for i in rest if not turns[i].is_question]
    personal = sum(_says(tree.text, turn, _FIRST_PERSON) for turn in answers)
    is_dense = 2 <= len(answers) <= _MOST_PARAGRAPHS * len(asked)
    if not is_dense or personal <= _MOSTLY * len(answers):
        return []
    is_addressed = any(_says(tree.text, turns[i], _SECOND_PERSON) for i in asked)
    if not is_addressed and len(asked) <= _FEWEST_TURNS:
        return []
    source = _interviewed(tree, turns[asked[0]].at, authors, needs_cue=True)
    if source is None or any(_is_marked(tree.text, turn) for turn in answers):
        return []
    found, number, question = [], -1, turns[asked[0]]
    for i in rest:
        turn = turns[i]
        if _asks(tree.text, turn):
            number, question = number + 1, turn
        is_closing = i > asked[-1] + 1 and not _says(tree.text, turn, _FIRST_PERSON)
        if not turn.is_question and not is_closing:
            found.append(_part(tree, turn, question, source, number))
    return found


def _asks(text: str, turn: _Turn) -> bool:
    return (
        turn.is_question
        and not turn.label
        and len(text[turn.start : turn.end].split()) <= _LONGEST_QUESTION
        and (text[turn.start] not in "“\"‘'")
    )


def _interviewed(tree: Tree, before: int, authors: Sequence[str], *, needs_cue: bool) -> CueSource | None:
    """The one person whom the text before the first question names as interviewed, else its only person."""
    if needs_cue and _CUES.isdisjoint(tree.words[: tree.token_at(before)]):
        return None
    persons = [
        ent
        for ent in tree.doc.ents
        if ent.label_ in _PERSON and ent.start_char < before and ent.text not in authors
    ]
    named = [ent for ent in persons if not _CUES.isdisjoint(tree.words[slice(*tree.sentence(ent.start))])]
    names = {ent.text.split()[-1] for ent in named} or {ent.text.split()[-1] for ent in persons}
    if len(names) != 1:
        return None
    ent = (named or persons)[0]
    return CueSource(ent.start, ent.end, ent.end - 1, "colon")


def _says(text: str, turn: _Turn, persons: frozenset[str]) -> bool:
    """Whether a paragraph has one of these pronouns."""
    words = re.findall(r"[\w’']+", text[turn.start : turn.end].lower())
    return not persons.isdisjoint(words)


def _is_marked(text: str, turn: _Turn) -> bool:
    """Whether the words are in quotation marks, which are found by themselves."""
    return text[turn.start] in "“\"‘«„`'"


def _part(tree: Tree, turn: _Turn, label: _Turn, source: CueSource, number: int) -> Utterance:
    cue = min(tree.token_at(label.colon if label.label else label.end - 1), len(tree) - 1)
    attribution = Attribution(cue, cue + 1, ":" if label.label else "?", "speech", source)
    return Utterance(QuotedSpan(turn.start, turn.end, turn.start, turn.end), attribution, "colon", number)
