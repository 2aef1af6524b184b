"""English words of time from the data files, and the numbers they spell."""

from __future__ import annotations

import re
from typing import Any

from transforms.text.wordlists import rows, toml

_WORDS = toml("timex/words.toml")
MONTHS = {name: int(number) for name, number, languages in rows("month_names.tsv") if "en" in languages.split()}
SHORT_MONTHS = {name for name in MONTHS if len(name) < 5 and name not in ("may", "june", "july")}
SHORT_WEEKDAYS: dict[str, int] = _WORDS["weekdays_short"]
WEEKDAYS: dict[str, int] = _WORDS["weekdays"] | SHORT_WEEKDAYS
NAMED_DAYS: dict[str, int] = _WORDS["named_days"]
STEPS: dict[str, int] = _WORDS["steps"]
PARTS_OF_DAY: dict[str, str] = _WORDS["parts_of_day"]
SEASONS: dict[str, str] = _WORDS["seasons"]
UNITS: dict[str, str] = _WORDS["units"]
NUMBERS: dict[str, int] = _WORDS["numbers"]
ORDINALS: dict[str, int] = _WORDS["ordinals"]
DECADES: dict[str, int] = _WORDS["decades"]
SETS: dict[str, str] = _WORDS["sets"]
VAGUE: dict[str, str] = {word: ref for ref, words in _WORDS["vague"].items() for word in words}
HOLIDAYS: dict[str, dict[str, Any]] = {
    name: h for h in toml("timex/holidays.toml")["holiday"] for name in h["names"]
}
HOLIDAY_HEADS = {w.lower() for name in HOLIDAYS for w in re.findall(r"[A-Z][a-z]+", name)} - {"new", "good"}

_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_POWERS = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_INDEFINITE = re.compile(r"several|few|many|some|number|dozens|hundreds|thousands|recent|countless")
_TOKEN = re.compile(r"\d+/\d+|\d[\d,]*(?:\.\d+)?|[½¼¾]|[a-z]+")

# The kind of expression that a word can be the head of.
HEADS: dict[str, str] = {
    **{word.split()[-1]: "vague" for word in VAGUE},
    **dict.fromkeys(HOLIDAY_HEADS, "holiday"),
    **dict.fromkeys(SEASONS, "season"),
    **dict.fromkeys(PARTS_OF_DAY, "part"),
    **dict.fromkeys(DECADES, "decade"),
    **dict.fromkeys(SETS, "set"),
    **{form: "unit" for word in UNITS for form in (word, word + "s")},
    **{form: "weekday" for word in WEEKDAYS for form in (word, word + "s")},
    **dict.fromkeys(MONTHS, "month"),
    **dict.fromkeys(("half", "quarterly", "q1", "q2", "q3", "q4"), "unit"),
    **dict.fromkeys(("fiscal", "fy", "financial", "model"), "fiscal"),
    **dict.fromkeys(NAMED_DAYS, "day"),
    **dict.fromkeys(("am", "pm", "m", "noon", "midnight", "gmt", "utc"), "clock"),
    **dict.fromkeys(("eighteen", "nineteen"), "year"),
}


def alternation(words: Any) -> str:
    """A non-capturing alternation of words, the longest first, spaces matching any white space."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in ordered) + ")"


def unit_of(word: str) -> str:
    """The unit of a singular or plural noun."""
    return UNITS[word.lower().removesuffix("s")]


def month_of(word: str) -> int:
    """The number of a month, by its name or its abbreviation."""
    return MONTHS[word.rstrip(".").lower()]


def ordinal_of(word: str) -> int:
    """`third`, `3rd`, `twenty first` as a number."""
    digits = re.match(r"\d+", word)
    return int(digits.group()) if digits else ORDINALS[re.sub(r"\s+", "-", word.lower())]


def number_of(words: str) -> float | None:
    """The number in words or figures (`two and a half`, `2 1/2`); None: indefinite."""
    text = words.lower().replace("-", " ")
    if _INDEFINITE.search(text):
        return None
    if "couple" in text:
        return 2
    if "dozen" in text:
        return 6 if "half" in text else 12
    total, group = 0.0, 0.0
    for word in _TOKEN.findall(text):
        if word in ("a", "an", "and", "of"):
            continue
        if word == "half":
            group += 0.5
        elif word == "hundred":
            group = (group or 1) * 100
        elif word in _POWERS:
            total, group = total + (group or 1) * _POWERS[word], 0
        else:
            group += _value(word)
    return total + group or 1


def spelled_year(words: str) -> int:
    """`nineteen ninety-seven` as 1997."""
    century, *rest = words.lower().replace("-", " ").split()
    return NUMBERS[century] * 100 + sum(NUMBERS[word] for word in rest if word in NUMBERS)


def _value(token: str) -> float:
    if token in _FRACTIONS:
        return _FRACTIONS[token]
    if "/" in token:
        above, below = token.split("/")
        return int(above) / int(below) if int(below) else 0
    if token[0].isdigit():
        return float(token.replace(",", ""))
    return NUMBERS.get(token, 0)
