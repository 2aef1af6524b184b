"""Rules for durations, sets of times, and words for an indefinite time."""

from __future__ import annotations

import re

from transforms.enrich.times.timex import values, words
from transforms.enrich.times.timex.context import Context
from transforms.enrich.times.timex.rules import Reading, TimexRule, reaching, rule

RULES: list[TimexRule] = []

_FOR = re.compile(
    r"\b(?:for|over|within|after|took|take|last(?:s|ed)?|spent|many)\s+(?:the\s+)?$", re.IGNORECASE
)
# "$3 a day" and "twice a week" are rates.
_RATE = re.compile(
    r"(?:\d|\b(?:times|once|twice|percent|dollars|cents|million|billion|thousand|such|what|quite))\s+$",
    re.IGNORECASE,
)


@rule(
    RULES,
    "unit",
    r"(?:the |these |those |its |their |his |her )?"
    r"(?P<rel>past|last|next|coming|previous|preceding|following|latest|first|final|recent)"
    r" (?P<n><NUMBER>)(?:(?: to |-| or )(?P<n2><NUMBER>))?[ -](?P<unit><UNIT>)s?(?!\w|-)",
)
def units_around(m: re.Match[str], context: Context) -> Reading | None:
    """The past two months, the next 14 days: a duration and its days. The first nine months."""
    count, unit = words.number_of(m["n"]), words.unit_of(m["unit"])
    if m["n2"] or count is None:
        return Reading("duration", values.duration(None, unit), is_vague=True)
    step = words.STEPS.get(m["rel"].lower(), 0)
    if not step or m["rel"].lower() in ("previous", "preceding", "following"):
        return Reading("duration", values.duration(count, unit))
    return reaching(count, unit, step, context)


@rule(
    RULES,
    "unit",
    r"(?:the |these )?(?P<rel>past|recent|coming|next|last|future|previous|early) "
    r"(?P<unit>second|minute|hour|day|week|month|quarter|year|decade|centurie|weekend)s(?!\w)",
)
def units_vague(m: re.Match[str], _: Context) -> Reading | None:
    """Recent years, coming weeks: somewhere before or after now."""
    rel = m["rel"].lower()
    if rel in ("next", "last", "early"):
        return Reading("duration", values.duration(None, words.unit_of(m["unit"])), is_vague=True)
    return Reading("date", "FUTURE_REF" if rel in ("coming", "future") else "PAST_REF", is_vague=True)


@rule(
    RULES,
    "unit",
    r"(?:every|each|once an?|twice an?|(?:<ONES>|\d+) times an?) (?P<n>other |<NUMBER> )?"
    r"(?P<unit><UNIT>)s?(?!\w|-)",
)
def repeated(m: re.Match[str], _: Context) -> Reading | None:
    """Every day, each month, twice a week, every two years."""
    if words.unit_of(m["unit"]) == "second":
        return None
    count = 2 if (m["n"] or "").strip().lower() == "other" else words.number_of(m["n"] or "one")
    return Reading("set", values.duration(count, words.unit_of(m["unit"])))


@rule(RULES, "set", words.alternation(words.SETS).replace("(?:", "(?P<word>", 1))
def frequency(m: re.Match[str], _: Context) -> Reading | None:
    """Daily, weekly; not the Daily News."""
    return None if m["word"][0].isupper() and m.start() > 0 else Reading("set", words.SETS[m["word"].lower()])


@rule(
    RULES,
    "unit",
    r"(?:at least |up to |more than |less than |at most )?(?P<n><NUMBER>)"
    r"(?:(?: to |-| or |–)(?P<n2><NUMBER>))?(?P<gap>[ -])"
    r"(?:(?:more|full|straight|consecutive|whole|solid|long|additional|extra|business|working|trading) )?"
    r"(?P<unit><UNIT>)(?P<plural>s?)"
    r"(?P<half> and a half)?(?P<age>[ -](?:olds?|of age)(?!\w))?(?:[ -]long(?!\w))?(?!\w)",
)
def units(m: re.Match[str], _: Context) -> Reading | None:
    """Eight years, a four-year conflict, 2 1/2 years; not the age in "a 27-year-old"."""
    unit = words.unit_of(m["unit"])
    number = m["n"].lower()
    if not _is_length(m, number, unit):
        return None
    if m["n2"]:
        return Reading("duration", values.duration(None, unit), is_vague=True)
    count = words.number_of(m["n"])
    if count is not None and m["half"]:
        count += 0.5
    return Reading("duration", values.duration(count, unit), is_vague=count is None)


@rule(
    RULES,
    "unit",
    r"(?P<unit>hour|day|week|month|year|decade|centurie)s"
    r"(?:(?: and |,? or )(?:hour|day|week|month|year|decade|centurie)s)?(?!\w|-)"
    r"|(?P<long>hour|day|week|month|year|decade|centur(?:y|ie))s?-long",
)
def units_uncounted(m: re.Match[str], _: Context) -> Reading | None:
    """For years, decades-long: an unknown number."""
    if m["unit"] and not _FOR.search(m.string[max(0, m.start() - 12) : m.start()]):
        return None
    return Reading("duration", values.duration(None, words.unit_of(m["unit"] or m["long"])), is_vague=True)


@rule(
    RULES,
    "vague unit",
    words.alternation(words.VAGUE).replace("(?:", "(?P<word>", 1)
    + r"(?!\w|[ -](?:account|sheet|perfect|tense|affairs|as|after|before|enough|<NUMBER>|<UNIT>s?)(?!\w))",
)
def vague(m: re.Match[str], _: Context) -> Reading | None:
    """Now, recently, the near future."""
    word = re.sub(r"\s+", " ", m["word"].lower())
    return Reading("date", words.VAGUE[word], is_vague=True)


def _is_length(m: re.Match[str], number: str, unit: str) -> bool:
    """Whether a number and a unit are a duration: not an age, `a second time`, `a quarter of`, `$3 a day`."""
    before = m.string[max(0, m.start() - 14) : m.start()]
    if (
        (m["age"] and unit == "year")
        or re.search(r"\b[Aa]ged?\s$", before)
        or (number in ("some", "few", "many") and not m["plural"])
    ):
        return False
    if number in ("a", "an", "half", "half-", "half a"):
        is_other = unit in ("second", "quarter") or (unit == "day" and m["gap"] == "-")
        return not is_other and not _RATE.search(before)
    if unit == "quarter" and re.match(r"\s+of\b", m.string[m.end() : m.end() + 4]):
        return False
    return bool(m["plural"]) or (unit != "quarter" and not (unit == "second" and m["gap"] == " "))
