"""Whether four figures are a year: not a count, an amount, a label or an address."""

from __future__ import annotations

import re

from transforms.enrich.times.timex import words
from transforms.text.wordlists import toml

_REACH = 40
_BREAK = re.compile(r"(?<!\b[A-Z])[.!?][\"”’')]*\s+(?=[\"“‘'(]?[A-Z0-9])|\n|;\s")
_LISTS = {name: "|".join(listed.split()) for name, listed in toml("timex/figures.toml").items()}
_STREET = (
    r"\s(?!Wall St)(?:[NSEW]\.?\s)?(?:(?:[A-Z][\w.'’]*|\d+(?:st|nd|rd|th))\s){0,3}?"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Way|Square|Terrace|Parkway|Highway|Hwy|Crescent"
    r"|Quay|Plaza)\b"
)
_OWNER = (
    r"(?:(?<!\w)(?i:the|an?|this|that|these|those|his|her|its|their|our|my|your|each|every|any|no|one|both)"
    r"|['’]s|s['’])"
)
_ADJECTIVE = r"[a-z-]+(?:al|ic|ive|ous|ful|ary|ible|able|less|ent|ant|ly)|early|late|key|top|first"
_PLURAL = rf"(?:(?!(?:{_LISTS['dated']}|{_LISTS['verbs']})\b)(?:[a-z]{{3,}}(?<![sui])s|{_LISTS['plurals']})\b)"
_ALONE = (
    r"\s*(?:$|[.,:!?)\]\"”]"
    r"|(?:and|or|but|at|on|to|with|for|of|from|by|as|in|is|was|were|has|had|will|which|that)\b)"
)
_ONE_ADJECTIVE = r"(?:(?!(?:when|and|or|the|for|that|who|as|in|to|of|with|but|than)\b)[a-z]+\s)?"
_MORE_FIGURES = r"(?:\d+(?:,|,?\sand|\sor|\sto)\s+){0,4}"
_OF_WHAT = r"(?:\s(?:of|for|on|to)(?:\s[\w'’-]+){1,4})?"
_TIME = r"in|since|until|till|during|throughout|mid|circa|years?|as of|back to|dat(?:es?|ed|ing) (?:to|from)"
_NAMES = words.alternation({*words.MONTHS, *words.SEASONS, *words.HOLIDAY_HEADS})
_MORE = (
    r"(?:more|less|fewer|greater|higher|lower) than|at (?:least|most)|up to|as (?:many|few|much|high|low) as|nearly"
    r"|almost|roughly|approximately|estimated|total of|exactly"
)
# Words before the figures, words after them, whether the figures are a year; the first clue that fits decides.
_CLUES = [
    (re.compile(rf"(?:{before})$"), re.compile(after), is_year)
    for before, after, is_year in [
        ("", r"\s?(?i:%|per\s?cent\b|thousand\b|million\b|billion\b|trillion\b)", False),
        (rf"(?<!\w)(?i:{_TIME}|early|late|{_NAMES})\.?[\s-]+(?:(?i:the|at least|about|around)\s+)?", "", True),
        ("", rf"-(?:{_LISTS['compounds']})\b", False),
        (r"(?:^|[,:(]|\b(?:at|of|to|from|near|outside|on))\s*", _STREET, False),
        ("", rf"\s{_ONE_ADJECTIVE}(?:{_LISTS['counted']})\b(?!['’])", False),
        ("", r"['’]s?\s", True),
        (rf"(?:{_OWNER}\s+)(?:[A-Z][\w’'-]+\s+)", rf"{_ALONE}|\s(?:{_LISTS['products']})\b", False),
        (rf"(?:{_OWNER}|(?<!\w)(?:{_ADJECTIVE}))\s+(?:[a-z-]+(?:ed|ing)\s+)?", r"\s[\"“‘']?\w", True),
        (rf"(?<!\w)(?i:{_LISTS['numbered']})\.?\s+(?:(?i:no\.?|number)\s+)?{_MORE_FIGURES}", "", False),
        (rf"(?<!\w)(?i:an?) (?:[a-z-]+ )?(?:{_LISTS['measured']}) of\s+", "", False),
        ("", r"\s(?:out\s)?of\s(?:(?:the|its|their|all)\s)?\d", False),
        (r"\d\s(?:out\s)?of\s(?:(?:the|its|their|all)\s)?", r"\s[a-z]", False),
        (rf"(?<!\w)(?i:{_LISTS['measured']}){_OF_WHAT}(?:\s(?:is|was|at|reads?)\s|\s?[:=]\s*)", "", False),
        (r"(?:^|[\"“‘,(]\s*)By\s+", "", True),
        (r"\b(?:1[5-9]|20)\d\d(?:,|,?\sand|\sor|\sto|\sthrough|\s&|\svs\.?|\sversus)\s+", "", True),
        (rf"(?<!\w)(?i:(?:for|through|by|from) (?:{_MORE}))\s+", "", True),
        (rf"(?<!\w)(?i:{_MORE})\s+", "", False),
        (rf"(?<!\w)(?i:{_LISTS['events']})\s+", "", True),
        ("", rf"\s(?:(?:more|new|other|extra|additional|different|old|young)\s)?{_PLURAL}", False),
        (rf"\b(?:{_LISTS['amounts']})\s+", _ALONE, False),
    ]
]  # fmt: skip


def is_year(text: str, start: int, end: int) -> bool:
    """Whether the figures from `start` to `end` are a year, by the words of their sentence beside them."""
    before = _BREAK.split(text[max(0, start - _REACH) : start])[-1]
    after = _BREAK.split(text[end : end + _REACH])[0]
    for words_before, words_after, verdict in _CLUES:
        if words_after.match(after) and words_before.search(before):
            return verdict
    return True
