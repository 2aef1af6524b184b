"""Attributions of a quotation without a listed cue: by a verb beside it, a phrase before a colon, a signature."""

from __future__ import annotations

import re
from dataclasses import replace

from transforms.enrich.names.roles import is_role_noun
from transforms.enrich.quotes.attributions import Attribution, phrase_from
from transforms.enrich.quotes.cue_sources import PRONOUNS, AttributionMethod, CueSource, is_break, noun_phrase
from transforms.enrich.quotes.quote_context import QuoteContext
from transforms.nlp.dependencies import Tree
from transforms.text.sentences import SENTENCE_END
from transforms.text.wordlists import word_set

_PAUSES = (",", "—", "–", "-", "…")
_SHOUTS = ("?", "!")
_FORMS = word_set("finite_form")
_LINKING = word_set("linking_verb")
_ARTICLES = word_set("article") | {"one", "another"}
_SPEECH_NOUNS = word_set("speech_noun")
_AUTHOR = word_set("speech_author")
_STOPS = word_set("source_stop")
_PARTICLES = word_set("speech_particle")
_COPULAS = word_set("answer_copula")
_SUBJECTS = ("nsubj", "nsubjpass", "expl")
_POSSESSIVE = frozenset({"his", "her"})
_PERSON = ("PERSON", "PER")
_NEAR = 6
_PEOPLE = ("PERSON", "PER", "ORG", "NORP")
_LONGEST_NAME = 6
_LONGEST_INTRO = 300
_SIGNATURE = re.compile(r"\s*[―—–-]{1,2}\s*(?=[A-Z])([^\n.:;“”\"]{3,60})(?=\n|$)")
# The line below a pull quote: "Ana Reyes, mayor of Northport"
_SIGNED_BELOW = re.compile(r"\s*\n\s*(?:[―—–-]{1,2}\s*)?([A-Z][^\n:;“”\"!?]{3,80})(?=[”\"]?\s*(?:\n|$))")
_LABEL = re.compile(r"(?:.*\s[-–—]\s+)?([A-Z@](?:[^\n:.!?“”\"]|(?<=\b[A-Z])\.){2,80}):\s*$")


def by_open_verb(context: QuoteContext, i: int) -> Attribution | None:
    """The verb beside the marks with a person as subject: “...,” sighed Reyes; Reyes sighed, “...”."""
    return _verb_behind(context, i) or _verb_ahead(context, i)


def by_introduction(context: QuoteContext, i: int) -> Attribution | None:
    """The source in a phrase that ends with a colon: In a letter to Reyes the council put it so: “...”."""
    start, end = _introduction(context, i)
    if end - start < 2:
        return None
    tree = context.tree
    cues = [found for cue in context.cues(start, end) if (found := context.located(cue, start, end))]
    speech = [found for found in cues if found.kind == "speech"]
    if cues:
        return (speech or cues)[-1]
    first, last = tree.token_at(start), tree.token_at(end)
    return _author_of_text(tree, first, last) or _subject_of(tree, first, last)


def by_beat(context: QuoteContext, i: int) -> Attribution | None:
    """The one person whose act the sentence before the marks describes: Reyes shook her head. “Nobody asked me.”"""
    tree, start = context.tree, context.spans[i].outer_start
    at = len(context.text[:start].rstrip())
    is_beside = at and "\n" not in context.text[at:start] and not context.is_quoted(at - 1)
    if not tree.has_tree or not is_beside or not context.is_full_sentence(i):
        return None
    first, last = tree.sentence(tree.token_at(at - 1))
    persons = [e for t in range(first, last) if (e := tree.doc[t]).ent_type_ in _PERSON and e.ent_iob_ == "B"]
    verb = next((t for t in range(first, last) if tree.deps[t] == "ROOT"), None)
    subject = None if verb is None or tree.words[verb] in _LINKING else tree.child(verb, "nsubj")
    if verb is None or subject is None or len(persons) > 1:
        return None
    if tree.doc[subject].ent_type_ in _PERSON or (not persons and tree.words[subject] in ("he", "she")):
        return Attribution(verb, verb + 1, tree.words[verb], "speech", noun_phrase(tree, subject, "context"))
    return None


