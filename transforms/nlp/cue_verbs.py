"""Cue verbs: verbs of saying, believing, intending, finding and denying by each of their forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from transforms.text.wordlists import rows, word_set

CueClass = Literal["speech", "belief", "intent", "finding", "denial"]
_KINDS: Mapping[str, CueClass] = {kind: kind for kind in get_args(CueClass)}
NEGATIONS = word_set("negation")
HEDGES = word_set("hedge")
AUXILIARIES = HEDGES | word_set("auxiliary")


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue verb: its lemma, the attitude it expresses, and whether a clause can follow it."""

    lemma: str
    kind: CueClass
    takes_clause: bool = True


def cue_of(word: str) -> Cue | None:
    """The cue verb that a lower-case word is a form of."""
    return cues().get(word)


@cache
def cues() -> Mapping[str, Cue]:
    """Cue verbs by each of their forms, lower case."""
    found: dict[str, Cue] = {}
    for lemma, kind, forms in rows("cue_verbs.tsv"):
        cue = Cue(lemma, "speech", takes_clause=False) if kind == "quoting" else Cue(lemma, _KINDS[kind])
        for form in forms.split():
            found.setdefault(form, cue)
    return found