def author_of(tree: Tree, found: Attribution) -> Attribution:
    """The attribution with the author of its text as source: "a statement by Reyes read", "her letter said"."""
    source = found.source
    if source is None or tree.words[source.head] not in _SPEECH_NOUNS:
        return found
    owner = _owner(tree, source.start - 1 if source.start else 0, source.head)
    if owner is None:
        for i in range(source.head + 1, min(found.cue, source.head + _NEAR)):
            if tree.words[i] in ("by", "from") and _is_named_from(tree, i + 1, found.cue):
                owner = phrase_from(tree, i + 1, "colon")
                break
    return found if owner is None else found.with_source(replace(owner, method=source.method))


def by_label(context: QuoteContext, i: int) -> Attribution | None:
    """Ana Reyes, Harbour News: “...”"""
    start, end = context.before(i)
    start += len(context.text[start:end]) - len(context.text[start:end].lstrip())
    match = _LABEL.match(context.text, start, end)
    if match is None or _has_verb(context.tree, *match.span(1)):
        return None
    return _by_punctuation(context.tree, match, ":", "colon")


def _has_verb(tree: Tree, start: int, end: int) -> bool:
    """Whether the code points are a clause, by a subject in the tree, else by an auxiliary."""
    first, last = tree.token_at(start), tree.token_at(end)
    if tree.has_tree:
        return any(tree.deps[i] in _SUBJECTS and i < tree.heads[i] < last for i in range(first, last))
    return not _LINKING.isdisjoint(tree.words[first:last])


def by_signature(context: QuoteContext, i: int) -> Attribution | None:
    """“...” — Ana Reyes; or the line below a quotation that fills its paragraph."""
    end = context.spans[i].outer_end
    match = _SIGNATURE.match(context.text, end)
    if match:
        return _by_punctuation(context.tree, match, "—", "signature")
    if context.paragraph(context.spans[i].outer_start)[0] != context.spans[i].outer_start:
        return None
    match = _SIGNED_BELOW.match(context.text, end)
    if match is None or not _is_signature(context, match):
        return None
    return _by_punctuation(context.tree, match, "—", "signature")


def _verb_behind(context: QuoteContext, i: int) -> Attribution | None:
    quoted, tree = context.ending(i), context.tree
    if not quoted.endswith((*_PAUSES, *_SHOUTS)):
        return None
    at, end = tree.token_at(context.spans[i].outer_end), tree.token_at(context.after(i)[1])
    if at + 1 < end and tree.words[at] == "as" and tree.words[at + 1] not in PRONOUNS:
        at += 1
    elif context.has_words_before(i):
        return None
    if at + 1 >= end:
        return None
    if _is_verb(tree, at) or _is_present_verb(tree, at):
        subject = at + 1
        if subject + 1 < end and (tree.words[subject].endswith("ly") or _is_particle(tree, subject)):
            subject += 1
        return _spoken_by(tree, at, subject, "inverted")
    if tree.words[at] in _COPULAS:  # was Reyes’s verdict; came the reply from Reyes
        return _author_of_text(tree, at + 1, min(end, at + _NEAR))
    if not _opens_source(tree, at) or (quoted.endswith(_SHOUTS) and _is_name_word(tree, at)):
        return None
    verb = _verb_of_subject(tree, at, end)
    return None if verb is None else _spoken_by(tree, verb, at, "subject")


def _verb_ahead(context: QuoteContext, i: int) -> Attribution | None:
    start, end = context.before(i)
    before, tree = context.text[start:end].rstrip(), context.tree
    if not before.endswith((",", ":")):
        return None
    first, last = tree.token_at(start), tree.token_at(start + len(before) - 1)
    verb = last - 1
    if verb > first and tree.words[verb] == "it" and tree.words[verb - 1] in ("put", "puts"):
        verb -= 1
    elif not context.quoted_text(i)[0].isupper():
        return None
    elif verb > first and tree.words[verb].endswith("ly"):
        verb -= 1
    if verb <= first or not _is_verb(tree, verb):
        return None
    if tree.has_tree:
        subject = tree.child(verb, "nsubj")
        if subject is not None and first <= subject < verb:
            at = noun_phrase(tree, subject, "subject").start
        elif tree.words[first] == "as":
            at = first + 1
        else:
            return None
    else:
        at = verb
        while at > first and _is_name_word(tree, at - 1):
            at -= 1
    return _spoken_by(tree, verb, at, "subject") if at < verb else None


def _is_verb(tree: Tree, i: int) -> bool:
    """Whether a lower-case word has the form of a finite verb, or of "put it"."""
    word = tree.words[i]
    if not tree.text[tree.starts[i]].islower() or word in _LINKING:
        return False
    if word in ("put", "puts"):
        return i + 1 < len(tree) and tree.words[i + 1] == "it"
    return word in _FORMS or (word.endswith("ed") and len(word) > 4)


def _is_particle(tree: Tree, i: int) -> bool:
    """Whether a word belongs to the verb before it: "chimed in Reyes", not "moored in Northport"."""
    if tree.words[i] not in _PARTICLES:
        return False
    return tree.doc[i + 1].ent_type_ in _PERSON or tree.words[i + 1] in PRONOUNS


def _is_present_verb(tree: Tree, i: int) -> bool:
    """Whether a word like "beams" stands before a person's name."""
    word = tree.words[i]
    return (
        word.endswith("s")
        and len(word) > 3
        and word not in _LINKING
        and tree.text[tree.starts[i]].islower()
        and tree.doc[i + 1].ent_type_ in _PERSON
    )


def _verb_of_subject(tree: Tree, at: int, end: int) -> int | None:
    """The verb whose subject opens at token `at`."""
    if tree.has_tree:
        for verb in range(at + 1, end):
            subject = tree.child(verb, "nsubj")
            if subject is not None and at <= subject < verb and _is_verb(tree, verb):
                return verb if tree.left(subject) <= at else None
        return None
    verb = at + 1
    while verb < min(end, at + _LONGEST_NAME) and (
        _is_name_word(tree, verb) or tree.words[verb].endswith("ly")
    ):
        verb += 1
    return verb if verb < end and _is_verb(tree, verb) else None


def _spoken_by(tree: Tree, verb: int, at: int, method: AttributionMethod) -> Attribution | None:
    if at >= len(tree) or not _opens_source(tree, at):
        return None
    source = phrase_from(tree, at, method)
    if source is None:
        return None
    if not tree.has_tree:
        end = next((i for i in range(at + 1, source.end) if tree.words[i] in _STOPS), source.end)
        source = CueSource(at, end, end - 1, method)
    if source.start < verb < source.end:
        source = CueSource(source.start, verb, min(source.head, verb - 1), method)
    if method == "inverted" and source.end - source.start == 1 and tree.words[source.start] in _ARTICLES:
        return None
    return Attribution(verb, verb + 1, tree.words[verb], "speech", source)


def _opens_source(tree: Tree, i: int) -> bool:
    """Whether a name, a pronoun or a noun with its article begins at a token."""
    return tree.words[i] in PRONOUNS or tree.words[i] in _ARTICLES or _is_name_word(tree, i)


def _is_name_word(tree: Tree, i: int) -> bool:
    return tree.text[tree.starts[i]].isupper()


def _introduction(context: QuoteContext, i: int) -> tuple[int, int]:
    """The sentence before the marks if it ends with a colon, in the same or the paragraph before; else nothing."""
    text, (start, end) = context.text, context.before(i)
    if not text[start:end].strip():
        end = len(text[:start].rstrip())
        if context.paragraph(context.spans[i].outer_start)[0] != start or not end:
            return 0, 0
        start = context.paragraph(end - 1)[0]
        for match in SENTENCE_END.finditer(text, start, end):
            start = match.end()
    if not text[start:end].rstrip().endswith(":"):
        return 0, 0
    return max(start, end - _LONGEST_INTRO), end


def _author_of_text(tree: Tree, first: int, last: int) -> Attribution | None:
    """The author of the announced text: "a statement from X", "X's letter", "From X:"."""
    for noun in range(first, last):
        word = tree.words[noun]
        is_from = word == "from" and noun == first
        if not is_from and word not in _SPEECH_NOUNS:
            continue
        if (
            not is_from
            and noun + 1 < last
            and tree.words[noun + 1] in _AUTHOR
            and _opens_source(tree, noun + 2)
        ):
            return _text_by(tree, noun, phrase_from(tree, noun + 2, "colon"))
        if is_from and _is_named_from(tree, noun + 1, last):
            return _text_by(tree, noun, phrase_from(tree, noun + 1, "colon"))
        owner = _owner(tree, first, noun)
        if owner is not None:
            return _text_by(tree, noun, owner)
    return None


def _is_named_from(tree: Tree, first: int, last: int) -> bool:
    return any(_is_name_word(tree, i) for i in range(first, min(last, first + _LONGEST_NAME)))


def _text_by(tree: Tree, noun: int, source: CueSource | None) -> Attribution | None:
    return None if source is None else Attribution(noun, noun + 1, tree.words[noun], "speech", source)


def _owner(tree: Tree, first: int, noun: int) -> CueSource | None:
    """The possessor before a noun: "Reyes's full statement", "her letter"."""
    for i in range(noun - 1, max(first - 1, noun - _LONGEST_NAME), -1):
        if tree.words[i] in _POSSESSIVE:
            return CueSource(i, i + 1, i, "colon")
        if tree.words[i] in ("'s", "’s", "'", "’"):
            start = i
            while start > first and _is_name_word(tree, start - 1):
                start -= 1
            return CueSource(start, i, i - 1, "colon") if start < i else None
        if is_break(tree, i):
            return None
    return None


def _subject_of(tree: Tree, first: int, last: int) -> Attribution | None:
    """The person or group that is the subject of the last main verb before a colon."""
    if not tree.has_tree:
        return _first_name(tree, first, last)
    for verb in range(last - 1, first - 1, -1):
        subject = tree.child(verb, "nsubj")
        if subject is None or not first <= subject < last:
            continue
        source = noun_phrase(tree, subject, "colon")
        named = any(tree.doc[i].ent_type_ in _PEOPLE for i in range(source.start, source.end))
        named = named or (subject > first and _is_name_word(tree, subject))
        word = tree.words[subject]
        if tree.words[verb] in _LINKING - {"had", "has"}:  # "Reyes was blunt:", not "the port was closed:"
            is_speaker = word in ("he", "she") or tree.doc[subject].ent_type_ in _PERSON
        else:
            is_speaker = word in PRONOUNS - {"it", "who"} or is_role_noun(word) or _issues_text(tree, verb)
            is_speaker = is_speaker or (named and tree.doc[subject].ent_type_ != "DATE")
        if is_speaker:
            return Attribution(verb, verb + 1, tree.words[verb], "speech", source)
    return None


def _issues_text(tree: Tree, verb: int) -> bool:
    """Whether the object of a verb is a text: "the company issued the following statement"."""
    issued = tree.child(verb, "dobj")
    return issued is not None and tree.words[issued] in _SPEECH_NOUNS


def _first_name(tree: Tree, first: int, last: int) -> Attribution | None:
    """The name that opens the phrase, for text without a tree, if a verb follows it."""
    first += tree.words[first] in _ARTICLES
    end = first
    while end < last and tree.doc[end].ent_type_ in _PEOPLE:
        end += 1
    if not first < end < last or not _is_verb(tree, end):
        return None
    return Attribution(end, end + 1, tree.words[end], "speech", CueSource(first, end, end - 1, "colon"))


def _is_signature(context: QuoteContext, match: re.Match[str]) -> bool:
    """Whether a line is a person's name, or one with a comma and a description, without a verb of speech."""
    tree = context.tree
    start, end = match.span(1)
    first = tree.token_at(start)
    behind = first
    while behind < len(tree) and tree.doc[behind].ent_type_ in _PERSON:
        behind += 1
    if behind == first or context.cues(start, end):
        return False
    return behind >= tree.token_at(end) or tree.words[behind] == ","


def _by_punctuation(
    tree: Tree, match: re.Match[str], cue: str, method: AttributionMethod
) -> Attribution | None:
    """An attribution whose source is the words before the first comma."""
    start, end = match.span(1)
    first, last = tree.token_at(start), tree.token_at(end)
    stop = next((i for i in range(first, last) if tree.words[i] == ","), last)
    if stop <= first:
        return None
    at = tree.token_at(match.start()) if method == "signature" else min(last, len(tree) - 1)
    return Attribution(at, at + 1, cue, "speech", CueSource(first, stop, stop - 1, method))
